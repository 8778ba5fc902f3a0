//! Lines about an entry that denies and that only one side has.
//!
//! Takes the entry and the side that has it not. Tries lines that the entry meets and a pattern of that side grants: those
//! that both automata take, found by a walk; lines that a pattern spells as a whole, which may hold the entry's command
//! behind a wrapper, an option or a path; then words of the entry behind what the pattern spells, as they stand and inside
//! a wrapper; and lines of several commands. One line is enough.

use mcp_ssh_knowledge::row_of;

use crate::matching::marks::QUOTED_BLANK;
use crate::rules::rule::Escapes;

use super::instances::Instances;
use super::several::several;
use super::standing::{Standard, Standing, counts, meeting, related};
use super::track::{Step, Track};
use super::trial::{Depth, LineTrial};

/// Patterns that are held against one entry: what it meets is most often granted by few.
const MAX_PAIRS: usize = 64;

/// Texts of one walk that are tried.
const WALKED: usize = 2;

/// Options whose value is tried as a word of the entry.
const MAX_VALUES: usize = 40;

/// Commands that run what no deny rule sees, for wildcards that admit any word.
const UNSEEN: [&str; 10] = [
    "sh -c 'echo $HOME'",
    "python3 -c x",
    "python3 /srv/x.py",
    "make",
    "/srv/x.sh",
    "frob /srv/x",
    "frob 'system(\"x\")'",
    "env LD_PRELOAD=/srv/x df",
    "wget --frob=x",
    "git --exec-path=/srv x",
];

/// Tries what an entry denies and a pattern of `other` grants.
pub fn refused(
    entry: &Standard<'_>,
    other: &Standing<'_>,
    depth: Depth,
    trial: &mut LineTrial<'_>,
) {
    let pairs = trial.left().min(MAX_PAIRS);
    let mut meeting = meeting(&other.grants, &entry.start);
    for grant in meeting.by_ref().take(pairs) {
        both(grant, entry, &related(&other.denies, &grant.start).0, trial);
        counted(grant, entry, other, trial);
        if trial.has_found() {
            return;
        }
    }
    if depth == Depth::First {
        return;
    }
    let more = meeting.next().is_some();
    several(entry, other, trial);
    if trial.has_found() {
        return;
    }
    spelled(entry, other, trial);
    if trial.has_found() {
        return;
    }
    let texts = trial.walk(&[&entry.track], &[], 1);
    let mut opening = other.opening();
    for grant in opening.by_ref().take(pairs) {
        if trial.left() == 0 {
            break;
        }
        filled(grant, entry, &texts, trial);
        if trial.has_found() {
            return;
        }
    }
    if more || opening.next().is_some() {
        trial.cut_short();
    }
}

/// Tries the lines that patterns spell as a whole and that have a word of the entry.
fn spelled(entry: &Standard<'_>, other: &Standing<'_>, trial: &mut LineTrial<'_>) {
    let core = core(&entry.track);
    let Some(word) = core.split_whitespace().next() else {
        return;
    };
    let literal = other.grants.iter().filter(|grant| grant.track.is_literal());
    for grant in literal.filter(|grant| grant.shown.contains(word)) {
        if trial.left() == 0 {
            return trial.cut_short();
        }
        for text in trial.walk(&[&grant.track], &[], 1) {
            trial.text(&text);
        }
        if trial.has_found() {
            return;
        }
    }
}

/// Tries what both a pattern and an entry take: the shortest, then what none of `others` takes.
pub fn both(
    grant: &Standard<'_>,
    entry: &Standard<'_>,
    others: &[&Track],
    trial: &mut LineTrial<'_>,
) {
    let kept = trial.kept();
    let tracks = [&grant.track, &entry.track];
    let texts = trial.walk(&tracks, &[], WALKED);
    for text in &texts {
        trial.text(text);
    }
    if !texts.is_empty() && trial.kept() == kept {
        for text in trial.walk(&tracks, others, WALKED) {
            trial.text(&text);
        }
    }
}

/// Tries an entry of `simple_binaries` with as many arguments as it meets, in the last wildcard of a pattern.
fn counted(
    grant: &Standard<'_>,
    entry: &Standard<'_>,
    other: &Standing<'_>,
    trial: &mut LineTrial<'_>,
) {
    if entry.counts_arguments() {
        let instances = Instances::of(&grant.track);
        for count in counts(entry, &other.denies) {
            for argument in ["x", "/x", "-h", "1"] {
                let text = instances.with_last(&vec![argument; count].join(" "));
                text.iter().for_each(|text| trial.text(text));
            }
        }
    }
}

/// Tries lines for which it matters whether anything at all is denied: what nobody sees may be that.
pub fn unseen(other: &Standing<'_>, trial: &mut LineTrial<'_>) {
    for line in UNSEEN {
        trial.line(line);
        trial.line(&format!("echo x | {line}"));
    }
    for grant in other.opening().take(MAX_PAIRS) {
        let instances = Instances::of(&grant.track);
        for fill in ["x", "/srv/x", "-c x", "--frob=x", "'system(\"x\")'"]
            .iter()
            .chain(&UNSEEN)
        {
            if let Some(text) = instances.with_last(fill) {
                trial.line(&text);
            }
        }
    }
}

/// Tries what an entry meets in the last wildcard of a pattern.
pub fn filled(
    grant: &Standard<'_>,
    entry: &Standard<'_>,
    texts: &[String],
    trial: &mut LineTrial<'_>,
) {
    let kept = trial.kept();
    let instances = Instances::of(&grant.track);
    let core = core(&entry.track);
    let mut fills: Vec<String> = texts.to_vec();
    fills.push(core.clone());
    let one_word = texts
        .iter()
        .map(|text| text.replace(' ', &QUOTED_BLANK.to_string()));
    fills.extend(one_word);
    let row = instances.program().and_then(|name| row_of(&name));
    if row.is_none_or(|row| !row.runs.is_empty()) {
        fills.extend(texts.iter().map(|text| format!("-n {text}")));
    }
    let try_all = |fills: &[String], trial: &mut LineTrial<'_>| {
        let texts = fills.iter().filter_map(|fill| instances.with_last(fill));
        texts.for_each(|text| trial.text(&text));
    };
    try_all(&fills, trial);
    if trial.kept() > kept || trial.left() == 0 {
        return;
    }
    let samples = instances.last_fills(Escapes::Denied);
    let values = samples.iter().take(MAX_VALUES);
    let values: Vec<String> = values.flat_map(|sample| valued(sample, &core)).collect();
    try_all(&values, trial);
}

/// An example as it is, and with another value.
fn valued(sample: &str, core: &str) -> [String; 2] {
    let value = sample.rfind([' ', '=']).and_then(|at| sample.get(..=at));
    let other = value.map_or_else(|| format!("{sample} {core}"), |name| name.to_owned() + core);
    [sample.to_owned(), other]
}

/// The longest text that an entry spells, without the blanks around it.
fn core(track: &Track) -> String {
    let spelled: String = track
        .steps()
        .iter()
        .map(|step| match step {
            Step::Literal(character) => *character,
            Step::One(_) | Step::Set(..) | Step::Run(_) | Step::NameEnd => '\0',
        })
        .collect();
    let parts = spelled.split('\0').max_by_key(|part| part.len());
    parts.unwrap_or_default().trim().to_owned()
}
