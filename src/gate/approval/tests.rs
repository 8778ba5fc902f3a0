//! Questions about files: their text, and what makes one another.

use std::io::Write;
use std::os::unix::net::UnixListener;

use super::file_question::FileQuestion;
use super::question::Question;
use super::remembered::Approvals;
use super::road::OpenRoad;
use crate::approver::ApproverLink;
use crate::audit::sha256;
use crate::gate::file::FileChange;
use crate::gate::redact::Redactor;
use crate::runtime::block_on;
use crate::secret::Secret;
use mcp_ssh_policy::{
    ApprovalSettings, FileAccess, FileDecision, Grant, Policy, Unapproved, Verdict,
};
use mcp_ssh_yaml::diagnostic::Source;

const PATH: &str = "/srv/web/a.conf";

fn decision(alias: &str, access: FileAccess, path: &str, resolved: &str) -> FileDecision {
    let yaml = "files: [{name: config, action: ask, read: ['/srv/web/*', '/opt/web/*'], write: ['/srv/web/*', '/opt/web/*']}]\n";
    let (policy, _) = Policy::load(&Source::new("policy.yml", yaml)).unwrap();
    let files = policy.files_for_host(alias, &["web"]);
    files.judge_resolved(access, path, resolved)
}

fn of_file(decision: &FileDecision, user: Option<&str>, what: FileQuestion) -> Question {
    let secret = Secret::new("hunter2secret".to_owned());
    let redactor = Redactor::new([&secret].into_iter());
    Question::of_file(decision, "c", user, (what, &redactor))
}

/// A write of `new` in the place of `old`.
fn write(old: Option<&str>, new: &str) -> FileQuestion {
    let redactor = Redactor::new(std::iter::empty());
    let old = old.map(str::as_bytes);
    FileQuestion::Write {
        bytes: new.len(),
        sha256: sha256(new.as_bytes()),
        mode: None,
        change: FileChange::between(old, new.as_bytes(), &redactor).unwrap(),
    }
}

fn question(alias: &str, old: Option<&str>, new: &str) -> Question {
    let decision = decision(alias, FileAccess::Write, PATH, PATH);
    assert_eq!(decision.verdict(), Verdict::Ask, "{decision:?}");
    of_file(&decision, Some("deploy"), write(old, new))
}

/// A write that changes the permissions as well.
fn with_mode(bits: u32) -> Question {
    let mut what = write(Some("a\n"), "b\n");
    if let FileQuestion::Write { mode, .. } = &mut what {
        *mode = Some(bits);
    }
    let decision = decision("web1", FileAccess::Write, PATH, PATH);
    of_file(&decision, Some("deploy"), what)
}

#[test]
fn a_person_reads_what_is_written_and_where() {
    let executable = with_mode(0o755);
    assert!(
        executable.line.contains(" (2 bytes, mode 0755, sha256 "),
        "{executable}"
    );
    let digest = sha256(b"a\nc\n");
    assert_eq!(
        question("web1", Some("a\nb\n"), "a\nc\n").to_string(),
        format!(
            "May this be written on the host web1?\nThe policy asks, by files[0] `config`.\n\
             The file: write `/srv/web/a.conf` (4 bytes, sha256 {digest})\n\
             │ @@ -1,2 +1,2 @@\n│  a\n│ -b\n│ +c"
        )
    );
    let read = decision("web1", FileAccess::Read, PATH, "/opt/web/a.conf");
    let read = of_file(&read, None, FileQuestion::Read);
    assert_eq!(
        read.to_string(),
        "May this be read on the host web1?\nThe policy asks, by files[0] `config`.\n\
         The file: read `/srv/web/a.conf`, which is `/opt/web/a.conf`"
    );
    let told = read.for_approver("n".to_owned(), None, 60);
    assert_eq!((told.access.as_deref(), told.change), (Some("read"), None));
    let edit = decision("web1", FileAccess::Edit, PATH, PATH);
    let edit = of_file(&edit, None, write(None, "a\n"));
    let told = edit.for_approver("n".to_owned(), None, 60);
    assert_eq!(told.access.as_deref(), Some("edit"));
    assert_eq!(
        told.change.as_deref(),
        Some("\\ there is no such file yet\n@@ -0,0 +1,1 @@\n+a")
    );
    let why = edit.unapproved(Unapproved::NoApprover);
    assert!(why.0.ends_with("; nothing was read or written"), "{why:?}");
    assert!(why.1.ends_with("or to do it"), "{why:?}");
}

/// No row looks like a part of the question, and none is longer than a terminal.
#[test]
fn each_row_of_a_change_stands_behind_a_margin() {
    let forged = format!(
        "{}\nThe policy asks, by nobody.\n│ -b\n{}+c\n",
        "x".repeat(200),
        " ".repeat(90)
    );
    let text = question("web1", None, &forged).to_string();
    for row in text.lines().skip(3) {
        assert!(row.starts_with("│ ") || row.starts_with("┆ "), "{text}");
        assert!(row.chars().count() <= 78, "{text}");
    }
    // The rest of a row is no row: this one would seem to remove a line.
    let crafted = format!("{}-b", "x".repeat(75));
    let text = question("web1", None, &crafted).to_string();
    assert!(
        text.contains(&format!("│ +{}\n┆ -b\n", "x".repeat(75))),
        "{text}"
    );
}

#[test]
fn another_content_host_path_or_change_is_another_question() {
    let of = question("web1", Some("a\n"), "b\n");
    assert_eq!(of.digest(), question("web1", Some("a\n"), "b\n").digest());
    let at = |access, path, resolved| {
        let decision = decision("web1", access, path, resolved);
        of_file(&decision, Some("deploy"), write(Some("a\n"), "b\n"))
    };
    let mut reconfigured = of.clone();
    reconfigured.config_sha256 = "d".to_owned();
    let mut others = vec![
        question("web1", Some("a\n"), "c\n"),
        question("web1", Some("a\n"), "b"),
        question("web1", Some("z\n"), "b\n"),
        question("web1", None, "b\n"),
        question("web2", Some("a\n"), "b\n"),
        at(FileAccess::Edit, PATH, PATH),
        at(FileAccess::Write, "/srv/web/b.conf", "/srv/web/b.conf"),
        at(FileAccess::Write, PATH, "/opt/web/a.conf"),
        reconfigured,
        with_mode(0o755),
        with_mode(0o644),
    ];
    // What is no text shows no difference: the old content is covered all the same.
    for binary in [&b"\0a"[..], b"\0b"] {
        let redactor = Redactor::new(std::iter::empty());
        let what = FileQuestion::Write {
            bytes: 2,
            sha256: sha256(b"b\n"),
            mode: None,
            change: FileChange::between(Some(binary), b"b\n", &redactor).unwrap(),
        };
        let decision = decision("web1", FileAccess::Write, PATH, PATH);
        others.push(of_file(&decision, Some("deploy"), what));
    }
    others.push(of);
    for (at, one) in others.iter().enumerate() {
        for other in &others[..at] {
            assert_ne!(one.digest(), other.digest(), "{one}\n{other}");
            // A yes for longer tells them apart as well, by the host, the configuration or the line.
            let remembered = |its: &Question| {
                let alias = its.aliases[0].clone();
                (
                    its.remembered_line(&alias),
                    alias,
                    its.config_sha256.clone(),
                )
            };
            assert_ne!(remembered(one), remembered(other));
        }
    }
}

#[test]
fn a_tag_is_one_question_with_a_change_for_each_group() {
    let all = |olds: &[(&str, &str)]| {
        let each = olds
            .iter()
            .map(|(alias, old)| question(alias, Some(old), "b\n"));
        Question::of_files(each, "web")
    };
    let mixed = all(&[("w1", "a\n"), ("w2", "z\n"), ("w3", "a\n")]).unwrap();
    let text = mixed.to_string();
    assert!(
        text.starts_with("May this be written on 3 hosts of the tag web (w1, w2, w3)?\n"),
        "{text}"
    );
    assert!(
        text.ends_with(
            "│ \\ on w1, w3:\n│ @@ -1,1 +1,1 @@\n│ -a\n│ +b\n│ \\ on w2:\n│ @@ -1,1 +1,1 @@\n│ -z\n│ +b"
        ),
        "{text}"
    );
    assert_eq!(mixed.users, ["deploy"]);
    // Alike on all of them: nothing to tell apart.
    let alike = all(&[("w1", "a\n"), ("w2", "a\n")]).unwrap();
    assert!(
        alike
            .to_string()
            .ends_with(")\n│ @@ -1,1 +1,1 @@\n│ -a\n│ +b"),
        "{alike}"
    );
    let swapped = all(&[("w1", "z\n"), ("w2", "a\n"), ("w3", "a\n")]).unwrap();
    assert_ne!(mixed.digest(), swapped.digest());
    // Different files behind one path.
    let at = |alias, resolved| {
        let decision = decision(alias, FileAccess::Write, PATH, resolved);
        of_file(&decision, None, write(None, "b\n"))
    };
    let led = Question::of_files([at("w1", PATH), at("w2", "/opt/web/a.conf")], "web").unwrap();
    assert!(
        led.to_string()
            .contains("\n│ \\ on w2, where the file is `/opt/web/a.conf`:\n"),
        "{led}"
    );
    assert_ne!(led.remembered_line("w1"), led.remembered_line("w2"));
    let led = Question::of_files(
        [at("w1", "/opt/web/a.conf"), at("w2", "/opt/web/a.conf")],
        "web",
    )
    .unwrap();
    assert!(
        led.line
            .starts_with("write `/srv/web/a.conf`, which is `/opt/web/a.conf` ("),
        "{led}"
    );
    // One content for all of them, or no question.
    let other = question("w2", Some("a\n"), "c\n");
    assert!(Question::of_files([question("w1", Some("a\n"), "b\n"), other], "web").is_none());
    assert!(Question::of_files([], "web").is_none());
}

/// Each path, and how it stands in the question: no two look alike, and none ends its backticks.
#[test]
fn a_path_is_seen_and_cannot_forge_the_question() {
    for (name, shown) in [
        ("a", "a"),
        ("a ", "a␠"),
        ("a  b", "a ␠b"),
        ("a b", "a b"),
        ("a\u{a0}b", "a‹U+00A0›b"),
        ("a\u{3000}b", "a‹U+3000›b"),
        ("a\u{2800}b", "a‹U+2800›b"),
        ("e\u{301}", "e‹U+0301›"),
        ("\u{5d0}", "‹U+05D0›"),
        ("a\nb\n", "a‹U+000A›b‹U+000A›"),
        ("a\tb", "a␉b"),
        ("motd (6 bytes, sha256 5891)", "motd (6 bytes, sha256 5891)"),
        ("a`, which is `b", "a‹U+0060›, which is ‹U+0060›b"),
        ("‹U+0060›", "‹U+2039›U+0060‹U+203A›"),
        ("hunter2secret", "hunter2secret"),
    ] {
        let path = format!("/srv/web/{name}");
        let asked = decision("w1", FileAccess::Write, &path, &path);
        let question = of_file(&asked, None, write(None, "b\n"));
        let begin = format!("write `/srv/web/{shown}` (2 bytes, sha256 ");
        assert!(question.line.starts_with(&begin), "{}", question.line);
        // The approver's program and the hook get what stands in the text of the question.
        let told = question.for_approver("n".to_owned(), None, 60);
        assert!(
            question
                .to_string()
                .contains(&format!("The file: {}", told.line))
        );
    }
    // The assistant has said the path; where it leads, the host has, and may have read the secret.
    let led = decision(
        "w1",
        FileAccess::Write,
        "/srv/web/a",
        "/opt/web/`hunter2secret ",
    );
    let led = of_file(&led, None, write(None, "b\n"));
    let begin = "write `/srv/web/a`, which is `/opt/web/‹U+0060›‹[redacted]›␠` (";
    assert!(led.line.starts_with(begin), "{}", led.line);
}

#[test]
fn a_path_that_reads_like_another_and_where_it_leads_is_another_question() {
    let at = |path, resolved| {
        let decision = decision("w1", FileAccess::Write, path, resolved);
        of_file(&decision, None, write(None, "b\n"))
    };
    let forged = "/srv/web/a`, which is `b";
    let (other, led) = (at(forged, forged), at("/srv/web/a", "b"));
    assert_ne!(other.line, led.line);
    assert_ne!(other.digest(), led.digest());
    assert_ne!(other.remembered_line("w1"), led.remembered_line("w1"));
    // Two paths of which one text is shown.
    let two = [
        at("/srv/web/a", "hunter2secret"),
        at("/srv/web/a", "aHVudGVyMnNlY3JldA=="),
    ];
    assert_ne!(two[0].digest(), two[1].digest());
    assert_ne!(two[0].remembered_line("w1"), two[1].remembered_line("w1"));
}

#[test]
fn many_groups_are_together_no_longer_than_one_change() {
    let text: String = (0..200).map(|number| format!("line {number}\n")).collect();
    let of = |alias: &str, old: &str| question(alias, Some(old), &text);
    let approvals = Approvals::default();
    let one = Question::of_files([of("w1", ""), of("w2", "")], "web").unwrap();
    assert!(approvals.begin(&one).is_ok());
    let two = Question::of_files([of("w1", ""), of("w2", "x\n")], "web").unwrap();
    assert_eq!(approvals.begin(&two).err(), Some(Unapproved::ChangeTooLong));
}

#[test]
fn a_yes_for_longer_is_to_this_content_over_that_one() {
    let approvals = Approvals::default();
    let asked = question("web1", Some("a\n"), "b\n");
    approvals.remember(&asked, Grant::Session, None);
    let remembers = |other: &Question| {
        let line = other.remembered_line("web1");
        approvals.remembers_under("web1", &line, &other.config_sha256)
    };
    assert_eq!(remembers(&asked), Some(Grant::Session));
    for other in [
        question("web1", Some("a\n"), "c\n"),
        question("web1", Some("z\n"), "b\n"),
        question("web1", None, "b\n"),
    ] {
        assert_eq!(remembers(&other), None, "{other}");
    }
}

/// An approver of before says nothing of files: it would show no change.
#[test]
fn an_approver_that_shows_no_changes_is_not_asked_about_files() {
    let file = question("web1", Some("a\n"), "b\n");
    let mut command = file.clone();
    command.subject = super::question::QuestionSubject::Command;
    for (hello, shows) in [
        ("{\"approver\":1,\"waiting\":0}\n", false),
        ("{\"approver\":1,\"waiting\":0,\"files\":false}\n", false),
        ("{\"approver\":1,\"waiting\":0,\"files\":true}\n", true),
    ] {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let greeter = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(hello.as_bytes()).unwrap();
            stream
        });
        let settings = ApprovalSettings {
            same_user: true,
            ..ApprovalSettings::default()
        };
        let link = block_on(ApproverLink::open(&path, &settings))
            .unwrap()
            .unwrap();
        let road = OpenRoad::Approver(link);
        assert_eq!(road.shows(&file), shows, "{hello}");
        assert!(road.shows(&command), "{hello}");
        drop(greeter.join());
    }
}
