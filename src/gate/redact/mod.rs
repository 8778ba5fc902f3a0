//! Output made fit for a client: valid UTF-8, no terminal escapes, no secrets, no private keys.
//!
//! Takes: the pieces that a command printed, in order of arrival, and the secrets that its
//! login used. Gives: each stream as text, and both as they arrived. Each stream is redacted as
//! a whole and then taken apart again where its pieces ended, so that nothing is missed because
//! the other stream came between; what replaces something stands where its first byte was.
//!
//! Before the final end, text that may begin a character, a secret or a private key is held back.
//! While more is to come, all that came after it is held back, too. So what is shown of a part is
//! the beginning of what is shown of the whole, and no secret is shown in two parts.

mod clean;
mod encoded;
mod end_of_stream;
mod forms;
mod keys;
mod needle;
mod splice;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::secret::Secret;
use crate::ssh::Stream;
use clean::{clean, decode};
pub use end_of_stream::EndOfStream;
use needle::Needle;
use splice::{HELD, Splice};

/// What stands where a secret was.
const REDACTED: &str = "[redacted]";

/// Output that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedOutput {
    /// Both streams as they arrived.
    pub both: String,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Takes secrets out of output.
pub struct Redactor {
    needles: Vec<Needle>,
}

impl Redactor {
    /// Of these secrets.
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
            // Two halves of a secret may have come by different streams, or still come. What this
            // holds back comes on top of what each stream did: a little less is shown for a while.
            both = self.redact(&both, &mut [], ending);
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
        let text = decode(&bytes, &mut ends, ending);
        let text = clean(&text, &mut ends);
        let text = self.redact(&text, &mut ends, ending);
        Side {
            text,
            ends: ends.into_iter(),
            given: 0,
        }
    }

    fn redact(&self, text: &str, ends: &mut [usize], ending: EndOfStream) -> String {
        let mut found = Vec::new();
        let mut settled = keys::find(text, &mut found);
        // Of an encoded key that is only begun, nothing but its opening words is there.
        let begun = encoded::find(text, &mut found);
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
            // What is found later may begin here and be longer.
            if range.start >= settled {
                break;
            }
            splice.replace(range, REDACTED);
        }
        splice.finish(settled)
    }
}

/// The ranges in order, those that overlap as one.
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

/// One stream's text, and where in it the pieces end that it arrived in.
struct Side {
    text: String,
    ends: std::vec::IntoIter<usize>,
    given: usize,
}

/// What comes after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    /// The next piece.
    Shown,
    /// Something that is held back: it belongs to this piece.
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
