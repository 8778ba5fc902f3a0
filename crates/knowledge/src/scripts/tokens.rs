//! The tokens of SQL. Takes a script; gives its tokens up to the first on whose end servers or modes disagree.

use super::flaw::{Flaw, flaw};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlTokenKind {
    Word,
    Name,
    Text,
    Number,
    Sign,
    End,
}

/// A token and its place.
pub(super) struct SqlToken<'a> {
    pub start: usize,
    pub end: usize,
    pub kind: SqlTokenKind,
    pub text: &'a str,
    /// The text in lower case.
    pub word: String,
    /// Whether a line break stands before it.
    pub first_of_line: bool,
}

/// The tokens up to the first that cannot be read for sure; from there to the end the script is one flaw. `signs` and
/// `double_quoted` are those of a dialect.
pub(super) fn lex<'a>(
    script: &'a str,
    signs: &str,
    double_quoted: SqlTokenKind,
) -> (Vec<SqlToken<'a>>, Option<Flaw>) {
    let mut tokens = Vec::new();
    let (mut start, mut first_of_line) = (0, false);
    while let Some(byte) = script.as_bytes().get(start) {
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            first_of_line |= matches!(byte, b'\n' | b'\r');
            start += 1;
            continue;
        }
        let read = script
            .get(start..)
            .and_then(|rest| token(rest, signs, double_quoted));
        let read = read.and_then(|(kind, length)| Some((kind, script.get(start..start + length)?)));
        let Some((kind, text)) = read else {
            let unread = flaw(start, script.len(), "cannot be read for sure");
            return (tokens, Some(unread));
        };
        let (end, word) = (start + text.len(), text.to_ascii_lowercase());
        tokens.push(SqlToken {
            start,
            end,
            kind,
            text,
            word,
            first_of_line,
        });
        (start, first_of_line) = (end, false);
    }
    (tokens, None)
}

/// The kind and the length of the token at the beginning.
fn token(rest: &str, signs: &str, double_quoted: SqlTokenKind) -> Option<(SqlTokenKind, usize)> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    let second = bytes.get(1).copied().unwrap_or(b' ');
    let has_dollar = signs.contains('$');
    let has_sign = signs.as_bytes().contains(&first);
    match first {
        b'\'' => Some((SqlTokenKind::Text, quoted(rest)?)),
        b'"' => Some((double_quoted, quoted(rest)?)),
        b'`' if has_sign => Some((SqlTokenKind::Name, quoted(rest)?)),
        b'0'..=b'9' => Some((SqlTokenKind::Number, number(rest)?)),
        b'.' if second.is_ascii_digit() => Some((SqlTokenKind::Number, number(rest)?)),
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
            let unicode = matches!(bytes, [b'u' | b'U', b'&', b'\'' | b'"', ..]);
            let length = bytes.iter().take_while(|byte| is_word(**byte)).count();
            let length = length + tail(bytes.get(length..)?, has_dollar);
            (!unicode && ends(bytes, length)).then_some((SqlTokenKind::Word, length))
        }
        b';' => Some((SqlTokenKind::End, 1)),
        b'\\' => (has_sign && matches!(second, b'G' | b'g')).then_some((SqlTokenKind::End, 2)),
        b':' => (has_sign && second == b':').then_some((SqlTokenKind::Sign, 2)),
        b'-' if second == b'-' => None,
        b'/' if second == b'*' => None,
        b'$' => None,
        _ => (has_sign || b"(),.*+-/%<>=!|&~".contains(&first)).then_some((SqlTokenKind::Sign, 1)),
    }
}

/// The length of the rest of a word from one "$" on: `x$waits`. Two "$" may be quotes, and are not read.
fn tail(bytes: &[u8], has_dollar: bool) -> usize {
    let length = bytes
        .iter()
        .skip(1)
        .take_while(|byte| is_word(**byte))
        .count();
    match bytes.first() {
        Some(b'$') if has_dollar && length > 0 => length + 1,
        _ => 0,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a word or a number surely ends at this place.
fn ends(bytes: &[u8], at: usize) -> bool {
    let goes_on = |byte: &u8| !byte.is_ascii() || is_word(*byte) || *byte == b'$';
    !bytes.get(at).is_some_and(goes_on)
}

/// The length of a quoted token, if all servers and modes agree on its end.
fn quoted(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let quote = *bytes.first()?;
    let (mut at, mut escapes) = (1, false);
    loop {
        let next = bytes.get(at + 1);
        match *bytes.get(at)? {
            0 => return None,
            b'\\' if matches!(next?, 0 | b'\'' | b'"' | b'`') => return None,
            b'\\' => (at, escapes) = (at + 2, true),
            byte if byte == quote && next == Some(&quote) => at += 2,
            byte if byte == quote => break,
            _ => at += 1,
        }
    }
    // A server that does not read UTF-8 may take a letter's last byte and `\` or "`" for one letter.
    let unsure = escapes || quote == b'`';
    (!unsure || rest.get(..at)?.is_ascii()).then_some(at + 1)
}

fn number(rest: &str) -> Option<usize> {
    let is_part = |byte: &u8| is_word(*byte) || *byte == b'.';
    let length = rest.bytes().take_while(is_part).count();
    let text = rest.get(..length)?;
    let digits = text.strip_prefix("0x").map(str::as_bytes);
    let hex = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    ((hex || text.parse::<f64>().is_ok()) && ends(rest.as_bytes(), length)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quotes_end_where_all_modes_end_them() {
        for (text, length) in [
            ("'a''b' c", Some(6)),
            (r"'\d\\' c", Some(6)),
            (r"'\d\\x' c", Some(7)),
            (r"'\' c'", None),
            ("'\u{4f60}'", Some(5)),
            ("'\u{4f60}\\x'", None),
            ("`\u{4f60}`", None),
        ] {
            assert_eq!(quoted(text), length, "{text}");
        }
    }
}
