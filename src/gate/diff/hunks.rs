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
use super::piece::{DiffPiece, DiffWork};

/// Lines before and after a difference that are shown.
const CONTEXT: usize = 3;

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

fn moved(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}
