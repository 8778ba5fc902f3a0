//! One command that is judged: its words, how it is reached, and the ways to object to one of its words.
//!
//! Gives [`Judge`], which `vouch`, `options` and `operands` share. Holds no knowledge of programs.

use crate::kind::Reach;
use crate::objection::{Around, Danger, Objection};
use crate::word::AdmittedWord;

/// How a command is reached.
#[derive(Clone, Copy)]
pub struct CommandContext {
    /// What stands around the command.
    pub around: Around,
    /// The index of the command's first word in the outermost command.
    pub start: usize,
    /// Whether the rule has said which paths it means: a path that a wildcard admits here is another one.
    pub paths_said: bool,
}

/// `Ok` when every word is vouched for.
pub type Vouched = Result<(), Objection>;

/// One command, and where it stands.
pub struct Judge<'a> {
    /// The words of the command; the first is its name.
    pub words: &'a [AdmittedWord],
    /// How the command is reached.
    pub place: CommandContext,
    /// The file name of the program.
    pub program: &'a str,
}

impl Judge<'_> {
    /// Objects to a word because nobody vouches for it.
    pub fn object(&self, index: usize, word: &str, reason: impl Into<String>) -> Vouched {
        self.refuse(index, word, reason, Danger::Unknown)
    }

    /// Objects to a word that the row refuses, or that no row has.
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

    /// Objects to the first word behind this one that only a wildcard admits.
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
