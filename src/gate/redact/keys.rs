//! Finds private keys in a text.
//!
//! ```text
//! "-----BEGIN " label "PRIVATE KEY" … "-----END " label "-----"      PEM (RFC 7468), OpenSSH, PGP
//! "---- BEGIN " label "PRIVATE KEY" … "---- END " label "----"       ssh.com
//! "Private-Lines: " digit … "Private-MAC: " hexadecimal              PuTTY
//! ```
//!
//! Takes: a text. Gives: the ranges of the keys, and the place up to which more text cannot change them. Line ends do
//! not count, so that an indented or numbered key and a key in one line of JSON are found, too. A key without its end
//! reaches to the end of the text.

use std::ops::Range;

use super::text_state::TextState;

/// One of the forms of a key.
struct Form {
    open: &'static str,
    close: &'static str,
    opened: fn(&str, TextState) -> Opened,
}

/// Whether the text behind the opening words makes it a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    Yes,
    No,
    /// The text is too short to say.
    Perhaps,
}

const FORMS: [Form; 3] = [
    Form {
        open: "-----BEGIN ",
        close: "-----END ",
        opened: label_opens,
    },
    Form {
        open: "---- BEGIN ",
        close: "---- END ",
        opened: label_opens,
    },
    Form {
        open: "Private-Lines: ",
        close: "Private-MAC: ",
        opened: digit_opens,
    },
];
/// The most bytes of a label. Those of private keys have at most 29 (`SSH2 ENCRYPTED PRIVATE KEY`).
const MAX_LABEL: usize = 64;
/// How many dashes close a label; further ones may open the next key.
const MAX_DASHES: usize = 5;

/// Adds the range of each key to `found`. Gives the place where an unfinished opening may begin; the length of the text
/// if there is none.
pub(super) fn find(text: &str, state: TextState, found: &mut Vec<Range<usize>>) -> usize {
    let settled = FORMS.iter().map(|form| form.find(text, state, found));
    settled.min().unwrap_or(text.len())
}

impl Form {
    fn find(&self, text: &str, state: TextState, found: &mut Vec<Range<usize>>) -> usize {
        let mut at = 0;
        while let Some(rest) = text.get(at..)
            && let Some(skipped) = rest.find(self.open)
        {
            let start = at + skipped;
            at = start + self.open.len();
            let after = text.get(at..).unwrap_or_default();
            match (self.opened)(after, state) {
                Opened::No => {}
                Opened::Perhaps => return start,
                Opened::Yes => {
                    at = self.closed(after).map_or(text.len(), |length| at + length);
                    found.push(start..at);
                }
            }
        }
        let is_begun = |length: &usize| {
            self.open
                .get(..*length)
                .is_some_and(|begun| text.ends_with(begun))
        };
        text.len() - (1..self.open.len()).rev().find(is_begun).unwrap_or(0)
    }

    /// The length of the key, if the text has its end.
    fn closed(&self, body: &str) -> Option<usize> {
        let close = body.find(self.close)? + self.close.len();
        let after = body.get(close..)?;
        let is_label = |next: char| next.is_ascii_alphanumeric() || next == ' ';
        let label = after.find(|next| !is_label(next))?;
        let dashes = after.get(label..)?.chars().take(MAX_DASHES);
        let dashes = dashes.take_while(|next| *next == '-').count();
        Some(close + label + dashes)
    }
}

fn label_opens(after: &str, state: TextState) -> Opened {
    let window = after.floor_char_boundary(MAX_LABEL);
    let window = state.label(after.get(..window).unwrap_or_default());
    let end = window.find(['-', '\r', '\n']).unwrap_or(window.len());
    let label = window.get(..end).unwrap_or_default();
    if label.contains("PRIVATE KEY") {
        Opened::Yes
    } else if label.len() < after.len() {
        Opened::No
    } else {
        Opened::Perhaps
    }
}

fn digit_opens(after: &str, _: TextState) -> Opened {
    match after.chars().next() {
        Some('0'..='9') => Opened::Yes,
        Some(_) => Opened::No,
        None => Opened::Perhaps,
    }
}
