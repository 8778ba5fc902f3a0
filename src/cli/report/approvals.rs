//! The questions to a person, and what came of them.
//!
//! Takes `approval` records in their order; gives the last questions, each with its answer. Refuses to hold more than
//! [`MAX_QUESTIONS`]: older ones are counted.

use std::collections::VecDeque;

use super::clipped::words;
use crate::audit::{ApprovalRow, ApprovalSense, TrailRow};

/// The most questions that are shown: people answer fewer in a month.
const MAX_QUESTIONS: usize = 500;
/// The most hosts or rules that one question names.
const MAX_NAMED: usize = 8;

/// A question, and what came of it.
#[derive(Debug)]
pub struct AskedPerson {
    /// When it was asked; of an answer without a question, when it was answered.
    pub at: f64,
    /// The hosts.
    pub hosts: String,
    /// The rules that ask.
    pub rules: String,
    /// The command's hash.
    pub hash: String,
    /// Who put the question, and as which user; nothing when no record says.
    pub by: String,
    /// Whose client made the call.
    pub client: String,
    /// What came of it, and when; nothing when no record says.
    pub answer: Option<(String, f64)>,
    task_id: String,
}

/// How many questions ended in which way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answers {
    /// All of them.
    pub asked: u64,
    /// With a yes.
    pub approved: u64,
    /// With a no.
    pub refused: u64,
    /// Otherwise: dismissed, expired, answered by a user who does not count.
    pub undecided: u64,
}

/// The last questions.
#[derive(Debug, Default)]
pub struct ApprovalTally {
    /// All of them.
    pub answers: Answers,
    /// The oldest first.
    pub questions: VecDeque<AskedPerson>,
    /// Older ones, which are not held.
    pub left_out: u64,
}

impl ApprovalTally {
    /// Takes a record.
    pub fn add(&mut self, row: &TrailRow<'_>, approval: &ApprovalRow<'_>) {
        let sense = ApprovalSense::of(approval.event);
        *match sense {
            ApprovalSense::Asked => &mut self.answers.asked,
            ApprovalSense::Approved => &mut self.answers.approved,
            ApprovalSense::Refused => &mut self.answers.refused,
            ApprovalSense::Uncounted | ApprovalSense::Undecided => &mut self.answers.undecided,
        } += 1;
        let asked = sense == ApprovalSense::Asked;
        let task_id = words(row.origin.task_id.unwrap_or_default());
        let answer = (!asked).then(|| (words(approval.event), row.ts));
        let mut open = self.questions.iter_mut().rev();
        let open = open.find(|question| question.task_id == task_id && question.answer.is_none());
        match open {
            Some(question) if answer.is_some() => question.answer = answer,
            Some(_) | None => self.questions.push_back(AskedPerson {
                at: row.ts,
                hosts: named(&mut approval.aliases()),
                rules: named(&mut approval.rules()),
                hash: words(approval.hash),
                by: by_whom(approval),
                client: words(row.origin.client.unwrap_or_default()),
                answer,
                task_id,
            }),
        }
        if self.questions.len() > MAX_QUESTIONS {
            self.questions.pop_front();
            self.left_out += 1;
        }
    }
}

/// Who put the question: `approver, user 1000`; nothing when the record does not say.
pub fn by_whom(approval: &ApprovalRow<'_>) -> String {
    let via = words(approval.via.unwrap_or_default());
    match (approval.uid, approval.forwarded) {
        (Some(uid), false) => format!("{via}, user {uid}"),
        (Some(uid), true) => format!("{via}, forwarded by user {uid}"),
        (None, _) => via,
    }
}

fn named(mut names: &mut dyn Iterator<Item = &str>) -> String {
    let mut text = String::new();
    for name in (&mut names).take(MAX_NAMED) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&words(name));
    }
    match names.count() {
        0 => text,
        more => text + " and " + &more.to_string() + " more",
    }
}
