//! A rule: for which hosts, which commands, and what then.

use std::borrow::Cow;

use serde::Serialize;

use mcp_ssh_yaml::diagnostic::Span;

use crate::matching::argv::ArgvPattern;
use crate::matching::glob::Glob;
use crate::matching::simple::SimpleBinaries;

/// What a rule says of a command that it matches. Ordered from lax to strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It may run.
    Allow,
    /// It may run once a person has said yes.
    Ask,
    /// It must not run, whatever another rule says.
    Deny,
}

/// Shell constructs that need a rule's word, beyond the accepted language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellPatterns {
    /// An unquoted `*`, `?` or `[…]` is refused.
    Refused,
    /// `shell: [glob]`: the remote shell may expand them.
    Admitted,
}

/// Whether the escape guard stands behind a rule's wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// An argument that opens a door must be spelled out.
    Denied,
    /// `escapes: allow`: a wildcard may admit it.
    Allowed,
}

/// What may come by a pipe to a command that a rule allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdin {
    /// Only what the program takes as data.
    Data,
    /// `stdin: allow`: anything.
    Anything,
}

/// One entry of `rules:`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its place in the file.
    pub span: Span,
    /// Its name, when the operator gave one.
    pub name: Option<String>,
    /// What it says.
    pub action: Action,
    /// Globs over the host's alias; none means every host.
    pub aliases: Vec<Glob>,
    /// Globs of which one must match one of the host's tags; none means every host.
    pub tags: Vec<Glob>,
    /// Globs over one simple command; none matches nothing.
    pub commands: Vec<Glob>,
    /// Patterns over its words; none matches nothing.
    pub(crate) argv: Vec<ArgvPattern>,
    /// Programs with few arguments; none matches nothing.
    pub(crate) simple: SimpleBinaries,
    /// Whether it admits shell patterns.
    pub shell_patterns: ShellPatterns,
    /// Whether its wildcards admit escapes.
    pub escapes: Escapes,
    /// What may come by a pipe.
    pub stdin: Stdin,
}

/// Which rule decided, as decisions and records name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleName {
    /// Its place in `rules:`, from 0.
    pub index: usize,
    /// Its name, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it says.
    pub action: Action,
}

impl Rule {
    /// Whether this rule speaks of the host.
    pub fn applies_to(&self, alias: &str, tags: &[impl AsRef<str>]) -> bool {
        let tag_matches = self.tags.is_empty()
            || tags
                .iter()
                .any(|tag| self.tags.iter().any(|glob| glob.matches(tag.as_ref())));
        self.names(alias) && tag_matches
    }

    /// Which key keeps it from speaking of a host that it does not apply to.
    pub(crate) fn why_not_for(&self, alias: &str) -> &'static str {
        if self.names(alias) {
            "none of the host's tags is among its `tags`"
        } else {
            "the host's alias is not among its `aliases`"
        }
    }

    fn names(&self, alias: &str) -> bool {
        self.aliases.is_empty() || self.aliases.iter().any(|glob| glob.matches(alias))
    }

    /// The literal text that whatever each of its patterns matches begins with: the text of a
    /// command, or its words by value, joined by blanks.
    pub(crate) fn starts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let commands = self.commands.iter().map(|glob| glob.start().into());
        let argv = self.argv.iter().map(|pattern| pattern.start().into());
        let simple = self.simple.names().map(Cow::from);
        commands.chain(argv).chain(simple)
    }

    /// How decisions and records name it.
    pub fn name(&self) -> RuleName {
        RuleName {
            index: self.index,
            name: self.name.clone(),
            action: self.action,
        }
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        })
    }
}

impl std::fmt::Display for RuleName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(formatter, "rules[{}] `{name}`", self.index),
            None => write!(formatter, "rules[{}]", self.index),
        }
    }
}
