//! What others may change of the configuration, and read in it: `check` tells it, and a server once at its start.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::{Command, Stdio};

use super::cli::{status, text};
use super::records::lines;
use crate::support::account::Account;
use crate::support::fixture::Fixture;
use crate::support::other_user::ProgramForAll;
use crate::support::sshd::is_root;

fn mode(fixture: &Fixture, name: &str, mode: u32) {
    fs::set_permissions(fixture.path(name), Permissions::from_mode(mode)).unwrap();
}

/// What `check` says on stderr. Its keys and hosts are in order.
fn checked(mut server: Command) -> Vec<String> {
    let check = server.arg("check").output().unwrap();
    text(&check.stderr).lines().map(str::to_owned).collect()
}

/// What a server that finds no client says, but for that.
fn served(mut server: Command) -> Vec<String> {
    let served = server.stdin(Stdio::null()).output().unwrap();
    let records = lines(&text(&served.stderr));
    let warnings = records.iter().filter(|record| record["level"] == "warn");
    let told = warnings.map(|record| record["msg"].as_str().unwrap().to_owned());
    told.filter(|message| !message.starts_with("stdin is closed"))
        .collect()
}

/// That both say these lines and no other; `start` puts what it likes before the server.
fn both_tell(fixture: &Fixture, start: impl Fn(Command) -> Command, expected: &[String]) {
    assert_eq!(checked(start(fixture.server())), expected);
    assert_eq!(served(start(fixture.server())), expected);
}

fn as_it_is(server: Command) -> Command {
    server
}

#[test]
fn both_tell_the_path_the_mode_and_the_line_to_type() {
    let mut fixture = Fixture::one_host(22);
    // A directory above whose name is not made of random letters, as a secret may be.
    fs::create_dir(fixture.path("above")).unwrap();
    mode(&fixture, "above", 0o755);
    fs::rename(fixture.path("config"), fixture.path("above/config")).unwrap();
    fixture.set("MCP_SSH_CONFIG_DIR", &fixture.path("above/config"));
    both_tell(&fixture, as_it_is, &[]);
    let told = |name: &str, words: &str| {
        let path = fixture.path(name);
        format!("{path}: warning: {words}: `chmod go-w {path}`")
    };
    for (name, open, shut, words) in [
        (
            "above/config/policy.yml",
            0o666,
            0o644,
            "mode 0666 lets others change it",
        ),
        (
            "keys/known_hosts",
            0o602,
            0o600,
            "mode 0602 lets others change it",
        ),
        (
            "above/config",
            0o777,
            0o755,
            "mode 0777 lets others replace what is in it",
        ),
        (
            "secrets",
            0o1777,
            0o700,
            "mode 1777 lets others put files into it",
        ),
        (
            "above",
            0o757,
            0o755,
            "mode 0757 lets others replace what is below it, the configuration too",
        ),
    ] {
        mode(&fixture, name, open);
        both_tell(&fixture, as_it_is, &[told(name, words)]);
        mode(&fixture, name, shut);
    }
    mode(&fixture, "above/config/policy.yml", 0o666);
    let strict = |words: &[&str]| status(&fixture.server().args(words).output().unwrap());
    assert_eq!((strict(&["check"]), strict(&["check", "--strict"])), (0, 1));
    // A file with a fault is open to others all the same.
    fixture.write("above/config/servers.yml", "hosts: 7\n");
    let expected = told("above/config/policy.yml", "mode 0666 lets others change it");
    assert!(checked(fixture.server()).contains(&expected));
    assert_eq!(served(fixture.server()), [expected]);
}

#[test]
fn a_known_hosts_that_the_policy_names_is_looked_at_and_a_path_can_be_pasted() {
    let fixture = Fixture::one_host(22);
    let elsewhere = fixture.path("known hosts of all");
    fs::rename(fixture.path("keys/known_hosts"), &elsewhere).unwrap();
    fixture.write(
        "config/policy.yml",
        "known_hosts_path: '../known hosts of all'\nrules:\n- {action: allow, commands: [uptime]}\n",
    );
    mode(&fixture, "known hosts of all", 0o666);
    let told = format!(
        "{elsewhere}: warning: mode 0666 lets others change it: `chmod go-w '{elsewhere}'`"
    );
    both_tell(&fixture, as_it_is, &[told]);
}

#[test]
fn a_password_in_credentials_that_others_may_read_is_told() {
    let fixture = Fixture::one_host(22);
    mode(&fixture, "config", 0o755);
    let path = fixture.path("config/credentials.yml");
    let told = format!("{path}: warning: others can read the password in it: `chmod 0400 {path}`");
    for (entry, is_told) in [
        ("password: of-no-account", true),
        ("password_secret: FIXTURE_PASSWORD", false),
    ] {
        let text = format!("entries:\n- {{name: ops, username: ops, {entry}}}\n");
        fixture.write("config/credentials.yml", &text);
        for (open, is_open) in [(0o644, true), (0o640, false)] {
            mode(&fixture, "config/credentials.yml", open);
            for said in [checked(fixture.server()), served(fixture.server())] {
                assert_eq!(said.contains(&told), is_told && is_open, "{said:?}");
            }
        }
    }
    fixture.write(
        "config/credentials.yml",
        "entries:\n- {name: ops, username: ops, password: of-no-account}\n",
    );
    mode(&fixture, "config/credentials.yml", 0o644);
    mode(&fixture, "config", 0o700);
    assert!(
        !checked(fixture.server()).contains(&told),
        "nobody gets there"
    );
}

/// Owned by one user, served by another: as who runs the image on the files of an operator.
#[test]
fn another_owner_is_told_unless_the_mount_is_read_only() {
    assert!(
        is_root(),
        "this test needs files of other users: run the tests as root"
    );
    let fixture = Fixture::one_host(22);
    let path = fixture.path("config");
    chown(&path, Some(91_234), None).unwrap();
    let told = format!(
        "{path}: warning: user 91234 owns it (mode 0755) and can replace what is in it: `chown 0 {path}`"
    );
    mode(&fixture, "config", 0o755);
    both_tell(&fixture, as_it_is, std::slice::from_ref(&told));
    let below = |script: String| {
        move |server: Command| {
            let mut apart = Command::new("unshare");
            apart.args(["--mount", "sh", "-c", &script]);
            apart.arg(server.get_program()).envs(fixture_of(&server));
            apart
        }
    };
    let mounted = format!("mount --bind {path} {path}");
    both_tell(
        &fixture,
        below(format!("{mounted} && exec \"$0\" \"$@\"")),
        &[told],
    );
    // As each mount of docs/DEPLOYMENT.md, and as that of a ConfigMap, whose directories are for everybody.
    mode(&fixture, "config", 0o777);
    mode(&fixture, "config/policy.yml", 0o666);
    let read_only = format!("{mounted} && mount -o remount,bind,ro {path} && exec \"$0\" \"$@\"");
    both_tell(&fixture, below(read_only), &[]);
}

/// The variables that a command was given.
fn fixture_of(server: &Command) -> Vec<(String, String)> {
    let text = |text: &std::ffi::OsStr| text.to_str().unwrap().to_owned();
    let given = server.get_envs();
    given
        .filter_map(|(name, value)| Some((text(name), text(value?))))
        .collect()
}

/// In a user namespace that has root alone, all other users are nobody, of whom nothing can be said.
#[test]
fn an_owner_whom_the_user_namespace_does_not_know_is_not_told() {
    assert!(
        is_root(),
        "this test needs files of other users: run the tests as root"
    );
    let fixture = Fixture::one_host(22);
    chown(fixture.path("config"), Some(65534), None).unwrap();
    assert_eq!(checked(fixture.server()).len(), 1);
    let within = |server: Command| {
        let mut apart = Command::new("unshare");
        apart.args(["--user", "--map-root-user"]);
        apart.arg(server.get_program()).envs(fixture_of(&server));
        apart
    };
    both_tell(&fixture, within, &[]);
}

/// As many systems make files: for the user and for a group in which nobody else is.
#[test]
fn the_group_of_the_user_alone_may_write() {
    let account = Account::create("own");
    let fixture = Fixture::one_host(22);
    let files = ["servers.yml", "credentials.yml", "policy.yml"];
    let files = files.map(|name| format!("config/{name}"));
    let all = ["", "config", "keys", "secrets", "keys/known_hosts"];
    for name in all.into_iter().chain(files.iter().map(String::as_str)) {
        let (user, group) = (Some(account.uid()), Some(account.gid()));
        chown(fixture.path(name), user, group).unwrap();
        let is_file = name.contains('/');
        mode(&fixture, name, if is_file { 0o664 } else { 0o775 });
    }
    let (user, group) = (account.uid(), account.gid());
    let program = ProgramForAll::place();
    let as_account = |server: Command| program.run_by(&server, user, group);
    both_tell(&fixture, as_account, &[]);
    // The group of somebody else.
    let policy = fixture.path("config/policy.yml");
    chown(&policy, None, Some(91_234)).unwrap();
    let told =
        format!("{policy}: warning: mode 0664 lets group 91234 change it: `chmod go-w {policy}`");
    both_tell(&fixture, as_account, &[told]);
}

/// `sudo mcp-ssh check` on a site of an ordinary user: nobody is advised to take a home away from its owner.
#[test]
fn root_is_told_of_a_site_of_another_user_in_one_line() {
    let account = Account::create("site");
    let fixture = Fixture::one_host(22);
    let (user, group) = (account.uid(), account.gid());
    let give = |name: &str, user: u32| {
        chown(fixture.path(name), Some(user), Some(group)).unwrap();
    };
    let files = ["servers.yml", "credentials.yml", "policy.yml"];
    let files = files.map(|name| format!("config/{name}"));
    let all = ["", "config", "keys", "secrets", "keys/known_hosts"];
    for name in all.into_iter().chain(files.iter().map(String::as_str)) {
        give(name, user);
        mode(
            &fixture,
            name,
            if name.contains('/') { 0o664 } else { 0o775 },
        );
    }
    let config = fixture.path("config");
    let told = format!(
        "{config}: warning: the configuration belongs to user {user}, who can change what it allows: run this as that \
         user, or give it to root"
    );
    both_tell(&fixture, as_it_is, std::slice::from_ref(&told));
    // What everybody may change is told beside it.
    let policy = fixture.path("config/policy.yml");
    mode(&fixture, "config/policy.yml", 0o666);
    let open = format!("{policy}: warning: mode 0666 lets others change it: `chmod go-w {policy}`");
    both_tell(&fixture, as_it_is, &[told, open]);
    mode(&fixture, "config/policy.yml", 0o644);
    // Of two users, each thing is told; what is above is nobody's to take away.
    give("keys/known_hosts", 91_234);
    mode(&fixture, "", 0o755);
    let both = checked(fixture.server());
    // The path of what is above is not compared: its name is made of random letters, as a secret may be.
    let told = format!(
        ": warning: user {user} owns it (mode 0755) and can replace what is below it, the configuration too: move the \
         configuration below a directory of root's, or run this as user {user}"
    );
    assert!(both.iter().any(|line| line.ends_with(&told)), "{both:#?}");
    let known_hosts = fixture.path("keys/known_hosts");
    let told = format!("`chown 0 {known_hosts}`");
    assert!(both.iter().any(|line| line.ends_with(&told)), "{both:#?}");
}

/// Who owns a key or a secret of a host in use can put another one there.
#[test]
fn the_owner_of_a_key_and_of_a_secret_is_told() {
    assert!(
        is_root(),
        "this test needs files of other users: run the tests as root"
    );
    let fixture = Fixture::one_host(22);
    let pair = crate::support::keys::KeyPair::ed25519();
    crate::support::keys::write_private(fixture.path("keys/id").as_ref(), &pair.private);
    fixture.write("secrets/pw", "of-no-account");
    mode(&fixture, "secrets/pw", 0o600);
    mode(&fixture, "keys/id", 0o600);
    for (entry, name) in [
        ("key_path: id", "keys/id"),
        ("password_secret: pw", "secrets/pw"),
    ] {
        let text = format!("entries:\n- {{name: ops, username: ops, {entry}}}\n");
        fixture.write("config/credentials.yml", &text);
        let path = fixture.path(name);
        for (owner, is_told) in [(91_234, true), (10_001, false), (0, false)] {
            chown(&path, Some(owner), None).unwrap();
            let told = format!(
                "{path}: warning: user {owner} owns it (mode 0600) and can change it: `chown 0 {path}`"
            );
            let expected: Vec<String> = is_told.then_some(told).into_iter().collect();
            both_tell(&fixture, as_it_is, &expected);
        }
    }
}
