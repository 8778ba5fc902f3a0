//! Lints: what a policy says that its author can hardly have meant.
//!
//! Takes a policy that loaded, its source and the hosts. Gives warnings, each at its rule. Pure,
//! and sound rather than complete: what it says is so, but it does not say everything.

use crate::diagnostic::{Diagnostic, Source, Span};

use super::Policy;
use super::glob::{Glob, SHELL_PATTERN};
use super::rule::{Action, Rule};

/// A host as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct HostTags<'a, T> {
    /// Its alias.
    pub alias: &'a str,
    /// Its tags.
    pub tags: &'a [T],
}

impl Policy {
    /// Everything there is to say about the rules and the deny entries.
    pub fn lint<T: AsRef<str>>(
        &self,
        source: &Source,
        hosts: &[HostTags<'_, T>],
    ) -> Vec<Diagnostic> {
        let mut lints = Vec::new();
        let mut warn = |span: Span, message: String| {
            lints.push(Diagnostic::warning(source, span, message));
        };
        for rule in self.rules.all() {
            for message in host_lints(rule, hosts) {
                warn(rule.span, message);
            }
            if rule.action != Action::Deny {
                for message in self.command_lints(rule) {
                    warn(rule.span, message);
                }
            }
        }
        for entry in self
            .limits
            .deny_substrings
            .iter()
            .flat_map(|entries| entries.iter())
        {
            if let Some(message) = entry_lint(entry.as_str()) {
                warn(Span::WHOLE, message);
            }
        }
        lints
    }

    /// What is wrong with the commands of a rule that admits some.
    fn command_lints(&self, rule: &Rule) -> Vec<String> {
        let denying = || {
            let everywhere = |other: &&Rule| {
                other.action == Action::Deny && other.aliases.is_empty() && other.tags.is_empty()
            };
            self.rules.all().iter().filter(everywhere)
        };
        let mut messages = Vec::new();
        for command in &rule.commands {
            let text = command.as_str();
            let shadow = denying().find(|deny| deny.commands.iter().any(|glob| covers(glob, text)));
            if text.trim_matches('*').is_empty() {
                messages.push(format!(
                    "`{text}` admits every command there is: name the programs"
                ));
            } else if let Some(found) = never_in_a_command(text) {
                messages.push(format!(
                    "`{text}` can never match: rules see one command at a time, in which `{found}` \
                     stands in single quotes or not at all"
                ));
            } else if let Some(deny) = shadow {
                let deny = deny.name();
                messages.push(format!(
                    "`{text}` never takes effect: {deny} denies all of it"
                ));
            }
        }
        messages
    }
}

/// Globs that match no host, and rules that no host meets.
fn host_lints<T: AsRef<str>>(rule: &Rule, hosts: &[HostTags<'_, T>]) -> Vec<String> {
    if hosts.is_empty() {
        return Vec::new();
    }
    let unused_alias = |glob: &&Glob| !hosts.iter().any(|host| glob.matches(host.alias));
    let unused_tag = |glob: &&Glob| {
        let carries =
            |host: &HostTags<'_, T>| host.tags.iter().any(|tag| glob.matches(tag.as_ref()));
        !hosts.iter().any(carries)
    };
    let mut messages: Vec<String> = Vec::new();
    for glob in rule.aliases.iter().filter(unused_alias) {
        messages.push(format!("no host has an alias like `{}`", glob.as_str()));
    }
    for glob in rule.tags.iter().filter(unused_tag) {
        messages.push(format!("no host has a tag like `{}`", glob.as_str()));
    }
    if messages.is_empty()
        && !hosts
            .iter()
            .any(|host| rule.applies_to(host.alias, host.tags))
    {
        messages.push("no host has both such an alias and such a tag".to_owned());
    }
    messages
}

/// Whether everything that `pattern` matches is matched by `glob`, too.
fn covers(glob: &Glob, pattern: &str) -> bool {
    // A wildcard of the pattern may be anything: only a `*` of the glob takes it.
    let marked = pattern.replace(['*', '?', '['], &SHELL_PATTERN.to_string());
    glob.matches(&marked)
}

/// An operator or expansion outside single quotes: the text of a command has none.
fn never_in_a_command(pattern: &str) -> Option<&'static str> {
    let unquoted: String = pattern.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    ["&&", "||", ";", "|", "`", "$(", "${", "\""]
        .into_iter()
        .find(|operator| unquoted.contains(operator))
}

fn entry_lint(entry: &str) -> Option<String> {
    match entry {
        "" => Some("the `deny_substrings` entry `\"\"` never hits: remove it".to_owned()),
        _ if entry.trim().chars().count() <= 1 => Some(format!(
            "the `deny_substrings` entry `{entry}` hits nearly every command: write more of it"
        )),
        _ => None,
    }
}
