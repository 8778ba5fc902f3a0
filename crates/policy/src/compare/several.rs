//! Lines of several commands about an entry that denies a line as a whole.
//!
//! Takes the entry and the side that has it not. Parts the entry where it spells a pipe or another sign between commands, or
//! else at a wildcard that may stand for one. Tries lines of commands that the side grants, each of which the part in its
//! place takes.

use crate::rules::rule::{Escapes, Stdin};

use super::instances::Instances;
use super::spelling::spelled;
use super::standing::{Standard, Standing, meeting};
use super::track::{Step, Track};
use super::trial::LineTrial;

/// The characters of the signs between commands.
const SIGNS: [char; 4] = [';', '|', '&', '\n'];

/// Signs that are tried for a wildcard.
const TRIED: [&str; 3] = ["; ", " | ", " && "];

/// Commands that are tried for one part: of each pattern one.
const MAX_COMMANDS: usize = 6;

/// Patterns that are looked at for one part.
const MAX_PATTERNS: usize = 64;

/// Texts of one pattern that are looked at for one part.
const MAX_TEXTS: usize = 6;

/// Lines of one parting.
const MAX_LINES: usize = 48;

/// An entry as parts, and what stands between them.
struct Parting {
    parts: Vec<Track>,
    signs: Vec<String>,
}

/// Tries lines of several commands that the entry meets.
pub fn several(entry: &Standard<'_>, other: &Standing<'_>, trial: &mut LineTrial<'_>) {
    // Patterns over words, and programs, are held against one command.
    if entry.is_over_text() {
        for parting in partings(entry.track.steps()) {
            lines(&parting, other, trial);
            if trial.has_found() {
                return;
            }
        }
    }
}

fn lines(parting: &Parting, other: &Standing<'_>, trial: &mut LineTrial<'_>) {
    let mut lines: Vec<String> = vec![String::new()];
    let signs = parting.signs.iter().map(String::as_str).chain([""]);
    for (part, sign) in parting.parts.iter().zip(signs) {
        let commands = commands(part, other, trial);
        let longer = lines.iter().flat_map(|line| {
            let joined = move |command| format!("{line}{command}{sign}");
            commands.iter().map(joined)
        });
        lines = longer.take(MAX_LINES).collect();
    }
    for line in lines {
        trial.line(&line);
        if trial.has_found() {
            return;
        }
    }
}

/// Lines of one command that a side grants and that a part takes, those first that take a pipe.
pub fn commands(part: &Track, side: &Standing<'_>, trial: &mut LineTrial<'_>) -> Vec<String> {
    let start = part.start();
    let takes_pipe = |grant: &&Standard<'_>| {
        let rule = grant.entry.as_ref().map(|entry| entry.rule);
        rule.is_some_and(|rule| rule.stdin == Stdin::Anything)
    };
    let first = meeting(&side.grants, &start).filter(takes_pipe);
    let then = meeting(&side.grants, &start).filter(|grant| !takes_pipe(grant));
    let mut found: Vec<String> = Vec::new();
    for grant in first.chain(then).take(MAX_PATTERNS) {
        if found.len() == MAX_COMMANDS || trial.left() == 0 {
            break;
        }
        let mut texts = trial.walk(&[&grant.track, part], &[], 1);
        let instances = Instances::of(&grant.track).texts(Escapes::Denied);
        texts.extend(
            instances
                .into_iter()
                .filter(|text| part.takes(text))
                .take(MAX_TEXTS),
        );
        let lines = texts.iter().flat_map(|text| spelled(text));
        let mut lines = lines.filter(|line| !found.contains(line));
        let granted = lines.find(|line| trial.is_granted(side.host, line));
        found.extend(granted);
    }
    found
}

/// The ways to part an entry.
fn partings(steps: &[Step]) -> Vec<Parting> {
    let is_sign = |step: &Step| matches!(step, Step::Literal(sign) if SIGNS.contains(sign));
    if steps.iter().any(is_sign) {
        return at_signs(steps).into_iter().collect();
    }
    let mut partings = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let is_within = index > 0 && index + 1 < steps.len();
        if let (Step::Run(_), true) = (step, is_within) {
            let before = steps.get(..=index).unwrap_or_default();
            let behind = steps.get(index..).unwrap_or_default();
            partings.extend(TRIED.map(|sign| Parting {
                parts: vec![part(before), part(behind)],
                signs: vec![sign.to_owned()],
            }));
        }
    }
    partings
}

/// Parts an entry at the signs that it spells, with the blanks around them.
fn at_signs(steps: &[Step]) -> Option<Parting> {
    let sign = |step: &Step| match step {
        Step::Literal(sign) if SIGNS.contains(sign) => Some(*sign),
        Step::Literal(_) | Step::One(_) | Step::Set(..) | Step::Run(_) | Step::NameEnd => None,
    };
    let is_blank = |step: &Step| matches!(step, Step::Literal(' '));
    let mut parting = Parting {
        parts: Vec::new(),
        signs: Vec::new(),
    };
    let mut rest = steps;
    while let Some(at) = rest.iter().position(|step| sign(step).is_some()) {
        let (before, behind) = rest.split_at_checked(at)?;
        let sign: String = behind.iter().map_while(sign).collect();
        rest = behind.get(sign.len()..)?;
        let blank = |at: bool| if at { " " } else { "" };
        let (left, right) = (
            before.last().is_some_and(is_blank),
            rest.first().is_some_and(is_blank),
        );
        parting
            .signs
            .push([blank(left), &sign, blank(right)].concat());
        parting.parts.push(part(before));
    }
    parting.parts.push(part(rest));
    Some(parting)
}

/// A part without the blanks around it; where nothing is spelled beside a sign, any command.
fn part(steps: &[Step]) -> Track {
    let is_blank = |step: &Step| matches!(step, Step::Literal(' '));
    let begin = steps.iter().take_while(|step| is_blank(step)).count();
    let end = steps.iter().rev().take_while(|step| is_blank(step)).count();
    let inner = steps
        .get(begin..steps.len().saturating_sub(end))
        .unwrap_or_default();
    match inner.is_empty() {
        true => Track::containing(""),
        false => Track::of_steps(inner),
    }
}
