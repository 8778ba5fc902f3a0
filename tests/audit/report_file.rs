//! `audit report --html`: what its file replaces, and what a wrong clock does to the page.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use super::report::day;
use super::{chained, command_line::audit, text};

/// A record of the year 9999, as a wrong clock or an attacker makes it, hides nothing of the day.
#[test]
fn a_time_that_has_not_come_stretches_neither_the_window_nor_the_picture() {
    let mut records: Vec<(&str, Value)> = Vec::new();
    let denied = |ts: f64| {
        json!({"type": "policy_decision", "ts": ts, "alias": "web", "hash": "0123456789abcdef",
            "allowed": false, "reason": "default_deny", "command": "reboot", "task_id": "t"})
    };
    records.push(("a", denied(1_795_824_000.0)));
    records.push(("a", denied(253_402_300_000.0)));
    records.push(("a", denied(1_795_824_050.0)));
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("trail"), text(&chained(&records))).unwrap();
    let told = "bear a time that has not come yet";
    let (status, stdout, _) = audit(&["report", &path("trail")], b"");
    assert_eq!(status, 0);
    assert!(stdout.contains(&format!("1  {told}")), "{stdout}");
    assert!(!stdout.contains("9999"), "{stdout}");
    let (status, _, _) = audit(
        &["report", "--html", &path("page.html"), &path("trail")],
        b"",
    );
    assert_eq!(status, 0);
    let page = fs::read_to_string(path("page.html")).unwrap();
    assert!(page.contains(&format!("1 {told}")), "{page}");
    assert!(page.contains("1.0 s a column"), "{page}");
    assert!(page.contains("3 events in 51 columns"), "{page}");
}

#[test]
fn a_page_replaces_a_report_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let trail = path("audit.jsonl");
    fs::write(&trail, text(&day())).unwrap();
    symlink(&trail, path("link.html")).unwrap();
    fs::create_dir(path("folder.html")).unwrap();
    let begin = "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n";
    let report = format!("{begin}<meta name=generator content=\"mcp-ssh audit report\">\n");
    fs::write(path("page.html"), format!("{report}of yesterday")).unwrap();
    fs::write(
        path("other.html"),
        format!("{begin}<p>mcp-ssh audit report"),
    )
    .unwrap();
    let other = "another file has that name, and it is no report: give another name";
    for (name, refused) in [
        ("new.html", None),
        ("page.html", None),
        ("other.html", Some(other)),
        ("audit.jsonl", Some(other)),
        ("link.html", Some(other)),
        ("folder.html", Some(other)),
        (
            "none/page.html",
            Some("No such file or directory (os error 2)"),
        ),
    ] {
        let html = path(name);
        let (status, _, stderr) = audit(&["report", "--html", &html, &trail], b"");
        match refused {
            None => assert_eq!((status, stderr.as_str()), (0, ""), "{name}"),
            Some(why) => {
                let told = format!("mcp-ssh: `{html}` cannot be written: {why}\n");
                assert_eq!((status, stderr), (1, told), "{name}");
            }
        }
    }
    assert_eq!(fs::read_to_string(&trail).unwrap(), text(&day()));
    assert!(
        fs::read_to_string(path("page.html"))
            .unwrap()
            .contains("Audit report")
    );
    // Nothing is left behind.
    let names = fs::read_dir(directory.path()).unwrap();
    assert_eq!(names.count(), 6);
    for words in [vec!["report"], vec!["report", "--head", "x", &*trail]] {
        assert_eq!(audit(&words, b"").0, 2, "{words:?}");
    }
    let (status, _, stderr) = audit(&["report", "/nowhere"], b"");
    let told = "mcp-ssh: /nowhere:0: cannot be read: No such file or directory (os error 2)\n";
    assert_eq!((status, stderr.as_str()), (1, told));
}
