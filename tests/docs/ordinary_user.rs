//! `scripts/test.sh` as an ordinary user runs it: tests that need root are counted and are no failures, whatever else
//! fails is.

use std::io::Write;
use std::process::{Command, Stdio};

/// What `cargo test --quiet` prints where these tests fail with these words.
fn printed(passed: usize, failures: &[(&str, &str)]) -> String {
    let count = passed + failures.len();
    let mut text = format!("\nrunning {count} tests\n..");
    for (name, _) in failures {
        text += &format!("{name} --- FAILED\n");
    }
    let verdict = if failures.is_empty() { "ok" } else { "FAILED" };
    if !failures.is_empty() {
        text += "\nfailures:\n\n";
        for (name, words) in failures {
            text += &format!(
                "---- {name} stdout ----\n\nthread '{name}' panicked at x.rs:1:1:\n{words}\n\n"
            );
        }
        text += "\nfailures:\n";
        for (name, _) in failures {
            text += &format!("    {name}\n");
        }
    }
    let failed = failures.len();
    text + &format!("\ntest result: {verdict}. {passed} passed; {failed} failed; 0 ignored\n")
}

/// What the script makes of it, and whether that is a success.
fn filtered(text: &str) -> (String, bool) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/needs-root.awk");
    let mut awk = Command::new("awk")
        .args(["-f", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    awk.stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = awk.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (said, output.status.success())
}

const ROOT: &str = "this test needs an account of its own: run the tests as root";

#[test]
fn tests_that_need_root_are_counted_in_one_line() {
    let text = printed(3, &[("a::b", ROOT), ("a::c", ROOT)]) + &printed(2, &[("d", ROOT)]);
    let (said, succeeded) = filtered(&(text + &printed(1, &[])));
    assert!(succeeded, "{said}");
    assert!(
        said.contains("ok. 3 passed; 0 failed; 2 need root; 0 ignored"),
        "{said}"
    );
    assert_eq!(said.matches("root").count(), 4, "{said}");
    let last = "3 tests need root and were skipped: run them as root, on a machine that you can throw away\n";
    assert!(said.ends_with(last), "{said}");
    assert!(!said.contains("a::b"), "{said}");
}

#[test]
fn every_other_failure_is_one_and_is_shown() {
    let text = printed(3, &[("a::b", ROOT), ("a::c", "1 is not 2"), ("a::d", ROOT)]);
    let (said, succeeded) = filtered(&text);
    assert!(!succeeded, "{said}");
    assert!(said.contains("1 is not 2"), "{said}");
    assert!(
        said.contains("FAILED. 3 passed; 1 failed; 2 need root"),
        "{said}"
    );
    assert!(said.contains("failed: a::c\n"), "{said}");
    assert!(!said.contains("a::d"), "{said}");
}

#[test]
fn what_does_not_come_to_its_result_is_a_failure() {
    let whole = printed(3, &[("a::b", ROOT)]);
    let half = whole.split("\nfailures:").next().unwrap();
    for text in ["", "error: could not compile\n", half] {
        let (said, succeeded) = filtered(text);
        assert!(!succeeded, "{text:?}: {said}");
    }
    // Another program of tests that never began.
    let rerun = "error: test failed, to rerun pass `--test suite`\n";
    let (said, succeeded) = filtered(&format!("{whole}{rerun}"));
    assert!(succeeded, "{said}");
    let (said, succeeded) = filtered(&format!("{whole}{rerun}{rerun}"));
    assert!(
        !succeeded && said.contains("a program of tests could not be run"),
        "{said}"
    );
    // A test that fails without a word.
    let silent = whole.replace(
        &format!("---- a::b stdout ----\n\nthread 'a::b' panicked at x.rs:1:1:\n{ROOT}\n\n"),
        "",
    );
    let (said, succeeded) = filtered(&silent);
    assert!(!succeeded && said.contains("failed: a::b\n"), "{said}");
}
