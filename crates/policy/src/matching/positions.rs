//! `Positions`: takes how far into a pattern a match may have come; holds all possibilities at once.
//!
//! Position `i` means that the first `i` parts of the pattern have matched. All positions are followed
//! at once, so that matching is linear in pattern times text. A set of positions is one number.

/// The most parts a pattern may have: positions 0 to 127 fit into the number.
pub(crate) const MAX_PARTS: usize = 127;

/// A set of positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Positions(u128);

impl Positions {
    /// The set with position 0 alone: no part has matched yet.
    pub(crate) fn start() -> Self {
        Self(1)
    }

    /// Whether the set has `position`.
    pub(crate) fn has(self, position: usize) -> bool {
        self.0 & bit(position) != 0
    }

    /// Adds `position`.
    pub(crate) fn add(&mut self, position: usize) {
        self.0 |= bit(position);
    }

    /// Adds every position from the first of the set to `last`.
    pub(crate) fn fill_to(&mut self, last: usize) {
        let first = (0..=last).find(|position| self.has(*position));
        (first.unwrap_or(last + 1)..=last).for_each(|position| self.add(position));
    }

    /// Whether no match is possible any more.
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

fn bit(position: usize) -> u128 {
    u32::try_from(position)
        .ok()
        .and_then(|position| 1_u128.checked_shl(position))
        .unwrap_or(0)
}
