//! As whom a command that no rule grants is meant to run, for who proposes a rule.
//!
//! Takes the subject of a command. Gives the user of the rules that come nearest to it: those that would match, else those
//! that begin with most of its words. Gives no user where these rules do not agree: a proposal would choose for the
//! operator.

use super::admission;
use super::becoming::is_alone;
use super::host_policy::HostPolicy;
use crate::matching::argument::Argument;
use crate::rules::become_user::BecomeUser;
use crate::rules::rule::{Action, Rule};
use crate::shell::CommandLine;
use crate::wrappers::subject::{self, Subject};

/// As whom a command is meant to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MeantUser<'a> {
    /// No rule that is near says `become`.
    Login,
    /// All rules that are nearest name this user.
    Other(&'a BecomeUser),
    /// The rules that are nearest do not agree, or the line is none that sudo takes.
    Unclear,
}

impl HostPolicy {
    /// As whom a command of a line is meant to run; `subjects` are those of the line.
    pub(crate) fn meant_user(&self, subject: &Subject, subjects: &[Subject]) -> MeantUser<'_> {
        if !self.rules.say_become() {
            return MeantUser::Login;
        }
        let granting = self.rules.applying();
        let granting = granting.filter(|rule| rule.action != Action::Deny);
        let near: Vec<(usize, &Rule)> = granting
            .map(|rule| (nearness(rule, subject), rule))
            .collect();
        let most = near.iter().map(|(near, _)| *near).max().unwrap_or(0);
        let mut nearest = near.iter().filter(|(near, _)| *near == most && most > 0);
        let Some((_, first)) = nearest.next() else {
            return MeantUser::Login;
        };
        if nearest.any(|(_, other)| other.becomes != first.becomes) {
            return MeantUser::Unclear;
        }
        let line = CommandLine::parse(&subject.rendered);
        let takes = subjects.len() == 1 && line.is_ok_and(|line| is_alone(&line));
        match &first.becomes {
            None => MeantUser::Login,
            Some(user) if takes => MeantUser::Other(user),
            Some(_) => MeantUser::Unclear,
        }
    }

    /// Whether a command of a line is meant to run as another user than the login, or nobody knows as whom.
    pub fn means_another_user(&self, raw: &str) -> bool {
        let Ok(line) = CommandLine::parse(raw) else {
            return false;
        };
        let subjects = subject::of(&line, |subject| self.spells_out(subject));
        let mut meant = subjects
            .iter()
            .map(|subject| self.meant_user(subject, &subjects));
        meant.any(|user| user != MeantUser::Login)
    }
}

/// How near a rule comes to a command: the words with which both begin, or more than any where its patterns match.
fn nearness(rule: &Rule, subject: &Subject) -> usize {
    if admission::matches(rule, subject) || admission::stops_below(rule, subject) {
        return usize::MAX;
    }
    let words: Vec<&str> = subject.words().iter().map(Argument::plain).collect();
    let common = |start: &str| {
        let pairs = start.split(' ').zip(&words).enumerate();
        let equal = |(index, (one, other)): (usize, (&str, &&str))| match index {
            0 => file_name(one) == file_name(other),
            _ => one == *other,
        };
        pairs.take_while(|pair| equal(*pair)).count()
    };
    let starts = rule.starts().map(|start| common(&start));
    starts.max().unwrap_or(0)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
