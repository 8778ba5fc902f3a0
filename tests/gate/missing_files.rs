//! A key, certificate, secret or known_hosts that is not there: told with the line that names it. What stands on that line
//! may be a password in the wrong place, and then nothing shows it.

use serde_json::Value;

use super::cli::{status, text};
use crate::support::fixture::Fixture;
use crate::support::keys::{KeyPair, write_private};

/// A configuration whose one entry has these lines behind its name and user, and a key `id`.
fn fixture(lines: &[&str]) -> Fixture {
    let fixture = Fixture::one_host(22);
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    let entries = format!("entries:\n  - name: ops\n    username: o\n{lines}");
    fixture.write("config/credentials.yml", &entries);
    write_private(
        fixture.path("keys/id").as_ref(),
        &KeyPair::ed25519().private,
    );
    fixture
}

/// What a command says on both streams, without the directory of the configuration.
fn said(fixture: &Fixture, words: &[&str]) -> (i32, String) {
    let output = fixture.server().args(words).output().unwrap();
    let said = format!("{}{}", text(&output.stderr), text(&output.stdout));
    (status(&output), said.replace(&fixture.path(""), ""))
}

#[test]
fn check_names_the_line_of_what_is_missing() {
    for (lines, place, told) in [
        (
            &["key_path: id_gone"][..],
            (4, 15),
            "`key_path`: keys/id_gone: no such key file: put the key there",
        ),
        (
            &["key_path: id", "certificate_path: id_gone.pub"],
            (5, 23),
            "`certificate_path`: keys/id_gone.pub: no such key file: put the key there",
        ),
        (
            &["agent: true", "key_path: id_gone.pub"],
            (5, 15),
            "`key_path`: keys/id_gone.pub: no such key file: put the key there",
        ),
        (
            &["key_path: id", "key_passphrase_secret: gone-pw"],
            (5, 28),
            "credential `ops`: secret `gone-pw` is nowhere: tried ",
        ),
        (
            &["password_secret: gone-pw"],
            (4, 22),
            "credential `ops`: secret `gone-pw` is nowhere: tried ",
        ),
        (
            &["key_path: id", "", "sudo_password_secret: gone-pw"],
            (6, 27),
            "credential `ops`: secret `gone-pw` is nowhere: tried ",
        ),
        (
            &["password_secret: correct-horse"],
            (4, 22),
            "credential `ops`: the secret that `password_secret` (not shown: it may be a secret) names is nowhere: tried ",
        ),
        (
            &["key_path: correct-horse"],
            (4, 15),
            "`key_path` (not shown: it may be a secret): no such key file: put the key there",
        ),
    ] {
        let fixture = fixture(lines);
        let (exit, all) = said(&fixture, &["check"]);
        let (line, column) = place;
        let expected = format!("config/credentials.yml:{line}:{column}: {told}");
        assert_eq!(exit, 1, "{all}");
        assert!(
            all.lines().any(|line| line.starts_with(&expected)),
            "{expected}: {all}"
        );
        let (_, all) = said(&fixture, &["check", "--keys-elsewhere"]);
        let expected = format!("config/credentials.yml:{line}:{column}: warning: {told}");
        assert!(
            all.lines().any(|line| line.starts_with(&expected)),
            "{expected}: {all}"
        );
        let json = fixture.server().args(["check", "--json"]).output().unwrap();
        let json: Value = serde_json::from_slice(&json.stdout).unwrap();
        let faults = json["diagnostics"].as_array().unwrap();
        let is_here = |fault: &&Value| fault["line"] == line && fault["column"] == column;
        let fault = faults
            .iter()
            .find(is_here)
            .unwrap_or_else(|| panic!("{json}"));
        assert_eq!(fault["path"], fixture.path("config/credentials.yml"));
    }
}

/// A warning about an entry has the line of the entry, too.
#[test]
fn check_names_the_line_of_an_entry_that_it_warns_of() {
    let fixture = fixture(&[
        "key_path: id",
        "sudo_password_secret: sudo-pw",
        "",
        "# Nobody's.",
    ]);
    let path = fixture.path("config/credentials.yml");
    let entries = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        format!("{entries}  - name: spare\n    username: o\n    agent: true\n"),
    )
    .unwrap();
    fixture.write("secrets/sudo-pw", "x");
    let (exit, told) = said(&fixture, &["check"]);
    assert_eq!(exit, 0, "{told}");
    for line in [
        "config/credentials.yml:8:11: warning: no host logs in with credential `spare`",
        "config/credentials.yml:2:11: warning: credential `ops`: its `sudo_password_secret` is never sent",
    ] {
        assert!(
            told.lines().any(|told| told.starts_with(line)),
            "{line}: {told}"
        );
    }
}

/// Letters of one kind look like any word; it is their place in which they are not shown.
#[test]
fn a_password_in_the_place_of_a_name_is_shown_nowhere() {
    for (lines, place) in [
        (&["key_path: SECRET"][..], "credentials.yml:4:15"),
        (
            &["key_path: id", "certificate_path: SECRET"],
            "credentials.yml:5:23",
        ),
        (
            &["key_path: id", "key_passphrase_secret: SECRET"],
            "credentials.yml:5:28",
        ),
        (&["password_secret: SECRET"], "credentials.yml:4:22"),
    ] {
        for secret in [
            "hunter",
            "correcthorse",
            "Correcthorse",
            "correct-horse",
            "87654321",
        ] {
            let lines: Vec<String> = lines
                .iter()
                .map(|line| line.replace("SECRET", secret))
                .collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            shown_nowhere(&fixture(&lines), secret, place);
        }
    }
    let fixture = fixture(&["key_path: id"]);
    let policy = std::fs::read_to_string(fixture.path("config/policy.yml")).unwrap();
    fixture.write(
        "config/policy.yml",
        &format!("known_hosts_path: hunter\n{policy}"),
    );
    shown_nowhere(&fixture, "hunter", "policy.yml:1:19");
}

fn shown_nowhere(fixture: &Fixture, secret: &str, place: &str) {
    let words: [&[&str]; 5] = [
        &["check"],
        &["check", "--json"],
        &["healthcheck"],
        &["doctor", "web"],
        &["run", "web", "--", "uptime"],
    ];
    for words in words {
        let (exit, all) = said(fixture, words);
        assert_ne!(exit, 0, "{words:?}: {all}");
        assert!(
            !all.to_lowercase().contains(&secret.to_lowercase()),
            "{secret} {words:?}: {all}"
        );
        let (file, line) = place.split_once(':').unwrap();
        let is_json = words.contains(&"--json");
        let (line, _) = line.split_once(':').unwrap();
        let is_there = match is_json {
            true => all.contains(&format!("\"line\":{line},")),
            false => all.contains(place),
        };
        assert!(is_there && all.contains(file), "{place} {words:?}: {all}");
    }
}

/// It is in the directory for all to see.
#[test]
fn a_name_that_something_has_is_shown() {
    let fixture = fixture(&["key_path: deploy"]);
    std::fs::create_dir(fixture.path("keys/deploy")).unwrap();
    let (_, told) = said(&fixture, &["check"]);
    assert!(
        told.contains("`key_path`: keys/deploy: a directory, not a key file"),
        "{told}"
    );
}
