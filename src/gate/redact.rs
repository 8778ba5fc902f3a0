//! Output made fit for a client: valid UTF-8, no terminal escapes, no secrets.
//!
//! Takes the bytes that a command printed and the secrets that its login used; gives text. A
//! PEM private key (RFC 7468) is replaced from its BEGIN line to its END line, or to the end
//! of the output when it was cut off.

use crate::secret::Secret;

/// What stands where a secret was.
const REDACTED: &str = "[redacted]";
/// A secret shorter than this is not searched for: replacing every `a` would say what it is.
const SHORTEST_SECRET: usize = 4;
const PEM_BEGIN: &str = "-----BEGIN ";
const PEM_END: &str = "-----END ";
const PEM_PRIVATE: &str = "PRIVATE KEY";

/// The text that may be shown.
pub fn redact<'a>(bytes: &[u8], secrets: impl Iterator<Item = &'a Secret>) -> String {
    let text = without_escapes(&String::from_utf8_lossy(bytes));
    let text = secrets
        .map(Secret::expose)
        .filter(|secret| secret.len() >= SHORTEST_SECRET)
        .fold(text, replace);
    without_private_keys(text)
}

fn replace(text: String, secret: &str) -> String {
    if text.contains(secret) {
        text.replace(secret, REDACTED)
    } else {
        text
    }
}

/// Drops ECMA-48 control functions (CSI, OSC and the other strings, two-byte escapes) and every
/// control character but tab, newline and carriage return.
fn without_escapes(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\t' | '\n' | '\r' => clean.push(character),
            '\u{1b}' => match characters.next() {
                Some('[') => skip_sequence(&mut characters),
                Some(']' | 'P' | 'X' | '^' | '_') => skip_string(&mut characters),
                // An escape with intermediate bytes (such as a character set) ends at its final.
                Some(' '..='/') => while matches!(characters.next(), Some(' '..='/')) {},
                Some(_) | None => {}
            },
            '\u{9b}' => skip_sequence(&mut characters),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => skip_string(&mut characters),
            other if other.is_control() => {}
            other => clean.push(other),
        }
    }
    clean
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// A control sequence: parameters and intermediates, then one final byte.
fn skip_sequence(rest: &mut Rest<'_>) {
    while rest.next_if(|next| (' '..='?').contains(next)).is_some() {}
    // Something else than a final byte means that the sequence was cut off: leave it.
    let _final = rest.next_if(|next| ('@'..='~').contains(next));
}

/// A control string: up to BEL or ST; a newline ends one that was never closed.
fn skip_string(rest: &mut Rest<'_>) {
    while let Some(next) = rest.next_if(|next| *next != '\n') {
        match next {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                let _terminator = rest.next_if(|after| *after == '\\');
                return;
            }
            _ => {}
        }
    }
}

fn without_private_keys(text: String) -> String {
    let Some(mut from) = private_key_begin(&text) else {
        return text;
    };
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    loop {
        let (before, key) = rest.split_at(from);
        clean.push_str(before);
        clean.push_str(REDACTED);
        rest = after_end(key);
        match private_key_begin(rest) {
            Some(next) => from = next,
            None => {
                clean.push_str(rest);
                return clean;
            }
        }
    }
}

/// Where the next `-----BEGIN … PRIVATE KEY…` starts.
fn private_key_begin(text: &str) -> Option<usize> {
    text.match_indices(PEM_BEGIN).map(|(at, _)| at).find(|at| {
        let line = text.get(*at..).and_then(|from| from.lines().next());
        line.is_some_and(|line| line.contains(PEM_PRIVATE))
    })
}

/// What follows the END line of a key, its newline kept; nothing when there is none.
fn after_end(key: &str) -> &str {
    let Some(end) = key.find(PEM_END) else {
        return "";
    };
    let tail = key.get(end..).unwrap_or_default();
    let line = tail.find(['\r', '\n']).unwrap_or(tail.len());
    tail.get(line..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::redact;
    use crate::secret::Secret;

    #[test]
    fn what_is_shown_is_text_without_escapes_and_secrets() {
        let secrets = [
            Secret::new("hunter2".to_owned()),
            Secret::new("ab".to_owned()),
        ];
        for (bytes, expected) in [
            (&b"plain\ttext\r\n"[..], "plain\ttext\r\n"),
            (b"bad \xff byte", "bad \u{fffd} byte"),
            (b"\x1b[1;31mred\x1b[0m", "red"),
            (b"\x1b]0;title\x07after", "after"),
            (b"\x1b]8;;http://x\x1b\\link", "link"),
            (b"\x1b]unclosed\nnext", "\nnext"),
            (b"\x1b(Bascii", "ascii"),
            (b"\x1b=keypad", "keypad"),
            (b"\x1b[12", ""),
            (b"\x1b", ""),
            ("\u{9b}31mred".as_bytes(), "red"),
            (b"a\x00b\x08c\x7fd", "abcd"),
            (b"pass=hunter2 twice hunter2", "pass=[redacted] twice [redacted]"),
            (b"hun\x1b[0mter2", "[redacted]"),
            (b"about", "about"),
            (
                b"x\n-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\ny",
                "x\n[redacted]\ny",
            ),
            (b"-----BEGIN RSA PRIVATE KEY-----\nAAAA", "[redacted]"),
            (
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            ),
        ] {
            assert_eq!(redact(bytes, secrets.iter()), expected, "{bytes:?}");
        }
    }
}
