//! Replaces parts of a text, and carries the ends of its pieces over into the new text.
//!
//! Takes: a text, the ends of its pieces in ascending order, and replacements in ascending order. Gives: the new text,
//! and the ends of the pieces in it. A replacement belongs to the piece with the first byte of the replaced part.

use std::ops::Range;

/// Stands for the end of a piece that is not wholly shown yet.
pub(super) const HELD: usize = usize::MAX;

pub(super) struct Splice<'a> {
    old: &'a str,
    taken: usize,
    new: String,
    ends: std::slice::IterMut<'a, usize>,
    next: Option<&'a mut usize>,
}

impl<'a> Splice<'a> {
    /// Begins a new text from `old`.
    pub fn new(old: &'a str, ends: &'a mut [usize]) -> Self {
        let mut ends = ends.iter_mut();
        Self {
            old,
            taken: 0,
            new: String::with_capacity(old.len()),
            next: ends.next(),
            ends,
        }
    }

    /// Keeps the text before `range`, and puts `with` in place of the range.
    pub fn replace(&mut self, range: Range<usize>, with: &str) {
        self.keep(range.start);
        self.new.push_str(with);
        self.taken = range.end;
        let end = self.new.len();
        self.carry(range.end, |_| end);
    }

    /// Keeps the text before `until`. The rest is held back, and each piece that ends in the rest is marked [`HELD`].
    pub fn finish(mut self, until: usize) -> String {
        self.keep(until);
        self.carry(usize::MAX, |_| HELD);
        self.new
    }

    fn keep(&mut self, until: usize) {
        let (taken, start) = (self.taken, self.new.len());
        let Some(kept) = self.old.get(taken..until) else {
            return;
        };
        self.new.push_str(kept);
        self.taken = until;
        self.carry(until, |end| start + (end - taken));
    }

    /// Carries over the ends up to `until`.
    fn carry(&mut self, until: usize, place: impl Fn(usize) -> usize) {
        while let Some(end) = self.next.take_if(|end| **end <= until) {
            *end = place(*end);
            self.next = self.ends.next();
        }
    }
}
