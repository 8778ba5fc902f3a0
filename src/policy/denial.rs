//! Why a command was denied: the sentences that a person and an assistant read.
//!
//! Each says what is wrong in one line, lower case, input in backticks, and what to do next.
//! None reveals what another host's policy allows.

use mcp_ssh_knowledge::{Danger, Objection};
use serde::Serialize;

use crate::shell::{Refusal, RefusalStage};

use super::approval::Unapproved;
use super::deny::DenyEntry;
use super::glob::SHELL_PATTERN;
use super::hidden::Hidden;
use super::rule::RuleName;

/// Where on the way a command was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The string itself: empty, too long, control or invisible characters.
    Input,
    /// Not of the accepted shell language.
    Shell,
    /// A `deny_substrings` entry.
    DenySubstring,
    /// A deny rule, or an ask rule without a person's yes.
    Rule,
    /// An argument that opens more than a rule's wildcard is meant for.
    EscapeGuard,
    /// No rule allows it.
    Default,
    /// No permitted address.
    Network,
}

impl Stage {
    /// Its name in decisions and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Shell => "shell",
            Self::DenySubstring => "deny_substring",
            Self::Rule => "rule",
            Self::EscapeGuard => "escape_guard",
            Self::Default => "default",
            Self::Network => "network",
        }
    }
}

/// Why a command was denied, for a person and for an assistant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Denial {
    /// Where on the way.
    pub stage: Stage,
    /// A short, stable name of the reason.
    pub reason: &'static str,
    /// One sentence in plain words.
    pub why: String,
    /// What to do next.
    pub hint: String,
    /// The simple command that was denied, when it was one of the line's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_command: Option<String>,
}

impl Denial {
    /// The shell refused the string.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        Self {
            stage: match refusal.stage() {
                RefusalStage::Input => Stage::Input,
                RefusalStage::Shell => Stage::Shell,
            },
            reason: refusal.construct(),
            why: refusal.message(),
            hint: refusal.hint().to_owned(),
            denied_command: None,
        }
    }

    /// A `deny_substrings` entry meets the line.
    pub(super) fn entry(entry: &DenyEntry) -> Self {
        Self {
            stage: Stage::DenySubstring,
            reason: "deny_substring",
            why: format!(
                "the line meets the `deny_substrings` entry `{}`, which no rule can override",
                entry.as_str()
            ),
            hint: "do not spell it another way: do the task without it, or ask the operator to \
                   run it"
                .to_owned(),
            denied_command: None,
        }
    }

    /// A deny rule matches one simple command, or the whole line.
    pub(super) fn rule(rule: &RuleName, command: Option<&str>) -> Self {
        let subject = command.map_or_else(|| "the line".to_owned(), |text| format!("`{text}`"));
        Self {
            stage: Stage::Rule,
            reason: "deny_rule",
            why: format!("{subject} is denied by {rule}"),
            hint: "do the task without it, or ask the operator whether it is meant to be denied \
                   here"
                .to_owned(),
            denied_command: command.map(str::to_owned),
        }
    }

    /// An ask rule matches, and nobody has approved.
    pub(super) fn unapproved(rule: &RuleName, command: &str, why: Unapproved) -> Self {
        let (reason, why, hint) = why.told();
        Self {
            stage: Stage::Rule,
            reason,
            why: format!("`{command}` needs a person's approval by {rule}, {why}"),
            hint: hint.to_owned(),
            denied_command: Some(command.to_owned()),
        }
    }

    /// Whether it is for want of anybody to ask.
    pub fn is_unasked(&self) -> bool {
        self.reason == Unapproved::Unasked.told().0
    }

    /// No rule speaks of the command; `commands` says how many the line has.
    pub(super) fn unmatched(command: &str, commands: usize) -> Self {
        let alone = if commands > 1 {
            "run each command in its own ssh_run to see which are allowed; "
        } else {
            ""
        };
        Self {
            stage: Stage::Default,
            reason: "no_matching_rule",
            why: format!(
                "no rule allows `{command}` on this host, and what is not allowed is denied"
            ),
            hint: format!(
                "{alone}try a simpler form with ssh_plan, or ask the operator to allow it under \
                 `rules:`"
            ),
            denied_command: Some(command.to_owned()),
        }
    }

    /// A rule would allow the command, were it not for its shell patterns.
    pub(super) fn pattern_not_admitted(command: &str) -> Self {
        Self {
            stage: Stage::Shell,
            reason: "pathname expansion",
            why: format!(
                "`{command}` has an unquoted `*`, `?` or `[`, which the rule does not admit"
            ),
            hint: "name the files, or put the word in single quotes if the character is meant \
                   literally; an operator can add `shell: [glob]` to the rule"
                .to_owned(),
            denied_command: Some(command.to_owned()),
        }
    }

    /// A rule's wildcard would admit a word of which nobody says that it is harmless.
    pub(super) fn escape(command: &str, words: &[String], objection: &Objection) -> Self {
        let Objection {
            program,
            word,
            reason,
            danger,
            ..
        } = objection;
        let word = word.replace(SHELL_PATTERN, "*");
        let hint = match danger {
            Danger::Known => {
                "no wildcard grants it; ask the operator whether this is meant to run here"
                    .to_owned()
            }
            Danger::Unknown => format!(
                "a wildcard grants only words that are known to be harmless; ask the operator for a rule \
                 that spells this one: `argv: [{}]`",
                spelled(words)
            ),
        };
        Self {
            stage: Stage::EscapeGuard,
            reason: "escape_guard",
            why: format!(
                "`{word}` of `{program}` {reason}, and the rule admits it only by a wildcard"
            ),
            hint,
            denied_command: Some(command.to_owned()),
        }
    }

    /// The command may run what a deny rule or entry is about, unseen.
    pub(super) fn hidden(command: &str, why: &Hidden) -> Self {
        Self {
            stage: Stage::Shell,
            reason: "hidden_command",
            why: format!(
                "`{command}` may run what is denied on this host without showing it: {why}"
            ),
            hint: "run the inner command itself, without the wrapper; an operator can allow \
                   this one by a rule that spells it out without wildcards"
                .to_owned(),
            denied_command: Some(command.to_owned()),
        }
    }

    /// A command of the login shell, in a form that the shell may evaluate.
    pub(super) fn builtin(command: &str, why: &str) -> Self {
        Self {
            stage: Stage::Shell,
            reason: "shell_builtin",
            why: format!("`{command}` {why}"),
            hint:
                "do the task with a program of its own; an operator can allow this one by a rule \
                   that spells the whole command without wildcards"
                    .to_owned(),
            denied_command: Some(command.to_owned()),
        }
    }

    /// The network policy permits none of the host's addresses.
    pub(super) fn network() -> Self {
        Self {
            stage: Stage::Network,
            reason: "address_not_permitted",
            why: "the network policy permits none of this host's addresses".to_owned(),
            hint: "nothing was sent; ask the operator to review `network:` for this host"
                .to_owned(),
            denied_command: None,
        }
    }

    /// The network policy permits none of the addresses of a jump host on the way.
    pub(super) fn network_of_jump_host(alias: &str) -> Self {
        Self {
            stage: Stage::Network,
            reason: "jump_host_not_permitted",
            why: format!(
                "the network policy permits none of the addresses of the jump host `{alias}`"
            ),
            hint: format!("nothing was sent; ask the operator to review `network:` for `{alias}`"),
            denied_command: None,
        }
    }
}

/// Words as an entry of `argv`, which YAML and JSON read alike.
fn spelled(words: &[String]) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| serde_json::Value::from(word.replace(SHELL_PATTERN, "*")).to_string())
        .collect();
    format!("[{}]", words.join(", "))
}
