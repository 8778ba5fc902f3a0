//! Words that may stand behind some words, as examples: what the rows vouch for, and what they refuse.
//!
//! Takes the words of a command up to a wildcard, and what is spelled around it in its own word. Gives texts to put there:
//! values of the kind that the row has for the place, and options and operands. They are only examples: who uses one has
//! it judged.

use crate::known::row_of;
use crate::reading::{Item, Reading, ValueAt, read};
use crate::row::{Kind, Options, Row, Says, Syntax, Takes};
use crate::said::Said;
use crate::sample_values::{completions, values};
use crate::word::AdmittedWord;

/// Programs that only look, behind a wrapper and as the program itself.
const PROGRAMS: [&str; 5] = ["df", "uptime", "id", "ls", "wc"];

/// Examples of words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// What completes the word as the row says for its place: an option's value, or an operand.
    pub values: Vec<String>,
    /// Other words that the rows vouch for, each text perhaps of several words.
    pub vouched: Vec<String>,
    /// Those that they refuse.
    pub refused: Vec<String>,
}

/// The word that a wildcard is in: what is spelled before it, and behind it.
#[derive(Clone, Copy)]
struct SpelledAround<'w> {
    begun: &'w str,
    ended: &'w str,
}

/// Examples of what may stand behind these words, of which the first is the program's name, in a word that is begun and
/// ended like this.
pub fn samples(words: &[&str], begun: &str, ended: &str) -> Samples {
    let around = SpelledAround { begun, ended };
    let mut all: Vec<AdmittedWord> = words
        .iter()
        .map(|word| AdmittedWord::spelled(word))
        .collect();
    // Stands for what is asked for: it shows to what place of the row the words lead.
    all.push(AdmittedWord::spelled(&format!("{begun}x")));
    let mut samples = Samples::default();
    samples.behind(&all, around);
    samples
}

impl Samples {
    /// Adds what may stand in place of the last word.
    fn behind(&mut self, words: &[AdmittedWord], around: SpelledAround<'_>) {
        let last = words.len().saturating_sub(1);
        if last == 0 {
            let programs = PROGRAMS.iter().map(|name| (*name).to_owned());
            self.values = around.completing(programs.collect());
            return;
        }
        let name = words.first().map_or("", AdmittedWord::text);
        let Some(row) = row_of(name.rsplit('/').next().unwrap_or_default()) else {
            return;
        };
        let reading = read(row, words);
        let found = reading.items.iter().find_map(|item| match *item {
            Item::Command { from, .. } => words.get(from..).filter(|inner| !inner.is_empty()),
            Item::Option { .. }
            | Item::Unknown { .. }
            | Item::Operand { .. }
            | Item::Anything { .. } => None,
        });
        let run = reading.inner.and_then(|inner| words.get(inner..));
        if let Some(inner) = run.or(found) {
            return self.behind(inner, around);
        }
        let place = SampledPlace::of(&reading, last);
        if let Some(SampledPlace { kind, begun, .. }) = &place {
            self.values = completions(*kind, begun, around.ended);
        }
        if place.is_none_or(|place| !place.is_needed) {
            self.others(&reading);
            self.vouched = around.completing(std::mem::take(&mut self.vouched));
            self.refused = around.completing(std::mem::take(&mut self.refused));
        }
    }

    /// Adds what else may stand there: subcommands, operands, options.
    fn others(&mut self, reading: &Reading<'_>) {
        let Some(last) = reading.rows.last() else {
            return;
        };
        let operands = last.operands.first.iter().chain(&last.operands.rest);
        let operands: Vec<String> = operands
            .take(2)
            .filter_map(|kind| plainest(*kind))
            .collect();
        self.add(
            matches!(last.says, Says::Looks | Says::Effect(_)),
            operands.join(" "),
        );
        for row in last.subcommands {
            let operand = row.operands.first.first().or(row.operands.rest.as_ref());
            let operand = operand.and_then(|kind| plainest(*kind));
            for name in row.names.split_ascii_whitespace() {
                self.add(row.says == Says::Looks, name.to_owned());
                if let Some(operand) = &operand {
                    self.add(row.says == Says::Looks, format!("{name} {operand}"));
                }
            }
        }
        for row in &reading.rows {
            self.options(row);
        }
    }

    fn options(&mut self, row: &Row) {
        for options in row.options {
            let refused = options.refused.is_some() || refuses(options.takes);
            let longest = |names: &'static str| names.split(',').max_by_key(|name| name.len());
            let names = options.names.split_ascii_whitespace().filter_map(longest);
            for name in names {
                self.add(!refused, with_value(name, options, row.syntax));
                if matches!(options.takes, Takes::Value(_) | Takes::Two(_)) {
                    // Its value is missing.
                    self.add(false, name.to_owned());
                }
            }
        }
    }

    fn add(&mut self, vouched: bool, text: String) {
        if text.is_empty() {
            return;
        }
        match vouched {
            true => self.vouched.push(text),
            false => self.refused.push(text),
        }
    }
}

impl SpelledAround<'_> {
    /// What is between in those of the texts that begin and end so.
    fn completing(self, texts: Vec<String>) -> Vec<String> {
        let between = |text: &String| {
            let rest = text.strip_prefix(self.begun)?;
            Some(rest.strip_suffix(self.ended)?.to_owned())
        };
        texts.iter().filter_map(between).collect()
    }
}

/// What the last word, or a part of it, is to the program.
struct SampledPlace<'r> {
    kind: Kind,
    /// What is spelled of it before the wildcard.
    begun: &'r str,
    /// Whether nothing else can stand there.
    is_needed: bool,
}

impl<'r> SampledPlace<'r> {
    fn of(reading: &'r Reading<'_>, last: usize) -> Option<Self> {
        let begun = |text: &'r str| text.strip_suffix('x').unwrap_or(text);
        let mut operands = 0;
        for item in &reading.items {
            match item {
                Item::Option {
                    index,
                    options,
                    value: Some(value),
                    at,
                    ..
                } => {
                    let (kind, words) = match options.takes {
                        Takes::Nothing => continue,
                        Takes::Two(kind) => (kind, 2),
                        Takes::Value(kind)
                        | Takes::Attached(kind)
                        | Takes::Maybe(kind)
                        | Takes::Bare(kind) => (kind, 1),
                    };
                    let words = if *at == ValueAt::Attached { 0 } else { words };
                    if index + words == last {
                        let maybe = matches!(options.takes, Takes::Maybe(_) | Takes::Bare(_));
                        let is_needed = !maybe || words == 0;
                        let begun = begun(value.text);
                        return Some(Self {
                            kind,
                            begun,
                            is_needed,
                        });
                    }
                }
                Item::Operand { index, piece } if *index == last => {
                    let row = reading.rows.last()?;
                    let before = usize::from(Said::of(reading).stands_in(row.in_place_of_first));
                    let kind = row.operands.first.get(operands + before).copied();
                    return Some(Self {
                        kind: kind.or(row.operands.rest)?,
                        begun: begun(piece.text),
                        is_needed: false,
                    });
                }
                Item::Operand { .. } => operands += 1,
                Item::Option { .. }
                | Item::Unknown { .. }
                | Item::Anything { .. }
                | Item::Command { .. } => {}
            }
        }
        None
    }
}

fn refuses(takes: Takes) -> bool {
    matches!(
        takes,
        Takes::Value(Kind::Never(_)) | Takes::Attached(Kind::Never(_))
    )
}

fn with_value(name: &str, options: &Options, syntax: Syntax) -> String {
    let join = match name.starts_with("--") && syntax == Syntax::Getopt {
        true => "=",
        false => " ",
    };
    let value = |kind| plainest(kind).unwrap_or_else(|| "x".to_owned());
    match options.takes {
        Takes::Nothing | Takes::Attached(_) | Takes::Maybe(_) | Takes::Bare(_) => name.to_owned(),
        Takes::Value(kind) => format!("{name}{join}{}", value(kind)),
        Takes::Two(kind) => format!("{name} x {}", value(kind)),
    }
}

/// The plainest word of a kind.
fn plainest(kind: Kind) -> Option<String> {
    values(kind).into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::samples;

    #[test]
    fn what_may_stand_behind_words_is_shown_by_example() {
        let of = samples(&["systemctl"], "", "");
        assert!(of.vouched.contains(&"is-active x".to_owned()), "{of:?}");
        assert!(of.refused.contains(&"restart x".to_owned()), "{of:?}");
        let of = samples(&["sudo", "journalctl"], "", "");
        assert!(of.vouched.contains(&"--lines".to_owned()), "{of:?}");
        assert!(
            of.refused
                .iter()
                .any(|text| text.starts_with("--vacuum-size")),
            "{of:?}"
        );
        let of = samples(&["find", "/var"], "", "");
        assert!(of.vouched.contains(&"-name x".to_owned()), "{of:?}");
        assert!(samples(&["frobtool"], "", "").vouched.is_empty());
    }

    /// The kind is that of the place: an option's value, in its own word or the next, or an operand.
    #[test]
    fn a_place_has_values_of_its_kind() {
        for (words, begun, ended, expected) in [
            ("psql -c", "", "", "select 1"),
            ("mysql", "--execute=", "", "select 1"),
            ("sudo -n find /var -mtime", "", "", "1"),
            ("tail", "-c", "", "1"),
            ("sed -n", "", "", "1p"),
            ("jq", "", "", "."),
            ("jq -r", ".a", "", "x"),
            ("awk", "{print $", "}", "1"),
            ("grep -e x", "", "", "/var/x"),
            ("curl", "http://127.0.0.1:", "", "1"),
            ("date", "+", "", "x"),
            ("timeout", "", "", "1"),
            ("timeout 5", "", "", "df"),
            ("find /var -exec", "", "", "ls"),
            ("redis-cli", "inf", "", "o"),
            ("", "up", "", "time"),
        ] {
            let words: Vec<&str> = words.split_ascii_whitespace().collect();
            let of = samples(&words, begun, ended);
            let mut texts = of.values.iter().chain(&of.vouched);
            assert!(
                texts.any(|text| text == expected),
                "{words:?} {begun}: {of:?}"
            );
        }
        let of = samples(&["psql", "-c"], "", "");
        assert!(of.vouched.is_empty() && of.refused.is_empty(), "{of:?}");
    }
}
