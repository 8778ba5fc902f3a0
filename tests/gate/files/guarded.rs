//! What a host's names and answers give away, and what is not written although an entry grants it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::json;

use super::{ALL, FileSite, sha256};

const PASSWORD: &str = "correct horse battery";

/// A site whose login has a secret.
fn with_secret(tag: &str, entries: &str) -> FileSite {
    FileSite::with(tag, entries, "internal-sftp", |site| {
        site.fixture.write("secrets/login", PASSWORD);
        site.write_credentials("key_path: id, key_passphrase_secret: login");
    })
}

#[test]
fn a_program_that_runs_as_its_owner_is_not_written() {
    let mut site = FileSite::start("fsetid", ALL);
    for mode in [0o4755, 0o2755, 0o6755] {
        site.write("a", "one\n");
        fs::set_permissions(site.path("a"), Permissions::from_mode(mode)).unwrap();
        let sha256 = sha256(b"one\n");
        for (tool, more) in [
            (
                "ssh_write_file",
                json!({"content": "two\n", "expected_sha256": sha256}),
            ),
            (
                "ssh_write_file",
                json!({"content": "two\n", "expected_sha256": sha256, "mode": "755"}),
            ),
            (
                "ssh_edit_file",
                json!({"edits": [{"old": "one", "new": "two"}], "expected_sha256": sha256}),
            ),
        ] {
            let refused = site.refused(tool, "a", more);
            let error = refused["error"].as_str().unwrap();
            assert!(
                error.starts_with("the file is set-user-ID or set-group-ID"),
                "{mode:o}: {refused}"
            );
        }
        let there = fs::metadata(site.path("a")).unwrap().permissions().mode();
        assert_eq!(
            (there & 0o7777, site.content("a").as_str()),
            (mode, "one\n")
        );
    }
    site.write("a", "one\n");
    fs::set_permissions(site.path("a"), Permissions::from_mode(0o1755)).unwrap();
    let write = json!({"content": "two\n", "expected_sha256": sha256(b"one\n")});
    assert_eq!(
        site.done("ssh_write_file", "a", write)["status"],
        "replaced"
    );
}

/// Whoever guesses the content learns nothing of it.
#[test]
fn a_file_with_a_secret_answers_no_guess_of_its_content() {
    let mut site = with_secret("fguess", ALL);
    let content = format!("password = {PASSWORD}\n");
    site.write("a", &content);
    let mut answers = Vec::new();
    for guess in [content.as_str(), "password = wrong\n"] {
        let expected = sha256(guess.as_bytes());
        let edit = json!({"edits": [{"old": "password", "new": "x"}], "expected_sha256": expected});
        answers.push(site.refused("ssh_edit_file", "a", edit));
        let write = json!({"content": "x\n", "expected_sha256": expected});
        answers.push(site.refused("ssh_write_file", "a", write));
    }
    for answer in &answers {
        let error = answer["error"].as_str().unwrap();
        assert!(error.starts_with("the file holds a secret"), "{answer}");
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(site.content("a"), content);
}

#[test]
fn no_name_of_a_file_carries_a_secret_of_the_login() {
    let entries = "- {action: allow, read: ['DIR', 'DIR/**'], write: ['DIR/*']}\n\
                   - {action: deny, read: ['DIR/closed/**']}";
    let mut site = with_secret("fnames", entries);
    site.write(PASSWORD, "a\n");
    fs::create_dir(site.path("closed")).unwrap();
    for (link, target) in [
        ("link", PASSWORD.to_owned()),
        ("gone", format!("{PASSWORD}.gone")),
        ("below", format!("{PASSWORD}/x")),
        ("denied", format!("closed/{PASSWORD}")),
    ] {
        symlink(target, site.path(link)).unwrap();
    }
    let folder = site.folder.path().to_str().unwrap().to_owned();
    let listed = site.done("ssh_list_directory", &folder, json!({}));
    let names = listed["entries"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["below", "closed", "[redacted]", "denied", "gone", "link"]
    );
    let read = site.done("ssh_read_file", "link", json!({}));
    assert_eq!(read["resolved"], format!("{folder}/[redacted]"), "{read}");
    let denied = site.refused("ssh_read_file", "denied", json!({}));
    assert_eq!(denied["status"], "denied", "{denied}");
    let why = denied["why"].as_str().unwrap();
    assert!(why.contains("/closed/[redacted]"), "{denied}");
    for link in ["gone", "below"] {
        let failed = site.refused("ssh_read_file", link, json!({})).to_string();
        assert!(!failed.contains(PASSWORD), "{failed}");
    }
    let log = site.client.finish();
    assert!(!log.contains(PASSWORD), "{log}");
    for words in ["file_link_denied", "/[redacted].gone", "/closed/[redacted]"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    // What is asked for is the assistant's own word.
    let mut site = with_secret("fasked", entries);
    site.write(PASSWORD, "a\n");
    let read = site.done("ssh_read_file", PASSWORD, json!({}));
    assert!(read["path"].as_str().unwrap().ends_with(PASSWORD), "{read}");
}
