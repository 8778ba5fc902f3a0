//! Texts that one pattern takes, with its wildcards filled in.
//!
//! Takes a track, and words that somebody vouches for behind the words that it spells. Gives texts, the most telling
//! first: each wildcard as short as may be, then the last one with other words, then the others, then other characters
//! of the sets.

use crate::matching::marks::QUOTED_BLANK;

use super::track::{Step, Track};

/// Whole words for a wildcard: of each kind that the knowledge base and patterns tell apart.
const WORDS: [&str; 12] = [
    "x", "1", "/var/x", "-h", "--help", "-x", "--x", "x x", "df", "x/y", "/", MANY,
];
/// Ends of a word for a wildcard within one.
const ENDS: [&str; 9] = ["x", "1", "x/y", "x y", "/x", ".x", "-x", "=x", MANY];
/// More words than `simple_max_args` counts where it is left out.
const MANY: &str = "x x x x x x x";

/// The texts, each perhaps more than once; `behind` are words that fit behind those that the pattern spells.
pub fn instances(track: &Track, behind: &[String]) -> Vec<String> {
    let runs = wildcards(track, |step| matches!(step, Step::Run(_)));
    let sets = wildcards(track, |step| matches!(step, Step::Set(..)));
    let plain = |step: usize| match begins_word(track, step) {
        true => "x",
        false => "",
    };
    let mut texts = vec![filled(track, &|step| plain(step).to_owned())];
    texts.push(filled(track, &|_| "x".to_owned()));
    for (place, run) in runs.iter().rev().enumerate() {
        let varied = |fill: &str| {
            let fill = |step: usize| match step == *run {
                true => fill.to_owned(),
                false => "x".to_owned(),
            };
            filled(track, &fill)
        };
        let fresh = begins_word(track, *run);
        let behind = behind.iter().filter(|_| place == 0 && fresh);
        texts.extend(behind.map(|fill| varied(fill)));
        let words: &[&str] = if fresh { &WORDS } else { &ENDS };
        texts.extend(words.iter().map(|fill| varied(fill)));
    }
    for set in sets {
        let Some(Step::Set(members, _)) = track.steps().get(set) else {
            continue;
        };
        let edges = members.edges().filter(|edge| members.contains(*edge));
        let varied = edges.map(|edge| {
            let fill = |step: usize| match step == set {
                true => edge.to_string(),
                false => plain(step).to_owned(),
            };
            filled(track, &fill)
        });
        texts.extend(varied);
    }
    texts
}

/// The text with every wildcard as short as may be.
pub fn plainest(track: &Track) -> String {
    filled(track, &|_| String::new())
}

/// A text with the last wildcard that takes a word filled by `fill`; none where there is no such wildcard.
pub fn with_last(track: &Track, fill: &str) -> Option<String> {
    let runs = wildcards(track, |step| matches!(step, Step::Run(_)));
    let last = runs.last().copied()?;
    let fill = |step: usize| match step == last {
        true => fill.to_owned(),
        false => "x".to_owned(),
    };
    Some(filled(track, &fill))
}

/// The words that a pattern spells before its last wildcard, where a word begins there.
pub fn words_before_last(track: &Track) -> Vec<String> {
    let runs = wildcards(track, |step| matches!(step, Step::Run(_)));
    let Some(last) = runs
        .last()
        .copied()
        .filter(|last| begins_word(track, *last))
    else {
        return Vec::new();
    };
    let text = filled(track, &|step| match step == last {
        true => "\0".to_owned(),
        false => "x".to_owned(),
    });
    let before = text.split('\0').next().unwrap_or_default();
    let words = before.split(' ').filter(|word| !word.is_empty());
    words.map(|word| word.replace(QUOTED_BLANK, " ")).collect()
}

fn wildcards(track: &Track, is: fn(&Step) -> bool) -> Vec<usize> {
    let steps = track.steps().iter().enumerate();
    let steps = steps.filter(|(_, step)| is(step));
    steps.map(|(index, _)| index).collect()
}

/// Whether what a wildcard takes begins a word.
fn begins_word(track: &Track, step: usize) -> bool {
    let before = step
        .checked_sub(1)
        .and_then(|before| track.steps().get(before));
    matches!(before, None | Some(Step::Literal(' ') | Step::NameEnd))
}

/// The text with each run filled; a set may be filled by one of its own.
fn filled(track: &Track, fill: &dyn Fn(usize) -> String) -> String {
    let mut text = String::new();
    for (index, step) in track.steps().iter().enumerate() {
        match step {
            Step::Literal(character) => text.push(*character),
            Step::NameEnd => text.push(' '),
            Step::Run(_) => text.push_str(&fill(index)),
            Step::One(_) => text.push('x'),
            Step::Set(members, _) => {
                let own = fill(index).chars().next();
                let own = own.filter(|own| members.contains(*own));
                let any = own.or_else(|| members.edges().find(|edge| members.contains(*edge)));
                let any = any.or_else(|| ('!'..='~').rev().find(|other| members.contains(*other)));
                text.extend(any);
            }
        }
    }
    text.trim_end_matches(' ').to_owned()
}
