//! `mcp-ssh init`: a directory that passes `check` at once, and nothing that was there is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{mcp_ssh, output, path, said, tree};
use crate::gate::site::Site;
use crate::support::keys::write_private;
use crate::support::other_user::ProgramForAll;

const NEW: [(&str, u32); 7] = [
    ("config", 0o755),
    ("config/credentials.yml", 0o644),
    ("config/policy.yml", 0o644),
    ("config/policy_tests.yml", 0o644),
    ("config/servers.yml", 0o644),
    ("keys", 0o700),
    ("secrets", 0o700),
];

fn paths(root: &Path) -> [String; 6] {
    let at = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let option = |name: &str| name.to_owned();
    [
        option("--config"),
        at("config"),
        option("--keys"),
        at("keys"),
        option("--secrets"),
        at("secrets"),
    ]
}

/// `mcp-ssh check` of a directory that `init` wrote, before a key is in it: its status and the warnings.
fn check(root: &Path) -> (i32, String, String) {
    let mut check = mcp_ssh(&["check", "--keys-elsewhere"]);
    said(&check.args(paths(root)).output().unwrap())
}

#[test]
fn a_new_directory_has_the_right_modes_under_any_umask_and_passes_check() {
    for mask in ["000", "022", "077"] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("far/new one");
        let mut shell = Command::new("sh");
        let line = format!("umask {mask}; exec mcp-ssh init \"$0\"");
        let init = shell
            .args(["-c", &line])
            .arg(&root)
            .env("PATH", path())
            .output()
            .unwrap();
        let (status, out, err) = said(&init);
        assert_eq!((status, err), (0, String::new()));
        assert!(
            out.contains(&format!(
                "created {}\n",
                root.join("config/policy.yml").display()
            )),
            "{out}"
        );
        let expected: Vec<_> = NEW.map(|(name, mode)| (name.into(), mode)).to_vec();
        assert_eq!(tree(&root), expected, "umask {mask}");
        assert_eq!(
            fs::metadata(&root).unwrap().permissions().mode() & 0o777,
            0o755
        );
        let (status, out, err) = check(&root);
        assert_eq!(status, 0, "{err}");
        assert!(
            out.contains("hosts: 1\n") && out.contains("policy tests: 4, 0 failed\n"),
            "{out}"
        );
        // Nothing but what no starter can bring: the key and known_hosts.
        let warnings: Vec<&str> = err.lines().collect();
        assert_eq!(warnings.len(), 2, "{err}");
        assert!(
            warnings[0].contains("known_hosts: warning: no such file"),
            "{err}"
        );
        assert!(
            warnings[1].contains("warning: `key_path`: ")
                && warnings[1].contains("id_ed25519: no such key file"),
            "{err}"
        );
    }
}

#[test]
fn what_is_there_stays_as_it_is_and_then_nothing_is_written() {
    for there in NEW
        .iter()
        .filter(|(name, _)| name.contains('/'))
        .map(|(name, _)| name)
    {
        for dangling in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path();
            fs::create_dir(root.join("config")).unwrap();
            let file = root.join(there);
            match dangling {
                true => std::os::unix::fs::symlink(root.join("target"), &file).unwrap(),
                false => fs::write(&file, "mine").unwrap(),
            }
            let before = tree(root);
            let (status, out, err) = output(&["init", root.to_str().unwrap()]);
            let told = format!(
                "mcp-ssh: {}: exists already, so nothing was written\n",
                file.display()
            );
            assert_eq!((status, out, err), (1, String::new(), told));
            assert_eq!(tree(root), before, "{there}");
            if !dangling {
                assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
            }
        }
    }
    // Directories alone are no reason to stop, and keep their modes and what is in them.
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    fs::create_dir(&keys).unwrap();
    fs::write(keys.join("id_ed25519"), "a key").unwrap();
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o750)).unwrap();
    assert_eq!(output(&["init", folder.path().to_str().unwrap()]).0, 0);
    assert_eq!(
        fs::read_to_string(keys.join("id_ed25519")).unwrap(),
        "a key"
    );
    assert_eq!(
        fs::metadata(&keys).unwrap().permissions().mode() & 0o777,
        0o750
    );
    // The second time everything is there.
    let (status, _, err) = output(&["init", folder.path().to_str().unwrap()]);
    assert_eq!((status, err.lines().count()), (1, 4), "{err}");
}

/// A write that fails in the middle leaves nothing of this run behind.
#[test]
fn a_failure_in_the_middle_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("new");
    fs::create_dir(&root).unwrap();
    // In the way of a directory that comes after others.
    fs::write(root.join("secrets"), "a file").unwrap();
    let before = tree(&root);
    let (status, _, err) = output(&["init", root.to_str().unwrap()]);
    assert_eq!(status, 1);
    assert!(
        err.contains("secrets: ") && err.contains(": nothing was written"),
        "{err}"
    );
    assert_eq!(tree(&root), before);

    // As a user who may not write there, who gets as far as nothing.
    fs::remove_file(root.join("secrets")).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let mut other = mcp_ssh(&["init", root.to_str().unwrap()]);
    let program = ProgramForAll::place();
    if rustix::process::geteuid().is_root() {
        other = program.run_by(&other, 65_534, 65_534);
    } else {
        fs::set_permissions(&root, fs::Permissions::from_mode(0o500)).unwrap();
    }
    let (status, _, err) = said(&other.output().unwrap());
    assert_eq!(status, 1);
    assert!(err.to_lowercase().contains("permission denied"), "{err}");
    assert!(tree(&root).is_empty());

    let (status, _, err) = output(&["init", "/proc/new"]);
    assert_eq!(status, 1, "{err}");
    assert_eq!(output(&["init"]).0, 2);
}

/// The whole way of a first day: import, the printed commands as they stand, a command that runs.
#[test]
fn the_printed_commands_work_as_shown() {
    let site = Site::start("init");
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("it's home");
    fs::create_dir_all(home.join(".ssh")).unwrap();
    write_private(&home.join(".ssh/id_lab"), &site.user.private);
    let port = site.sshd.port();
    let user = &site.account.name;
    let ssh_config = home.join(".ssh/config");
    fs::write(
        &ssh_config,
        format!("Host box\n HostName 127.0.0.1\n Port {port}\n User {user}\n IdentityFile ~/.ssh/id_lab\n"),
    )
    .unwrap();
    let root = folder.path().join("new & fine");
    let init = mcp_ssh(&["init", root.to_str().unwrap(), "--from-ssh-config"])
        .arg(&ssh_config)
        .env("HOME", &home)
        .output()
        .unwrap();
    let (status, out, err) = said(&init);
    assert_eq!((status, err), (0, String::new()));
    let commands = out.lines().filter_map(|line| line.strip_prefix("    "));
    let commands: Vec<&str> = commands.filter(|line| !line.starts_with("sudo ")).collect();
    assert_eq!(commands.len(), 5, "{out}");
    let script = format!(
        "set -e\n{}\nmcp-ssh check --strict\nmcp-ssh run box -- hostname\n",
        commands.join("\n")
    );
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script])
        .env("PATH", path())
        .env("HOME", &home);
    let (status, out, err) = said(&shell.output().unwrap());
    assert_eq!(status, 0, "{script}\n{out}{err}");
    assert!(out.contains("policy tests: 4, 0 failed"), "{out}");
    let owner = root.join("keys/id_lab");
    assert_eq!(
        fs::metadata(owner).unwrap().permissions().mode() & 0o777,
        0o400
    );
}

/// A path out of a file is a word of the command that is to be pasted, and nothing else.
#[test]
fn a_key_file_s_name_is_no_option_and_no_command() {
    let folder = tempfile::tempdir().unwrap();
    let ssh_config = folder.path().join("config");
    fs::write(
        &ssh_config,
        "Host a\n User u\n IdentityFile \"-t/$(id)/it's\"\n",
    )
    .unwrap();
    let root = folder.path().join("new");
    let init = [
        "init",
        root.to_str().unwrap(),
        "--from-ssh-config",
        ssh_config.to_str().unwrap(),
    ];
    let (_, out, _) = output(&init);
    let line = out
        .lines()
        .find_map(|line| line.strip_prefix("    install "))
        .unwrap();
    let script = format!("set -- {line}; printf '%s\\n' \"$@\"");
    let (_, words, _) = said(&Command::new("sh").args(["-c", &script]).output().unwrap());
    let to = format!("{}/keys/it's", root.display());
    assert_eq!(
        words.lines().collect::<Vec<_>>(),
        ["-m", "0400", "--", "-t/$(id)/it's", &to]
    );
}

/// Whoever puts the policy of the README in the place of the starter's has what its table says, and the starter's policy
/// tests hold.
#[test]
fn the_policy_of_the_readme_works_in_a_new_directory() {
    const README: &str = include_str!("../../README.md");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("mcp-ssh");
    assert_eq!(output(&["init", root.to_str().unwrap()]).0, 0);
    let policy = README
        .split("```yaml\n")
        .find(|block| block.starts_with("# policy.yml\n"));
    let policy = policy.unwrap().split("```").next().unwrap();
    std::fs::write(root.join("config/policy.yml"), policy).unwrap();
    let words = paths(&root);
    let check = mcp_ssh(&["check", "--strict", "--keys-elsewhere"])
        .args(&words)
        .output();
    let (_, out, err) = said(&check.unwrap());
    assert!(out.contains("policy tests: 4, 0 failed\n"), "{out}{err}");
    let is_of_the_keys = |line: &str| line.contains("/keys/") && line.contains("no such ");
    assert!(err.lines().all(is_of_the_keys), "{err}");
    let (_, table) = README
        .split_once("| asked for | decided |\n|---|---|\n")
        .unwrap();
    let rows = table.lines().map_while(|line| line.strip_prefix("| `"));
    let mut count = 0;
    for row in rows {
        let (command, decided) = row.split_once("` | ").unwrap();
        let decided = decided.split([':', ' ', ',']).next().unwrap();
        let mut plan = mcp_ssh(&["plan"]);
        let plan = plan
            .args(&words)
            .args(["web-1", "--", &command.replace("\\|", "|")]);
        let (_, out, err) = said(&plan.output().unwrap());
        assert!(
            out.starts_with(&format!("{decided} on web-1\n")),
            "{row}: {out}{err}"
        );
        count += 1;
    }
    assert_eq!(count, 7);
}
