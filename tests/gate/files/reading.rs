//! `ssh_read_file`: what is shown of a file, what is hidden, and what is refused.

use std::os::unix::fs::symlink;

use serde_json::json;

use super::{ALL, FileSite, sha256};

#[test]
fn a_file_is_read_in_parts_of_lines_or_bytes() {
    let mut site = FileSite::start("fread", ALL);
    let text = "one\ntwo\r\nthr\u{e9}e\n\nlast";
    site.write("notes", text);
    let read = site.done("ssh_read_file", "notes", json!({}));
    assert_eq!(read["content"], text, "{read}");
    assert_eq!(read["sha256"], sha256(text.as_bytes()), "{read}");
    assert_eq!(
        (&read["encoding"], &read["unit"], &read["has_more"]),
        (&json!("utf-8"), &json!("lines"), &json!(false))
    );
    assert_eq!(
        (&read["total"], &read["bytes"]),
        (&json!(5), &json!(text.len()))
    );
    assert_eq!(read.get("note"), None, "{read}");
    for (more, content, next) in [
        (json!({"limit": 2}), "one\ntwo\r\n", 2),
        (json!({"offset": 2, "limit": 1}), "thr\u{e9}e\n", 3),
        (json!({"offset": 4}), "last", 5),
        (json!({"offset": 9}), "", 5),
        (json!({"unit": "bytes", "offset": 4, "limit": 3}), "two", 7),
        (json!({"unit": "bytes", "offset": 9, "limit": 4}), "thr", 12),
        (
            json!({"unit": "bytes", "offset": 12, "limit": 1}),
            "\u{e9}",
            14,
        ),
    ] {
        let read = site.done("ssh_read_file", "notes", more.clone());
        assert_eq!(read["content"], content, "{more}: {read}");
        assert_eq!(read["next_offset"], next, "{more}: {read}");
        assert_eq!(read["sha256"], sha256(text.as_bytes()), "{more}");
    }
    site.write("empty", "");
    let read = site.done("ssh_read_file", "empty", json!({}));
    assert_eq!((&read["content"], &read["total"]), (&json!(""), &json!(0)));
    site.write("big", "0123456789abcde\n".repeat(10_000));
    let read = site.done("ssh_read_file", "big", json!({}));
    assert_eq!(
        (&read["next_offset"], &read["has_more"]),
        (&json!(2048), &json!(true))
    );
    site.write("bytes", b"\x00\x01\xff");
    let read = site.done("ssh_read_file", "bytes", json!({}));
    assert_eq!(
        (&read["encoding"], &read["content"]),
        (&json!("base64"), &json!("AAH/"))
    );
    site.write("coloured", "a\u{1b}[31mred\n");
    let read = site.done("ssh_read_file", "coloured", json!({}));
    assert_eq!(read["content"], "ared\n", "{read}");
    assert!(
        read["note"]
            .as_str()
            .unwrap()
            .contains("control characters"),
        "{read}"
    );
}

#[test]
fn what_no_entry_grants_is_denied_before_the_host_is_asked() {
    let mut site = FileSite::start("fdeny", "- {action: allow, read: ['DIR/*.log']}");
    site.write("a.log", "a\n");
    site.write("b.txt", "b\n");
    assert_eq!(
        site.done("ssh_read_file", "a.log", json!({}))["content"],
        "a\n"
    );
    for (path, reason, words) in [
        (
            "b.txt",
            "no_matching_entry",
            "no entry of `files` allows reading",
        ),
        ("/etc/passwd", "no_matching_entry", "`/etc/passwd`"),
        ("/etc/shadow", "protected_path", "hashes of passwords"),
        (
            "/proc/self/environ",
            "protected_path",
            "a file of the kernel",
        ),
        ("etc/passwd", "no_matching_entry", "no entry"),
        ("/etc//passwd", "invalid_path", "the path"),
        ("/tmp/../etc/passwd", "invalid_path", "the path"),
        ("/etc/passwd/", "invalid_path", "the path"),
        ("/etc/pass\nwd", "invalid_path", "the path"),
    ] {
        let refused = site.refused("ssh_read_file", path, json!({}));
        assert_eq!(refused["status"], "denied", "{path}: {refused}");
        assert_eq!(refused["reason"], reason, "{path}: {refused}");
        assert!(
            refused["why"].as_str().unwrap().contains(words),
            "{path}: {refused}"
        );
    }
    let nothing = site.refused("ssh_read_file", "b.txt", json!({"alias": "bix"}));
    assert!(
        nothing["error"]
            .as_str()
            .unwrap()
            .contains("did you mean `box`"),
        "{nothing}"
    );
    let log = site.client.finish();
    // The first one was read, and nothing else was looked for.
    assert_eq!(log.matches("\"type\":\"look\"").count(), 1, "{log}");
}

#[test]
fn secrets_and_keys_in_a_file_are_not_shown_in_any_form() {
    let mut site = FileSite::with("fsecret", ALL, "internal-sftp", |site| {
        let password = "correct horse battery";
        site.fixture.write("secrets/login", password);
        site.write_credentials("key_path: id, key_passphrase_secret: login");
    });
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n\
               -----END OPENSSH PRIVATE KEY-----\n";
    for (name, content, shown) in [
        (
            "password",
            "a\nx = correct horse battery\n".to_owned(),
            "a\nx = [redacted]\n",
        ),
        ("a", format!("{key}b\n"), "[redacted]\nb\n"),
    ] {
        site.write(name, &content);
        let read = site.done("ssh_read_file", name, json!({}));
        assert_eq!(read["content"], shown, "{read}");
        assert_eq!(
            read.get("sha256"),
            None,
            "it would betray the secret: {read}"
        );
        assert!(
            read["note"].as_str().unwrap().contains("redacted"),
            "{read}"
        );
        // Cut where it is, no part of the secret is shown.
        for offset in 0..content.len() {
            let part = json!({"unit": "bytes", "offset": offset, "limit": 12});
            let read = site.done("ssh_read_file", name, part).to_string();
            for piece in ["horse", "battery", "b3BlbnNz", "AAAAB"] {
                assert!(!read.contains(piece), "{name} at {offset}: {read}");
            }
        }
        // An edit would tell by its success what stands there.
        let edit = json!({
            "edits": [{"old": "correct h", "new": "correct h"}],
            "expected_sha256": sha256(content.as_bytes()),
        });
        let refused = site.refused("ssh_edit_file", name, edit);
        assert!(
            refused["error"]
                .as_str()
                .unwrap()
                .contains("holds a secret"),
            "{refused}"
        );
        assert_eq!(site.content(name), content);
    }
    for (name, content) in [
        ("among", [b"\xff\0".as_slice(), key.as_bytes()].concat()),
        (
            "utf16",
            key.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
        ("word", b"\xffcorrect horse battery".to_vec()),
    ] {
        site.write(name, content);
        let refused = site.refused("ssh_read_file", name, json!({}));
        assert!(
            refused["error"].as_str().unwrap().contains("is not shown"),
            "{name}: {refused}"
        );
    }
}

#[test]
fn a_file_over_the_bound_and_what_is_no_file_are_told() {
    let entries = "- {action: allow, read: ['DIR', 'DIR/**'], max_bytes: 100}";
    let mut site = FileSite::start("fbound", entries);
    site.write("just", "x".repeat(100));
    site.write("over", "x".repeat(101));
    assert_eq!(site.done("ssh_read_file", "just", json!({}))["bytes"], 100);
    for (name, words) in [
        ("over", "more bytes than max_bytes"),
        ("none", "No such file"),
        ("none/below", "No such file"),
        ("just/below", "No such file"),
        ("", "A directory, a device or a pipe is in the way"),
    ] {
        let name = if name.is_empty() {
            site.folder.path().to_str().unwrap().to_owned()
        } else {
            name.to_owned()
        };
        let refused = site.refused("ssh_read_file", &name, json!({}));
        assert!(
            refused["error"].as_str().unwrap().contains(words),
            "{name}: {refused}"
        );
    }
    // Not readable by the account.
    let path = site.path("roots");
    std::fs::write(&path, "x").unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let refused = site.refused("ssh_read_file", "roots", json!({}));
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("permission denied"),
        "{refused}"
    );
    let fifo = site.path("fifo");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        0o666.into(),
        0,
    )
    .unwrap();
    let refused = site.refused("ssh_read_file", "fifo", json!({}));
    assert!(
        refused["error"].as_str().unwrap().contains("not a file"),
        "{refused}"
    );
}

#[test]
fn a_link_is_followed_only_to_what_the_policy_grants() {
    let entries =
        "- {action: allow, read: ['DIR/in/**']}\n- {action: deny, read: ['DIR/in/closed/**']}";
    let mut site = FileSite::start("flink", entries);
    for name in ["in", "in/closed", "out"] {
        std::fs::create_dir(site.path(name)).unwrap();
    }
    site.write("in/a", "a");
    site.write("in/closed/b", "b");
    site.write("out/c", "c");
    for (link, to) in [
        ("in/to-a", "a"),
        ("in/to-closed", "closed/b"),
        ("in/to-out", "../out/c"),
        ("in/to-shadow", "/etc/shadow"),
        ("in/dir-out", "../out"),
        ("in/proc", "/proc/self/root"),
        ("in/to-link", "to-out"),
        ("in/loop", "loop"),
    ] {
        symlink(to, site.path(link)).unwrap();
    }
    let read = site.done("ssh_read_file", "in/to-a", json!({}));
    assert_eq!(
        (&read["content"], &read["resolved"]),
        (&json!("a"), &json!(site.text("in/a")))
    );
    for (name, words) in [
        ("in/to-closed", "is denied by files[1]"),
        ("in/to-out", "no entry of `files` allows reading"),
        ("in/to-shadow", "hashes of passwords"),
        ("in/dir-out/c", "no entry of `files` allows reading"),
        ("in/proc/etc/hostname", "a file of the kernel"),
        ("in/to-link", "no entry of `files` allows reading"),
    ] {
        let refused = site.refused("ssh_read_file", name, json!({}));
        assert_eq!(refused["status"], "denied", "{name}: {refused}");
        let why = refused["why"].as_str().unwrap();
        assert!(
            why.contains(words) && why.contains("to another path"),
            "{name}: {refused}"
        );
    }
    let refused = site.refused("ssh_read_file", "in/loop", json!({}));
    assert_eq!(refused["status"], "failed", "{refused}");
    let log = site.client.finish();
    assert_eq!(log.matches("file_link_denied").count(), 6, "{log}");
}
