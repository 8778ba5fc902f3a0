//! Words that may stand behind some words, as examples: what the rows vouch for, and what they refuse.
//!
//! Takes the words of a command up to a wildcard. Gives texts to put there, each an option with a value or an operand.
//! They are only examples: who uses one has it judged.

use crate::known::row_of;
use crate::reading::read;
use crate::row::{Kind, Options, Row, Says, Syntax, Takes};
use crate::word::AdmittedWord;

/// Examples of words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Those that the rows vouch for, each perhaps of several words.
    pub vouched: Vec<String>,
    /// Those that they refuse.
    pub refused: Vec<String>,
}

/// Examples of what may stand behind these words, of which the first is the program's name.
pub fn samples(words: &[&str]) -> Samples {
    let words = words.iter().map(|word| AdmittedWord::spelled(word));
    let mut samples = Samples::default();
    samples.behind(&words.collect::<Vec<_>>());
    samples
}

impl Samples {
    fn behind(&mut self, words: &[AdmittedWord]) {
        let name = words.first().map_or("", AdmittedWord::text);
        let Some(row) = row_of(name.rsplit('/').next().unwrap_or_default()) else {
            return;
        };
        let reading = read(row, words);
        let last = reading.rows.last().copied().unwrap_or(row);
        if let Some(inner) = reading.inner.and_then(|inner| words.get(inner..)) {
            return self.behind(inner);
        }
        let operands = last.operands.first.iter().chain(&last.operands.rest);
        let operands: Vec<String> = operands.take(2).map(|kind| sample(*kind)).collect();
        self.add(
            matches!(last.says, Says::Looks | Says::Effect(_)),
            operands.join(" "),
        );
        for row in last.subcommands {
            let operand = row.operands.first.first().or(row.operands.rest.as_ref());
            let operand = operand.map_or(String::new(), |kind| sample(*kind));
            for name in row.names.split_ascii_whitespace() {
                self.add(row.says == Says::Looks, name.to_owned());
                if !operand.is_empty() {
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
    match options.takes {
        Takes::Nothing | Takes::Attached(_) | Takes::Maybe(_) | Takes::Bare(_) => name.to_owned(),
        Takes::Value(kind) => format!("{name}{join}{}", sample(kind)),
        Takes::Two(kind) => format!("{name} x {}", sample(kind)),
    }
}

/// A word of a kind.
fn sample(kind: Kind) -> String {
    let first = |words: &str| words.split(' ').next().unwrap_or_default().to_owned();
    match kind {
        Kind::Number => "1".to_owned(),
        Kind::Path => "/var/x".to_owned(),
        Kind::Ends(ends) => "x".to_owned() + &first(ends),
        Kind::Device => "/dev/sda".to_owned(),
        Kind::Repository => "x/x".to_owned(),
        Kind::Revision => "HEAD".to_owned(),
        Kind::Host => "host.example".to_owned(),
        Kind::Loopback => "127.0.0.1".to_owned(),
        Kind::Url => "http://localhost/".to_owned(),
        Kind::OneOf(words) => first(words),
        Kind::Line | Kind::Words => "df".to_owned(),
        Kind::Hole => "{}".to_owned(),
        Kind::Begins(begins) => begins.to_owned() + "x",
        Kind::Either(kinds) => kinds.first().map_or(String::new(), |kind| sample(*kind)),
        Kind::Text
        | Kind::Any
        | Kind::Name
        | Kind::Pattern
        | Kind::Package
        | Kind::Published
        | Kind::Phrase(_)
        | Kind::Script(_)
        | Kind::Never(_) => "x".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::samples;

    #[test]
    fn what_may_stand_behind_words_is_shown_by_example() {
        let of = samples(&["systemctl"]);
        assert!(of.vouched.contains(&"is-active x".to_owned()), "{of:?}");
        assert!(of.refused.contains(&"restart x".to_owned()), "{of:?}");
        let of = samples(&["sudo", "journalctl"]);
        assert!(of.vouched.contains(&"--lines".to_owned()), "{of:?}");
        assert!(
            of.refused
                .iter()
                .any(|text| text.starts_with("--vacuum-size")),
            "{of:?}"
        );
        let of = samples(&["find", "/var"]);
        assert!(of.vouched.contains(&"-name x".to_owned()), "{of:?}");
        assert!(samples(&["frobtool"]).vouched.is_empty());
    }
}
