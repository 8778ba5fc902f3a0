//! Texts that one pattern takes, with its wildcards filled in.
//!
//! Takes a track. Asks the knowledge base at each wildcard what its row has for the place. Gives texts, the most telling
//! first: each wildcard as the row says, then as short as may be, then one wildcard after the other with other words, then
//! other characters of the sets.

use mcp_ssh_knowledge::{Samples, samples};

use crate::matching::marks::QUOTED_BLANK;
use crate::rules::rule::Escapes;

use super::track::{Step, Track};

/// Whole words for a wildcard: of each kind that the knowledge base and patterns tell apart.
const WORDS: [&str; 12] = [
    "x", "1", "/var/x", "-h", "--help", "-x", "--x", "x x", "df", "x/y", "/", MANY,
];
/// Ends of a word for a wildcard within one.
const ENDS: [&str; 12] = [
    "x", "1", "x/y", "x y", "/x", ".x", "-x", "=x", " -h", " x", " /var/x", MANY,
];
/// More words than `simple_max_args` counts where it is left out.
const MANY: &str = "x x x x x x x";

/// Words that a program's row vouches for, or refuses, that are tried in one place.
const MAX_SAMPLES: usize = 80;

/// A pattern, and what fills its wildcards.
pub struct Instances<'t> {
    track: &'t Track,
    runs: Vec<FilledRun>,
}

/// A wildcard that takes any number of characters.
struct FilledRun {
    step: usize,
    /// Whether what it takes begins a word.
    begins_word: bool,
    /// What fills it where another wildcard is varied.
    usual: String,
    samples: Samples,
}

impl<'t> Instances<'t> {
    /// Asks the knowledge base at each wildcard, from the first to the last.
    pub fn of(track: &'t Track) -> Self {
        let mut instances = Self {
            track,
            runs: Vec::new(),
        };
        for step in wildcards(track, |step| matches!(step, Step::Run(_))) {
            let (words, begun, ended) = instances.around(step);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut run = FilledRun {
                step,
                begins_word: begins_word(track, step),
                usual: "x".to_owned(),
                samples: samples(&words, &begun, &ended),
            };
            // A value is one word.
            for value in &mut run.samples.values {
                *value = value.replace(' ', &QUOTED_BLANK.to_string());
            }
            if let Some(usual) = instances.usual(&run) {
                run.usual = usual;
            }
            instances.runs.push(run);
        }
        instances
    }

    /// The texts that tell most.
    pub fn first(&self, escapes: Escapes) -> Vec<String> {
        let mut texts = match (escapes, self.runs.last()) {
            // What only such a rule admits tells most.
            (Escapes::Allowed, Some(last)) => {
                let refused = last.samples.refused.first();
                let fill =
                    refused.map_or(if last.begins_word { "--x" } else { "x y" }, |text| text);
                vec![self.varied(Some(last.step), fill)]
            }
            _ => Vec::new(),
        };
        texts.push(self.varied(None, ""));
        texts.retain(|text| self.track.takes(text));
        texts
    }

    /// The texts, each once or more.
    pub fn texts(&self, escapes: Escapes) -> Vec<String> {
        let mut texts = self.first(escapes);
        let short = |step: usize| match begins_word(self.track, step) {
            true => "x",
            false => "",
        };
        texts.push(filled(self.track, &|step| short(step).to_owned()));
        texts.push(filled(self.track, &|_| "x".to_owned()));
        for run in self.runs.iter().rev() {
            let words: &[&str] = if run.begins_word { &WORDS } else { &ENDS };
            let words = words.iter().map(|word| (*word).to_owned());
            let fills = run.fills(escapes).into_iter().chain(words);
            texts.extend(fills.map(|fill| self.varied(Some(run.step), &fill)));
        }
        for set in wildcards(self.track, |step| matches!(step, Step::Set(..))) {
            let Some(Step::Set(members, _)) = self.track.steps().get(set) else {
                continue;
            };
            let edges = members.edges().filter(|edge| members.contains(*edge));
            texts.extend(edges.map(|edge| self.varied(Some(set), &edge.to_string())));
        }
        texts.retain(|text| self.track.takes(text));
        texts
    }

    /// A text with the last wildcard filled by `fill`; none where there is no wildcard.
    pub fn with_last(&self, fill: &str) -> Option<String> {
        let last = self.runs.last()?;
        Some(self.varied(Some(last.step), fill))
    }

    /// What the row has in the place of the last wildcard.
    pub fn last_fills(&self, escapes: Escapes) -> Vec<String> {
        self.runs
            .last()
            .map_or(Vec::new(), |run| run.fills(escapes))
    }

    /// The program, where the pattern spells it.
    pub fn program(&self) -> Option<String> {
        let (words, ..) = self.around(self.runs.first()?.step);
        words.into_iter().next()
    }

    /// The text with one wildcard filled by `fill`, and the others as usual.
    fn varied(&self, place: Option<usize>, fill: &str) -> String {
        filled(self.track, &|step| match place {
            Some(place) if place == step => fill.to_owned(),
            _ => {
                let own = self.runs.iter().find(|run| run.step == step);
                own.map_or_else(|| "x".to_owned(), |run| run.usual.clone())
            }
        })
    }

    /// What is spelled before a wildcard, and in its word around it.
    fn around(&self, step: usize) -> (Vec<String>, String, String) {
        let text = self.varied(Some(step), "\0");
        let (before, after) = text.split_once('\0').unwrap_or((&text, ""));
        let plain = |word: &str| word.replace(QUOTED_BLANK, " ");
        let mut words: Vec<String> = before.split(' ').map(plain).collect();
        let begun = words.pop().unwrap_or_default();
        words.retain(|word| !word.is_empty());
        (
            words,
            begun,
            plain(after.split(' ').next().unwrap_or_default()),
        )
    }

    /// The first word of the row that the pattern takes in the place of a wildcard.
    fn usual(&self, run: &FilledRun) -> Option<String> {
        let is_word = |text: &&String| !text.starts_with('-') && !text.contains(' ');
        let words = run.samples.vouched.iter().filter(is_word);
        let mut all = run.samples.values.iter().chain(words);
        let taken = all.find(|text| self.track.takes(&self.varied(Some(run.step), text)));
        taken.cloned()
    }
}

impl FilledRun {
    /// What the row has for the place.
    fn fills(&self, escapes: Escapes) -> Vec<String> {
        let Samples {
            values,
            vouched,
            refused,
        } = &self.samples;
        let (first, then) = match escapes {
            Escapes::Allowed => (refused, vouched),
            Escapes::Denied => (vouched, refused),
        };
        let others = first.iter().chain(then).take(MAX_SAMPLES);
        values.iter().chain(others).cloned().collect()
    }
}

/// The text with every wildcard as short as may be.
pub fn plainest(track: &Track) -> String {
    filled(track, &|_| String::new())
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
