//! A piece of a difference, and how much work looking for pieces may be.
//!
//! Takes and gives data. Refuses a search that is more than the work that is left.

use std::ops::Range;

/// Lines that stay, or lines in the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffPiece {
    /// Whether they stay.
    pub same: bool,
    /// Those of the old text.
    pub old: Range<usize>,
    /// Those of the new text.
    pub new: Range<usize>,
}

/// How much work searches may be. The work of one grows with the square of its lines.
#[derive(Debug)]
pub struct DiffWork {
    /// Lines of one search.
    at_once: usize,
    /// Squares of lines, all searches together.
    left: u64,
}

impl DiffWork {
    /// So many lines in one search, and as much as `searches` of those.
    pub fn new(at_once: usize, searches: u64) -> Self {
        Self {
            at_once,
            left: square(at_once).saturating_mul(searches),
        }
    }

    /// Whether a search among so many lines may be done; if so it counts.
    pub(super) fn affords(&mut self, lines: usize) -> bool {
        let affords = lines <= self.at_once && square(lines) <= self.left;
        if affords {
            self.left -= square(lines);
        }
        affords
    }
}

fn square(lines: usize) -> u64 {
    let lines = u64::try_from(lines).unwrap_or(u64::MAX);
    lines.saturating_mul(lines)
}
