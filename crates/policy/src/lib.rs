//! What may run: pure judgement, no clock, no network, no log.
//!
//! [`Policy::for_host`] narrows the rules to one host once; [`HostPolicy::judge`] decides on a
//! command; [`HostPolicy::permit`] adds the address and gives the [`Permit`] that a run needs,
//! [`HostPolicy::permit_approved`] does so for what a person has said yes to.
//! The strictest rule wins, whatever the order; what no rule allows is denied.

mod admission;
mod align;
mod approval;
mod argument;
mod argv;
mod bracket;
mod decision;
mod denial;
mod deny;
mod explain;
mod glob;
mod grants;
mod hidden;
mod limits;
mod lint;
mod load;
mod network;
mod options;
mod overlap;
mod parent;
mod peel;
mod positions;
mod rule;
mod rule_line;
mod rule_set;
mod scripted;
pub mod shell;
mod simple;
mod snippets;
mod subject;
mod unmatched;
mod word_glob;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::shell::CommandLine;

/// What vouches for a word that a wildcard admits: a part of every [`Explanation`].
pub use mcp_ssh_knowledge::Voucher;

pub use approval::{Approval, Grant, Unapproved};
pub use decision::{CommandVerdict, Decision, Permit, Suspicion, Termination, Verdict};
pub use denial::{Denial, Stage};
pub use explain::{Address, Considered, Entries, Explanation, Kind, Parsed, Remark};
/// Fuzzing holds the matcher itself against fnmatch's definition; nothing else is built with this.
#[cfg(fuzzing)]
pub use glob::Glob;
pub use limits::Limits;
pub use lint::HostTags;
pub use rule::{Action, RuleName};

use deny::{DEFAULT_ENTRIES, DenyEntry, Hit, Spellings};
use limits::{Layers, LimitSet};
use network::{AddressVerdict, Network};
use rule::Rule;
use rule_set::{HostRules, RuleSet};
use subject::Subject;

/// The whole of `policy.yml`, checked.
#[derive(Debug)]
pub struct Policy {
    known_hosts_path: Option<String>,
    limits: LimitSet,
    alias_limits: HashMap<String, LimitSet>,
    tag_limits: HashMap<String, LimitSet>,
    network: Rc<Network>,
    rules: Rc<RuleSet>,
    recorded: Commands,
    /// Made for the first host that has no list of its own.
    default_entries: OnceCell<Rc<[DenyEntry]>>,
}

/// How records name a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commands {
    /// By its hash alone.
    Hashed,
    /// By its hash and the line as it is sent.
    Plain,
}

/// What the policy says of one host.
#[derive(Debug)]
pub struct HostPolicy {
    alias: Rc<str>,
    rules: HostRules,
    deny_substrings: Rc<[DenyEntry]>,
    /// Whether no file names them.
    deny_is_default: bool,
    limits: Limits,
    network: Rc<Network>,
}

impl Policy {
    /// Where known_hosts is, as written.
    pub fn known_hosts_path(&self) -> Option<&str> {
        self.known_hosts_path.as_deref()
    }

    /// How records name commands.
    pub fn recorded(&self) -> Commands {
        self.recorded
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rules.all().len()
    }

    /// How many `deny_substrings` entries hold where no override says otherwise.
    pub fn deny_entry_count(&self) -> usize {
        match &self.limits.deny_substrings {
            Some(entries) => entries.len(),
            None => DEFAULT_ENTRIES.len(),
        }
    }

    /// The rules and limits that hold for one host.
    pub fn for_host(&self, alias: &str, tags: &[impl AsRef<str>]) -> HostPolicy {
        let set = self.layers(alias, tags).joined();
        HostPolicy {
            alias: alias.into(),
            rules: self.rules.for_host(alias, tags),
            limits: set.limits(),
            deny_is_default: set.deny_substrings.is_none(),
            deny_substrings: set.deny_substrings.unwrap_or_else(|| {
                Rc::clone(self.default_entries.get_or_init(deny::default_entries))
            }),
            network: Rc::clone(&self.network),
        }
    }

    fn layers(&self, alias: &str, tags: &[impl AsRef<str>]) -> Layers {
        let of_tags = tags
            .iter()
            .filter_map(|tag| self.tag_limits.get(tag.as_ref()));
        Layers {
            of_alias: self.alias_limits.get(alias).cloned().unwrap_or_default(),
            of_tags: of_tags.fold(LimitSet::default(), LimitSet::strictest),
            of_all: self.limits.clone(),
        }
    }
}

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
            return decision.denied(Denial::entry(entry));
        }
        if let Some(denial) = self.first_denial(raw, &decision, &subjects) {
            return decision.denied(denial);
        }
        if decision.asking().is_some() {
            decision.decision = Verdict::Ask;
        }
        decision
    }

    /// Judges the addresses of an allowed host: those that may be dialled make the permit.
    ///
    /// # Errors
    /// The decision, now a denial: it was one already, or no address is permitted.
    pub fn permit(
        &self,
        decision: Decision,
        addresses: &[IpAddr],
    ) -> Result<Permit, Box<Decision>> {
        match decision.decision {
            Verdict::Allow => self.permit_address(decision, addresses, None),
            Verdict::Deny => Err(Box::new(decision)),
            Verdict::Ask => Err(Box::new(decision.unapproved(Unapproved::Unasked))),
        }
    }

    /// The same for a host of which a rule asks: the approval must be of this line on this host.
    ///
    /// # Errors
    /// The decision, now a denial: it was one already, the approval is of something else, or no
    /// address is permitted.
    pub fn permit_approved(
        &self,
        decision: Decision,
        approval: Approval,
        addresses: &[IpAddr],
    ) -> Result<Permit, Box<Decision>> {
        let approved = *approval.alias == *self.alias
            && approval.alias == decision.alias
            && Some(&approval.line) == decision.rendered.as_ref();
        match decision.decision {
            Verdict::Allow | Verdict::Deny => self.permit(decision, addresses),
            Verdict::Ask if approved => {
                self.permit_address(decision, addresses, Some(approval.grant))
            }
            Verdict::Ask => Err(Box::new(decision.unapproved(Unapproved::Invalid))),
        }
    }

    fn permit_address(
        &self,
        decision: Decision,
        addresses: &[IpAddr],
        approved: Option<Grant>,
    ) -> Result<Permit, Box<Decision>> {
        match (self.network.permitted(addresses), decision.rendered.clone()) {
            (Some(addresses), Some(line)) => Ok(Permit {
                alias: Rc::clone(&self.alias),
                addresses,
                termination: Termination::of(&line),
                line,
                limits: self.limits,
                approved,
            }),
            _ => Err(Box::new(decision.denied(Denial::network()))),
        }
    }

    /// Judges the addresses of a host before a person is asked about it.
    ///
    /// # Errors
    /// The decision, now a denial: no address is permitted.
    pub fn reach(&self, decision: &Decision, addresses: &[IpAddr]) -> Result<(), Box<Decision>> {
        match self.network.permitted(addresses) {
            Some(_) => Ok(()),
            None => Err(Box::new(decision.clone().denied(Denial::network()))),
        }
    }

    /// Whether one address may be dialled, of this host or of a jump host on the way to it.
    pub fn permits_address(&self, address: IpAddr) -> bool {
        self.network.judge(address) == AddressVerdict::Allowed
    }

    /// Judges the addresses of a jump host on the way to this host: those that may be dialled.
    ///
    /// # Errors
    /// The decision, now a denial that names the jump host.
    pub fn permit_jump_host(
        &self,
        decision: &Decision,
        alias: &str,
        addresses: &[IpAddr],
    ) -> Result<Vec<IpAddr>, Box<Decision>> {
        self.network.permitted(addresses).ok_or_else(|| {
            let denial = Denial::network_of_jump_host(alias);
            Box::new(decision.clone().denied(denial))
        })
    }

    /// The decision, once the host's one address is known without a lookup.
    pub fn judge_address(&self, decision: Decision, address: IpAddr) -> Decision {
        if decision.decision == Verdict::Deny || self.permits_address(address) {
            decision
        } else {
            decision.denied(Denial::network())
        }
    }

    /// The limits in force.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The strictest rule that speaks of one simple command.
    fn determine(&self, subject: &Subject) -> CommandVerdict {
        let mut denying = self.denying(&subject.deny);
        let denying = denying.find(|rule| admission::denies(rule, subject));
        // A rule that asks decides even where only another one admits an escape.
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

    /// The first rule that allows a command, or asks, and keeps its escapes shut.
    fn admitting(&self, subject: &Subject) -> Option<&Rule> {
        let mut rules = self.granting(subject);
        rules.find(|rule| admission::allows(rule, subject))
    }

    /// The rules that could allow a command: those that ask, then those that allow.
    fn granting(&self, subject: &Subject) -> impl Iterator<Item = &Rule> {
        self.rules.granting(subject.found_by())
    }

    /// The deny rules that could meet one of some texts.
    fn denying(&self, texts: &[String]) -> impl Iterator<Item = &Rule> {
        self.rules.about(Action::Deny, texts)
    }

    fn denied_substring(&self, line: &Spellings<'_>) -> Option<(&DenyEntry, Hit)> {
        self.deny_substrings
            .iter()
            .find_map(|entry| entry.meets(line).map(|hit| (entry, hit)))
    }

    /// The first reason against the line: a deny rule over the whole of it, then each simple
    /// command in turn, then what they would run unseen.
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

/// The first 16 hexadecimal digits of the SHA-256 of the agent's string: what records call it.
pub fn command_hash(raw: &str) -> String {
    Sha256::digest(raw.as_bytes())
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The example of the README is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
