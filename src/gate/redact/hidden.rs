//! What must stay hidden of a text that is shown whole otherwise, control characters included.
//!
//! Takes: a text, and the secrets of a [`Redactor`]. Gives: the parts to hide, in order, and of each whether it is a
//! private key. A secret is found as it stands, and where control characters stand within it: what shows them as signs
//! would show the rest of the secret as well.

use std::ops::Range;

use super::clean::{clean, control_functions};
use super::text_state::TextState;
use super::{Redactor, encoded, keys};

/// A part of a text that must not be shown.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub struct HiddenPart {
    /// The bytes of the text.
    pub range: Range<usize>,
    pub sort: HiddenSort,
}

/// Why a part must not be shown.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum HiddenSort {
    /// It is a secret of the configuration.
    Secret,
    /// It looks like a private key: anything may be between its first words and its last.
    Key,
}

impl Redactor {
    /// What must stay hidden of this text.
    pub fn hidden(&self, text: &str) -> Vec<HiddenPart> {
        let parts = merged(self.found(text));
        let controls: Vec<Range<usize>> = control_functions(text).collect();
        if controls.is_empty() {
            return parts;
        }
        let cleaned = merged(self.found(&clean(text, &mut [])));
        merged([parts, before_cleaning(&controls, cleaned)].concat())
    }

    fn found(&self, text: &str) -> Vec<HiddenPart> {
        let (mut secret, mut key) = (Vec::new(), Vec::new());
        keys::find(text, TextState::Printed, &mut key);
        encoded::find(text, TextState::Printed, &mut key);
        for needle in &self.needles {
            needle.find(text, &mut secret);
        }
        let of = |sort: HiddenSort| move |range: Range<usize>| HiddenPart { range, sort };
        let keys = key.into_iter().map(of(HiddenSort::Key));
        keys.chain(secret.into_iter().map(of(HiddenSort::Secret)))
            .collect()
    }
}

/// The parts in order; overlapping ones are joined.
fn merged(mut parts: Vec<HiddenPart>) -> Vec<HiddenPart> {
    parts.sort_by_key(|part| part.range.start);
    parts.dedup_by(|next, last| {
        let overlap = last.range.contains(&next.range.start);
        if overlap {
            last.range.end = last.range.end.max(next.range.end);
            if next.sort == HiddenSort::Key {
                last.sort = HiddenSort::Key;
            }
        }
        overlap
    });
    parts
}

/// Parts of the text that has no control functions, as parts of the text that has them. Both lists are in order.
fn before_cleaning(controls: &[Range<usize>], parts: Vec<HiddenPart>) -> Vec<HiddenPart> {
    let mut controls = controls.iter().peekable();
    let mut removed = 0;
    let mut place = |at: usize, is_before: fn(usize, usize) -> bool| {
        while let Some(control) = controls.next_if(|next| is_before(next.start, at + removed)) {
            removed += control.len();
        }
        at + removed
    };
    let placed = |part: HiddenPart| {
        let start = place(part.range.start, |control, at| control <= at);
        let end = place(part.range.end, |control, at| control < at);
        HiddenPart {
            range: start..end,
            ..part
        }
    };
    parts.into_iter().map(placed).collect()
}
