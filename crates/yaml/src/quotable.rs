//! What of the input an error may repeat.
//!
//! Takes: a text that somebody wrote into a file, or a message that quotes such a text. Gives: whether
//! the text may be shown, and the message without the texts that may not. People paste keys and
//! passwords into the wrong place, and the error goes to a terminal, a log, the audit file and an
//! assistant. An error names the place instead: path, line, column and key.
//!
//! ```text
//! not shown := a text with `PRIVATE KEY` in it, or with a word that is
//!              mixed:  8 or more characters, a quarter of them a change of class, of 3 classes
//!              long:   20 or more characters of base64, of 3 classes, with 4 changes
//!              hex:    24 or more hexadecimal digits of both kinds
//! class     := upper case | lower case | digit | one of ! @ # $ % ^ & + ~ | = at the end
//! path      := a word that starts with `/`, `./` or `~`: only its long parts count
//! ```
//!
//! A text that is wrongly taken for a secret costs the reader a look at the line that the error names.

use std::borrow::Cow;

/// What an error says in place of a text that looks like a secret.
pub const NOT_SHOWN: &str = "(not shown: it may be a secret)";

/// How many characters a word has at least that a person would call random.
const SHORTEST_MIXED: usize = 8;
/// How many characters of base64 are no name any more.
const SHORTEST_BASE64: usize = 20;
/// How many hexadecimal digits are no name any more: a cloud writes 17 behind `i-`.
const SHORTEST_HEX: usize = 24;
/// How many characters of base64 a line of a key has at least.
const SHORTEST_KEY_LINE: usize = 40;
/// How many hexadecimal digits are no digest any more: SHA-512 has 128.
const SHORTEST_HEX_KEY: usize = 130;

/// How the base64 of a public key or a certificate begins: the length of its type, and `ssh-`, `ecdsa-` or `sk-` (RFC 4253
/// section 6.6). The private part of a PuTTY key begins with a length, too.
const PUBLIC_KEYS: [&str; 7] = [
    "AAAAC3NzaC1lZDI1NTE5",
    "AAAAB3NzaC1",
    "AAAAE2VjZHNhLX",
    "AAAAGnNrLXNzaC",
    "AAAAInNrLWVjZH",
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQ",
    "AAAAHHNzaC1yc2EtY2VydC",
];

/// Parts of the keys of a file whose values are secrets.
const SECRET_KEYS: [&str; 5] = ["pass", "pwd", "secret", "token", "private"];

/// True unless the text looks like a secret, or a part of the text does.
pub fn is_quotable(text: &str) -> bool {
    let text = plain(text);
    let between = |c: char| c.is_whitespace() || "\"'`:,;(){}[]<>|\\".contains(c);
    !text.contains("PRIVATE KEY") && !text.split(between).any(looks_secret)
}

/// True unless the path looks like a secret, or the name at its end does.
pub fn is_quotable_path(path: &str) -> bool {
    is_quotable(path) && is_quotable(path.rsplit('/').next().unwrap_or_default())
}

/// True unless a line of a file has a secret in it, or a key whose value is a secret.
pub fn is_quotable_line(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let gives = |word: &str| {
        lower.match_indices(word).any(|(at, _)| {
            let rest = lower.get(at..).unwrap_or_default();
            let rest = rest
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            rest.trim_start_matches(['"', '\'', ' '])
                .starts_with([':', '='])
        })
    };
    is_quotable(line) && !SECRET_KEYS.into_iter().any(gives)
}

/// True for the text of a file that has a private key in it, whole or in part.
pub fn holds_key(text: &str) -> bool {
    let text = plain(text);
    let is_body = |line: &str| {
        // Of ten thousand hosts no line is as long: this is asked of each.
        if line.len() < SHORTEST_KEY_LINE {
            return false;
        }
        if is_damaged_body(line) {
            return true;
        }
        let mut words = line.split_whitespace().peekable();
        let base64 = |word: &str| word.bytes().all(is_base64);
        words
            .peek()
            .is_some_and(|word| is_long(word, SHORTEST_KEY_LINE))
            && words.all(base64)
    };
    let marked = text.contains("PRIVATE KEY-----") || text.contains("PuTTY-User-Key-File-");
    let long = |word: &str| is_long(word, SHORTEST_BASE64);
    // One character at a time is found by memchr, two are not.
    let mut lines = text.split('\n').flat_map(|line| line.split('\r'));
    marked && text.split_whitespace().any(long) || lines.any(is_body)
}

/// True for a text of a few words that has a private key in it, whole or in part: YAML makes one line of several. A public
/// key and a fingerprint are none.
pub fn names_key(text: &str) -> bool {
    let text = plain(text);
    let is_public = |word: &&str| {
        word.starts_with("SHA256:") || PUBLIC_KEYS.iter().any(|start| word.starts_with(start))
    };
    let is_part = |word: &str| {
        is_long(word, SHORTEST_KEY_LINE)
            || is_damaged_body(word)
            || word.len() >= SHORTEST_HEX_KEY && is_hex(word)
    };
    // A list or a string of a program may be in the text.
    let apart = |c: char| c.is_whitespace() || "\"'`,;(){}[]<>|\\".contains(c);
    let mut words = text.split(apart).filter(|word| !is_public(word));
    ["PRIVATE KEY", "PuTTY-User-Key-File-"]
        .iter()
        .any(|mark| text.contains(mark))
        || words.any(is_part)
}

/// A text of a few words for a listing, or [`NOT_SHOWN`] for one with a private key in it.
pub fn unless_key(text: String) -> String {
    match names_key(&text) {
        true => NOT_SHOWN.to_owned(),
        false => text,
    }
}

/// True for a line of a key in which some signs were replaced by others.
fn is_damaged_body(line: &str) -> bool {
    let line = line.trim();
    let base64 = line.bytes().filter(|byte| is_base64(*byte)).count();
    let (classes, changes) = mixture(line);
    line.len() >= SHORTEST_KEY_LINE
        && base64 * 2 >= line.len()
        && classes >= 3
        && changes * 5 >= line.len()
        && !line.contains(' ')
}

/// A message with [`NOT_SHOWN`] in place of each part in backticks that looks like a secret.
pub fn told(message: String) -> String {
    without(message, is_quotable)
}

/// A message about a file with a private key in it: [`NOT_SHOWN`] replaces each part in backticks that
/// may be a piece of the key.
pub fn told_of_key(message: String) -> String {
    let is_ours = |part: &str| {
        let may_be_piece = |c: char| c.is_uppercase() || c.is_numeric();
        part.len() < SHORTEST_MIXED || !part.contains(may_be_piece)
    };
    without(message, is_ours)
}

fn without(message: String, may_be_shown: impl Fn(&str) -> bool) -> String {
    let hidden = |(index, part): (usize, &str)| index % 2 == 1 && !may_be_shown(part);
    if !message.split('`').enumerate().any(hidden) {
        return message;
    }
    let parts = message.split('`').enumerate().map(|(index, part)| {
        if hidden((index, part)) {
            NOT_SHOWN.into()
        } else if index % 2 == 1 {
            Cow::Owned(format!("`{part}`"))
        } else {
            Cow::Borrowed(part)
        }
    });
    parts.collect()
}

/// The text without the NUL bytes that UTF-16 has between ASCII letters.
fn plain(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "").into()
    } else {
        text.into()
    }
}

fn looks_secret(word: &str) -> bool {
    // A sign of YAML (`*`, `&`, `!`) or of a variable (`=`) may stand before the digits.
    let has_hex = || word.split(|c: char| !c.is_alphanumeric()).any(is_hex);
    let long = |part: &str| is_long(part, SHORTEST_BASE64);
    if word.starts_with(['/', '~']) || word.starts_with("./") {
        return word
            .split(['/', '.'])
            .any(|part| is_long(part, SHORTEST_BASE64));
    }
    let length = word.chars().count();
    if length < SHORTEST_MIXED {
        return false;
    }
    let (classes, changes) = mixture(word);
    let mixed = classes >= 3 && changes >= 3 && changes * 4 >= length;
    mixed || word.split(['/', '.']).any(long) || long(word) || has_hex()
}

/// True for base64 of at least `shortest` characters, in which upper case, lower case and digits take turns.
fn is_long(word: &str, shortest: usize) -> bool {
    if word.len() < shortest || !word.bytes().all(is_base64) {
        return false;
    }
    let (classes, changes) = mixture(word);
    classes >= 3 && changes >= 4
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte)
}

fn is_hex(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() >= SHORTEST_HEX
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (1..word.len()).contains(&digits)
}

/// How many classes of characters a word has, and how often the class changes from one character to the
/// next. A capital before lower case is no change, since words begin so; nor is a separator.
fn mixture(word: &str) -> (u32, usize) {
    let (mut seen, mut changes, mut before) = (0_u8, 0, None);
    if word.ends_with('=') {
        (seen, changes) = (SIGN, 1);
    }
    for character in word.chars() {
        let class = class(character);
        seen |= class.unwrap_or_default();
        changes += usize::from(match (before, class) {
            (Some(UPPER), Some(LOWER)) => false,
            (Some(before), Some(class)) => before != class,
            (None, _) | (_, None) => false,
        });
        before = class;
    }
    (seen.count_ones(), changes)
}

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 4;
const SIGN: u8 = 8;

fn class(character: char) -> Option<u8> {
    match character {
        _ if character.is_uppercase() => Some(UPPER),
        _ if character.is_alphabetic() => Some(LOWER),
        _ if character.is_numeric() => Some(DIGIT),
        '!' | '@' | '#' | '$' | '%' | '^' | '&' | '+' | '~' => Some(SIGN),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        NOT_SHOWN, holds_key, is_quotable, is_quotable_line, names_key, told, told_of_key,
        unless_key,
    };

    const BODY: &str = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";

    #[test]
    fn a_secret_is_told_from_a_name() {
        for shown in [
            "ops",
            "web-1.example.com",
            "MyWebServer01",
            "i-0abcd1234ef567890",
            "2001:db8::1",
            "192.0.2.0/24",
            "systemctl restart nginx*",
            "kubectl*get*pods*",
            "-oProxyCommand=x",
            "keys/id_ed25519-cert.pub",
            "/tmp/.tmpaB3xQ9/keys/id",
            "550e8400-e29b-41d4-a716-446655440000",
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "sk-ssh-ed25519@openssh.com",
            "MCP_SSH_SECRET_DB_PW",
            "correcthorse",
            "",
        ] {
            assert!(is_quotable(shown), "{shown}");
        }
        for hidden in [
            "Sup3rS3cret!",
            "hunter2!Hunter2",
            "Tr0ub4dor&3",
            "Passw0rd1",
            "a Sup3rS3cret b",
            BODY,
            "QyNTUxOQAAACC/Jcyp+ThWpdCj4UL8zodpbry9xZsZ+ocmcVW+q1WyawAAAIiLKoMkiyqD",
            "dGVzdAECAw==",
            "keys/b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA.pub",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "*0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "key=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "S\0u\0p\x003\0r\0S\x003\0c\0r\0e\0t\0",
        ] {
            assert!(!is_quotable(hidden), "{hidden}");
        }
    }

    #[test]
    fn a_line_is_not_shown_when_its_key_names_a_secret() {
        for shown in ["  port: 22", "commands: ['passwd *']", "# pass on: see"] {
            assert!(is_quotable_line(shown), "{shown}");
        }
        for hidden in [
            "password: x",
            "{a: b, \"ssh_pass\" : x}",
            "DB_PWD=x",
            "Secret: x",
        ] {
            assert!(!is_quotable_line(hidden), "{hidden}");
        }
    }

    #[test]
    fn a_file_with_a_key_in_it_is_known() {
        let whole = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{BODY}\n");
        for text in [
            &whole,
            &whole.replace('\n', " "),
            &format!("a: b\n  {BODY} {BODY}\n"),
            &BODY.replace('A', "!"),
        ] {
            assert!(holds_key(text), "{text}");
        }
        for text in [
            "deny_substrings: ['PRIVATE KEY-----']\n",
            &format!("h ssh-rsa {BODY}\n"),
            "https://www.example.com/a/Very/Long/Path-to-a-file/of/2026/index.html",
            "ProxyCommand=/usr/bin/nc-X5-x127.0.0.1:1080%h%pAndSomethingMore",
        ] {
            assert!(!holds_key(text), "{text}");
        }
    }

    #[test]
    fn a_label_with_a_key_in_it_is_known() {
        for text in [
            "-----BEGIN PRIVATE KEY-----",
            &format!("the key {BODY} of web"),
            &format!("of {} web", BODY.replace('A', "!")),
            &format!("[\"{BODY}\",\"x\"]"),
            &format!("x\\n{BODY}\\n"),
            &"2d2d2d2d2d424547494e204f50454e53".repeat(8),
            "PuTTY-User-Key-File-3: ssh-ed25519 Encryption: none",
            "the lines AAAAIKXKIfL208ymGe5fOmUHcXcYHKea4BcUd3Oa68CFckoU of web",
        ] {
            assert!(names_key(text), "{text}");
        }
        for text in [
            "the front end, see https://www.example.com/a/Very/Long/Path-to-a-file/of/2026/index.html",
            "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
            "4f1c2a7e9b0d3f5a6c8e1b2d4f6a8c0e1a2b3c4d",
            &"4f1c2a7e9b0d3f5a".repeat(8),
        ] {
            assert!(!names_key(text), "{text}");
        }
    }

    #[test]
    fn a_listing_has_no_key_and_all_else() {
        let pattern = "journalctl --no-pager -n 20 [a-z]*";
        assert_eq!(unless_key(pattern.to_owned()), pattern);
        assert_eq!(unless_key(format!("[\"{BODY}\"]")), NOT_SHOWN);
        assert_eq!(unless_key(format!("echo {BODY}*")), NOT_SHOWN);
    }

    #[test]
    fn a_message_loses_what_looks_like_a_secret() {
        assert_eq!(
            told("no `a`: did you mean `b`?".into()),
            "no `a`: did you mean `b`?"
        );
        assert_eq!(
            told("no `Sup3rS3cret!`: did you mean `b`?".into()),
            format!("no {NOT_SHOWN}: did you mean `b`?")
        );
        let told = told_of_key("unknown `Jlw/7KOL`: write `allow`".into());
        assert_eq!(told, format!("unknown {NOT_SHOWN}: write `allow`"));
    }
}
