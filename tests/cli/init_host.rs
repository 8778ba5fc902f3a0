//! `mcp-ssh init` with a host: by options, and as a conversation on a terminal, up to the first answer of a real sshd.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{mcp_ssh, output, path, said, tree};
use crate::gate::site::Site;
use crate::support::keys::{KeyPair, write_private};
use crate::support::sshd::{Builder, Sshd};

/// A home with the key that the host knows.
fn home(site: &Site) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".ssh")).unwrap();
    write_private(&home.path().join(".ssh/id_ed25519"), &site.user.private);
    home
}

/// What a person sees who types the answers into a terminal; script(1) is the terminal.
fn typed(home: &Path, words: &str, answers: &[&str]) -> (i32, String) {
    let mut script = Command::new("script");
    script
        .args(["-qec", &format!("mcp-ssh {words}"), "/dev/null"])
        .env("PATH", path())
        .env("HOME", home)
        .env("USER", "me")
        .env("NO_COLOR", "1")
        .env_remove("SSH_AUTH_SOCK")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut script = script
        .spawn()
        .unwrap_or_else(|error| panic!("script: {error}: install bsdutils"));
    let mut keyboard = script.stdin.take().unwrap();
    keyboard
        .write_all((answers.join("\n") + "\n").as_bytes())
        .unwrap();
    drop(keyboard);
    let (status, out, _) = said(&script.wait_with_output().unwrap());
    (status, out.replace("\r\n", "\n"))
}

#[test]
fn a_conversation_ends_with_the_first_answer_of_the_host() {
    let site = Site::start("talk");
    let home = home(&site);
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let user = site.account.name.clone();
    let answers = [
        "",
        "no such host",
        &host,
        "yes",
        &user,
        "web-1",
        "",
        "",
        "claude-code",
    ];
    let (status, told) = typed(home.path(), "init", &answers);
    assert_eq!(status, 0, "{told}");
    for part in [
        "127.0.0.1 port",
        "SHA256:",
        "Private key [~/.ssh/id_ed25519]",
        "ok    host key",
        "ssh-ed25519: accepted",
        "`uptime` ended with status 0",
        "\"mcpServers\"",
        "policy tests: 2, 0 failed",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let root = home.path().join("mcp-ssh");
    let at = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let mode = fs::metadata(at("keys/id_ed25519"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o400);
    let policy = fs::read_to_string(at("config/policy.yml")).unwrap();
    assert!(
        policy.contains("allow_cidrs: [\"127.0.0.1/32\"]"),
        "{policy}"
    );
    assert!(!policy.contains("192.0.2.0/24"), "{policy}");
    // All that was asked for is in force, without a warning.
    let paths = [
        "--config",
        &at("config"),
        "--keys",
        &at("keys"),
        "--secrets",
        &at("secrets"),
    ];
    let (status, _, err) = output(&[&["check", "--strict"], &paths[..]].concat());
    assert_eq!((status, err.as_str()), (0, ""));
    let (status, out, err) = output(&[&paths[..], &["run", "web-1", "--", "hostname"]].concat());
    assert_eq!(status, 0, "{out}{err}");

    // A second conversation adds a host to what is there.
    let before = fs::read_to_string(at("config/policy.yml")).unwrap();
    let answers = ["", &host, "yes", &user, "web-2", "", ""];
    let (status, told) = typed(home.path(), "init", &answers);
    assert_eq!(status, 0, "{told}");
    assert_eq!(fs::read_to_string(at("config/policy.yml")).unwrap(), before);
    let (status, out, err) = output(&[&paths[..], &["run", "web-2", "--", "uptime"]].concat());
    assert_eq!(status, 0, "{out}{err}");
}

#[test]
fn a_conversation_that_is_left_writes_nothing() {
    let site = Site::start("left");
    let home = home(&site);
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let wrong = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let before = tree(home.path());
    for answers in [
        &["", &host][..],
        &["", &host, "no"],
        &["", &host, ""],
        &["", &host, wrong, "no"],
        &["", &host, "yes", "me", "web-1", "/nonexistent"],
    ] {
        let (status, told) = typed(home.path(), "init", answers);
        assert_eq!(status, 1, "{answers:?}: {told}");
        assert!(told.contains("nothing was written"), "{answers:?}: {told}");
        assert_eq!(tree(home.path()), before, "{answers:?}");
    }
    assert!(!site.sshd.log().contains("Accepted"));
}

#[test]
fn options_do_without_a_terminal() {
    let site = Site::start("flags");
    let home = home(&site);
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let key = home.path().join(".ssh/id_ed25519");
    let scanned = said(&site.run(&["keyscan", &host])).2;
    let fingerprint = scanned.split_whitespace().last().unwrap();
    for (policy, look) in [
        ("look", "uptime"),
        ("diagnostics", "df -h"),
        ("logs", "ls -l /var/log"),
    ] {
        let root = home.path().join(policy);
        let words = [
            "init",
            "--host",
            &host,
            "--user",
            &site.account.name,
            "--policy",
            policy,
        ];
        let mut init = mcp_ssh(&words);
        init.arg("--key")
            .arg(&key)
            .args(["--fingerprint", fingerprint])
            .arg(&root);
        let (status, out, err) = said(&init.output().unwrap());
        assert_eq!(status, 0, "{policy}: {out}{err}");
        assert!(
            out.contains(&format!("`{look}`")) || policy == "diagnostics",
            "{out}"
        );
        let at = |name: &str| root.join(name).to_str().unwrap().to_owned();
        let paths = [
            "--config",
            &at("config"),
            "--keys",
            &at("keys"),
            "--secrets",
            &at("secrets"),
        ];
        let (status, _, err) = output(&[&["check", "--strict"], &paths[..]].concat());
        assert_eq!((status, err.as_str()), (0, ""), "{policy}");
        let run = [
            &paths[..],
            &["run", "127.0.0.1", "--"],
            &look.split(' ').collect::<Vec<_>>()[..],
        ]
        .concat();
        assert_eq!(output(&run).0, 0, "{policy}");
        let (status, out, err) = output(
            &[
                &paths[..],
                &["run", "127.0.0.1", "--", "cat", "/etc/shadow"],
            ]
            .concat(),
        );
        assert_eq!(status, 77, "{policy}: {out}{err}");
    }
    // A fingerprint that is not the host's: nothing is written.
    let root = home.path().join("wrong");
    let wrong = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let words = [
        "init",
        "--host",
        &host,
        "--user",
        "me",
        "--fingerprint",
        wrong,
    ];
    let (status, _, err) = said(&mcp_ssh(&words).arg(&root).output().unwrap());
    assert_eq!((status, root.exists()), (1, false), "{err}");
    assert!(err.contains(fingerprint), "{err}");
    // Without one the host's key is not trusted, and the way ends there.
    let words = [
        "init",
        "--host",
        &host,
        "--user",
        "me",
        "--key",
        key.to_str().unwrap(),
    ];
    let (status, out, _) = said(&mcp_ssh(&words).arg(&root).output().unwrap());
    assert_eq!(status, 1);
    assert!(out.contains("FAIL  host key"), "{out}");
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    for words in [
        &["init"][..],
        &["init", "x", "--host", "web"],
        &["init", "x", "--user", "me"],
        &["init", "x", "--key", "k"],
        &["init", "x", "--fingerprint", "SHA256:x"],
        &["init", "x", "--policy", "look"],
        &[
            "init",
            "x",
            "--host",
            "web",
            "--user",
            "me",
            "--from-ssh-config",
            "f",
        ],
        &[
            "init", "x", "--host", "web", "--user", "me", "--add", "--policy", "look",
        ],
    ] {
        let (status, out, err) = output(words);
        assert_eq!((status, out.as_str()), (2, ""), "{words:?}: {err}");
        assert!(!Path::new("x").exists());
    }
    for words in [
        &["init", "x", "--host", "we b", "--user", "me"][..],
        &["init", "x", "--host", "web:0", "--user", "me"],
        &[
            "init",
            "x",
            "--host",
            "127.0.0.1",
            "--user",
            "me",
            "--policy",
            "all",
        ],
        &[
            "init",
            "x",
            "--host",
            "127.0.0.1",
            "--user",
            "me",
            "--key",
            "/nonexistent",
        ],
    ] {
        let (status, _, err) = output(words);
        assert_eq!(status, 1, "{words:?}: {err}");
        assert!(!Path::new("x").exists());
    }
}

/// Somebody in the middle can pass one key of the host on, with its own signature, and add a key of theirs.
#[test]
fn only_the_key_that_was_compared_is_trusted() {
    let keys = [KeyPair::ed25519(), KeyPair::ecdsa(256), KeyPair::rsa(2048)];
    let user = KeyPair::ed25519();
    let builder = keys.iter().fold(Sshd::builder(), Builder::host_key);
    let site = Site::of("onekey", builder.authorize(&user).start(), user);
    let home = home(&site);
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let key = home.path().join(".ssh/id_ed25519");
    let scanned = said(&site.run(&["keyscan", &host])).2;
    let known = |root: &Path| fs::read_to_string(root.join("keys/known_hosts")).unwrap();
    for (algorithm, name) in [("ssh-rsa", "rsa"), ("ecdsa-sha2-nistp256", "ecdsa")] {
        let line = scanned
            .lines()
            .find(|line| line.contains(algorithm))
            .unwrap();
        let fingerprint = line.split(' ').next_back().unwrap();
        let root = home.path().join(name);
        let words = [
            "init",
            "--host",
            &host,
            "--user",
            &site.account.name,
            "--fingerprint",
            fingerprint,
        ];
        let mut init = mcp_ssh(&words);
        let (status, out, err) = said(&init.arg("--key").arg(&key).arg(&root).output().unwrap());
        assert_eq!(status, 0, "{out}{err}");
        let lines = known(&root);
        assert_eq!(
            (lines.lines().count(), lines.contains(algorithm)),
            (1, true),
            "{lines}"
        );
        // Pasted into the conversation, it means that key, too.
        let answers = [
            "",
            &host,
            fingerprint,
            &site.account.name,
            "web-1",
            "",
            "",
            "",
        ];
        let talk = tempfile::tempdir().unwrap();
        fs::create_dir(talk.path().join(".ssh")).unwrap();
        fs::copy(&key, talk.path().join(".ssh/id_ed25519")).unwrap();
        let (status, told) = typed(talk.path(), "init", &answers);
        assert_eq!(status, 0, "{told}");
        assert!(
            known(&talk.path().join("mcp-ssh")).contains(algorithm),
            "{told}"
        );
    }
    let answers = ["", &host, "yes", &site.account.name, "web-1", "", "", ""];
    let (status, told) = typed(home.path(), "init", &answers);
    assert_eq!(status, 0, "{told}");
    let lines = known(&home.path().join("mcp-ssh"));
    assert_eq!(
        (lines.lines().count(), lines.contains("ssh-ed25519")),
        (1, true),
        "{lines}"
    );
}

#[test]
fn what_cannot_be_written_whole_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("id");
    write_private(&key, &KeyPair::ed25519().private);
    let fifo = folder.path().join("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let root = folder.path().join("site");
    let init = |key: &Path, more: &[&str]| {
        let words = ["init", "--host", "192.0.2.1", "--user", "me"];
        let mut init = mcp_ssh(&[&words, more].concat());
        said(&init.arg("--key").arg(key).arg(&root).output().unwrap())
    };
    let refused = |key: &Path, part: &str| {
        let before = tree(folder.path());
        let (status, out, err) = init(key, &[]);
        assert_eq!((status, out.as_str()), (1, ""), "{part}: {err}");
        assert!(err.contains(part), "{part}: {err}");
        assert_eq!(tree(folder.path()), before, "{part}");
    };
    for unfit in [Path::new("/dev/zero"), &fifo, folder.path()] {
        refused(unfit, "no regular file");
    }
    let large = folder.path().join("large");
    fs::write(&large, vec![b'x'; 70_000]).unwrap();
    refused(&large, "too large");
    fs::create_dir(&root).unwrap();
    for name in ["config", "keys", "secrets"] {
        symlink(&elsewhere, root.join(name)).unwrap();
        refused(&key, "a link, which is not followed");
        fs::remove_file(root.join(name)).unwrap();
    }
    let keys = root.join("keys");
    fs::create_dir(&keys).unwrap();
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o777)).unwrap();
    refused(&key, "others may write into it");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(keys.join("id"), "mine").unwrap();
    refused(&key, "exists already");
    fs::remove_file(keys.join("id")).unwrap();
    for name in ["", "a\n  - name: y", "a b"] {
        let words = [
            "init",
            "--host",
            "192.0.2.1",
            "--user",
            name,
            root.to_str().unwrap(),
        ];
        let (status, out, _) = output(&words);
        assert_eq!((status, out.as_str()), (1, ""), "{name:?}");
    }
}

#[test]
fn a_host_that_is_there_is_not_added_again() {
    let site = Site::start("twice");
    let home = home(&site);
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let key = home.path().join(".ssh/id_ed25519");
    let root = home.path().join("site");
    let words = ["init", "--host", &host, "--user", &site.account.name];
    let init = |more: &[&str]| {
        let mut init = mcp_ssh(&[&words, more].concat());
        said(&init.arg("--key").arg(&key).arg(&root).output().unwrap())
    };
    // Nobody has compared the host's key, so the way ends there; the files are written.
    assert_eq!(init(&[]).0, 1);
    let before = tree(&root);
    let (status, _, err) = init(&["--add"]);
    assert_eq!(status, 1);
    assert!(err.contains("there is a host `127.0.0.1` already"), "{err}");
    assert_eq!(tree(&root), before);
}
