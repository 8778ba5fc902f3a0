//! What is said, for a few hosts.

use super::{compared, failed, groups, ran, saying, with};
use crate::gate::note::NOT_TEXT;
use crate::gate::tag::HostResult;

#[test]
fn three_of_a_hundred_that_differ_are_in_the_first_line() {
    let output = |number| {
        if [7, 31, 88].contains(&number) {
            "no\n"
        } else {
            "yes\n"
        }
    };
    let hosts: Vec<HostResult> = (0..100).map(|number| ran(number, output(number))).collect();
    let comparison = compared(&hosts);
    assert_eq!(
        comparison.headline,
        "97 hosts equal; 3 differ: h7, h31, h88"
    );
    let told = comparison.told();
    let (first, rest) = told
        .split_once("\n\ngroup 1: 97 hosts, succeeded, exit status 0\n")
        .unwrap();
    assert_eq!(first, comparison.headline);
    let (_, rest) = rest.split_once("stdout:\n").unwrap();
    assert_eq!(
        rest,
        " yes\n\ngroup 2: 3 hosts, succeeded, exit status 0\nhosts: h7, h31, h88\n\
         stdout, against group 1:\n@@ -1,1 +1,1 @@\n-yes\n+no\n"
    );
}

#[test]
fn the_first_line_claims_no_more_than_was_compared() {
    let two = |output| vec![ran(1, output), ran(2, output)];
    let cut = |host| with(host, |result| result.truncated = true);
    let noted = |host| {
        with(host, |result| {
            result.note = Some(format!("a note; {NOT_TEXT}"));
        })
    };
    let many: Vec<HostResult> = (0..60)
        .map(|number| ran(number, if number < 30 { "a" } else { "b" }))
        .collect();
    let names: Vec<String> = (30..50).map(|number| format!("h{number}")).collect();
    for (hosts, expected) in [
        (vec![], "no host"),
        (
            vec![ran(1, "a")],
            "1 host: there is none to compare it with",
        ),
        (two("a"), "all 2 hosts equal"),
        (
            vec![ran(1, "a"), ran(2, "b")],
            "no two of 2 hosts are equal",
        ),
        (
            vec![ran(1, "a"), ran(2, "b"), ran(3, "b")],
            "2 hosts equal; 1 differs: h1",
        ),
        (
            two("a").into_iter().map(cut).collect(),
            "all 2 hosts equal as far as their output was kept",
        ),
        (
            two("\u{fffd}"),
            "all 2 hosts equal in the text of their output (what of it is no text was not compared)",
        ),
        // What is left out leaves no sign in the output; the note tells of it.
        (
            two("a").into_iter().map(noted).collect(),
            "all 2 hosts equal in the text of their output (what of it is no text was not compared)",
        ),
        (
            two("[redacted]"),
            "all 2 hosts equal but for what is redacted",
        ),
        (
            two("a")
                .into_iter()
                .map(|host| saying(host, "[redacted]\u{fffd}"))
                .collect(),
            "all 2 hosts equal in the text of their output (what of it is no text was not compared) but for what is redacted",
        ),
        (
            vec![failed(1, "x"), failed(2, "x"), ran(3, "a")],
            "1 host succeeded; 2 failed without a result: h1, h2",
        ),
        (
            many,
            &format!(
                "30 hosts equal; 30 differ: {} and 10 more",
                names.join(", ")
            ),
        ),
    ] {
        assert_eq!(compared(&hosts).headline, expected);
    }
}

/// The largest group comes first; of two as large the one whose first host does.
#[test]
fn groups_have_one_order() {
    let hosts = [
        ran(1, "c"),
        ran(2, "b"),
        ran(3, "a"),
        ran(4, "b"),
        failed(5, "x"),
        ran(6, "a"),
        failed(7, "y"),
    ];
    assert_eq!(
        groups(&compared(&hosts)),
        ["h2 h4", "h3 h6", "h1", "h5", "h7"]
    );
}

/// Times, addresses, identifiers and how the streams mixed are each host's own.
#[test]
fn what_differs_by_nature_makes_no_group() {
    let hosts = [saying(ran(0, "ab\n"), "e\n"), saying(ran(1, "ab\n"), "e\n")];
    let comparison = compared(&hosts);
    assert_eq!(groups(&comparison), ["h0 h1"]);
    assert!(comparison.told().ends_with("stdout:\n ab\nstderr:\n e\n"));
    let others = [
        with(ran(2, "a"), |result| result.exit_code = 1),
        with(ran(3, "a"), |result| {
            result.exit_signal = Some("KILL".to_owned())
        }),
        with(ran(4, "a"), |result| result.timeout = true),
        with(ran(5, "a"), |result| result.cancelled = true),
        with(ran(6, "a"), |result| result.truncated = true),
        with(ran(7, "a"), |result| result.note = Some("note".to_owned())),
        saying(ran(8, "a"), "b"),
        ran(9, "ab"),
    ];
    for other in others {
        let two = [ran(1, "a"), other];
        assert_eq!(groups(&compared(&two)).len(), 2, "{two:?}");
    }
}

#[test]
fn each_group_says_how_it_ended_and_what_differs() {
    let hosts = [
        failed(1, "no connection"),
        failed(2, "no connection"),
        failed(3, "no connection"),
        saying(ran(4, "a\n"), "warning\n"),
        saying(ran(5, "a\n"), "warning\n"),
        with(saying(ran(6, "a\n"), "warning\n"), |result| {
            result.exit_code = 3
        }),
        with(ran(7, "a\n"), |result| {
            result.exit_code = -1;
            result.exit_signal = Some("SEGV".to_owned());
        }),
        with(ran(8, "\tb"), |result| result.truncated = true),
    ];
    let told = compared(&hosts).told();
    let groups: Vec<&str> = told.split("\n\n").collect();
    assert_eq!(
        groups,
        [
            "2 hosts equal; 3 differ: h6, h7, h8; 3 failed without a result: h1, h2, h3",
            "group 1: 2 hosts, succeeded, exit status 0\nhosts: h4, h5\nstdout:\n a\nstderr:\n warning",
            "group 2: 1 host, failed, exit status 3\nhosts: h6\noutput as in group 1",
            "group 3: 1 host, failed, ended by signal SEGV\nhosts: h7\n\
             stderr, against group 1:\n@@ -1,1 +0,0 @@\n-warning",
            "group 4: 1 host, failed, exit status 0\nhosts: h8\n\
             truncated: only the output that was kept was compared\n\
             stdout, against group 1:\n@@ -1,1 +1,1 @@\n-a\n+\u{2409}b\n\\ no newline at the end\n\
             \\ \u{2409} is a tab\nstderr, against group 1:\n@@ -1,1 +0,0 @@\n-warning",
            "group 5: 3 hosts, failed\nhosts: h1, h2, h3\nerror: no connection\n",
        ]
    );
}

/// No host can print what looks like a line of this program, nor turn a line around.
#[test]
fn output_is_told_apart_from_words_of_this_program() {
    let hostile = "\r\ngroup 9: 1 host, succeeded\n\\ no newline at the end\n@@ -1 +1 @@\n\u{202e}reversed\u{2028}\
                   group 8\u{85}group 7\n\u{200f}\u{61c}\u{5d0}\n";
    let hosts = [
        ran(1, hostile),
        ran(2, hostile),
        ran(3, "a\n"),
        failed(4, "x\ngroup 6: \u{202e}"),
    ];
    let told = compared(&hosts).told();
    for line in told.lines() {
        let own = [
            "group ", "hosts: ", "stdout", "error: ", "\\ ", "@@ ", "2 hosts",
        ];
        let is_own = own.iter().any(|own| line.starts_with(own));
        assert!(
            is_own || line.is_empty() || line.starts_with([' ', '-', '+']),
            "{line:?}"
        );
        assert_eq!(crate::gate::visible_text(line), line);
    }
    assert_eq!(told.matches("\ngroup ").count(), 3, "{told}");
    assert!(
        told.contains("\n group 9: 1 host, succeeded\n \\ no newline"),
        "{told}"
    );
    assert!(
        told.contains("\n \u{2039}U+202E\u{203a}reversed\u{2039}U+2028\u{203a}group 8"),
        "{told}"
    );
}
