//! Lines, judged by both policies.
//!
//! Takes lines one by one, for one seed at a time. Keeps the shortest line of each pair of verdicts that differ, counts
//! what was judged, and says when a seed has had its share.

use crate::decide::decision::Verdict;
use crate::decide::host_policy::HostPolicy;
use crate::texts::{TextMap, TextSet};

use super::difference::Ruling;
use super::spelling::spelled;
use super::track::Track;
use super::walk::shortest;

/// Of a seed's share, what is tried after the first line that differs: a shorter one, or one of another kind.
const AFTER_A_FIND: usize = 12;
const PART_AFTER_A_FIND: usize = 8;

/// So many patterns that every line must be held against double the work of a line, and so do so many bytes of it.
const PATTERNS_FOR_A_UNIT: usize = 64;
const BYTES_FOR_A_UNIT: usize = 64;

/// How far a seed is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The lines that tell most.
    First,
    /// All that the search knows.
    Whole,
}

/// What a line must tell to count as found: that its entry decides on its own side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Whether the entry is the new policy's.
    pub is_new: bool,
    /// Whether it denies.
    pub denies: bool,
}

impl Sought {
    fn is_told_by(self, line: &DifferingLine) -> bool {
        let own = if self.is_new {
            &line.after
        } else {
            &line.before
        };
        (own.verdict == Verdict::Deny) == self.denies
    }
}

/// A line on which two policies differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingLine {
    pub line: String,
    pub before: Ruling,
    pub after: Ruling,
}

/// The two policies of a host, and what was tried on them.
pub struct LineTrial<'h> {
    before: &'h HostPolicy,
    after: &'h HostPolicy,
    /// The work that is left for all seeds: a unit is a short line, judged under a policy of which few patterns must be
    /// asked.
    units: usize,
    /// The work that was taken.
    spent: usize,
    /// What a short line costs.
    cost: usize,
    /// Every line that was judged, with both rulings.
    tried: TextMap<(Ruling, Ruling)>,
    /// The lines of the seed at hand.
    own: TextSet,
    /// How far the seed at hand is searched.
    depth: Depth,
    /// What it looks for; anything, where that is `None`.
    sought: Option<Sought>,
    /// What it may still try.
    left: usize,
    /// What it may still try after its first find.
    after_a_find: usize,
    /// What its walks may still take.
    steps: usize,
    /// What it found.
    found: Vec<DifferingLine>,
    /// Whether a seed had more lines than its share.
    cut: bool,
}

impl<'h> LineTrial<'h> {
    /// With so much work for all seeds; every line is held against so many patterns.
    pub fn new(
        before: &'h HostPolicy,
        after: &'h HostPolicy,
        units: usize,
        patterns: usize,
    ) -> Self {
        Self {
            before,
            after,
            units,
            spent: 0,
            cost: 1 + patterns / PATTERNS_FOR_A_UNIT,
            tried: TextMap::default(),
            own: TextSet::default(),
            depth: Depth::Whole,
            sought: None,
            left: 0,
            after_a_find: 0,
            steps: 0,
            found: Vec::new(),
            cut: false,
        }
    }

    /// Begins with a seed, which may try so many lines and walk so many steps.
    pub fn begin(&mut self, depth: Depth, sought: Option<Sought>, lines: usize, steps: usize) {
        self.depth = depth;
        self.sought = sought;
        self.left = lines;
        self.after_a_find = AFTER_A_FIND.min(lines / PART_AFTER_A_FIND);
        self.steps = steps;
        self.found.clear();
        self.own = TextSet::default();
    }

    /// Adds work for so many short lines, those that belong to no seed.
    pub fn add(&mut self, lines: usize) {
        self.units += lines;
    }

    /// How many short lines may still be tried, for all seeds.
    pub fn lines_left(&self) -> usize {
        self.units / self.cost
    }

    /// The work that was taken.
    pub fn spent(&self) -> usize {
        self.spent
    }

    /// What the walks of the seed at hand may still take.
    pub fn steps_left(&self) -> usize {
        self.steps
    }

    /// Takes the work of a line; none where nothing is left.
    fn spend(&mut self, line: &str) -> Option<()> {
        let cost = self.cost * (1 + line.len() / BYTES_FOR_A_UNIT);
        let units = self.units.checked_sub(cost);
        if units.is_none() {
            self.left = 0;
        }
        self.units = units?;
        self.spent += cost;
        Some(())
    }

    /// Takes one line of the seed's share; none where it is used up.
    fn take(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    /// What the seed found.
    pub fn end(&mut self) -> Vec<DifferingLine> {
        std::mem::take(&mut self.found)
    }

    /// Whether the seed has found a line that it looks for. Others are kept, and tell nothing of the seed.
    pub fn has_found(&self) -> bool {
        self.kept() > 0
    }

    /// How many lines the seed keeps of those that it looks for: one for each pair of verdicts.
    pub fn kept(&self) -> usize {
        let found = self.found.iter();
        found.filter(|line| self.is_sought(line)).count()
    }

    fn is_sought(&self, line: &DifferingLine) -> bool {
        self.sought.is_none_or(|sought| sought.is_told_by(line))
    }

    /// Whether a side grants a line by itself. It counts as one that is tried.
    pub fn is_granted(&mut self, side: &HostPolicy, line: &str) -> bool {
        let may = self.take().is_some() && self.spend(line).is_some();
        may && side.judge(line).verdict() != Verdict::Deny
    }

    /// How many lines both policies have judged.
    pub fn tried(&self) -> usize {
        self.tried.keys().len()
    }

    /// Says that something was left out.
    pub fn cut_short(&mut self) {
        self.cut = true;
    }

    /// Says that something was left out, unless the seed has found a line, or comes once more.
    pub fn cut_unless_found(&mut self) {
        self.cut |= !self.has_found() && self.depth == Depth::Whole;
    }

    /// Whether something was left out before the seed found a line.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The shortest texts that each of `all` takes and none of `none`.
    pub fn walk(&mut self, all: &[&Track], none: &[&Track], wanted: usize) -> Vec<String> {
        let texts = shortest(all, none, wanted, &mut self.steps);
        if self.steps == 0 && texts.is_empty() {
            self.cut_unless_found();
        }
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

    /// Tries a line, unless the share is used up. What another seed has tried counts: the order of the seeds does not tell
    /// how far each is searched.
    pub fn line(&mut self, line: &str) {
        let count = self.own.len();
        if self.own.insert(line) < count {
            return;
        }
        if self.left == 0 {
            return self.cut_unless_found();
        }
        let rulings = match self.tried.get(line).cloned() {
            Some(rulings) => rulings,
            None => {
                let before = self.before.judge(line);
                if before.rendered().is_none() {
                    return;
                }
                if self.spend(line).is_none() {
                    return self.cut_unless_found();
                }
                let rulings = (Ruling::of(&before), Ruling::of(&self.after.judge(line)));
                self.tried.insert(line, rulings.clone());
                rulings
            }
        };
        self.left -= 1;
        self.keep(line, rulings);
    }

    /// Keeps a line on which the policies differ: of each pair of rulings the shortest.
    fn keep(&mut self, line: &str, (before, after): (Ruling, Ruling)) {
        if before == after {
            return;
        }
        let differing = DifferingLine {
            line: line.to_owned(),
            before,
            after,
        };
        if !self.has_found() && self.is_sought(&differing) {
            self.left = self.left.min(self.after_a_find);
        }
        let mut found = self.found.iter_mut();
        let kept =
            found.find(|kept| kept.before == differing.before && kept.after == differing.after);
        match kept {
            None => self.found.push(differing),
            Some(kept) if differing.line.chars().count() < kept.line.chars().count() => {
                *kept = differing;
            }
            Some(_) => {}
        }
    }
}
