//! Lines, judged by both policies.
//!
//! Takes lines one by one, for one seed at a time. Keeps the shortest line of each pair of verdicts that differ, counts
//! what was judged, and says when a seed has had its share.

use std::collections::HashSet;

use crate::decide::decision::Verdict;
use crate::decide::host_policy::HostPolicy;

use super::spelling::spelled;
use super::track::Track;
use super::walk::shortest;

/// Lines that are tried after the first that differs: a shorter one, or one of another kind.
const AFTER_A_FIND: usize = 12;

/// A line on which two policies differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingLine {
    pub line: String,
    pub before: Verdict,
    pub after: Verdict,
}

/// The two policies of a host, and what was tried on them.
pub struct LineTrial<'h> {
    before: &'h HostPolicy,
    after: &'h HostPolicy,
    /// Every line that was judged.
    tried: HashSet<String>,
    /// What the seed at hand may still try.
    left: usize,
    /// What its walks may still take.
    steps: usize,
    /// What it found.
    found: Vec<DifferingLine>,
    /// Whether a seed had more lines than its share.
    cut: bool,
}

impl<'h> LineTrial<'h> {
    pub fn new(before: &'h HostPolicy, after: &'h HostPolicy) -> Self {
        Self {
            before,
            after,
            tried: HashSet::new(),
            left: 0,
            steps: 0,
            found: Vec::new(),
            cut: false,
        }
    }

    /// Begins with a seed, which may try so many lines and walk so many steps.
    pub fn begin(&mut self, lines: usize, steps: usize) {
        self.left = lines;
        self.steps = steps;
        self.found.clear();
    }

    /// What the seed found.
    pub fn end(&mut self) -> Vec<DifferingLine> {
        std::mem::take(&mut self.found)
    }

    /// Whether the seed has found a line.
    pub fn has_found(&self) -> bool {
        !self.found.is_empty()
    }

    /// How many lines both policies have judged.
    pub fn tried(&self) -> usize {
        self.tried.len()
    }

    /// Says that something was left out.
    pub fn cut_short(&mut self) {
        self.cut = true;
    }

    /// Says that something was left out, unless the seed has found a line.
    pub fn cut_unless_found(&mut self) {
        self.cut |= self.found.is_empty();
    }

    /// Whether something was left out before the seed found a line.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The shortest texts that each of `all` takes and none of `none`.
    pub fn walk(&mut self, all: &[&Track], none: &[&Track], wanted: usize) -> Vec<String> {
        let texts = shortest(all, none, wanted, &mut self.steps);
        self.cut |= self.steps == 0 && texts.is_empty() && self.found.is_empty();
        texts
    }

    /// How many lines the seed may still try.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Tries a text of words, in each spelling.
    pub fn text(&mut self, text: &str) {
        for line in spelled(text) {
            self.line(&line);
        }
    }

    /// Tries a line, unless it was, or the share is used up.
    pub fn line(&mut self, line: &str) {
        if self.tried.contains(line) {
            return;
        }
        if self.left == 0 {
            self.cut |= self.found.is_empty();
            return;
        }
        let before = self.before.judge(line);
        if before.rendered().is_none() {
            return;
        }
        let after = self.after.judge(line);
        self.left -= 1;
        self.tried.insert(line.to_owned());
        let (before, after) = (before.verdict(), after.verdict());
        if before == after {
            return;
        }
        if self.found.is_empty() {
            self.left = self.left.min(AFTER_A_FIND);
        }
        let differing = DifferingLine {
            line: line.to_owned(),
            before,
            after,
        };
        let mut found = self.found.iter_mut();
        let kept = found.find(|kept| kept.before == before && kept.after == after);
        match kept {
            None => self.found.push(differing),
            Some(kept) if differing.line.chars().count() < kept.line.chars().count() => {
                *kept = differing;
            }
            Some(_) => {}
        }
    }
}
