//! The judgement: takes an agent's string for one host, gives a [`Decision`] with its reasons.
//!
//! [`HostPolicy::judge`] is pure: no clock, no network, no log. The strictest rule wins, whatever the order of the
//! rules. A command that no rule allows is denied.

use std::rc::Rc;

use base16ct::lower::encode_string;
use sha2::{Digest, Sha256};

use super::admission;
use super::decision::{CommandVerdict, Decision, Suspicion, Verdict};
use super::denial::Denial;
use super::host_policy::HostPolicy;
use crate::rules::deny::{Hit, Spellings};
use crate::rules::rule::{Action, Rule};
use crate::shell::CommandLine;
use crate::wrappers::subject::{self, Subject};

impl HostPolicy {
    /// Decides whether the agent's string may run on this host.
    pub fn judge(&self, raw: &str) -> Decision {
        let mut decision = Decision {
            decision: Verdict::Allow,
            alias: Rc::clone(&self.alias),
            hash: command_hash(raw),
            rendered: None,
            denial: None,
            commands: Vec::new(),
            limits: self.limits,
            suspicion: None,
            becomes: None,
        };
        let line = match CommandLine::parse(raw) {
            Ok(line) => line,
            Err(refusal) => {
                decision.suspicion = refusal.security_event().then_some(Suspicion::HostileInput);
                return decision.denied(Denial::refused(&refusal));
            }
        };
        decision.rendered = Some(line.render());
        let subjects = subject::of(&line, |subject| self.spells_out(subject));
        decision.commands = subjects
            .iter()
            .map(|subject| self.determine(subject))
            .collect();
        let spellings = Spellings::new(raw, &line, &subjects);
        if let Some((entry, hit)) = self.denied_substring(&spellings) {
            if hit == Hit::Disguised {
                decision.suspicion = Some(Suspicion::Bypass {
                    blocked_pattern: entry.as_str().to_owned(),
                });
            }
            return decision.denied(Denial::entry(entry.as_str()));
        }
        if let Some(denial) = self.first_denial(raw, &decision, &subjects) {
            return decision.denied(denial);
        }
        match self.becoming(&line, &subjects) {
            Ok(becomes) => decision.becomes = becomes,
            Err(denial) => return decision.denied(denial),
        }
        if decision.asking().is_some() {
            decision.decision = Verdict::Ask;
        }
        decision
    }

    /// The strictest rule that speaks of one simple command.
    fn determine(&self, subject: &Subject) -> CommandVerdict {
        let mut denying = self.denying(&subject.deny);
        let denying = denying.find(|rule| admission::denies(rule, subject));
        // A rule that asks decides, even where the escape guard holds it back and another rule allows.
        let admitting = self.admitting(subject).map(|admitting| {
            let mut asking = self.rules.about(Action::Ask, subject.found_by());
            let asking = asking.find(|rule| admission::admits(rule, subject));
            asking.unwrap_or(admitting)
        });
        CommandVerdict {
            command: subject.rendered.clone(),
            rule: denying.or(admitting).map(Rule::name),
        }
    }

    /// The first rule that allows a command or asks, and that the escape guard does not hold back.
    fn admitting(&self, subject: &Subject) -> Option<&Rule> {
        let mut rules = self.granting(subject);
        rules.find(|rule| admission::allows(rule, subject))
    }

    /// The first reason against the line: a deny rule over the whole line, then each simple command in
    /// turn, then what the commands would run unseen.
    fn first_denial(&self, raw: &str, decision: &Decision, subjects: &[Subject]) -> Option<Denial> {
        let whole = [
            raw.to_owned(),
            decision.rendered.clone().unwrap_or_default(),
        ];
        let mut denying = self.denying(&whole);
        if let Some(rule) = denying.find(|rule| admission::denying_glob(rule, &whole).is_some()) {
            return Some(Denial::rule(&rule.name(), None));
        }
        let denied = decision.commands.iter().find_map(|verdict| {
            let rule = verdict.rule.as_ref()?;
            (rule.action == Action::Deny).then(|| Denial::rule(rule, Some(&verdict.command)))
        });
        let denied = denied.or_else(|| {
            subjects
                .iter()
                .find_map(|subject| self.first_builtin(subject))
        });
        let denied = denied.or_else(|| {
            let unmatched = |(verdict, subject): (&CommandVerdict, &Subject)| match verdict.rule {
                Some(_) => None,
                None => Some(self.why_unmatched(subject, subjects)),
            };
            decision.commands.iter().zip(subjects).find_map(unmatched)
        });
        denied.or_else(|| {
            subjects
                .iter()
                .find_map(|subject| self.first_hidden(subject))
        })
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of the agent's string without blanks around it: records name a command
/// so, as the Python server did.
pub fn command_hash(raw: &str) -> String {
    let mut digits = encode_string(&Sha256::digest(raw.trim().as_bytes()));
    digits.truncate(16);
    digits
}
