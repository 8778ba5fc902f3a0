//! A rule: its hosts, its commands, and its action for them. `load` makes it and refuses malformed ones; this file only
//! says whether a rule speaks of a host.

use std::borrow::Cow;

use serde::Serialize;

use mcp_ssh_yaml::diagnostic::Span;

use super::become_user::BecomeUser;
use crate::matching::argv::ArgvPattern;
use crate::matching::glob::Glob;
use crate::matching::simple::SimpleBinaries;

/// What a rule says of a command that it matches. Ordered from lax to strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The command may run.
    Allow,
    /// The command may run once a person has said yes.
    Ask,
    /// The command must not run, whatever another rule says.
    Deny,
}

/// Whether a rule admits shell patterns: a rule must say so, since the pathnames are known only on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellPatterns {
    /// An unquoted `*`, `?` or `[…]` is refused.
    Refused,
    /// `shell: [glob]`: the remote shell may expand such a pattern.
    Admitted,
}

/// Whether the escape guard holds back a rule's wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// An argument for which nobody vouches must be spelled out.
    Denied,
    /// `escapes: allow`: a wildcard may admit any argument.
    Allowed,
}

/// What a command that a rule allows may read from a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdin {
    /// Only input that the program takes as data.
    Data,
    /// `stdin: allow`: anything.
    Anything,
}

/// One entry of `rules:`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The place of the rule in the list, from 0.
    pub index: usize,
    /// The place of the rule in the file.
    pub span: Span,
    /// The name of the rule, when the operator gave one.
    pub name: Option<String>,
    /// What the rule says of a command that it matches.
    pub action: Action,
    /// Globs over the host's alias; an empty list means every host.
    pub aliases: Vec<Glob>,
    /// Globs of which one must match one of the host's tags; an empty list means every host.
    pub tags: Vec<Glob>,
    /// Globs over one simple command; an empty list matches nothing.
    pub commands: Vec<Glob>,
    /// Patterns over the words of a simple command; an empty list matches nothing.
    pub(crate) argv: Vec<ArgvPattern>,
    /// Programs with few arguments; an empty list matches nothing.
    pub(crate) simple: SimpleBinaries,
    /// Whether the rule admits shell patterns.
    pub shell_patterns: ShellPatterns,
    /// Whether the rule's wildcards admit arguments for which nobody vouches.
    pub escapes: Escapes,
    /// What the command may read from a pipe.
    pub stdin: Stdin,
    /// The user as whom sudo runs the command; `None` where the command runs as the login.
    pub becomes: Option<BecomeUser>,
}

/// Which rule decided, as decisions and records name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleName {
    /// The place of the rule in `rules:`, from 0.
    pub index: usize,
    /// The name of the rule, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the rule says of a command that it matches.
    pub action: Action,
}

impl Rule {
    /// Whether this rule speaks of the host.
    pub fn applies_to(&self, alias: &str, tags: &[impl AsRef<str>]) -> bool {
        names(&self.aliases, alias) && has_tag(&self.tags, tags)
    }

    /// The key for which the rule does not apply to a host.
    pub(crate) fn why_not_for(&self, alias: &str) -> &'static str {
        if names(&self.aliases, alias) {
            "none of the host's tags is among its `tags`"
        } else {
            "the host's alias is not among its `aliases`"
        }
    }

    /// For each pattern, the literal text with which every match begins. A match is the text of a command,
    /// or the command's words by value, joined by blanks.
    pub(crate) fn starts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let commands = self.commands.iter().map(|glob| glob.start().into());
        let argv = self.argv.iter().map(|pattern| pattern.start().into());
        let simple = self.simple.names().map(Cow::from);
        commands.chain(argv).chain(simple)
    }

    /// How decisions and records name the rule.
    pub fn name(&self) -> RuleName {
        RuleName {
            index: self.index,
            name: self.name.clone(),
            action: self.action,
        }
    }
}

/// Whether the patterns of `aliases` name a host.
pub(crate) fn names(aliases: &[Glob], alias: &str) -> bool {
    aliases.is_empty() || aliases.iter().any(|glob| glob.matches(alias))
}

/// Whether the patterns of `tags` meet one of a host's tags.
pub(crate) fn has_tag(patterns: &[Glob], tags: &[impl AsRef<str>]) -> bool {
    let meets = |tag: &str| patterns.iter().any(|glob| glob.matches(tag));
    patterns.is_empty() || tags.iter().any(|tag| meets(tag.as_ref()))
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
