//! A decision: what the policy says of one command for one host, with its reasons as data.
//!
//! Made only by [`super::HostPolicy::judge`]; a [`Permit`] is made only from a decision that
//! allows and an address that the network policy allows. Nothing outside `policy/` can make either.

use std::net::IpAddr;
use std::rc::Rc;

use serde::Serialize;

use super::denial::Denial;
use super::limits::Limits;
use super::rule::{Action, RuleName};

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It may run, if the network allows.
    Allow,
    /// It may run once a person has said yes.
    Ask,
    /// It must not run.
    Deny,
}

/// One simple command and the rule that determined it, if any did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandVerdict {
    /// Its canonical rendering.
    pub command: String,
    /// The determining rule; none when no rule speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleName>,
}

/// Something an operator should hear of: an attempt to get past the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// A `deny_substrings` entry that hit only after normalisation or peeling.
    Bypass {
        /// The entry.
        blocked_pattern: String,
    },
    /// Characters that no honest command has.
    HostileInput,
}

/// The value that `ssh_plan`, `mcp-ssh plan` and a run share.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    pub(super) decision: Verdict,
    pub(super) alias: Rc<str>,
    pub(super) hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rendered: Option<String>,
    #[serde(flatten)]
    pub(super) denial: Option<Denial>,
    pub(super) commands: Vec<CommandVerdict>,
    pub(super) limits: Limits,
    #[serde(skip)]
    pub(super) suspicion: Option<Suspicion>,
}

impl Decision {
    /// What was decided.
    pub fn verdict(&self) -> Verdict {
        self.decision
    }

    /// The host's alias.
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the agent's string.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The canonical text of the line; none when it was not accepted.
    pub fn rendered(&self) -> Option<&str> {
        self.rendered.as_deref()
    }

    /// Why not, when denied.
    pub fn denial(&self) -> Option<&Denial> {
        self.denial.as_ref()
    }

    /// Each simple command with its determining rule.
    pub fn commands(&self) -> &[CommandVerdict] {
        &self.commands
    }

    /// The rule that determined the line: the first one that denied, or that allowed.
    pub fn rule(&self) -> Option<&RuleName> {
        self.commands
            .iter()
            .find_map(|command| command.rule.as_ref())
    }

    /// The limits in force.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What an operator should hear of.
    pub fn suspicion(&self) -> Option<&Suspicion> {
        self.suspicion.as_ref()
    }

    /// The first command that needs a person's approval, and the rule that says so.
    pub(super) fn asking(&self) -> Option<(&CommandVerdict, &RuleName)> {
        self.commands.iter().find_map(|command| {
            let rule = command.rule.as_ref()?;
            (rule.action == Action::Ask).then_some((command, rule))
        })
    }

    /// The same line, denied because nobody approved it.
    pub(super) fn unapproved(self) -> Self {
        let denial = self
            .asking()
            .map(|(command, rule)| Denial::unapproved(rule, &command.command));
        match denial {
            Some(denial) => self.denied(denial),
            None => self,
        }
    }

    /// The same line, denied after all.
    pub(super) fn denied(mut self, denial: Denial) -> Self {
        self.decision = Verdict::Deny;
        self.denial = Some(denial);
        self
    }
}

/// Permission to run one line on one host at one address. It is not `Clone`: it runs once.
#[derive(Debug)]
pub struct Permit {
    pub(super) alias: Rc<str>,
    pub(super) address: IpAddr,
    pub(super) line: String,
    pub(super) limits: Limits,
}

impl Permit {
    /// The host it is for.
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// The one address that may be dialled.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The text for the remote shell, rendered from what was judged.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The limits in force.
    pub fn limits(&self) -> Limits {
        self.limits
    }
}
