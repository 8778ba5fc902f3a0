//! Halves of surrogate pairs: `\ud83d` without the `\ude00` that makes it a character.
//!
//! Takes: a line that the JSON reader refused. Gives: the line with U+FFFD in place of each half, so that the
//! id can be read; `None` where there is no half. JSON's grammar allows a half, and says that readers differ on it
//! (RFC 8259 §8.2). Programs that cut a text between two UTF-16 units send halves.

use std::ops::RangeInclusive;

const HIGH: RangeInclusive<u16> = 0xd800..=0xdbff;
const LOW: RangeInclusive<u16> = 0xdc00..=0xdfff;
/// How many bytes `\uXXXX` has.
const ESCAPE_BYTES: usize = 6;

/// The line without halves; its length in bytes stays.
pub(super) fn mended(line: &[u8]) -> Option<Vec<u8>> {
    let mut halves = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        at += match (unit(rest), rest.first()) {
            (Some(high), _) if HIGH.contains(&high) => {
                let low = rest.get(ESCAPE_BYTES..).and_then(unit);
                if low.is_some_and(|low| LOW.contains(&low)) {
                    2 * ESCAPE_BYTES
                } else {
                    halves.push(at);
                    ESCAPE_BYTES
                }
            }
            (Some(low), _) if LOW.contains(&low) => {
                halves.push(at);
                ESCAPE_BYTES
            }
            (Some(_), _) => ESCAPE_BYTES,
            // An escaped backslash escapes nothing.
            (None, Some(b'\\')) => 2,
            (None, _) => 1,
        };
    }
    if halves.is_empty() {
        return None;
    }
    let mut mended = line.to_vec();
    for half in halves {
        if let Some(escape) = mended.get_mut(half..half + ESCAPE_BYTES) {
            escape.copy_from_slice(b"\\ufffd");
        }
    }
    Some(mended)
}

/// The UTF-16 unit at the beginning of the text, if the text begins with `\uXXXX`.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::mended;
    use proptest::prelude::*;

    #[test]
    fn halves_are_replaced_and_nothing_else_is() {
        for (line, expected) in [
            (r#""\ud800""#, Some(r#""\ufffd""#)),
            (r#""\uDFFF""#, Some(r#""\ufffd""#)),
            (r#""\ud83d\ude00""#, None),
            (r#""\uD83D\uDE00\ud83d""#, Some(r#""\uD83D\uDE00\ufffd""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ude00\ud83d""#, Some(r#""\ufffd\ufffd""#)),
            (r#""\ud83d \ude00""#, Some(r#""\ufffd \ufffd""#)),
            (r#""\ud83d\n""#, Some(r#""\ufffd\n""#)),
            (r#""\\ud800""#, None),
            (r#""\\\ud800""#, Some(r#""\\\ufffd""#)),
            (r#""\u00e9 \ufffd""#, None),
            (r#""\ud8"#, None),
            (r#""\ud8xx""#, None),
            ("\\", None),
            ("", None),
        ] {
            let mended = mended(line.as_bytes());
            let expected = expected.map(|text| text.as_bytes().to_vec());
            assert_eq!(mended, expected, "{line}");
        }
    }

    proptest! {
        /// A text that the JSON reader takes has no half. A text that it refuses for a half, it takes once mended.
        #[test]
        fn agrees_with_serde_json(text in r#"(\\(u(d83d|DE00|0041)|\\|n)|x){0,8}"#) {
            let line = format!("\"{text}\"");
            let taken = |line: &[u8]| serde_json::from_slice::<String>(line).is_ok();
            match mended(line.as_bytes()) {
                None => prop_assert!(taken(line.as_bytes())),
                Some(mended) => prop_assert!(!taken(line.as_bytes()) && taken(&mended)),
            }
        }
    }
}
