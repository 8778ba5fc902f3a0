//! Which lines stay, and which come in the place of others.
//!
//! Takes: the lines of two texts, and how much work the search may be. Gives: the hunks of a unified diff. Where the
//! shortest difference is too much work, the hunks lead from one text to the other all the same, with more lines that
//! go and come. Refuses nothing.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use similar::{DiffOp, group_diff_ops};

use super::anchors::pieces;

/// Lines before and after a difference that are shown.
const CONTEXT: usize = 3;

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

/// The hunks of a unified diff.
#[derive(Debug)]
pub struct DiffHunks {
    /// Each with its pieces.
    pub hunks: Vec<Vec<DiffPiece>>,
    /// Whether lines may be shown as going and coming that stay: finding them was too much work.
    pub is_rough: bool,
}

/// What two texts have in common at both ends.
#[derive(Clone, Copy, Debug)]
pub struct DiffMiddle {
    head: usize,
    tail: usize,
    /// Lines of both sides between the first difference and the last.
    pub lines: usize,
}

/// How much work searches may be. The work of one grows with the square of its lines.
#[derive(Debug)]
pub struct DiffWork {
    /// Lines of one search.
    at_once: usize,
    /// Squares of lines, all searches together.
    left: u64,
}

impl DiffMiddle {
    /// Of these two.
    pub fn of<L: Eq>(old: &[L], new: &[L]) -> Self {
        let same = |(one, other): &(&L, &L)| one == other;
        let head = old.iter().zip(new).take_while(same).count();
        let (old, new) = (old.get(head..), new.get(head..));
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        let tail = old.iter().rev().zip(new.iter().rev());
        let tail = tail.take_while(same).count();
        Self {
            head,
            tail,
            lines: old.len() + new.len() - 2 * tail,
        }
    }
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

/// The hunks of the difference; none where there is none.
pub fn hunks<L: Eq + Hash>(
    old: &[L],
    new: &[L],
    middle: DiffMiddle,
    work: &mut DiffWork,
) -> DiffHunks {
    if middle.lines == 0 {
        return DiffHunks {
            hunks: Vec::new(),
            is_rough: false,
        };
    }
    let begin = middle.head.saturating_sub(CONTEXT);
    let rest = middle.tail.saturating_sub(CONTEXT);
    let (old, new) = numbered(
        old.get(begin..old.len() - rest).unwrap_or_default(),
        new.get(begin..new.len() - rest).unwrap_or_default(),
    );
    let found = pieces(&old, &new, work);
    let ops = found.pieces.iter().map(op).collect();
    let piece = |op: &DiffOp| DiffPiece {
        same: matches!(op, DiffOp::Equal { .. }),
        old: moved(op.old_range(), begin),
        new: moved(op.new_range(), begin),
    };
    let grouped = group_diff_ops(ops, CONTEXT);
    let hunks = grouped.iter().map(|hunk| hunk.iter().map(piece).collect());
    DiffHunks {
        hunks: hunks.collect(),
        is_rough: found.is_rough,
    }
}

fn op(piece: &DiffPiece) -> DiffOp {
    let (old_index, new_index) = (piece.old.start, piece.new.start);
    match piece.same {
        true => DiffOp::Equal {
            old_index,
            new_index,
            len: piece.old.len(),
        },
        false => DiffOp::Replace {
            old_index,
            old_len: piece.old.len(),
            new_index,
            new_len: piece.new.len(),
        },
    }
}

pub(super) fn moved(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// A number for each line: equal lines have one number.
fn numbered<'t, L: Eq + Hash>(old: &'t [L], new: &'t [L]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: HashMap<&L, u32> = HashMap::new();
    let mut number = |line: &'t L| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(line).or_insert(next)
    };
    let old = old.iter().map(&mut number).collect();
    (old, new.iter().map(&mut number).collect())
}
