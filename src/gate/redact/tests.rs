//! What is shown of output, whole, split over streams, and while more is to come.

use proptest::prelude::*;

use super::{EndOfStream, RedactedOutput, Redactor};
use crate::secret::Secret;
use crate::ssh::Stream::{self, Err, Out};

type Pieces<'a> = &'a [(Stream, &'a [u8])];

fn redactor(secrets: &[&str]) -> Redactor {
    let secrets: Vec<Secret> = secrets
        .iter()
        .map(|secret| Secret::new((*secret).to_owned()))
        .collect();
    Redactor::new(secrets.iter())
}

fn show(redactor: &Redactor, pieces: Pieces<'_>, ending: EndOfStream) -> RedactedOutput {
    redactor.show(pieces.iter().copied(), ending)
}

fn texts(shown: &RedactedOutput) -> (&str, &str, &str) {
    (&shown.both, &shown.out, &shown.err)
}

#[test]
fn what_is_shown_is_text_without_escapes_and_secrets() {
    let redactor = redactor(&["hunter2", "ter2er", "ab", "it's \"me\""]);
    for (bytes, expected) in [
        (&b"plain\ttext\r\n"[..], "plain\ttext\r\n"),
        (b"bad \xff byte", "bad \u{fffd} byte"),
        (b"cut \xe4\xb8", "cut \u{fffd}"),
        (b"\x1b[1;31mred\x1b[0m", "red"),
        (b"\x1b]0;title\x07after", "after"),
        (b"\x1b]8;;http://x\x1b\\link", "link"),
        (b"\x1b]unclosed\nnext", "\nnext"),
        (b"\x1b(Bascii", "ascii"),
        (b"\x1b=keypad", "keypad"),
        (b"\x1b[12", ""),
        (b"\x1b", ""),
        ("\u{9b}31mred".as_bytes(), "red"),
        ("\u{9d}title\u{9c}after".as_bytes(), "after"),
        (b"a\x00b\x08c\x7fd\xc2\x85e\xc2\xa7", "abcde\u{a7}"),
        (
            b"pass=hunter2 twice hunter2",
            "pass=[redacted] twice [redacted]",
        ),
        (b"hunter2hunter2", "[redacted][redacted]"),
        (b"hunter2er", "[redacted]"),
        (b"hun\x1b[0mter2", "[redacted]"),
        (b"hun", "hun"),
        (b"about", "about"),
        (br#"{"p":"it's \"me\""}"#, r#"{"p":"[redacted]"}"#),
        (br#"P='it'\''s "me"' x"#, "P='[redacted]' x"),
        (b"data: aHVudGVyMg==", "data: [redacted]g=="),
    ] {
        let shown = show(&redactor, &[(Out, bytes)], EndOfStream::Final);
        assert_eq!(shown.both, expected, "{bytes:?}");
        assert_eq!((shown.out, shown.err), (shown.both, String::new()));
    }
}

#[test]
fn overlapping_secrets_leave_nothing() {
    let redactor = redactor(&["babc", "abab", "cdcdcdcd"]);
    for (text, expected) in [
        ("xababx", "x[redacted]x"),
        ("xababcx", "x[redacted]x"),
        ("xabababcx", "x[redacted]x"),
        ("cdcdcdcdcdcx", "[redacted]cx"),
        ("aababab", "a[redacted]"),
    ] {
        let shown = show(&redactor, &[(Out, text.as_bytes())], EndOfStream::Final);
        assert_eq!(shown.both, expected, "{text}");
    }
}

#[test]
fn private_keys_in_each_form() {
    let redactor = redactor(&[]);
    for (text, expected) in [
        (
            "x\n-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\ny",
            "x\n[redacted]\ny",
        ),
        (
            "x\r\n-----BEGIN PRIVATE KEY-----\r\nAAAA\r\n-----END PRIVATE KEY-----\r\ny",
            "x\r\n[redacted]\r\ny",
        ),
        (
            "  - |\n    -----BEGIN EC PRIVATE KEY-----\n    AA\n    -----END EC PRIVATE KEY-----\n  - y",
            "  - |\n    [redacted]\n  - y",
        ),
        (
            r#"{"k":"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n","id":7}"#,
            r#"{"k":"[redacted]\n","id":7}"#,
        ),
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAA\n=BB\n-----END PGP PRIVATE KEY BLOCK-----",
            "[redacted]",
        ),
        (
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\ny",
            "[redacted]\ny",
        ),
        (
            "PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 1\nAA\nPrivate-MAC: 0a1b\ny",
            "PuTTY-User-Key-File-3: ssh-rsa\n[redacted]\ny",
        ),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA", "[redacted]"),
        (
            "-----BEGIN X PRIVATE KEY-----\nA\n-----END X PRIVATE KEY----------BEGIN X PRIVATE KEY-----\nB",
            "[redacted][redacted]",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ),
        ("Private-Lines: none", "Private-Lines: none"),
        ("-----BEGIN ", "-----BEGIN "),
    ] {
        let shown = show(&redactor, &[(Out, text.as_bytes())], EndOfStream::Final);
        assert_eq!(shown.both, expected, "{text:?}");
    }
}

/// What is split by the other stream comes out as one, where it began.
#[test]
fn streams_between_streams() {
    let redactor = redactor(&["hunter2"]);
    let rows: [(Pieces<'_>, &str, &str, &str); 7] = [
        (
            &[(Out, b"a hun"), (Err, b" ERR "), (Out, b"ter2 b")],
            "a [redacted] ERR  b",
            "a [redacted] b",
            " ERR ",
        ),
        (
            &[
                (Err, b"hu"),
                (Out, b"x"),
                (Err, b"nte"),
                (Out, b"y"),
                (Err, b"r2"),
            ],
            "[redacted]xy",
            "xy",
            "[redacted]",
        ),
        (
            &[(Out, b"hun"), (Err, b"hunt"), (Out, b"ter2"), (Err, b"er2")],
            "[redacted][redacted]",
            "[redacted]",
            "[redacted]",
        ),
        (
            &[(Out, b"\xe4"), (Err, b"e"), (Out, b"\xb8\xad!")],
            "\u{4e2d}e!",
            "\u{4e2d}!",
            "e",
        ),
        (
            &[(Out, b"a\x1b[3"), (Err, b"1m"), (Out, b"1mred")],
            "a1mred",
            "ared",
            "1m",
        ),
        (
            &[
                (Out, b"k\n-----BEGIN PRIVATE K"),
                (Err, b"warning\n"),
                (Out, b"EY-----\nAAAA\n-----END PR"),
                (Err, b"more\n"),
                (Out, b"IVATE KEY-----\nrest\n"),
            ],
            "k\n[redacted]warning\nmore\n\nrest\n",
            "k\n[redacted]\nrest\n",
            "warning\nmore\n",
        ),
        (&[], "", "", ""),
    ];
    for (pieces, both, out, err) in rows {
        let shown = show(&redactor, pieces, EndOfStream::Final);
        assert_eq!(texts(&shown), (both, out, err), "{pieces:?}");
    }
}

/// Neither stream holds the secret, and yet a reader would see it.
#[test]
fn halves_from_both_streams() {
    let pieces: [(Stream, &[u8]); 2] = [(Out, b"hun"), (Err, b"ter2")];
    let shown = show(&redactor(&["hunter2"]), &pieces, EndOfStream::Final);
    assert_eq!(texts(&shown), ("[redacted]", "hun", "ter2"));
}

#[test]
fn an_open_end_holds_back_what_may_become_something() {
    let redactor = redactor(&["hunter2", "ter2er", "xxter2erzz"]);
    let rows: [(Pieces<'_>, &str); 20] = [
        (&[(Out, b"text\n")], "text\n"),
        (&[(Out, b"text hun")], "text "),
        (&[(Out, b"hunter")], ""),
        (&[(Out, b"hunter2")], "[redacted]"),
        (&[(Out, b"hunter2e")], "[redacted]"),
        (&[(Out, b"text \xe4\xb8")], "text "),
        (&[(Out, b"text \xff")], "text \u{fffd}"),
        (&[(Out, b"text \x1b[1")], "text "),
        (&[(Out, b"-----BEG")], ""),
        (&[(Out, b"-----BEGIN OPENSSH PRIV")], ""),
        (
            &[(Out, b"-----BEGIN CERTIFICATE-----\nA")],
            "-----BEGIN CERTIFICATE-----\nA",
        ),
        (&[(Out, b"-----BEGIN PRIVATE KEY")], "[redacted]"),
        (
            &[(
                Out,
                b"-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY---",
            )],
            "[redacted]",
        ),
        (&[(Out, b"Private-Lines: 3")], "[redacted]"),
        (&[(Out, b".xxter2er")], "."),
        // A `0` may begin the base64 of `ter2er`, and both streams' text is looked at again.
        (&[(Out, b"00")], ""),
        (&[(Out, b"00"), (Err, b"hunter2")], ""),
        // All that came after it waits, too: it would stand behind it.
        (&[(Out, b"a hun"), (Err, b"b"), (Out, b"")], "a "),
        (&[(Out, b"a hun"), (Err, b"b"), (Out, b"!")], "a hunb!"),
        // Of an escape sequence nothing will be shown, so nothing waits for it.
        (&[(Out, b":\x1b["), (Err, b".")], ":."),
    ];
    for (pieces, expected) in rows {
        let shown = show(&redactor, pieces, EndOfStream::Open);
        assert_eq!(shown.both, expected, "{pieces:?}");
    }
}

#[test]
fn a_cut_end_holds_back_no_more_than_that() {
    let redactor = redactor(&["hunter2"]);
    let pieces: [(Stream, &[u8]); 4] = [
        (Out, b"a hun"),
        (Err, b"later\n"),
        (Out, b"ter"),
        (Err, b"hu"),
    ];
    let shown = show(&redactor, &pieces, EndOfStream::Cut);
    assert_eq!(texts(&shown), ("a later\n", "a ", "later\n"));
}

/// Once secrets are replaced, words come nearer that were too far from the opening words of a key.
#[test]
fn what_was_replaced_makes_no_key_of_what_was_none() {
    let secret = "a password of more than thirty bytes";
    let redactor = redactor(&[secret]);
    for text in [
        format!("-----BEGIN X {secret}{secret} PRIVATE KEY and more"),
        format!("---- BEGIN {secret}{secret} PRIVATE KEY\n{secret}"),
        format!("LS0tLS1CRUdJTi{secret}{secret}{secret}UFJJVkFURSBLRVk= and more"),
    ] {
        let pieces = [(Out, text.as_bytes())];
        let whole = show(&redactor, &pieces, EndOfStream::Final);
        let open = show(&redactor, &pieces, EndOfStream::Open);
        assert!(
            whole.both.starts_with(&open.both),
            "{open:?}, then {whole:?}"
        );
        assert_eq!(whole.both, text.replace(secret, "[redacted]"));
    }
    // A key whose halves come by both streams is found behind a secret, too.
    let text = format!("{secret}: -----BEGIN RSA PRI");
    let pieces = [(Out, text.as_bytes()), (Err, &b"VATE KEY-----\nb3Bl"[..])];
    let shown = show(&redactor, &pieces, EndOfStream::Final);
    assert_eq!(shown.both, "[redacted]: [redacted]");
}

const SECRETS: [&str; 4] = ["hunter2", "ter2hun", "aaaa", "p\u{e4}ss \"q\""];

/// Pieces of what matters, so that random output is full of beginnings.
fn output() -> impl Strategy<Value = Vec<(Stream, Vec<u8>)>> {
    let whole: Vec<&'static [u8]> = vec![
        b"hunter2",
        b"ter2hun",
        b"aaaaa",
        "p\u{e4}ss \"q\"".as_bytes(),
        b"p\\u00e4ss \\\"q\\\"",
        b"aHVudGVyMg==",
        b"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----END ",
        b"Private-Lines: 1\nAA\nPrivate-MAC: 00\n",
        b"\x1b[1;31m",
        b"\x1b]0;title\x07",
        b"\x1b",
        b"\xff\xe4\xb8",
        "\u{4e2d}\u{1f600}".as_bytes(),
        b"plain text\r\n",
    ];
    let part = (
        proptest::sample::select(whole),
        0..70_usize,
        0..70_usize,
        0..4_u8,
    );
    let piece = part.prop_map(|(whole, from, to, cut)| {
        // Three in four are whole.
        let range = if cut == 0 {
            from.min(whole.len())..to.clamp(from.min(whole.len()), whole.len())
        } else {
            0..whole.len()
        };
        whole[range].to_vec()
    });
    let stream = prop_oneof![3 => Just(Out), 1 => Just(Err)];
    proptest::collection::vec((stream, piece), 0..12)
}

/// The output up to each of its bytes, in pieces.
fn beginnings(output: &[(Stream, Vec<u8>)]) -> impl Iterator<Item = Vec<(Stream, &[u8])>> {
    let length: usize = output.iter().map(|(_, bytes)| bytes.len()).sum();
    (0..=length).map(move |kept| {
        let mut room = kept;
        let mut pieces = Vec::new();
        for (stream, bytes) in output {
            let taken = bytes.len().min(room);
            room -= taken;
            if taken > 0 {
                pieces.push((*stream, &bytes[..taken]));
            }
        }
        pieces
    })
}

proptest! {
    #[test]
    fn what_was_shown_stays_and_no_secret_is_in_it(output in output()) {
        let redactor = redactor(&SECRETS);
        let whole: Vec<(Stream, &[u8])> = output
            .iter()
            .map(|(stream, bytes)| (*stream, bytes.as_slice()))
            .collect();
        let ends = [EndOfStream::Final, EndOfStream::Cut].map(|ending| show(&redactor, &whole, ending));
        for secret in SECRETS {
            for whole in &ends {
                for text in [&whole.both, &whole.out, &whole.err] {
                    prop_assert!(!text.contains(secret), "{secret} in {text:?}");
                }
            }
        }
        let mut last = show(&redactor, &[], EndOfStream::Open);
        for pieces in beginnings(&output) {
            let shown = show(&redactor, &pieces, EndOfStream::Open);
            for whole in &ends {
                for (before, now, end) in [
                    (&last.both, &shown.both, &whole.both),
                    (&last.out, &shown.out, &whole.out),
                    (&last.err, &shown.err, &whole.err),
                ] {
                    prop_assert!(now.starts_with(before.as_str()), "{before:?} {now:?}");
                    prop_assert!(end.starts_with(now.as_str()), "{now:?} {end:?}");
                }
            }
            last = shown;
        }
    }
}
