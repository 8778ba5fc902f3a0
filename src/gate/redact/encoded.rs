//! Finds private keys in PEM that a text has as base64 (RFC 4648), as Kubernetes prints secrets.
//!
//! Takes: a text. Gives: the ranges of the encoded keys, and the place up to which more text cannot change them. The
//! words `-----BEGIN … PRIVATE KEY` may begin at three places in a group of four letters; each is looked for. A range
//! goes on to the end of the encoding, over a line break if the line is full and the next line has only base64.

use std::ops::Range;

use super::text_state::TextState;

/// `-----BEGIN ` behind 0, 1 and 2 bytes: the letters that do not depend on the bytes around it.
const OPEN: [&str; 3] = ["LS0tLS1CRUdJTi", "0tLS0tQkVHSU4g", "tLS0tLUJFR0lOI"];
/// `PRIVATE KEY` behind 0, 1 and 2 bytes.
const LABEL: [&str; 3] = ["UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW"];
/// The label must begin within so many letters behind the opening.
const MAX_LABEL: usize = 96;
/// A key goes on over a line break if the line has at least so many letters: base64(1) writes 76, PEM 64.
const FULL_LINE: usize = 60;

/// Adds the range of each key to `found`. Gives the place where an unfinished opening may begin; the length of the text
/// if there is none.
pub(super) fn find(text: &str, state: TextState, found: &mut Vec<Range<usize>>) -> usize {
    let mut openings = Openings::of(text);
    let mut at = 0;
    while let Some(start) = openings.next_from(at) {
        let after = text.get(start..).unwrap_or_default();
        let window = after
            .get(..after.floor_char_boundary(MAX_LABEL))
            .unwrap_or(after);
        let whole = window
            .chars()
            .all(|letter| is_letter(letter) || letter.is_ascii_whitespace());
        let label = state.label(window).split_ascii_whitespace();
        let label: String = label.collect();
        at = if first(&label, &LABEL).is_some() {
            let end = end_of_encoding(text, start);
            found.push(start..end);
            end
        } else if whole && after.len() < MAX_LABEL {
            return start;
        } else {
            start + 1
        };
    }
    let begun = |open: &str| {
        let is_begun = |length: &usize| {
            open.get(..*length)
                .is_some_and(|begun| text.ends_with(begun))
        };
        (1..open.len()).rev().find(is_begun).unwrap_or(0)
    };
    text.len() - OPEN.iter().map(|open| begun(open)).max().unwrap_or(0)
}

/// The next place of each opening. Each is looked for again only once it is behind, so that a text is searched once.
struct Openings<'t> {
    text: &'t str,
    next: [Option<usize>; 3],
}

impl<'t> Openings<'t> {
    fn of(text: &'t str) -> Self {
        let next = OPEN.map(|open| text.find(open));
        Self { text, next }
    }

    fn next_from(&mut self, at: usize) -> Option<usize> {
        for (open, next) in OPEN.iter().zip(&mut self.next) {
            if next.is_some_and(|next| next < at) {
                let rest = self.text.get(at..)?;
                *next = rest.find(open).map(|skipped| at + skipped);
            }
        }
        self.next.iter().flatten().min().copied()
    }
}

fn first(text: &str, needles: &[&str; 3]) -> Option<usize> {
    needles.iter().filter_map(|needle| text.find(needle)).min()
}

/// Where the encoding ends that begins at `start`.
fn end_of_encoding(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        let line = text.get(end..).unwrap_or_default();
        let length = line.find(|letter| !is_letter(letter)).unwrap_or(line.len());
        end += length;
        let rest = text.get(end..).unwrap_or_default();
        let break_length = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let before = text.get(..end).unwrap_or_default();
        let full = before.len() - before.trim_end_matches(is_letter).len() >= FULL_LINE;
        let next = rest.get(break_length..).unwrap_or_default();
        let next = next.lines().next().unwrap_or_default().trim_end();
        let continues = !next.is_empty() && next.chars().all(is_letter);
        if !full || break_length == 0 || !continues {
            return end;
        }
        end += break_length;
    }
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "+/=-_".contains(letter)
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};

    use super::{TextState, find};

    #[test]
    fn an_encoded_key_is_found_wherever_it_begins_and_however_it_is_wrapped() {
        let body = "A".repeat(300);
        for before in [
            "",
            "x",
            "xy",
            "xyz",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            for label in ["", "RSA ", "OPENSSH ", "ENCRYPTED "] {
                let pem = format!("{before}-----BEGIN {label}PRIVATE KEY-----\n{body}\n-----END");
                let encoded = Base64::encode_string(pem.as_bytes());
                let text = format!("  tls.key: {encoded}\n  other: x\n");
                let mut found = Vec::new();
                find(&text, TextState::Printed, &mut found);
                assert_eq!(found.len(), 1, "{before:?} {label:?}");
                assert_eq!(text.get(found[0].end..), Some("\n  other: x\n"));
                let lines: Vec<String> = encoded
                    .as_bytes()
                    .chunks(76)
                    .map(|line| String::from_utf8(line.to_vec()).unwrap())
                    .collect();
                let wrapped = lines.join("\n");
                found.clear();
                find(&wrapped, TextState::Printed, &mut found);
                assert!(found.last().is_some_and(|range| range.end == wrapped.len()));
            }
        }
    }

    #[test]
    fn an_unfinished_opening_is_held_and_a_certificate_is_not_taken() {
        let mut found = Vec::new();
        assert_eq!(
            find("tls.key: LS0tLS1CR", TextState::Printed, &mut found),
            9
        );
        let certificate = Base64::encode_string("-----BEGIN CERTIFICATE-----".repeat(9).as_bytes());
        assert_eq!(
            find(
                &format!("{certificate}: x\n"),
                TextState::Printed,
                &mut found
            ),
            certificate.len() + 4
        );
        assert!(found.is_empty());
    }
}
