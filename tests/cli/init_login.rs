//! `mcp-ssh init` with a password, a locked key or the agent: what is typed unseen is shown nowhere, kept only as a secret
//! of its own, and lets the server in.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::init_host::home;
use super::talk::Talk;
use super::{mcp_ssh, output, said, tree};
use crate::gate::site::Site;
use crate::support::agent::Agent;
use crate::support::keys::{Format, KeyPair, write_private};
use crate::support::sshd::Sshd;

const PASSPHRASE: &str = "correct horse";

/// What the conversation is before the login.
fn up_to_the_login(talk: &mut Talk, site: &Site) {
    talk.answer("Directory for the configuration", "\n");
    talk.answer("Host (empty", &format!("127.0.0.1:{}\n", site.sshd.port()));
    talk.answer("Is it the host's own?", "yes\n");
    talk.answer("User on that host", &format!("{}\n", site.account.name));
    talk.answer("Its name for the assistant", "web.1\n");
}

fn up_to_the_end(mut talk: Talk) -> (i32, String) {
    talk.answer("Policy [", "\n");
    talk.answer("Client (empty", "\n");
    talk.end()
}

/// Runs a command by what was written.
fn runs(root: &Path, alias: &str) {
    let at = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let (config, keys, secrets) = (at("config"), at("keys"), at("secrets"));
    let paths = ["--config", &config, "--keys", &keys, "--secrets", &secrets];
    let (status, _, err) = output(&[&["check", "--strict"], &paths[..]].concat());
    assert_eq!((status, err.as_str()), (0, ""));
    let (status, out, err) = output(&[&paths[..], &["run", alias, "--", "uptime"]].concat());
    assert_eq!(status, 0, "{out}{err}");
}

fn secret(root: &Path, name: &str) -> (String, u32) {
    let file = root.join("secrets").join(name);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    (fs::read_to_string(&file).unwrap(), mode & 0o777)
}

fn with_password(tag: &str) -> Site {
    let sshd = Sshd::builder()
        .config("PasswordAuthentication yes\nPubkeyAuthentication no")
        .start();
    Site::of(tag, sshd, KeyPair::ed25519())
}

/// A home with a locked key, and where that is.
fn locked_home(site: &Site) -> (tempfile::TempDir, PathBuf) {
    let home = home(site);
    let key = home.path().join(".ssh/id_ed25519");
    write_private(&key, &site.user.rewritten(Format::OpenSsh, PASSPHRASE));
    (home, key)
}

#[test]
fn a_password_is_typed_unseen_and_kept_as_a_secret() {
    let site = with_password("typed");
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("mcp-ssh");
    let password = site.account.password.clone();
    let mut talk = Talk::begin(home.path(), None);
    up_to_the_login(&mut talk, &site);
    talk.answer("`password` [password]: ", "\n");
    // Nothing is no password: the question comes again. Backspace and Ctrl-U correct.
    talk.answer("another way): ", "\n");
    talk.answer("`password` [password]: ", "password\n");
    talk.answer(
        "another way): ",
        &format!("hidden-word\u{15}{password}\u{e9}\u{7f}\n"),
    );
    let (status, told) = up_to_the_end(talk);
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("`uptime` ended with status 0"), "{told}");
    assert!(
        !told.contains(&password) && !told.contains("hidden-word"),
        "{told}"
    );
    assert_eq!(secret(&root, "web-1-password"), (password.clone(), 0o600));
    let credentials = fs::read_to_string(root.join("config/credentials.yml")).unwrap();
    assert!(
        credentials.contains("password_secret: 'web-1-password'"),
        "{credentials}"
    );
    assert!(!credentials.contains(&password), "{credentials}");
    runs(&root, "web.1");
}

#[test]
fn a_password_with_a_control_character_is_asked_for_again() {
    let site = with_password("control");
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("mcp-ssh");
    let password = site.account.password.clone();
    let mut talk = Talk::begin(home.path(), None);
    up_to_the_login(&mut talk, &site);
    talk.answer("`password` [password]: ", "\n");
    // NUL, an arrow key, Ctrl-Z, Tab, and a control character of two bytes.
    for control in ["\0", "\u{1b}[A", "\u{1a}", "\t", "\u{9b}"] {
        talk.answer("another way): ", &format!("{password}{control}\n"));
        talk.wait("A control character is in it");
    }
    // Ctrl-U takes it away with the rest.
    talk.answer("another way): ", &format!("\u{1b}[A\u{15}{password}\n"));
    let (status, told) = up_to_the_end(talk);
    assert_eq!(status, 0, "{told}");
    assert!(!told.contains(&password), "{told}");
    assert_eq!(secret(&root, "web-1-password").0, password);
}

#[test]
fn an_empty_ssh_auth_sock_is_no_agent() {
    let site = Site::start("noagent");
    let (home, _) = locked_home(&site);
    let mut talk = Talk::with_socket(home.path(), Some(OsStr::new("")));
    up_to_the_login(&mut talk, &site);
    talk.answer("[~/.ssh/id_ed25519]: ", "\n");
    talk.answer("another way): ", &format!("{PASSPHRASE}\n"));
    talk.answer("Keep the passphrase as a secret", "\n");
    talk.answer("`password` [password]: ", "password\n");
    talk.answer("another way): ", "\u{3}");
    let (_, told) = talk.end();
    assert!(told.contains("no agent runs here"), "{told}");
    assert!(!told.contains("SSH agent holds"), "{told}");
    assert!(!told.contains("No such file"), "{told}");
}

#[test]
fn a_question_that_is_left_puts_the_terminal_back_and_writes_nothing() {
    let site = with_password("leave");
    let home = tempfile::tempdir().unwrap();
    let before = tree(home.path());
    for keys in ["half\u{3}", "\u{4}", "\u{1c}"] {
        let mut talk = Talk::begin(home.path(), None);
        up_to_the_login(&mut talk, &site);
        talk.answer("`password` [password]: ", "\n");
        talk.answer("another way): ", keys);
        let (status, told) = talk.end();
        assert_eq!(status, 1, "{told}");
        assert!(
            told.contains("the question was left: nothing was written"),
            "{told}"
        );
        assert!(!told.contains("half"), "{told}");
        // What stty says of the terminal after that.
        assert!(told.contains("isig icanon iexten echo "), "{told}");
        assert_eq!(tree(home.path()), before);
    }
}

#[test]
fn a_locked_key_is_opened_and_its_passphrase_kept_after_a_yes() {
    let site = Site::start("locked");
    let (home, key) = locked_home(&site);
    let root = home.path().join("mcp-ssh");
    let mut talk = Talk::begin(home.path(), None);
    up_to_the_login(&mut talk, &site);
    talk.answer("[~/.ssh/id_ed25519]: ", "\n");
    talk.answer("another way): ", "another word\n");
    talk.wait("That passphrase does not open the key.");
    talk.answer("another way): ", &format!("{PASSPHRASE}\n"));
    talk.answer("Keep the passphrase as a secret", "yes\n");
    let (status, told) = up_to_the_end(talk);
    assert_eq!(status, 0, "{told}");
    assert!(
        !told.contains(PASSPHRASE) && !told.contains("another word"),
        "{told}"
    );
    let kept = secret(&root, "id-ed25519-passphrase");
    assert_eq!(kept, (PASSPHRASE.to_owned(), 0o600));
    // The copy is locked as the key was.
    assert_eq!(
        fs::read(root.join("keys/id_ed25519")).unwrap(),
        fs::read(&key).unwrap()
    );
    runs(&root, "web.1");
}

#[test]
fn a_passphrase_that_is_not_to_be_kept_is_left_to_the_agent() {
    let site = Site::start("agents");
    let (home, _) = locked_home(&site);
    let agent = Agent::start();
    let root = home.path().join("mcp-ssh");
    let mut talk = Talk::begin(home.path(), Some(&agent));
    up_to_the_login(&mut talk, &site);
    talk.wait("The SSH agent holds no key yet.");
    talk.answer("[~/.ssh/id_ed25519]: ", "\n");
    talk.answer("another way): ", &format!("{PASSPHRASE}\n"));
    // The key is there when the agent is asked again.
    agent.add(&site.user, None);
    talk.answer("Keep the passphrase as a secret", "\n");
    talk.wait("run `ssh-add ~/.ssh/id_ed25519` in another terminal");
    talk.wait("The SSH agent holds:");
    talk.wait("ssh-ed25519 SHA256:");
    talk.answer("[agent]: ", "\n");
    let (status, told) = up_to_the_end(talk);
    assert_eq!(status, 0, "{told}");
    let credentials = fs::read_to_string(root.join("config/credentials.yml")).unwrap();
    assert!(credentials.contains("agent: true"), "{credentials}");
    for name in ["secrets", "keys/id_ed25519"] {
        let left = fs::read_dir(root.join(name)).map(Iterator::count);
        assert!(left.is_err() || left.unwrap() == 0, "{name}");
    }
}

#[test]
fn secrets_come_from_files_and_from_stdin() {
    let site = with_password("files");
    let home = tempfile::tempdir().unwrap();
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let scanned = said(&site.run(&["keyscan", &host])).2;
    let fingerprint = scanned.split_whitespace().last().unwrap();
    let words = [
        "init",
        "--host",
        &host,
        "--user",
        &site.account.name,
        "--fingerprint",
        fingerprint,
    ];
    let file = home.path().join("password");
    let init = |more: &[&str], stdin: &str| {
        let mut init = mcp_ssh(&[&words, more].concat());
        let pipes = init.arg(home.path().join("site")).stdin(Stdio::piped());
        let mut init = pipes
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that refuses its options does not read.
        let _closed = init.stdin.take().unwrap().write_all(stdin.as_bytes());
        said(&init.wait_with_output().unwrap())
    };
    let from_file = ["--password-file", file.to_str().unwrap()];
    let before = tree(home.path());
    for (text, why) in [
        ("", "empty: a secret has at least one letter"),
        ("\r\n\n", "empty: a secret has at least one letter"),
        ("hidden\nword\n", "a secret has one line"),
    ] {
        let (status, out, err) = init(&["--password-file", "-"], text);
        assert_eq!((status, out.as_str()), (1, ""), "{err}");
        assert!(err.contains(why) && !err.contains("hidden"), "{err}");
    }
    let (status, _, err) = init(&from_file, "");
    assert!(status == 1 && err.contains("No such file"), "{err}");
    assert_eq!(tree(home.path()), before);

    fs::write(&file, format!("{}\r\n", site.account.password)).unwrap();
    let (status, out, err) = init(&from_file, "");
    assert_eq!(status, 0, "{out}{err}");
    let root = home.path().join("site");
    assert_eq!(secret(&root, "127-0-0-1-password").1, 0o600);
    runs(&root, "127.0.0.1");

    // A second host with the first one's label: the clash is told with what to type, and nothing is changed.
    let before = tree(home.path());
    let (status, _, err) = init(&["--add", "--password-file", "-"], "anything");
    assert_eq!(status, 1);
    assert!(err.contains("there is a host `127.0.0.1` already"), "{err}");
    assert!(err.contains("`--alias NAME`"), "{err}");
    assert_eq!(tree(home.path()), before);
    let second = ["--add", "--alias", "second", "--password-file", "-"];
    let (status, out, err) = init(&second, &format!("{}\n", site.account.password));
    assert_eq!(status, 0, "{out}{err}");
    assert!(!(out + &err).contains(&site.account.password));
    runs(&root, "second");
    runs(&root, "127.0.0.1");
}

#[test]
fn a_locked_key_without_its_passphrase_begins_nothing() {
    let site = Site::start("nopass");
    let (home, key) = locked_home(&site);
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let (word, broken) = (home.path().join("word"), home.path().join("broken"));
    fs::write(&broken, "no key at all\n").unwrap();
    let root = home.path().join("site");
    let init = |key: &Path, more: &[&str]| {
        let words = ["init", "--host", &host, "--user", &site.account.name];
        let mut init = mcp_ssh(&[&words, more].concat());
        said(&init.arg("--key").arg(key).arg(&root).output().unwrap())
    };
    let told = |(status, out, err): (i32, String, String), why: &str| {
        assert_eq!((status, out.as_str()), (1, ""), "{err}");
        assert!(err.contains(why), "{why}: {err}");
        assert!(!root.exists(), "{why}");
    };
    told(
        init(&key, &[]),
        "the key is locked: name a file with its passphrase",
    );
    told(init(&broken, &[]), "the private key cannot be read");
    fs::write(&word, "another word\n").unwrap();
    let named = ["--passphrase-file", word.to_str().unwrap()];
    let answer = init(&key, &named);
    assert!(!answer.2.contains("another word"), "{answer:?}");
    told(
        answer,
        "that passphrase does not open the key: nothing was written",
    );
    fs::write(&word, format!("{PASSPHRASE}\n")).unwrap();
    let (_, out, err) = init(&key, &named);
    assert_eq!(
        secret(&root, "id-ed25519-passphrase").0,
        PASSPHRASE,
        "{out}{err}"
    );
    for words in [
        &["--password-file", "x", "--key", "y"][..],
        &["--passphrase-file", "x"],
    ] {
        let begin = ["init", "x", "--host", "web", "--user", "me"];
        let (status, out, err) = output(&[&begin, words].concat());
        assert_eq!((status, out.as_str()), (2, ""), "{words:?}: {err}");
    }
}

/// Files of a host that cannot be added go again.
#[test]
fn what_cannot_be_added_leaves_nothing() {
    let site = with_password("undone");
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("site");
    assert_eq!(output(&["init", root.to_str().unwrap()]).0, 0);
    let inline = "hosts: [{alias: x, host: 192.0.2.9, credentials: ops}]\n";
    fs::write(root.join("config/servers.yml"), inline).unwrap();
    let logins = "entries:\n- {name: ops, username: u, agent: true}\n";
    fs::write(root.join("config/credentials.yml"), logins).unwrap();
    let known = root.join("keys/known_hosts");
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let scanned = said(&site.run(&["keyscan", &host])).2;
    let fingerprint = scanned.split_whitespace().last().unwrap();
    let password = home.path().join("password");
    fs::write(&password, "word").unwrap();
    for old in [None, Some("# mine")] {
        if let Some(old) = old {
            fs::write(&known, old).unwrap();
        }
        let before = tree(home.path());
        let mut init = mcp_ssh(&["init", "--add", "--host", &host, "--user", "me"]);
        init.args(["--fingerprint", fingerprint, "--password-file"]);
        let (status, _, err) = said(&init.arg(&password).arg(&root).output().unwrap());
        assert_eq!(status, 1, "{err}");
        assert!(err.contains("what to paste is on stdout"), "{err}");
        assert_eq!(tree(home.path()), before);
        assert_eq!(fs::read_to_string(&known).ok().as_deref(), old);
    }
}
