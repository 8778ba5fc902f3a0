//! Makes output safe for a client: valid UTF-8, no terminal escapes, no secrets, no private keys.
//!
//! Takes: the pieces that a command printed, in order of arrival, and the secrets of its login. Gives: each stream as
//! text, and both together in order of arrival. Each stream is redacted as a whole, and is then split again where its
//! pieces ended: so a secret is found even if the other stream printed in between. A replacement stands where the
//! first byte of the secret was.
//!
//! Before the final end, a text that may begin a character, a secret or a private key is held back. While more output
//! is to come, all that came after such a text is held back, too. So the result for a part is the beginning of the
//! result for the whole, and no secret is shown in two parts.

mod clean;
mod encoded;
mod end_of_stream;
mod forms;
mod hidden;
mod keys;
mod needle;
mod splice;
#[cfg(test)]
mod tests;
mod text_state;
mod whole;

use std::ops::Range;

use crate::secret::Secret;
use crate::ssh::Stream;
use clean::{clean, decode};
pub use end_of_stream::EndOfStream;
pub use hidden::{HiddenPart, HiddenSort};
use needle::Needle;
use splice::{HELD, Splice};
use text_state::{REDACTED, TextState};
pub use whole::WholeContentShown;

/// Output that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedOutput {
    /// Both streams, in order of arrival.
    pub both: String,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A line as records may show it: without these secrets, and without private keys.
pub fn without<'s>(secrets: impl IntoIterator<Item = &'s Secret>, line: &str) -> String {
    let redactor = Redactor::new(secrets.into_iter());
    let pieces = std::iter::once((Stream::Out, line.as_bytes()));
    redactor.show(pieces, EndOfStream::Final).out
}

/// Takes secrets out of output.
pub struct Redactor {
    needles: Vec<Needle>,
}

impl Redactor {
    /// A redactor for these secrets.
    pub fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        Self {
            needles: secrets.flat_map(forms::needles).collect(),
        }
    }

    /// The text that may be shown of what was printed.
    pub fn show<'a>(
        &self,
        pieces: impl Iterator<Item = (Stream, &'a [u8])> + Clone,
        ending: EndOfStream,
    ) -> RedactedOutput {
        let mut out = self.side(Stream::Out, pieces.clone(), ending);
        let mut err = self.side(Stream::Err, pieces.clone(), ending);
        let mut both = String::with_capacity(out.text.len() + err.text.len());
        for (stream, _) in pieces {
            let side = match stream {
                Stream::Out => &mut out,
                Stream::Err => &mut err,
            };
            let (piece, rest) = side.piece();
            both.push_str(piece);
            if rest == Behind::Held && ending == EndOfStream::Open {
                break;
            }
        }
        if ending == EndOfStream::Open || !(out.text.is_empty() || err.text.is_empty()) {
            // Two halves of a secret may have come by different streams, or may still come. This step may hold back
            // more than the streams themselves did, so for a while a little less is shown.
            both = self.redact(&both, &mut [], (ending, TextState::Redacted));
        }
        RedactedOutput {
            both,
            out: out.text,
            err: err.text,
        }
    }

    fn side<'a>(
        &self,
        wanted: Stream,
        pieces: impl Iterator<Item = (Stream, &'a [u8])>,
        ending: EndOfStream,
    ) -> Side {
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for (_, piece) in pieces.filter(|(stream, _)| *stream == wanted) {
            bytes.extend_from_slice(piece);
            ends.push(bytes.len());
        }
        // What came may be a file of megabytes: of its copies no more than two are held at once.
        let decoded = decode(&bytes, &mut ends, ending);
        drop(bytes);
        let cleaned = clean(&decoded, &mut ends);
        drop(decoded);
        let text = self.redact(&cleaned, &mut ends, (ending, TextState::Printed));
        Side {
            text,
            ends: ends.into_iter(),
            given: 0,
        }
    }

    fn redact(
        &self,
        text: &str,
        ends: &mut [usize],
        (ending, state): (EndOfStream, TextState),
    ) -> String {
        let mut found = Vec::new();
        let mut settled = keys::find(text, state, &mut found);
        // Of an encoded key that has only begun, the text has only the opening words.
        let begun = encoded::find(text, state, &mut found);
        if ending == EndOfStream::Open {
            settled = settled.min(begun);
        }
        for needle in &self.needles {
            let begun = needle.find(text, &mut found);
            settled = settled.min(text.len() - begun);
        }
        if ending == EndOfStream::Final {
            settled = text.len();
        }
        let mut splice = Splice::new(text, ends);
        for range in merged(found) {
            // A longer range may begin here once more text has come.
            if range.start >= settled {
                break;
            }
            splice.replace(range, REDACTED);
        }
        splice.finish(settled)
    }
}

/// The ranges in order; overlapping ranges are joined.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let overlap = last.contains(&next.start);
        if overlap {
            last.end = last.end.max(next.end);
        }
        overlap
    });
    ranges
}

/// The text of one stream, and where the pieces end in which it arrived.
struct Side {
    text: String,
    ends: std::vec::IntoIter<usize>,
    given: usize,
}

/// Whether the text behind a piece is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    /// The next piece follows.
    Shown,
    /// A text that is held back follows; it belongs to this piece.
    Held,
}

impl Side {
    fn piece(&mut self) -> (&str, Behind) {
        let (end, rest) = match self.ends.next() {
            Some(end) if end != HELD => (end, Behind::Shown),
            Some(_) | None => (self.text.len(), Behind::Held),
        };
        let piece = self.text.get(self.given..end).unwrap_or_default();
        self.given = end;
        (piece, rest)
    }
}
