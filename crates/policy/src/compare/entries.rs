//! What holds on a host, entry by entry: every pattern of its rules with what its rule says beside it.
//!
//! Takes a host's policy. Gives its [`EffectiveEntry`]s, and a key by which one of another policy is the same. A verdict
//! is a function of the set of entries: no rule's name, place or neighbour changes one.

use crate::decide::host_policy::HostPolicy;
use crate::matching::argv::ArgvPattern;
use crate::matching::glob::Glob;
use crate::matching::simple::SimpleBinaries;
use crate::rules::rule::{Action, Escapes, Rule, ShellPatterns, Stdin};

use super::track::{NameEnds, Track};

/// One pattern of a rule that speaks of the host.
#[derive(Debug)]
pub struct EffectiveEntry<'p> {
    pub rule: &'p Rule,
    pub pattern: EntryPattern<'p>,
}

/// A pattern of a rule.
#[derive(Clone, Copy, Debug)]
pub enum EntryPattern<'p> {
    /// Of `commands`.
    Glob(&'p Glob),
    /// Of `argv`.
    Argv(&'p ArgvPattern),
    /// One of `simple_binaries`, with all of them.
    Simple(&'p str, &'p SimpleBinaries),
}

/// Every entry that holds on a host.
pub fn entries(host: &HostPolicy) -> Vec<EffectiveEntry<'_>> {
    host.rules.applying().flat_map(of_rule).collect()
}

fn of_rule(rule: &Rule) -> impl Iterator<Item = EffectiveEntry<'_>> {
    let globs = rule.commands.iter().map(EntryPattern::Glob);
    let argv = rule.argv.iter().map(EntryPattern::Argv);
    let simple = rule.simple.names();
    let simple = simple.map(|name| EntryPattern::Simple(name, &rule.simple));
    let patterns = globs.chain(argv).chain(simple);
    patterns.map(move |pattern| EffectiveEntry { rule, pattern })
}

impl EffectiveEntry<'_> {
    /// What makes two entries the same: the action, as whom a command runs, what the rule admits beside its words, the
    /// pattern.
    pub fn key(&self) -> String {
        let action = self.rule.action;
        // A deny rule asks for none of these.
        let beside = match action {
            Action::Deny => [false; 3],
            Action::Allow | Action::Ask => [
                self.rule.shell_patterns == ShellPatterns::Admitted,
                self.rule.escapes == Escapes::Allowed,
                self.rule.stdin == Stdin::Anything,
            ],
        };
        let (kind, text) = match self.pattern {
            EntryPattern::Glob(glob) => (0, glob.as_str().to_owned()),
            EntryPattern::Argv(pattern) => {
                let items: Vec<&str> = pattern.items().map(Glob::as_str).collect();
                let kind = 1 + u8::from(pattern.takes_further_words());
                (kind, items.join("\0"))
            }
            EntryPattern::Simple(name, simple) => {
                let most = match (action, simple.most_arguments()) {
                    (Action::Deny, (_, lax)) => lax,
                    (Action::Allow | Action::Ask, (strict, _)) => Some(strict),
                };
                let most = most.map_or(String::new(), |most| most.to_string());
                (3, format!("{name}\0{most}"))
            }
        };
        let becomes = self.rule.becomes.as_ref();
        let becomes = becomes.map_or(String::new(), |user| format!("become {user} "));
        format!("{action} {becomes}{beside:?} {kind} {text}")
    }

    /// Whether it can grant a command.
    pub fn grants(&self) -> bool {
        self.rule.action != Action::Deny
    }

    /// The pattern as an automaton.
    pub fn track(&self) -> Track {
        match self.pattern {
            EntryPattern::Glob(glob) if self.grants() => Track::of_glob(glob, NameEnds::Kept),
            EntryPattern::Glob(glob) => Track::of_glob(glob, NameEnds::Ignored),
            EntryPattern::Argv(pattern) => Track::of_argv(pattern),
            EntryPattern::Simple(name, _) => Track::of_program(name),
        }
    }
}

impl EntryPattern<'_> {
    /// As a person would write it.
    pub fn shown(self) -> String {
        match self {
            Self::Glob(glob) => glob.as_str().to_owned(),
            Self::Argv(pattern) => {
                let items = pattern.items().map(Glob::as_str);
                let further = pattern.takes_further_words().then_some("**");
                items.chain(further).collect::<Vec<_>>().join(" ")
            }
            Self::Simple(name, _) => name.to_owned(),
        }
    }
}
