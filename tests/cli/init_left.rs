//! What `mcp-ssh init` finds where a killed one has left its copies: what is not that one's, or may have been in force, is
//! not taken away.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::init_killed::{folder, is_killed, run, words};
use super::{mcp_ssh, said, tree};
use crate::support::other_user::ProgramForAll;
use crate::support::sshd::needs_root;

/// All that is there, with the bytes of files.
fn everything(folder: &Path) -> Vec<(PathBuf, u32, Option<Vec<u8>>)> {
    let found = tree(folder).into_iter();
    let bytes = |path: &PathBuf| fs::read(folder.join(path)).ok();
    found
        .map(|(path, mode)| (path.clone(), mode, bytes(&path)))
        .collect()
}

/// A directory with files of each name that a copy has.
fn precious(folder: &Path, of: &Path) -> PathBuf {
    let precious = folder.join("precious");
    fs::create_dir(&precious).unwrap();
    for copy in fs::read_dir(of).unwrap() {
        let copy = copy.unwrap();
        if copy.path().is_file() {
            fs::write(precious.join(copy.file_name()), "a key").unwrap();
        }
    }
    precious
}

/// What somebody does to the copies.
type Change = fn(&Path, &Path);

fn linked(folder: &Path, stage: &Path, name: &str) {
    let place = stage.join(name);
    let to = precious(folder, &place);
    fs::rename(&place, folder.join("was")).unwrap();
    symlink(to, place).unwrap();
}

const CHANGES: [(&str, Change); 14] = [
    ("config a link", |folder, stage| {
        linked(folder, stage, "config")
    }),
    ("keys a link", |folder, stage| linked(folder, stage, "keys")),
    ("secrets a link", |folder, stage| {
        linked(folder, stage, "secrets")
    }),
    ("a link", |folder, stage| {
        fs::rename(stage, folder.join("was")).unwrap();
        symlink(folder.join("was"), stage).unwrap();
    }),
    ("a file", |folder, stage| {
        fs::rename(stage, folder.join("was")).unwrap();
        fs::write(stage, "mine").unwrap();
    }),
    ("another user's", |_, stage| {
        chown(stage, Some(4711), None).unwrap()
    }),
    ("another user's folder", |_, stage| {
        chown(stage.join("keys"), Some(4711), None).unwrap()
    }),
    ("another user's file", |_, stage| {
        chown(stage.join("config/servers.yml"), Some(4711), None).unwrap();
    }),
    ("open to others", |_, stage| {
        fs::set_permissions(stage, fs::Permissions::from_mode(0o777)).unwrap();
    }),
    ("a foreign file", |_, stage| {
        fs::write(stage.join("yours"), "").unwrap()
    }),
    ("a foreign key", |_, stage| {
        fs::write(stage.join("keys/id"), "").unwrap()
    }),
    ("a directory", |_, stage| {
        fs::create_dir(stage.join("secrets/folder")).unwrap()
    }),
    ("a file in the mark", |_, stage| {
        fs::write(stage.join("whole/yours"), "").unwrap()
    }),
    ("a list that is a link", |folder, stage| {
        fs::rename(stage.join("files"), folder.join("was")).unwrap();
        symlink(folder.join("was"), stage.join("files")).unwrap();
    }),
];

#[test]
fn what_is_not_of_a_killed_run_is_not_taken_away() {
    needs_root("gives files to another user");
    for (case, change) in CHANGES {
        let folder = folder();
        let root = folder.path().join("site");
        let words = words(&folder, &root, &[]);
        // All copies are there, and servers.yml is not in its place.
        assert!(is_killed(&words, "link", 4));
        let stage = root.join(".beginning");
        assert!(stage.join("whole").is_dir());
        change(folder.path(), &stage);
        let before = everything(folder.path());
        let (status, out, err) = run(&words);
        assert_eq!((status, out.as_str()), (1, ""), "{case}: {err}");
        assert!(err.contains(".beginning: left by a run"), "{case}: {err}");
        assert!(err.contains("remove it: rm -r -- "), "{case}: {err}");
        assert_eq!(everything(folder.path()), before, "{case}");
    }
}

/// It was in force meanwhile, wherever it is now.
#[test]
fn what_was_in_force_is_not_taken_away_when_servers_yml_has_gone() {
    let folder = folder();
    let root = folder.path().join("site");
    let words = words(&folder, &root, &[]);
    let mut strace = Command::new("strace");
    strace.args(["-qq", "-o", "/dev/null", "-e", "trace=/^(unlink|rmdir)"]);
    strace.args(["-e", "inject=/^(unlink|rmdir):error=EPERM"]);
    let kept = strace
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .args(&words)
        .output();
    let (_, out, err) = said(&kept.expect("strace is not installed"));
    assert!(
        out.contains("created ") && root.join(".beginning/whole").is_dir(),
        "{out}{err}"
    );
    let places = ["config", "keys", "secrets"].map(|name| root.join(name));
    for gone in [false, true] {
        let servers = root.join("config/servers.yml");
        match gone {
            false => fs::rename(servers, folder.path().join("servers.yml")).unwrap(),
            true => fs::remove_file(folder.path().join("servers.yml")).unwrap(),
        }
        let before = places.each_ref().map(|place| everything(place));
        let (status, _, err) = run(&words);
        assert_eq!(status, 1, "{err}");
        assert!(
            err.contains("policy.yml: exists already, so nothing was written"),
            "{err}"
        );
        assert_eq!(places.each_ref().map(|place| everything(place)), before);
    }
}

/// As `cp -p` does with a file that is there.
#[test]
fn what_was_written_over_with_its_old_time_is_not_taken_away() {
    let folder = folder();
    let root = folder.path().join("site");
    let words = words(&folder, &root, &[]);
    assert!(is_killed(&words, "link", 4));
    let policy = root.join("config/policy.yml");
    let old = fs::metadata(&policy).unwrap().modified().unwrap();
    fs::write(&policy, "# mine\n").unwrap();
    let file = fs::File::options().write(true).open(&policy).unwrap();
    file.set_modified(old).unwrap();
    let (status, _, err) = run(&words);
    assert_eq!(status, 1, "{err}");
    assert_eq!(fs::read_to_string(&policy).unwrap(), "# mine\n");
}

#[test]
fn check_warns_of_what_a_killed_run_left() {
    let folder = folder();
    let root = folder.path().join("site");
    let words = words(&folder, &root, &[]);
    let checked = || {
        let mut check = mcp_ssh(&["check"]);
        for (variable, name) in [
            ("MCP_SSH_CONFIG_DIR", "config"),
            ("MCP_SSH_KEYS_DIR", "keys"),
            ("MCP_SSH_SECRETS_DIR", "secrets"),
        ] {
            check.env(variable, root.join(name));
        }
        said(&check.output().unwrap()).2
    };
    assert!(is_killed(&words, "link", 4));
    let told = checked();
    let (shown, stage) = (root.display(), root.join(".beginning"));
    let mend = format!(
        "run `mcp-ssh init {shown}` again, or `rm -r -- {}`",
        stage.display()
    );
    assert!(told.contains(&mend), "{told}");
    run(&words);
    assert!(
        !stage.exists() && !checked().contains(".beginning"),
        "{}",
        checked()
    );
}

/// DEPLOYMENT.md gives the three directories away, and not the one that they are in.
#[test]
fn the_operator_adds_where_only_the_three_directories_are_theirs() {
    needs_root("gives directories to another user");
    const OPERATOR: u32 = 10_001;
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = ProgramForAll::place();
    let root = folder.path().join("site");
    run(&["init".to_owned(), root.to_str().unwrap().to_owned()]);
    let given = Command::new("chown")
        .args(["-R", "10001:10001"])
        .args(["config", "keys", "secrets"].map(|name| root.join(name)))
        .status();
    assert!(given.unwrap().success());
    let by_operator = |words: &[String]| {
        let mut add = Command::new("mcp-ssh");
        add.args(words).env_remove("SSH_AUTH_SOCK");
        said(&program.run_by(&add, OPERATOR, OPERATOR).output().unwrap())
    };
    let agent = [
        "init",
        "--add",
        "--host",
        "127.0.0.1:1",
        "--user",
        "me",
        "--alias",
        "agent",
    ];
    let mut agent = agent.map(str::to_owned).to_vec();
    agent.push(root.to_str().unwrap().to_owned());
    let password = words(&folder, &root, &["--add", "--alias", "word"]);
    for words in [agent, password] {
        let (_, out, err) = by_operator(&words);
        assert!(out.contains("added 1 host to "), "{out}{err}");
    }
    let secret = root.join("secrets/word-password");
    assert_eq!(fs::read_to_string(&secret).unwrap(), "hidden-word");
    assert_eq!(
        fs::metadata(&secret).unwrap().permissions().mode() & 0o777,
        0o600
    );
    // Where the entries cannot be added, the secret goes again.
    fs::write(root.join("config/servers.yml"), "hosts: []\n").unwrap();
    let before = everything(&root);
    let (status, _, err) = by_operator(&words(&folder, &root, &["--add", "--alias", "next"]));
    assert!(status == 1 && err.contains("nothing was added"), "{err}");
    assert_eq!(everything(&root), before);
}
