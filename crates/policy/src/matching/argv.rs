//! `ArgvPattern`: one entry of a rule's `argv`, a pattern over the words of a simple command.
//!
//! ```text
//! entry := ITEM+ [ "**" ]     an ITEM matches one word (see word_glob); a final "**" any further words
//! ```
//!
//! Takes the words of a command by value, quotes removed; redirections do not count. Gives two readings: the
//! strict [`ArgvPattern::allows`] for allow and ask rules, the lax [`ArgvPattern::denies`] for deny rules.
//! Both take linear time, and allocate nothing for words that are spelled out. Refuses an entry
//! without a program, and one that is longer than anyone writes ([`ArgvError`]).

use super::argument::{Argument, Expansion, ProgramCall};
use super::glob::Glob;
use super::positions::{MAX_PARTS, Positions};
use super::word_glob::{ItemPlace, LongItemError, WordGlob, within_dot_dots};

/// A compiled entry.
#[derive(Clone, Debug)]
pub(crate) struct ArgvPattern {
    /// One item for each of the first words; the program is the first word.
    items: Vec<WordGlob>,
    further: Further,
}

/// What may follow the words that have items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Further {
    Nothing,
    /// A final `**`: any number of words.
    Words,
}

/// Why an entry cannot be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgvError {
    /// The first item, the program, is missing or empty.
    NoProgram,
    /// The first item has a blank: a whole command in one item matches nothing.
    ManyWords,
    /// The entry has more than [`MAX_PARTS`] items.
    ManyItems,
    /// The item with this index is too long.
    LongItem(usize),
}

impl std::error::Error for ArgvError {}

impl ArgvPattern {
    /// Compiles an entry. `["**"]` stands for any program that is named without a path, with
    /// any arguments.
    ///
    /// # Errors
    /// The entry has no program or a program that can match nothing, or is longer than anyone writes.
    pub(crate) fn new(entry: &[&str]) -> Result<Self, ArgvError> {
        let (items, further) = match entry {
            [] | ["", ..] => return Err(ArgvError::NoProgram),
            [program, ..] if program.contains(' ') && !program.contains('/') => {
                return Err(ArgvError::ManyWords);
            }
            ["**"] => (["*"].as_slice(), Further::Words),
            [items @ .., "**"] => (items, Further::Words),
            items => (items, Further::Nothing),
        };
        if items.len() > MAX_PARTS {
            return Err(ArgvError::ManyItems);
        }
        let compile = |(index, item): (usize, &&str)| {
            let place = match index {
                0 => ItemPlace::Program,
                _ => ItemPlace::Argument,
            };
            WordGlob::new(item, place).map_err(|LongItemError| ArgvError::LongItem(index))
        };
        Ok(Self {
            items: items
                .iter()
                .enumerate()
                .map(compile)
                .collect::<Result<_, _>>()?,
            further,
        })
    }

    /// The strict reading. A word that the remote shell expands may become any number of words: only the
    /// final `**` takes such a word, and only where the rule admits shell patterns.
    pub(crate) fn allows(&self, words: &[Argument]) -> bool {
        let pairs = || self.items.iter().zip(words);
        self.admits(words)
            && pairs().all(|(item, word)| item.keeps_below(word))
            && words
                .iter()
                .skip(self.items.len())
                .all(|word| within_dot_dots(word.plain(), 0))
    }

    /// The strict reading, but the wildcards may take `..` path components.
    pub(crate) fn admits(&self, words: &[Argument]) -> bool {
        let Some((words, further)) = words.split_at_checked(self.items.len()) else {
            return false;
        };
        if self.further == Further::Nothing && !further.is_empty() {
            return false;
        }
        let mut pairs = self.items.iter().zip(words);
        pairs.all(|(item, word)| item.admits(word))
    }

    /// The lax reading: the program matches with and without its path; a word that the remote shell or
    /// xargs would replace matches as any number of words that it may become.
    pub(crate) fn denies(&self, command: &ProgramCall) -> bool {
        if command.arguments.iter().all(Argument::is_known) {
            self.denies_known(command)
        } else {
            self.may_deny(command)
        }
    }

    fn denies_known(&self, command: &ProgramCall) -> bool {
        let Some((words, further)) = command.arguments.split_at_checked(self.items.len()) else {
            return false;
        };
        if self.further == Further::Nothing && !further.is_empty() {
            return false;
        }
        let mut pairs = self.items.iter().zip(words).enumerate();
        pairs.all(|(index, (item, word))| {
            item.denies_known(word.plain()) || index == 0 && item.denies_known(command.file_name())
        })
    }

    fn may_deny(&self, command: &ProgramCall) -> bool {
        let mut reached = Positions::start();
        for (index, word) in command.arguments.iter().enumerate() {
            let file_name = (index == 0).then(|| command.file_name());
            reached = self.step(reached, word, |item| {
                item.may_deny(word.plain()) || file_name.is_some_and(|name| item.may_deny(name))
            });
        }
        reached.has(self.items.len())
    }

    /// The positions that are reached after one more word of the command.
    fn step(
        &self,
        reached: Positions,
        word: &Argument,
        meets: impl Fn(&WordGlob) -> bool,
    ) -> Positions {
        let end = self.items.len();
        let (mut next, many) = match word.expansion() {
            Expansion::Known | Expansion::OneWord => (Positions::default(), false),
            Expansion::Pathnames => (reached, true),
            Expansion::Anything => {
                let mut next = reached;
                next.fill_to(end);
                return next;
            }
        };
        for (index, item) in self.items.iter().enumerate() {
            let from_here = reached.has(index) || many && next.has(index);
            if from_here && meets(item) {
                next.add(index + 1);
            }
        }
        if self.further == Further::Words && reached.has(end) {
            next.add(end);
        }
        next
    }

    /// The text with which every match begins, its words joined by blanks.
    pub(crate) fn start(&self) -> String {
        let literal = self.items.iter().take_while(|item| item.is_literal());
        let wildcard = self.items.iter().find(|item| !item.is_literal());
        let items: Vec<&str> = literal.chain(wildcard).map(WordGlob::start).collect();
        items.join(" ")
    }

    /// Whether the lax reading meets every command that begins with these words.
    pub(crate) fn covers(&self, words: &[String]) -> bool {
        let meets = |(index, (item, word)): (usize, (&WordGlob, &String))| {
            let file_name = word.rsplit('/').next().unwrap_or_default();
            item.denies_known(word) || index == 0 && item.denies_known(file_name)
        };
        self.further == Further::Words
            && self.items.len() <= words.len()
            && self.items.iter().zip(words).enumerate().all(meets)
    }

    /// The item for the word with this index, if there is one.
    pub(crate) fn item(&self, index: usize) -> Option<&Glob> {
        self.items.get(index).map(WordGlob::as_glob)
    }

    /// Its items, as globs whose wildcards cross `/`.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Glob> {
        self.items.iter().map(WordGlob::as_glob)
    }

    /// Whether any number of further words may follow.
    pub(crate) fn takes_further_words(&self) -> bool {
        self.further == Further::Words
    }

    /// Whether the entry has no wildcard: such an entry stands for one list of words.
    pub(crate) fn is_literal(&self) -> bool {
        self.further == Further::Nothing && self.items.iter().all(WordGlob::is_literal)
    }
}

impl ArgvError {
    /// The index of the item at fault, if only one item is.
    pub(crate) fn item(self) -> Option<usize> {
        match self {
            Self::NoProgram | Self::ManyItems => None,
            Self::ManyWords => Some(0),
            Self::LongItem(index) => Some(index),
        }
    }
}

impl std::fmt::Display for ArgvError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let example = "`[\"systemctl\", \"status\", \"*\"]`";
        match self {
            Self::NoProgram => write!(
                formatter,
                "an `argv` entry needs a program: list its words, as in {example}"
            ),
            Self::ManyWords => write!(
                formatter,
                "the program of an `argv` entry has a blank: give each word its own item, as in \
                 {example}"
            ),
            Self::ManyItems => write!(
                formatter,
                "an `argv` entry has at most {MAX_PARTS} items: end it with `\"**\"` for \
                 further words"
            ),
            Self::LongItem(_) => write!(
                formatter,
                "an `argv` item has at most {MAX_PARTS} characters from its first wildcard on: \
                 shorten it"
            ),
        }
    }
}
