//! The difference of two lists of numbers, with a bound on the work.
//!
//! Takes: a number for each line of two texts. Gives: the pieces of both, in order: what stays, and what comes in the
//! place of something else. What is short enough is searched for the shortest difference (Myers). What is not is cut at
//! lines that stand once in both texts, as many as stand there in one order (the longest rising sequence, as in a
//! patience diff), and each part is searched alone; a part that is still too long is replaced as a whole. Refuses
//! nothing.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::piece::{DiffPiece, DiffWork};

/// The pieces of both lists, from the first to the last.
pub(super) fn pieces(old: &[u32], new: &[u32], work: &mut DiffWork) -> PieceList {
    let mut list = PieceList {
        pieces: Vec::new(),
        is_rough: false,
    };
    if work.affords(old.len() + new.len()) {
        list.push_shortest((old, 0), (new, 0));
        return list;
    }
    let (mut old_at, mut new_at) = (0, 0);
    for (old_place, new_place) in anchors(old, new) {
        list.search(old, new, (old_at..old_place, new_at..new_place), work);
        list.push(true, old_place..old_place + 1, new_place..new_place + 1);
        (old_at, new_at) = (old_place + 1, new_place + 1);
    }
    list.search(old, new, (old_at..old.len(), new_at..new.len()), work);
    list
}

/// The pieces of two texts.
pub(super) struct PieceList {
    /// In order.
    pub pieces: Vec<DiffPiece>,
    /// Whether a part was replaced as a whole, though lines of it may stay.
    pub is_rough: bool,
}

impl PieceList {
    /// Adds a piece; one of the sort of the last makes that longer.
    fn push(&mut self, same: bool, old: Range<usize>, new: Range<usize>) {
        if old.is_empty() && new.is_empty() {
            return;
        }
        match self.pieces.last_mut().filter(|last| last.same == same) {
            Some(last) => (last.old.end, last.new.end) = (old.end, new.end),
            None => self.pieces.push(DiffPiece { same, old, new }),
        }
    }

    /// Adds the shortest difference of two parts; each begins at a place of its list.
    fn push_shortest(
        &mut self,
        (old, old_begin): (&[u32], usize),
        (new, new_begin): (&[u32], usize),
    ) {
        let (mut old_at, mut new_at) = (old_begin, new_begin);
        for op in capture_diff_slices(Algorithm::Myers, old, new) {
            // Of the side on which it has nothing the crate does not always know the place: lengths are right.
            let old_end = old_at + op.old_range().len();
            let new_end = new_at + op.new_range().len();
            let same = matches!(op, DiffOp::Equal { .. });
            self.push(same, old_at..old_end, new_at..new_end);
            (old_at, new_at) = (old_end, new_end);
        }
    }

    /// Adds the difference of a part of both.
    fn search(
        &mut self,
        old: &[u32],
        new: &[u32],
        part: (Range<usize>, Range<usize>),
        work: &mut DiffWork,
    ) {
        let (old_part, new_part) = part;
        let old = old.get(old_part.clone()).unwrap_or_default();
        let new = new.get(new_part.clone()).unwrap_or_default();
        let same = |(one, other): &(&u32, &u32)| one == other;
        let head = old.iter().zip(new).take_while(same).count();
        let behind = |list: &[u32]| list.len() - head;
        let shorter = behind(old).min(behind(new));
        let tail = old.iter().rev().zip(new.iter().rev()).take(shorter);
        let tail = tail.take_while(same).count();
        let (from, to) = (old_part.start, new_part.start);
        self.push(true, from..from + head, to..to + head);
        let (old_end, new_end) = (old.len() - tail, new.len() - tail);
        let (old_middle, new_middle) = (
            old.get(head..old_end).unwrap_or_default(),
            new.get(head..new_end).unwrap_or_default(),
        );
        let (old_begin, new_begin) = (from + head, to + head);
        let is_plain = old_middle.is_empty() || new_middle.is_empty();
        if is_plain || !work.affords(old_middle.len() + new_middle.len()) {
            self.push(false, old_begin..from + old_end, new_begin..to + new_end);
            self.is_rough |= !is_plain;
        } else {
            self.push_shortest((old_middle, old_begin), (new_middle, new_begin));
        }
        self.push(
            true,
            from + old_end..old_part.end,
            to + new_end..new_part.end,
        );
    }
}

/// Where the lines stand that are once in both, as many as have one order.
fn anchors(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    let old_places = single(old);
    let new_places = single(new);
    let mut both: Vec<(usize, usize)> = old_places
        .iter()
        .filter_map(|(number, place)| Some((*place, *new_places.get(number)?)))
        .collect();
    both.sort_unstable();
    rising(&both)
}

/// The places of the numbers that stand once in a list.
fn single(list: &[u32]) -> HashMap<u32, usize> {
    let mut places: HashMap<u32, Option<usize>> = HashMap::new();
    for (place, number) in list.iter().enumerate() {
        places
            .entry(*number)
            .and_modify(|place| *place = None)
            .or_insert(Some(place));
    }
    let once = places.into_iter();
    once.filter_map(|(number, place)| Some((number, place?)))
        .collect()
}

/// Of pairs in the order of their first members: the most of them whose second members rise, too.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Of the rising sequences of each length: the pair with which the one ends that ends lowest.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::new();
    let second = |at: usize| pairs.get(at).map(|pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| second(*end) < Some(pair.1));
        let last = length.checked_sub(1).and_then(|longest| ends.get(longest));
        before.push(last.copied());
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut chain = Vec::new();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        chain.extend(pairs.get(at));
        next = before.get(at).copied().flatten();
    }
    chain.reverse();
    chain
}
