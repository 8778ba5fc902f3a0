//! The search for lines that two policies decide differently on one host.
//!
//! Takes the two policies of the host, and how many lines may be judged. Each entry that only one side has is a seed, and
//! has its share of the lines. Gives what was found, one line for each rule, pattern and pair of verdicts: the shortest.

use crate::decide::host_policy::HostPolicy;
use crate::texts::{TextSet, sort};

use super::deciding::judged;
use super::difference::{Difference, Outcomes, Searched};
use super::facts::limit_facts;
use super::granted::{granted, is_granted_elsewhere};
use super::refused::{refused, unseen};
use super::standing::{Standard, Standing, standings};
use super::trial::{Depth, DifferingLine, LineTrial, Sought};

/// Lines for one seed: its walks, and an instance for each option that a program has.
const MOST_FOR_A_SEED: usize = 240;
/// Lines for one seed where there are very many, as long as any are left: the walks, and the plainest instances.
const LEAST_FOR_A_SEED: usize = 4;

/// Where a seed would have fewer lines than this, each is first tried with a few.
const ENOUGH_FOR_A_SEED: usize = 24;
const FIRST_FOR_A_SEED: usize = 2;

/// Steps of all walks together, and the least for one seed: half a second of work on a small machine.
const MAX_STEPS: usize = 2_500_000;
const LEAST_STEPS: usize = 400;
/// The most for one seed.
const MOST_STEPS: usize = 400_000;

/// An entry that only one side has.
struct Seed<'s> {
    standard: &'s Standard<'s>,
    own: &'s Standing<'s>,
    other: &'s Standing<'s>,
    side: &'static str,
}

/// Searches, with work for so many lines where there are few seeds; without a line it only compares the entries. Gives
/// what it found, and the work that it took.
pub fn search(before: &HostPolicy, after: &HostPolicy, lines: usize) -> (Outcomes, usize) {
    let facts = limit_facts(&before.limits, &after.limits);
    let Some((old, new)) = standings(before, after) else {
        return (Outcomes::without_lines(facts, Searched::Identical), 0);
    };
    if lines == 0 {
        return (Outcomes::without_lines(facts, Searched::Cut), 0);
    }
    let patterns = [&old, &new].map(Standing::most_alike).iter().sum();
    let mut trial = LineTrial::new(before, after, lines, patterns);
    let seeds = seeds(&old, &new);
    let (mut found, mut silent) = searched(&seeds, &mut trial);
    if seeds.iter().any(|seed| !seed.grants()) || old.refuses_unseen != new.refuses_unseen {
        for side in [&old, &new] {
            trial.add(MOST_FOR_A_SEED);
            trial.begin(Depth::Whole, None, MOST_FOR_A_SEED, MOST_STEPS);
            unseen(side, &mut trial);
            found.extend(trial.end());
        }
    }
    let differences = differences(before, after, found);
    let mut deciding = TextSet::default();
    for difference in &differences {
        for (side, judged) in [("old", &difference.before), ("new", &difference.after)] {
            let rule = judged.rule.as_ref().map(|rule| rule.index);
            deciding.insert(&decides(side, rule, judged.pattern.as_deref()));
        }
    }
    silent.retain(|seed| deciding.place(&seed.decides()).is_none());
    let steps = MAX_STEPS / (silent.len() + 1);
    silent.retain(|seed| !seed.grants() || !is_granted_elsewhere(seed.standard, seed.other, steps));
    let outcomes = Outcomes {
        facts,
        unshown: silent.iter().map(|seed| seed.told()).collect(),
        tried: trial.tried(),
        extent: match trial.is_cut() {
            true => Searched::Cut,
            false => Searched::Whole,
        },
        differences,
    };
    (outcomes, trial.spent())
}

/// The lines that the seeds find, and the seeds that find none. Where there are many of them, each has its most telling
/// lines first, and those that found none share what is left.
fn searched<'s>(
    seeds: &'s [Seed<'s>],
    trial: &mut LineTrial<'_>,
) -> (Vec<DifferingLine>, Vec<&'s Seed<'s>>) {
    let mut found: Vec<DifferingLine> = Vec::new();
    let mut silent: Vec<&Seed<'_>> = seeds.iter().collect();
    let mut steps = MAX_STEPS;
    let all = trial.lines_left();
    let many = all / (seeds.len() + 1) < ENOUGH_FOR_A_SEED;
    let depths = [Depth::First, Depth::Whole];
    for depth in depths.into_iter().skip(usize::from(!many)) {
        let mut left = silent.len() + 1;
        let bounds = match depth {
            Depth::First => (FIRST_FOR_A_SEED, FIRST_FOR_A_SEED),
            // The first ones count once more.
            Depth::Whole if many => (LEAST_FOR_A_SEED + FIRST_FOR_A_SEED, MOST_FOR_A_SEED),
            Depth::Whole => (LEAST_FOR_A_SEED, MOST_FOR_A_SEED),
        };
        silent.retain(|seed| {
            // Few seeds have equal shares: what they find does not hang on their order.
            let (lines, steps_left) = if many {
                (trial.lines_left(), steps)
            } else {
                (all, MAX_STEPS)
            };
            let share = (lines / left).clamp(bounds.0, bounds.1);
            let own_steps = (steps_left / left).clamp(LEAST_STEPS, MOST_STEPS);
            left -= usize::from(many);
            trial.begin(depth, Some(seed.sought()), share, own_steps);
            seed.search(depth, trial);
            steps = steps.saturating_sub(own_steps - trial.steps_left());
            let is_silent = !trial.has_found();
            found.extend(trial.end());
            is_silent
        });
    }
    (found, silent)
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
    let mut seeds: Vec<Seed<'_>> = sides.into_iter().flat_map(of_side).collect();
    // As they stand in the files: what comes first is searched first, and told first.
    let place = |seed: &Seed<'_>| {
        let entry = seed.standard.entry.as_ref();
        (
            seed.side == "old",
            entry.map_or(usize::MAX, |entry| entry.rule.index),
        )
    };
    sort(&mut seeds, &|one, other| place(one).cmp(&place(other)));
    seeds
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
    let (mut lines, mut kinds) = (TextSet::default(), TextSet::default());
    for DifferingLine { line, .. } in found {
        if !is_new(&mut lines, &line) {
            continue;
        }
        let difference = Difference {
            before: judged(before, &line),
            after: judged(after, &line),
            line,
        };
        if is_new(&mut kinds, &kind(&difference)) {
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

/// Adds a text; whether it was not there.
fn is_new(texts: &mut TextSet, text: &str) -> bool {
    let count = texts.len();
    texts.insert(text) == count
}

/// What two lines have in common that the same patterns decide, with the same verdicts.
fn kind(difference: &Difference) -> String {
    let sides = [&difference.before, &difference.after].map(|judged| {
        let rule = judged.rule.as_ref().map(|rule| rule.index);
        let pattern = judged.pattern.as_deref();
        let (verdict, user) = (judged.verdict, &judged.becomes);
        format!("{verdict} {user:?} {}", decides("", rule, pattern))
    });
    sides.join("\0")
}

/// A pattern of one side.
fn decides(side: &str, rule: Option<usize>, pattern: Option<&str>) -> String {
    format!("{side} {rule:?} {pattern:?}")
}

impl Seed<'_> {
    fn grants(&self) -> bool {
        let entry = self.standard.entry.as_ref();
        entry.is_some_and(super::entries::EffectiveEntry::grants)
    }

    /// Tries lines about it, as long as there are any for all.
    fn search(&self, depth: Depth, trial: &mut LineTrial<'_>) {
        match self.grants() {
            _ if trial.lines_left() == 0 => trial.cut_short(),
            true => granted(self.standard, self.own, self.other, depth, trial),
            false => refused(self.standard, self.other, depth, trial),
        }
    }

    fn sought(&self) -> Sought {
        Sought {
            is_new: self.side == "new",
            denies: !self.grants(),
        }
    }

    /// What a difference says that it decides on its side.
    fn decides(&self) -> String {
        let rule = self.standard.entry.as_ref().map(|entry| entry.rule.index);
        decides(self.side, rule, Some(&self.standard.shown))
    }

    /// How a person reads it.
    fn told(&self) -> String {
        let Standard { entry, shown, .. } = self.standard;
        match entry {
            Some(entry) => {
                let (action, rule) = (entry.rule.action, entry.rule.name());
                let user = entry.rule.becomes.as_ref();
                let user = user.map_or(String::new(), |user| format!(", become {user}"));
                format!("`{shown}` of {rule} ({action}{user}, {} policy)", self.side)
            }
            None => format!("`{shown}` of `deny_substrings` ({} policy)", self.side),
        }
    }
}
