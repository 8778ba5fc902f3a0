//! One command on trial: its words, how it is reached, and the ways to object to one of its words.
//!
//! `vouch` asks the questions, `options` and `operands` answer some of them.

use crate::kind::Reach;
use crate::objection::{Around, Danger, Objection};
use crate::word::AdmittedWord;

/// How a command is reached.
#[derive(Clone, Copy)]
pub struct CommandContext {
    /// What stands around it.
    pub around: Around,
    /// The index of its first word in the whole.
    pub start: usize,
    /// Whether a rule has said which paths: those that are granted inside are others.
    pub paths_said: bool,
}

/// Whether all is vouched for.
pub type Vouched = Result<(), Objection>;

/// One command, and where it stands.
pub struct Judge<'a> {
    /// Its words, of which the first is its name.
    pub words: &'a [AdmittedWord],
    /// How it is reached.
    pub place: CommandContext,
    /// The file name of the program.
    pub program: &'a str,
}

impl Judge<'_> {
    /// Nobody vouches for a word.
    pub fn object(&self, index: usize, word: &str, reason: impl Into<String>) -> Vouched {
        self.refuse(index, word, reason, Danger::Unknown)
    }

    /// A word is refused, or not known.
    pub fn refuse(
        &self,
        index: usize,
        word: &str,
        reason: impl Into<String>,
        danger: Danger,
    ) -> Vouched {
        Err(Objection {
            danger,
            index: self.place.start + index,
            program: self.program.to_owned(),
            word: word.to_owned(),
            reason: reason.into(),
        })
    }

    /// No word behind this one may be granted.
    pub fn nothing_after(&self, index: usize, why: &str) -> Vouched {
        let mut words = self.words.iter().enumerate().skip(index + 1);
        match words.find(|(_, word)| !word.is_spelled()) {
            Some((index, word)) => self.refuse(index, word.text(), why, Danger::Known),
            None => Ok(()),
        }
    }

    /// How far away a host may be that a granted word names.
    pub fn reach(&self) -> Reach {
        match self.words.first().is_some_and(AdmittedWord::is_spelled) {
            true => Reach::Anywhere,
            false => Reach::Here,
        }
    }

    /// The text of a word.
    pub fn text(&self, index: usize) -> &str {
        self.words.get(index).map_or("", AdmittedWord::text)
    }
}
