//! The questions that wait for a person, and the lines that a person has approved for longer than one run.
//!
//! Takes: a question. Gives: a place among those that wait, or what was said of the line before. Refuses: a line or
//! a change too long to be read, a question that waits already, and more than [`MAX_QUESTIONS`].
//!
//! What a person approves for the session, or for minutes, is that very line on those very hosts under that very
//! configuration, and nothing wider: of a file that very content in the place of that very other one. It is kept in
//! memory only. A grant of the approver stands as long as the approver holds the connection over which the grant came:
//! by closing it, the person withdraws the grant.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use super::file_question::FileSubject;
use super::late::LateAnswers;
use super::question::{Question, QuestionDigest, digest};
use crate::approver::GrantLink;
use crate::clock::Stopwatch;
use crate::gate::file::is_too_long;
use crate::gate::loaded::Loaded;
use mcp_ssh_policy::{Grant, Unapproved};

/// The most questions before a person at one time. A person who gets more stops reading.
const MAX_QUESTIONS: usize = 4;
/// Lines that are remembered as approved. With more, a yes counts once.
const MAX_REMEMBERED: usize = 256;
/// Characters of a line that a person can be expected to read to the end.
const MAX_LINE_CHARACTERS: usize = 2_000;

/// The questions that wait and the answers that are remembered.
#[derive(Default)]
pub struct Approvals {
    waiting: Rc<RefCell<HashSet<QuestionDigest>>>,
    remembered: RefCell<HashMap<QuestionDigest, StandingGrant>>,
    late: LateAnswers,
}

/// A yes that goes further than one run.
struct StandingGrant {
    grant: Grant,
    since: Stopwatch,
    /// The approver's connection, where the yes came over one.
    link: Option<Rc<GrantLink>>,
}

/// A yes that a person has just given.
pub struct GivenConsent {
    pub grant: Grant,
    link: Option<Rc<GrantLink>>,
}

impl GivenConsent {
    /// Whether the approver has withdrawn it.
    pub fn is_withdrawn(&self) -> bool {
        self.link.as_ref().is_some_and(|link| !link.holds())
    }
}

impl StandingGrant {
    fn stands(&self) -> bool {
        let in_time = match self.grant {
            Grant::Once => false,
            Grant::Session => true,
            Grant::Minutes(minutes) => {
                self.since.elapsed() < Duration::from_secs(60 * u64::from(minutes))
            }
        };
        in_time && self.link.as_ref().is_none_or(|link| link.holds())
    }
}

/// The place of a question among those that wait, until this is dropped.
pub struct QuestionPlace {
    waiting: Rc<RefCell<HashSet<QuestionDigest>>>,
    key: QuestionDigest,
}

impl Approvals {
    /// The questions whose callers were answered before the person was.
    pub fn late(&self) -> &LateAnswers {
        &self.late
    }

    /// How this line was approved on this host, where that still stands. Of a file it is the line of
    /// [`Question::remembered_line`].
    pub fn remembers(&self, alias: &str, line: &str, loaded: &Loaded) -> Option<Grant> {
        self.remembers_under(alias, line, loaded.digest())
    }

    /// As [`Approvals::remembers`], under the configuration of this digest.
    pub fn remembers_under(&self, alias: &str, line: &str, config_sha256: &str) -> Option<Grant> {
        let key = digest([alias, line, config_sha256]);
        let mut remembered = self.remembered.borrow_mut();
        remembered.retain(|_, grant| grant.stands());
        remembered.get(&key).map(|standing| standing.grant)
    }

    /// Forgets everything: the configuration is another.
    pub fn forget(&self) {
        self.remembered.borrow_mut().clear();
    }

    /// Remembers the hosts of a question, if the yes goes further than one run; once there is no room for all of
    /// them, none.
    pub fn remember(
        &self,
        question: &Question,
        grant: Grant,
        link: Option<GrantLink>,
    ) -> GivenConsent {
        let once = GivenConsent {
            grant: Grant::Once,
            link: None,
        };
        if grant == Grant::Once {
            return once;
        }
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() + question.aliases.len() > MAX_REMEMBERED {
            log::warn!("too many lines are approved for longer: this one counts once");
            return once;
        }
        let link = link.map(Rc::new);
        for alias in &question.aliases {
            let line = question.remembered_line(alias);
            let key = digest([alias.as_str(), &line, &question.config_sha256]);
            let standing = StandingGrant {
                grant,
                since: Stopwatch::start(),
                link: link.clone(),
            };
            remembered.insert(key, standing);
        }
        GivenConsent { grant, link }
    }

    /// Lets a question wait.
    ///
    /// # Errors
    /// Why no person is asked.
    pub fn begin(&self, question: &Question) -> Result<QuestionPlace, Unapproved> {
        if question.line.chars().count() > MAX_LINE_CHARACTERS {
            return Err(Unapproved::TooLong);
        }
        let changes = question.file().into_iter().flat_map(FileSubject::changes);
        if is_too_long(changes) {
            return Err(Unapproved::ChangeTooLong);
        }
        let key = question.digest();
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= MAX_QUESTIONS || !waiting.insert(key) {
            return Err(Unapproved::Crowded);
        }
        Ok(QuestionPlace {
            waiting: Rc::clone(&self.waiting),
            key,
        })
    }
}

impl Drop for QuestionPlace {
    fn drop(&mut self) {
        self.waiting.borrow_mut().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::{Approvals, MAX_LINE_CHARACTERS, MAX_QUESTIONS, MAX_REMEMBERED};
    use crate::gate::approval::question::{Question, QuestionSubject};
    use mcp_ssh_policy::{Grant, Unapproved};

    fn question(hosts: std::ops::Range<usize>, line: &str) -> Question {
        Question {
            aliases: hosts.map(|host| format!("h{host}")).collect(),
            tag: None,
            users: Vec::new(),
            line: line.to_owned(),
            remembered: line.to_owned(),
            rules: Vec::new(),
            config_sha256: "c".to_owned(),
            subject: QuestionSubject::Command,
        }
    }

    #[test]
    fn a_yes_for_longer_counts_once_where_there_is_no_room_for_all_its_hosts() {
        let approvals = Approvals::default();
        let remember = |hosts| {
            let question = question(hosts, "id");
            approvals.remember(&question, Grant::Session, None).grant
        };
        assert_eq!(remember(0..MAX_REMEMBERED - 1), Grant::Session);
        assert_eq!(remember(900..902), Grant::Once);
        assert_eq!(remember(900..901), Grant::Session);
        assert_eq!(remember(901..902), Grant::Once);
        let known = |host: usize| approvals.remembers_under(&format!("h{host}"), "id", "c");
        assert_eq!(
            (known(0), known(900), known(901)),
            (Some(Grant::Session), Some(Grant::Session), None)
        );
    }

    #[test]
    fn so_many_questions_wait_each_of_a_line_that_can_be_read() {
        let approvals = Approvals::default();
        let begin = |line: &str| approvals.begin(&question(0..1, line));
        let line = |length: usize| "x".repeat(length);
        assert_eq!(
            begin(&line(MAX_LINE_CHARACTERS + 1)).err(),
            Some(Unapproved::TooLong)
        );
        let mut places = vec![begin(&line(MAX_LINE_CHARACTERS)).ok().unwrap()];
        assert_eq!(
            begin(&line(MAX_LINE_CHARACTERS)).err(),
            Some(Unapproved::Crowded)
        );
        while places.len() < MAX_QUESTIONS {
            places.push(begin(&line(places.len())).ok().unwrap());
        }
        assert_eq!(begin("one more").err(), Some(Unapproved::Crowded));
        drop(places.pop());
        assert!(begin("one more").is_ok());
    }
}
