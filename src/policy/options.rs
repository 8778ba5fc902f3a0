//! Where a wrapper's own options end and its command begins.
//!
//! Takes a row of the table and the wrapper's arguments, read as getopt_long(3) does: clusters
//! (`-nu root`), attached values (`-uroot`, `--user=root`), abbreviations (`--us root`), `--`.
//! Gives where the command starts, and the values that are commands themselves. An option that
//! the table does not have, and a word that may become several, make every later word a
//! possible start: that can only deny more.

use super::argument::Argument;
use super::wrappers::{Assignments, Meaning, Takes, Value, Wrapper};

/// What a wrapper's options and operands say.
#[derive(Debug, PartialEq, Eq)]
pub struct Reading<'a> {
    /// Where its command starts.
    pub start: Start,
    /// Texts for a shell.
    pub texts: Vec<&'a str>,
    /// Words that stand before those at `start`.
    pub words: Option<&'a str>,
    /// What is replaced in the command's arguments.
    pub hole: &'a str,
}

/// Where a wrapper's command starts: an index of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Here.
    At(usize),
    /// Here or anywhere after it.
    From(usize),
    /// It runs none.
    Nowhere,
}

/// What one option means for the words after it.
enum Next {
    /// The next word is at this index.
    At(usize),
    /// The command is found like this.
    Found(Start),
}

/// Reads the arguments of `wrapper`, of which the first is its own name.
pub fn read<'a>(wrapper: &Wrapper, arguments: &'a [Argument]) -> Reading<'a> {
    let mut reader = Reader {
        wrapper,
        arguments,
        reading: Reading {
            start: Start::Nowhere,
            texts: Vec::new(),
            words: None,
            hole: "{}",
        },
    };
    reader.reading.start = reader.start();
    reader.reading
}

struct Reader<'a, 'table> {
    wrapper: &'table Wrapper,
    arguments: &'a [Argument],
    reading: Reading<'a>,
}

impl<'a> Reader<'a, '_> {
    fn start(&mut self) -> Start {
        let mut operands = self.wrapper.operands;
        let mut options = true;
        let mut index = 1;
        while let Some(argument) = self.arguments.get(index) {
            let word = argument.plain();
            if options && word == "--" {
                options = false;
                index += 1;
            } else if options && word.starts_with('-') {
                match self.option(argument, index) {
                    Next::At(next) => index = next,
                    Next::Found(start) => return start,
                }
            } else if self.assigns(word) || operands > 0 {
                if !argument.is_known() {
                    return Start::From(index);
                }
                operands -= usize::from(!self.assigns(word));
                index += 1;
            } else {
                return Start::At(index);
            }
        }
        // xargs adds what it reads, at least.
        Start::At(index)
    }

    fn assigns(&self, word: &str) -> bool {
        self.wrapper.assignments == Assignments::Skipped && word.contains('=')
    }

    /// The options of one word, which begins with `-`.
    fn option(&mut self, argument: &'a Argument, index: usize) -> Next {
        let word = argument.plain();
        if !argument.is_known() {
            return Next::Found(Start::From(index + 1));
        }
        match word.strip_prefix("--") {
            Some(long) => {
                let (name, attached) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                match self.wrapper.long(name) {
                    Some(takes) => self.take(takes, attached, index),
                    None => Next::Found(Start::From(index + 1)),
                }
            }
            None => self.cluster(word, index),
        }
    }

    /// `-abc`, where the first letter that takes a value takes the rest.
    fn cluster(&mut self, word: &'a str, index: usize) -> Next {
        let mut letters = word.chars();
        letters.next();
        while let Some(letter) = letters.next() {
            let Some(takes) = self.wrapper.short(letter) else {
                return Next::Found(Start::From(index + 1));
            };
            let rest = letters.as_str();
            if takes.value != Value::None || takes.meaning == Meaning::Inert {
                return self.take(takes, (!rest.is_empty()).then_some(rest), index);
            }
        }
        Next::At(index + 1)
    }

    /// One option, with its value if it is attached.
    fn take(&mut self, takes: Takes, attached: Option<&'a str>, index: usize) -> Next {
        let (value, next) = match (takes.value, attached) {
            (Value::Required, None) => match self.arguments.get(index + 1) {
                Some(value) if value.is_known() => (Some(value.plain()), index + 2),
                Some(_) | None => return Next::Found(Start::From(index + 1)),
            },
            (Value::None | Value::Required | Value::Attached, attached) => (attached, index + 1),
        };
        match (takes.meaning, value) {
            (Meaning::Inert, _) => return Next::Found(Start::Nowhere),
            (Meaning::Words, Some(words)) => {
                self.reading.words = Some(words);
                return Next::Found(Start::At(next));
            }
            (Meaning::Text, Some(text)) => self.reading.texts.push(text),
            (Meaning::Hole, Some(hole)) if !hole.is_empty() => self.reading.hole = hole,
            (Meaning::Setting | Meaning::Text | Meaning::Words | Meaning::Hole, _) => {}
        }
        Next::At(next)
    }
}

/// The value of `option` in `word`: none if it is not there, `Some(None)` if the next word has it.
/// A long option may be abbreviated, a short one may stand in a cluster, and `+` begins a word.
pub fn value_of<'a>(option: &str, word: &'a str) -> Option<Option<&'a str>> {
    let attached = |value: &'a str| Some(Some(value).filter(|value| !value.is_empty()));
    if option == "+" {
        // `+/text` searches.
        let begins = word.strip_prefix('+').filter(|rest| !rest.starts_with('/'));
        return begins.map(Some);
    }
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    let mut letters = option.chars().skip(1);
    match (letters.next(), letters.next()) {
        (Some(letter), None) => {
            let cluster = word
                .strip_prefix('-')
                .filter(|rest| !rest.starts_with('-'))?;
            attached(cluster.split_once(letter)?.1)
        }
        _ => (name == option || name.len() > 3 && option.starts_with(name)).then_some(value),
    }
}

/// How many words come before the `;`, or the `+` after `{}`, that ends a command of find.
pub fn exec_length(words: &[Argument]) -> usize {
    let mut last = "";
    let end = words.iter().position(|word| {
        let after = std::mem::replace(&mut last, word.plain());
        last == ";" || last == "+" && after == "{}"
    });
    end.unwrap_or(words.len())
}
