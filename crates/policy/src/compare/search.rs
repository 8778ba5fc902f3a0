//! The search for lines that two policies decide differently on one host.
//!
//! Takes the two policies of the host, and how many lines may be judged. Each entry that only one side has is a seed, and
//! has its share of the lines. Gives what was found, one line for each rule, pattern and pair of verdicts: the shortest.

use crate::decide::host_policy::HostPolicy;
use crate::texts::sort;

use super::deciding::judged;
use super::difference::{Difference, Outcomes, Searched};
use super::facts::limit_facts;
use super::granted::{granted, is_granted_elsewhere};
use super::refused::{refused, unseen};
use super::standing::{Standard, Standing, standings};
use super::trial::{DifferingLine, LineTrial};

/// Lines for one seed: its walks, and an instance for each option that a program has.
const MOST_FOR_A_SEED: usize = 240;
/// Lines for one seed where there are very many: the walks, and the plainest instances.
const LEAST_FOR_A_SEED: usize = 4;

/// Steps of all walks together, and the least for one seed: half a second of work on a small machine.
const MAX_STEPS: usize = 4_000_000;
const LEAST_STEPS: usize = 3_000;
/// The most for one seed.
const MOST_STEPS: usize = 400_000;

/// An entry that only one side has.
struct Seed<'s> {
    standard: &'s Standard<'s>,
    own: &'s Standing<'s>,
    other: &'s Standing<'s>,
    side: &'static str,
}

/// Searches, within so many lines where there are few seeds; without a line it only compares the entries.
pub fn search(before: &HostPolicy, after: &HostPolicy, lines: usize) -> Outcomes {
    let facts = limit_facts(&before.limits, &after.limits);
    let Some((old, new)) = standings(before, after) else {
        return Outcomes::without_lines(facts, Searched::Identical);
    };
    if lines == 0 {
        return Outcomes::without_lines(facts, Searched::Cut);
    }
    let seeds = seeds(&old, &new);
    let share = (lines / (seeds.len() + 1)).clamp(LEAST_FOR_A_SEED, MOST_FOR_A_SEED);
    let steps = (MAX_STEPS / (seeds.len() + 1)).clamp(LEAST_STEPS, MOST_STEPS);
    let mut trial = LineTrial::new(before, after);
    let mut found: Vec<DifferingLine> = Vec::new();
    let mut silent: Vec<&Seed<'_>> = Vec::new();
    for seed in &seeds {
        trial.begin(share, steps);
        match seed.grants() {
            true => granted(seed.standard, seed.own, seed.other, &mut trial),
            false => refused(seed.standard, seed.other, &mut trial),
        }
        let lines = trial.end();
        if lines.is_empty() {
            silent.push(seed);
        }
        found.extend(lines);
    }
    if seeds.iter().any(|seed| !seed.grants()) || old.refuses_unseen != new.refuses_unseen {
        for side in [&old, &new] {
            trial.begin(MOST_FOR_A_SEED, steps);
            unseen(side, &mut trial);
            found.extend(trial.end());
        }
    }
    let differences = differences(before, after, found);
    silent.retain(|seed| {
        !differences
            .iter()
            .any(|difference| seed.decides(difference))
    });
    silent.retain(|seed| !seed.grants() || !is_granted_elsewhere(seed.standard, seed.other, steps));
    let unshown = silent.iter().map(|seed| seed.told()).collect();
    Outcomes {
        facts,
        unshown,
        tried: trial.tried(),
        extent: match trial.is_cut() {
            true => Searched::Cut,
            false => Searched::Whole,
        },
        differences,
    }
}

fn seeds<'s>(old: &'s Standing<'s>, new: &'s Standing<'s>) -> Vec<Seed<'s>> {
    let sides = [(new, old, "new"), (old, new, "old")];
    let of_side = |(own, other, side): (&'s Standing<'s>, &'s Standing<'s>, &'static str)| {
        let all = own.grants.iter().chain(&own.denies);
        let own_alone = all.filter(|standard| !standard.shared);
        own_alone.map(move |standard| Seed {
            standard,
            own,
            other,
            side,
        })
    };
    sides.into_iter().flat_map(of_side).collect()
}

/// The lines with what decides them: of those that the same patterns decide the shortest, what is gained first.
fn differences(
    before: &HostPolicy,
    after: &HostPolicy,
    mut found: Vec<DifferingLine>,
) -> Vec<Difference> {
    sort(&mut found, &|one, other| {
        let length = |found: &DifferingLine| found.line.chars().count();
        length(one)
            .cmp(&length(other))
            .then_with(|| one.line.cmp(&other.line))
    });
    let mut differences: Vec<Difference> = Vec::new();
    for DifferingLine { line, .. } in found {
        let difference = Difference {
            before: judged(before, &line),
            after: judged(after, &line),
            line,
        };
        let alike = |kept: &Difference| kept.line == difference.line || alike(kept, &difference);
        if !differences.iter().any(alike) {
            differences.push(difference);
        }
    }
    let place = |difference: &Difference| {
        let index =
            |rule: &Option<crate::rules::rule::RuleName>| rule.as_ref().map(|rule| rule.index);
        let (after, before) = (
            index(&difference.after.rule),
            index(&difference.before.rule),
        );
        (
            !difference.is_gain(),
            after.or(before).unwrap_or(usize::MAX),
        )
    };
    sort(&mut differences, &|one, other| {
        place(one).cmp(&place(other))
    });
    differences
}

/// Whether the same patterns decide two lines, with the same verdicts.
fn alike(one: &Difference, other: &Difference) -> bool {
    let sides = [(&one.before, &other.before), (&one.after, &other.after)];
    sides.iter().all(|(one, other)| {
        one.verdict == other.verdict && one.rule == other.rule && one.pattern == other.pattern
    })
}

impl Seed<'_> {
    fn grants(&self) -> bool {
        let entry = self.standard.entry.as_ref();
        entry.is_some_and(super::entries::EffectiveEntry::grants)
    }

    /// Whether it decides a difference on its side.
    fn decides(&self, difference: &Difference) -> bool {
        let judged = match self.side {
            "new" => &difference.after,
            _ => &difference.before,
        };
        let own = self.standard.entry.as_ref().map(|entry| entry.rule.index);
        let place = judged.rule.as_ref().map(|rule| rule.index);
        place == own && judged.pattern.as_ref() == Some(&self.standard.shown)
    }

    /// How a person reads it.
    fn told(&self) -> String {
        let Standard { entry, shown, .. } = self.standard;
        match entry {
            Some(entry) => {
                let (action, rule) = (entry.rule.action, entry.rule.name());
                format!("`{shown}` of {rule} ({action}, {} policy)", self.side)
            }
            None => format!("`{shown}` of `deny_substrings` ({} policy)", self.side),
        }
    }
}
