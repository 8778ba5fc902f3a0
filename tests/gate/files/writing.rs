//! `ssh_write_file` and `ssh_edit_file`: what is written whole, and what is refused and leaves everything as it was.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use serde_json::json;

use super::{ALL, FileSite, sha256};

#[test]
fn a_new_file_is_written_and_an_old_one_only_if_its_content_is_known() {
    let mut site = FileSite::start("fwrite", ALL);
    let made = site.done(
        "ssh_write_file",
        "a",
        json!({"content": "one\n", "create": true}),
    );
    assert_eq!(made["status"], "created", "{made}");
    assert_eq!(made["sha256"], sha256(b"one\n"), "{made}");
    assert_eq!(site.content("a"), "one\n");
    let about = fs::metadata(site.path("a")).unwrap();
    assert_eq!(
        (about.mode() & 0o7777, about.uid()),
        (0o644, site.held.account.uid())
    );
    fs::set_permissions(site.path("a"), Permissions::from_mode(0o640)).unwrap();
    let expected = json!({"content": "two\n", "expected_sha256": sha256(b"one\n").to_uppercase()});
    let written = site.done("ssh_write_file", "a", expected);
    assert_eq!(written["status"], "replaced", "{written}");
    assert_eq!(site.content("a"), "two\n");
    assert_eq!(fs::metadata(site.path("a")).unwrap().mode() & 0o7777, 0o640);
    let same = json!({"content": "two\n", "expected_sha256": sha256(b"two\n")});
    let inode = fs::metadata(site.path("a")).unwrap().ino();
    assert_eq!(
        site.done("ssh_write_file", "a", same)["status"],
        "unchanged"
    );
    assert_eq!(fs::metadata(site.path("a")).unwrap().ino(), inode);
    let mode = json!({"content": "three\n", "expected_sha256": sha256(b"two\n"), "mode": "600"});
    site.done("ssh_write_file", "a", mode);
    assert_eq!(fs::metadata(site.path("a")).unwrap().mode() & 0o7777, 0o600);
    for (name, more, words) in [
        ("a", json!({"create": true}), "the file is there already"),
        (
            "a",
            json!({"expected_sha256": sha256(b"two\n")}),
            "another content than",
        ),
        (
            "b",
            json!({"expected_sha256": sha256(b"")}),
            "there is no such file",
        ),
        ("a", json!({}), "needs either `create: true`"),
        (
            "a",
            json!({"create": true, "expected_sha256": sha256(b"")}),
            "needs either",
        ),
        ("a", json!({"expected_sha256": "abc"}), "a SHA-256 of 64"),
        (
            "b",
            json!({"create": true, "mode": "4755"}),
            "three octal digits",
        ),
        (
            "b",
            json!({"create": true, "mode": "rw"}),
            "three octal digits",
        ),
        (
            "c/d",
            json!({"create": true}),
            "no entry of `files` allows writing",
        ),
        (
            "/srv/x",
            json!({"create": true}),
            "no entry of `files` allows writing",
        ),
    ] {
        let mut more = more;
        more["content"] = json!("other");
        let refused = site.refused("ssh_write_file", name, more).to_string();
        assert!(refused.contains(words), "{name}: {refused}");
    }
    assert_eq!(
        (site.content("a").as_str(), site.names()),
        ("three\n", vec!["a".to_owned()])
    );
}

#[test]
fn exact_texts_are_replaced_or_nothing_is() {
    let mut site = FileSite::start("fedit", ALL);
    let text = "listen 80;\nroot /srv;\nindex a;\nindex a;\n";
    site.write("conf", text);
    let edit = |edits: serde_json::Value| json!({"edits": edits, "expected_sha256": sha256(text.as_bytes())});
    for (edits, words) in [
        (
            json!([{"old": "index a;", "new": "x"}]),
            "edit 1 stands in 2 places",
        ),
        (
            json!([{"old": "80", "new": "81"}, {"old": "90", "new": "91"}]),
            "edit 2 does not stand",
        ),
        (json!([{"old": "", "new": "x"}]), "is empty"),
        (json!([]), "a list of objects"),
        (json!([{"old": "80"}]), "a list of objects"),
        (
            json!(vec![json!({"old": "80", "new": "80"}); 101]),
            "has 101 edits, and a call has 100 at most",
        ),
    ] {
        let refused = site
            .refused("ssh_edit_file", "conf", edit(edits.clone()))
            .to_string();
        assert!(refused.contains(words), "{edits}: {refused}");
        assert_eq!(site.content("conf"), text);
    }
    let edits =
        json!([{"old": "listen 80", "new": "listen 443"}, {"old": "root /srv;\n", "new": ""}]);
    let done = site.done("ssh_edit_file", "conf", edit(edits));
    let now = "listen 443;\nindex a;\nindex a;\n";
    assert_eq!(
        (&done["status"], &done["sha256"]),
        (&json!("replaced"), &json!(sha256(now.as_bytes())))
    );
    assert_eq!(site.content("conf"), now);
    let many = json!({
        "edits": vec![json!({"old": "443", "new": "443"}); 100],
        "expected_sha256": sha256(now.as_bytes()),
    });
    let done = site.done("ssh_edit_file", "conf", many);
    assert_eq!(done["status"], "unchanged", "{done}");
    // The content that was seen is there no more.
    let late = edit(json!([{"old": "443", "new": "80"}]));
    let refused = site.refused("ssh_edit_file", "conf", late);
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("another content"),
        "{refused}"
    );
    assert_eq!(site.content("conf"), now);
    assert_eq!(site.names(), ["conf"], "no half file is left");
}

#[test]
fn an_edit_needs_both_grants_and_a_write_one() {
    let entries = "- {action: allow, read: ['DIR/r', 'DIR/rw']}\n- {action: allow, write: ['DIR/w', 'DIR/rw']}";
    let mut site = FileSite::start("fboth", entries);
    for name in ["r", "w", "rw"] {
        site.write(name, "old");
    }
    for (name, reads, writes) in [("r", true, false), ("w", false, true), ("rw", true, true)] {
        let read = site.call("ssh_read_file", name, json!({}));
        assert_eq!(read.get("isError").is_none(), reads, "{name}: {read}");
        let edit =
            json!({"edits": [{"old": "old", "new": "new"}], "expected_sha256": sha256(b"old")});
        let edited = site.call("ssh_edit_file", name, edit);
        assert_eq!(
            edited.get("isError").is_none(),
            reads && writes,
            "{name}: {edited}"
        );
        let expected = sha256(site.content(name).as_bytes());
        let write = json!({"content": "x", "expected_sha256": expected});
        let written = site.call("ssh_write_file", name, write);
        assert_eq!(
            written.get("isError").is_none(),
            writes,
            "{name}: {written}"
        );
    }
}

#[test]
fn links_hard_links_and_what_is_in_the_way_are_not_written_through() {
    let mut site = FileSite::start("fthrough", ALL);
    site.write("target", "old");
    // What stands in a hidden directory is denied for another reason.
    let outside = tempfile::Builder::new().prefix("outside").tempdir();
    let outside = outside.unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "old").unwrap();
    symlink(&victim, site.path("out")).unwrap();
    symlink("target", site.path("in")).unwrap();
    symlink("none", site.path("dangling")).unwrap();
    symlink(outside.path().join("new"), site.path("dangling-out")).unwrap();
    site.write("twice", "old");
    fs::hard_link(site.path("twice"), site.path("once-more")).unwrap();
    fs::create_dir(site.path("directory")).unwrap();
    let write = |create: bool| match create {
        true => json!({"content": "new", "create": true}),
        false => json!({"content": "new", "expected_sha256": sha256(b"old")}),
    };
    let written = site.done("ssh_write_file", "in", write(false));
    assert_eq!(written["resolved"], site.text("target"), "{written}");
    assert_eq!(site.content("target"), "new");
    assert!(fs::symlink_metadata(site.path("in")).unwrap().is_symlink());
    let written = site.done("ssh_write_file", "dangling", write(true));
    assert_eq!(written["resolved"], site.text("none"), "{written}");
    for (name, create, words) in [
        ("out", false, "no entry of `files` allows writing"),
        ("dangling-out", true, "no entry of `files` allows writing"),
        ("twice", false, "File has other names"),
        ("directory", false, "not a file"),
        ("directory", true, "not a file"),
    ] {
        let refused = site
            .refused("ssh_write_file", name, write(create))
            .to_string();
        assert!(refused.contains(words), "{name}: {refused}");
    }
    assert_eq!(fs::read_to_string(&victim).unwrap(), "old");
    assert!(!outside.path().join("new").exists());
    assert_eq!(site.content("twice"), "old");
    let hidden = site
        .names()
        .into_iter()
        .filter(|name| name.starts_with('.'));
    assert_eq!(hidden.count(), 0, "no half file is left");
}

#[test]
fn a_directory_that_others_can_change_is_not_trusted() {
    let mut site = FileSite::start(
        "ftrust",
        "- {action: allow, read: ['DIR/**'], write: ['DIR/*/*']}",
    );
    for (name, mode) in [("open", 0o777), ("group", 0o775), ("sticky", 0o1777)] {
        fs::create_dir(site.path(name)).unwrap();
        fs::set_permissions(site.path(name), Permissions::from_mode(mode)).unwrap();
        site.write(&format!("{name}/a"), "a");
    }
    assert_eq!(
        site.done("ssh_read_file", "sticky/a", json!({}))["content"],
        "a"
    );
    for name in ["open/a", "group/a"] {
        let refused = site.refused("ssh_read_file", name, json!({}));
        assert!(
            refused["error"]
                .as_str()
                .unwrap()
                .contains("Other users can change"),
            "{refused}"
        );
        let write = json!({"content": "b", "expected_sha256": sha256(b"a")});
        site.refused("ssh_write_file", name, write);
        assert_eq!(site.content(name), "a");
    }
}

/// The owner of the home is not the login: the server says whose the numbers are.
#[test]
fn a_home_of_another_user_makes_nobody_trusted() {
    let other = crate::support::account::Account::create("fhome2");
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::chown(home.path(), Some(other.uid()), Some(other.gid())).unwrap();
    let mut site = FileSite::with("fhome", ALL, "internal-sftp", |site| {
        site.account.lives_in(home.path());
    });
    site.write("a", "old");
    assert_eq!(site.done("ssh_read_file", "a", json!({}))["content"], "old");
    // A directory of the home's owner is one of another user.
    std::os::unix::fs::chown(site.folder.path(), Some(other.uid()), Some(other.gid())).unwrap();
    for (tool, more) in [
        ("ssh_read_file", json!({})),
        (
            "ssh_write_file",
            json!({"content": "new", "expected_sha256": sha256(b"old")}),
        ),
    ] {
        let refused = site.refused(tool, "a", more);
        assert!(
            refused["error"]
                .as_str()
                .unwrap()
                .contains("Other users can change"),
            "{refused}"
        );
    }
    assert_eq!(site.content("a"), "old");
}
