//! `ArgvPattern`: one entry of a rule's `argv`, a pattern over the words of a simple command.
//!
//! ```text
//! entry := ITEM+ [ "**" ]     each ITEM one word (see word_glob); a final "**" any further words
//! ```
//!
//! Takes the words of a command by value, quotes removed; its redirections do not matter. The
//! strict reading, [`ArgvPattern::allows`], is for allow and ask rules, the lax one,
//! [`ArgvPattern::denies`], for deny rules. Both are linear and allocate nothing for words
//! that are spelled out.

use super::argument::{Argument, Invocation};
use super::positions::{MAX_PARTS, Positions};
use super::word_glob::{Place, TooLong, WordGlob, within_dot_dots};

/// A compiled entry.
#[derive(Clone, Debug)]
pub(super) struct ArgvPattern {
    /// One for each of the first words; the program is the first.
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
pub(super) enum ArgvFault {
    /// Its first item, the program, is missing or empty.
    NoProgram,
    /// Its first item has a blank: a whole command in one item matches nothing.
    ManyWords,
    /// It has more than [`MAX_PARTS`] items.
    ManyItems,
    /// The item with this index is too long.
    LongItem(usize),
}

impl ArgvPattern {
    /// Compiles an entry. `["**"]` stands for any program that is named without a path, with
    /// any arguments.
    ///
    /// # Errors
    /// It has no program, a program that can match nothing, or is longer than anyone writes.
    pub(super) fn new(entry: &[&str]) -> Result<Self, ArgvFault> {
        let (items, further) = match entry {
            [] | ["", ..] => return Err(ArgvFault::NoProgram),
            [program, ..] if program.contains(' ') && !program.contains('/') => {
                return Err(ArgvFault::ManyWords);
            }
            ["**"] => (["*"].as_slice(), Further::Words),
            [items @ .., "**"] => (items, Further::Words),
            items => (items, Further::Nothing),
        };
        if items.len() > MAX_PARTS {
            return Err(ArgvFault::ManyItems);
        }
        let compile = |(index, item): (usize, &&str)| {
            let place = match index {
                0 => Place::Program,
                _ => Place::Argument,
            };
            WordGlob::new(item, place).map_err(|TooLong| ArgvFault::LongItem(index))
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

    /// The strict reading. A word that the remote shell expands may become any number of words:
    /// only the final `**` takes it, and only where the rule admits shell patterns at all.
    pub(super) fn allows(&self, words: &[Argument]) -> bool {
        let Some((words, further)) = words.split_at_checked(self.items.len()) else {
            return false;
        };
        let further_allowed = match self.further {
            Further::Nothing => further.is_empty(),
            Further::Words => further.iter().all(|word| within_dot_dots(word.plain(), 0)),
        };
        let mut pairs = self.items.iter().zip(words);
        pairs.all(|(item, word)| item.allows(word)) && further_allowed
    }

    /// The lax reading: the program with and without its path; what the remote shell or xargs
    /// would put in stands for any number of words that it may become.
    pub(super) fn denies(&self, command: &Invocation) -> bool {
        let end = self.items.len();
        let mut reached = Positions::start();
        for (index, word) in command.arguments.iter().enumerate() {
            let file_name = (index == 0).then(|| command.file_name());
            let meets = |item: &WordGlob| {
                item.denies(word.plain()) || file_name.is_some_and(|name| item.denies(name))
            };
            reached = self.step(reached, word, meets);
            if reached.is_empty() {
                return false;
            }
        }
        reached.has(end)
    }

    /// One word of the command, for every position at once.
    fn step(
        &self,
        reached: Positions,
        word: &Argument,
        meets: impl Fn(&WordGlob) -> bool,
    ) -> Positions {
        let end = self.items.len();
        if *word == Argument::unknown() {
            let mut next = reached;
            next.fill_to(end);
            return next;
        }
        let one_word = word.is_one_word();
        let mut next = if one_word {
            Positions::default()
        } else {
            reached
        };
        for (index, item) in self.items.iter().enumerate() {
            let from_here = reached.has(index) || !one_word && next.has(index);
            if from_here && meets(item) {
                next.add(index + 1);
            }
        }
        if self.further == Further::Words && reached.has(end) {
            next.add(end);
        }
        next
    }

    /// Whether it has no wildcard: it stands for one list of words.
    pub(super) fn is_literal(&self) -> bool {
        self.further == Further::Nothing && self.items.iter().all(WordGlob::is_literal)
    }
}

impl ArgvFault {
    /// The item that is at fault, if one alone is.
    pub(super) fn item(self) -> Option<usize> {
        match self {
            Self::NoProgram | Self::ManyItems => None,
            Self::ManyWords => Some(0),
            Self::LongItem(index) => Some(index),
        }
    }
}

impl std::fmt::Display for ArgvFault {
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
