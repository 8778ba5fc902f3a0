//! The whole of `policy.yml`, checked. The loader makes a [`Policy`]; every host's policy is a part of it.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::approvals::ApprovalSettings;
use super::deny::{DEFAULT_ENTRIES, DenyEntry};
use super::file_entry::FileEntry;
use super::limit_set::{Layers, LimitSet};
use super::network::Network;
use super::rule::{Action, Rule, RuleName};
use super::rule_set::RuleSet;
use mcp_ssh_yaml::diagnostic::Span;

/// The whole of `policy.yml`, checked.
#[derive(Debug)]
pub struct Policy {
    pub(crate) known_hosts_path: Option<String>,
    pub(crate) known_hosts_span: Span,
    pub(crate) limits: LimitSet,
    pub(crate) alias_limits: HashMap<String, LimitSet>,
    pub(crate) tag_limits: HashMap<String, LimitSet>,
    pub(crate) network: Rc<Network>,
    pub(crate) rules: Rc<RuleSet>,
    pub(crate) recorded: Commands,
    pub(crate) approvals: ApprovalSettings,
    pub(crate) files: Vec<Rc<FileEntry>>,
    /// The default entries, made for the first host for which the policy has no list.
    pub(crate) default_entries: OnceCell<Rc<[DenyEntry]>>,
}

/// How records name a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commands {
    /// Records have only the hash of the command.
    Hashed,
    /// Records have the hash, and the line as it is sent.
    Plain,
}

impl Policy {
    /// The path of known_hosts, as it was written.
    pub fn known_hosts_path(&self) -> Option<&str> {
        self.known_hosts_path.as_deref()
    }

    /// How records name commands.
    pub fn recorded(&self) -> Commands {
        self.recorded
    }

    /// Where the path of known_hosts is written, if it is.
    pub fn known_hosts_span(&self) -> Span {
        self.known_hosts_span
    }

    /// Who is asked where a rule says `ask`.
    pub fn approvals(&self) -> &ApprovalSettings {
        &self.approvals
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rules.all().len()
    }

    /// The rules for a host that say `become`: their places and names.
    pub fn rules_with_become(
        &self,
        alias: &str,
        tags: &[impl AsRef<str>],
    ) -> impl Iterator<Item = (Span, RuleName)> {
        let rules = self.rules.all().iter();
        let becoming = rules.filter(|rule| rule.becomes.is_some() && rule.applies_to(alias, tags));
        becoming.map(|rule| (rule.span, rule.name()))
    }

    /// Whether some rule lets a command run on the host, be it after a person was asked.
    pub fn lets_run_on(&self, alias: &str, tags: &[impl AsRef<str>]) -> bool {
        let mut rules = self.rules.all().iter();
        rules.any(|rule| rule.action != Action::Deny && rule.applies_to(alias, tags))
    }

    /// How many `deny_substrings` entries hold where no override says otherwise.
    pub fn deny_entry_count(&self) -> usize {
        match &self.limits.deny_substrings {
            Some(entries) => entries.len(),
            None => DEFAULT_ENTRIES.len(),
        }
    }

    /// How many entries `files` has.
    pub fn file_entry_count(&self) -> usize {
        self.files.len()
    }

    /// This policy, with the rules of another behind its own: they count their places on. All else is this one's.
    pub fn beside(&self, further: &Self) -> Self {
        let own = self.rules.all();
        let moved = further.rules.all().iter().map(|rule| Rule {
            index: own.len() + rule.index,
            ..rule.clone()
        });
        Self {
            known_hosts_path: self.known_hosts_path.clone(),
            known_hosts_span: self.known_hosts_span,
            limits: self.limits.clone(),
            alias_limits: self.alias_limits.clone(),
            tag_limits: self.tag_limits.clone(),
            network: Rc::clone(&self.network),
            rules: Rc::new(RuleSet::new(own.iter().cloned().chain(moved).collect())),
            recorded: self.recorded,
            approvals: self.approvals.clone(),
            files: self.files.clone(),
            default_entries: OnceCell::new(),
        }
    }

    /// The sets of limits that may speak of one host.
    pub(crate) fn layers(&self, alias: &str, tags: &[impl AsRef<str>]) -> Layers {
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
