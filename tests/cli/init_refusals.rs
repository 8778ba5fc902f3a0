//! What `mcp-ssh init` with a host does not do: trust a key that nobody compared, write half, follow a link, add a host
//! twice, or spoil what is there.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use super::init_host::{home, typed};
use super::{mcp_ssh, output, said, tree};
use crate::gate::site::Site;
use crate::support::keys::{KeyPair, write_private};
use crate::support::sshd::{Builder, Sshd};

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
        assert_eq!((status, out.as_str()), (2, ""), "{name:?}");
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

#[test]
fn a_known_hosts_without_a_last_newline_is_not_spoiled() {
    let site = Site::start("newline");
    let home = home(&site);
    let host = format!("127.0.0.1:{}", site.sshd.port());
    let root = home.path().join("site");
    assert_eq!(output(&["init", root.to_str().unwrap()]).0, 0);
    let known_hosts = root.join("keys/known_hosts");
    let old = "other.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3vPO0gSmT2l7SLxYFCRTqUIcRlhDYXtXoEQK0N0oTB";
    fs::write(&known_hosts, old).unwrap();
    let scanned = said(&site.run(&["keyscan", &host])).2;
    let fingerprint = scanned.split_whitespace().last().unwrap();
    let words = [
        "init",
        "--add",
        "--host",
        &host,
        "--user",
        &site.account.name,
        "--fingerprint",
        fingerprint,
    ];
    let mut init = mcp_ssh(&words);
    let _added = init
        .arg("--key")
        .arg(home.path().join(".ssh/id_ed25519"))
        .arg(&root)
        .output()
        .unwrap();
    let text = fs::read_to_string(&known_hosts).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(
        text.starts_with(&format!("{old}\n")) && text.ends_with('\n'),
        "{text}"
    );
}
