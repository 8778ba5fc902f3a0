//! A decision: what the policy says of one line for one host, with its reasons as data.
//!
//! Gives the verdict, the determining rule, and the sentences for a person and an assistant. Only
//! [`HostPolicy::judge`](crate::HostPolicy::judge) makes a [`Decision`]: code outside this folder cannot.

use std::rc::Rc;

use serde::{Serialize, Serializer};

use super::consent::Unapproved;
use super::denial::Denial;
use super::sudo_line::SudoLine;
use crate::rules::become_user::BecomeUser;
use crate::rules::limits::Limits;
use crate::rules::rule::{Action, RuleName};

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The line may run, if the network policy permits an address.
    Allow,
    /// The line may run once a person has said yes.
    Ask,
    /// The line must not run.
    Deny,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        })
    }
}

/// One simple command and its determining rule, if it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandVerdict {
    /// The canonical rendering of the command.
    pub command: String,
    /// The determining rule; `None` when no rule speaks of the command.
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
#[derive(Clone, Debug)]
pub struct Decision {
    pub(super) decision: Verdict,
    pub(super) alias: Rc<str>,
    pub(super) hash: String,
    pub(super) rendered: Option<String>,
    pub(super) denial: Option<Denial>,
    pub(super) commands: Vec<CommandVerdict>,
    pub(super) limits: Limits,
    pub(super) suspicion: Option<Suspicion>,
    pub(super) becomes: Option<SudoLine>,
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

    /// The canonical text of the line; `None` when the shell language does not accept the line.
    pub fn rendered(&self) -> Option<&str> {
        self.rendered.as_deref()
    }

    /// The user as whom sudo runs the line; `None` where it runs as the login, or not at all.
    pub fn becomes(&self) -> Option<&BecomeUser> {
        self.becomes.as_ref().map(SudoLine::user)
    }

    /// The line as a person is asked about it: [`Self::rendered`], behind `sudo -u USER --` where sudo runs it. Empty for
    /// what is not of the shell language.
    pub fn asked_line(&self) -> String {
        match &self.becomes {
            Some(sudo) => sudo.shown(),
            None => self.rendered.clone().unwrap_or_default(),
        }
    }

    /// The line by which a person's yes is remembered: what sudo runs is never taken for a line that was typed so, since no
    /// rendered line begins with an end of line.
    pub fn remembered_line(&self) -> String {
        let mark = if self.becomes.is_some() { "\n" } else { "" };
        format!("{mark}{}", self.asked_line())
    }

    /// Why the line is denied; `None` when it is not.
    pub fn denial(&self) -> Option<&Denial> {
        self.denial.as_ref()
    }

    /// Each simple command with its determining rule.
    pub fn commands(&self) -> &[CommandVerdict] {
        &self.commands
    }

    /// The rule that determined the line: the first of the strictest among its commands' rules; `None` where
    /// a command has no rule.
    pub fn rule(&self) -> Option<&RuleName> {
        let rules: Vec<&RuleName> = self
            .commands
            .iter()
            .map(|command| command.rule.as_ref())
            .collect::<Option<_>>()?;
        let strictest = rules.iter().map(|rule| rule.action).max()?;
        rules.into_iter().find(|rule| rule.action == strictest)
    }

    /// The limits in force.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What an operator should hear of.
    pub fn suspicion(&self) -> Option<&Suspicion> {
        self.suspicion.as_ref()
    }

    /// Why the line is not denied, in one sentence; `None` for a denial, whose `why` has its sentence.
    pub fn why_not_denied(&self) -> Option<String> {
        match (self.decision, self.rule()) {
            (Verdict::Deny, _) | (_, None) => None,
            (Verdict::Allow, Some(_)) if self.commands.len() > 1 => {
                Some("every command of the line is allowed by a rule".to_owned())
            }
            (Verdict::Allow, Some(rule)) => Some(format!("allowed by {rule}{}", self.by_sudo())),
            (Verdict::Ask, Some(_)) => self
                .asking()
                .map(|(_, rule)| format!("a person must approve it, by {rule}{}", self.by_sudo())),
        }
    }

    /// As whom it runs, as the end of a sentence; empty where that is the login.
    fn by_sudo(&self) -> String {
        let user = self.becomes();
        user.map_or(String::new(), |user| {
            format!(", to run as `{user}` by sudo")
        })
    }

    /// The first command that needs a person's approval, and the rule that says so.
    pub(super) fn asking(&self) -> Option<(&CommandVerdict, &RuleName)> {
        self.commands.iter().find_map(|command| {
            let rule = command.rule.as_ref()?;
            (rule.action == Action::Ask).then_some((command, rule))
        })
    }

    /// What comes next, where a person is to be asked; a denial has a hint itself.
    pub fn hint(&self) -> Option<&'static str> {
        let hint = "a run asks the person at the client first, who approves it once or for this \
                    session, or refuses; where nobody can be asked it is denied";
        (self.decision == Verdict::Ask).then_some(hint)
    }

    /// The rules that ask, each once.
    pub fn asking_rules(&self) -> Vec<&RuleName> {
        let rules = self.commands.iter().filter_map(|its| its.rule.as_ref());
        let mut asking: Vec<&RuleName> = rules.filter(|rule| rule.action == Action::Ask).collect();
        asking.sort_by_key(|rule| rule.index);
        asking.dedup();
        asking
    }

    /// This decision, turned into a denial because nobody approved the line.
    pub fn unapproved(self, why: Unapproved) -> Self {
        let denial = self
            .asking()
            .map(|(command, rule)| Denial::unapproved(rule, &command.command, why));
        match denial {
            Some(denial) => self.denied(denial),
            None => self,
        }
    }

    /// This decision, turned into a denial.
    pub fn denied(mut self, denial: Denial) -> Self {
        self.decision = Verdict::Deny;
        self.denial = Some(denial);
        self
    }
}

/// The decision as clients and scripts see it: the reasons in words, and as data.
impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            decision: Verdict,
            alias: &'a str,
            hash: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            rendered: Option<&'a str>,
            #[serde(flatten)]
            denial: Option<&'a Denial>,
            #[serde(skip_serializing_if = "Option::is_none")]
            why: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            hint: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            rule: Option<&'a RuleName>,
            #[serde(rename = "become", skip_serializing_if = "Option::is_none")]
            becomes: Option<&'a BecomeUser>,
            commands: &'a [CommandVerdict],
            limits: Limits,
        }
        let view = View {
            decision: self.decision,
            alias: &self.alias,
            hash: &self.hash,
            rendered: self.rendered(),
            denial: self.denial(),
            why: self.why_not_denied(),
            hint: self.hint(),
            rule: self.rule(),
            becomes: self.becomes(),
            commands: &self.commands,
            limits: self.limits,
        };
        view.serialize(serializer)
    }
}
