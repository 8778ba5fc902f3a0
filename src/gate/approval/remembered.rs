//! The questions that wait for a person, and the lines that a person has approved for the session.
//!
//! Takes: a question. Gives: a place among those that wait, or what was said of the same line before. Refuses: a line
//! too long to be read, the same question twice at once, and more than [`MAX_QUESTIONS`].
//!
//! What a person approves for the session is that very line on those very hosts under that very
//! configuration, and nothing wider; it is kept in memory only.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use super::question::{Question, QuestionDigest, digest};
use crate::gate::loaded::Loaded;
use mcp_ssh_policy::{Decision, Grant, Unapproved};

/// The most questions before a person at one time. A person who gets more stops reading.
const MAX_QUESTIONS: usize = 4;
/// Lines that are remembered as approved for the session. With more, a yes counts once.
const MAX_REMEMBERED: usize = 256;
/// Characters of a line that a person can be expected to read to the end.
const MAX_LINE_CHARACTERS: usize = 2_000;
/// How long a question stays open. Later the person may no longer see the question.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// The questions that wait and the answers that are remembered.
pub struct Approvals {
    patience: Duration,
    waiting: RefCell<HashSet<QuestionDigest>>,
    remembered: RefCell<HashSet<QuestionDigest>>,
}

/// A question that waits until this is dropped.
pub struct Waiting<'a> {
    approvals: &'a Approvals,
    key: QuestionDigest,
}

impl Approvals {
    /// Nothing is remembered yet; a question stands for `patience`.
    pub fn new(patience: Duration) -> Self {
        Self {
            patience,
            waiting: RefCell::default(),
            remembered: RefCell::default(),
        }
    }

    /// How long a question stands.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Whether this line was approved for the session.
    pub fn remembers(&self, decision: &Decision, loaded: &Loaded) -> bool {
        let line = decision.rendered().unwrap_or_default();
        let key = digest([decision.alias(), line, loaded.digest()]);
        self.remembered.borrow().contains(&key)
    }

    /// Forgets everything: the configuration is another.
    pub fn forget(&self) {
        self.remembered.borrow_mut().clear();
    }

    /// Remembers the hosts of a question; once there is no room for all of them, none.
    pub fn remember(&self, question: &Question) -> Grant {
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() + question.aliases.len() > MAX_REMEMBERED {
            log::warn!("too many lines are approved for the session: this one counts once");
            return Grant::Once;
        }
        let keys = question.aliases.iter();
        let keys =
            keys.map(|alias| digest([alias.as_str(), &question.line, &question.config_sha256]));
        remembered.extend(keys);
        Grant::Session
    }

    /// Lets a question wait.
    ///
    /// # Errors
    /// Why no person is asked.
    pub fn begin(&self, question: &Question) -> Result<Waiting<'_>, Unapproved> {
        if question.line.chars().count() > MAX_LINE_CHARACTERS {
            return Err(Unapproved::TooLong);
        }
        let key = question.digest();
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= MAX_QUESTIONS || !waiting.insert(key) {
            return Err(Unapproved::Crowded);
        }
        let approvals = self;
        Ok(Waiting { approvals, key })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.approvals.waiting.borrow_mut().remove(&self.key);
    }
}
