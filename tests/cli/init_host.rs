//! `mcp-ssh init` with a host: by options, and as a conversation on a terminal, up to the first answer of a real sshd.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::talk::Talk;
use super::{mcp_ssh, output, said, tree};
use crate::gate::site::Site;
use crate::support::keys::write_private;

/// A home with the key that the host knows.
pub fn home(site: &Site) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".ssh")).unwrap();
    write_private(&home.path().join(".ssh/id_ed25519"), &site.user.private);
    home
}

/// What a person sees who types each answer when its question is there, and then ends the input.
pub fn typed(home: &Path, words: &str, answers: &[&str]) -> (i32, String) {
    let mut talk = Talk::of(home, None, &format!("mcp-ssh {words}"));
    for answer in answers {
        assert!(talk.is_asked(), "{answer}: {}", talk.seen());
        talk.press(&format!("{answer}\n"));
    }
    talk.is_asked();
    let (status, told) = talk.end();
    (status, told.replace("\r\n", "\n"))
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
        "`password` [~/.ssh/id_ed25519]",
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
        &[
            "init",
            "x",
            "--fingerprint",
            "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ],
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
    // What is right in form, and is not there.
    let absent = [
        "init",
        "x",
        "--host",
        "127.0.0.1",
        "--user",
        "me",
        "--key",
        "/nonexistent",
    ];
    let (status, _, err) = output(&absent);
    assert_eq!(status, 1, "{err}");
    assert!(!Path::new("x").exists());
}
