//! Why a command was denied: the sentences that a person and an assistant read.
//!
//! Takes what denies, and the command. Gives a [`Denial`]: one line says what is wrong, lower case, input in
//! backticks; a hint says what to do next. Neither reveals what another host's policy allows.

use mcp_ssh_knowledge::Objection;
use serde::Serialize;

use crate::shell::{RefusalStage, ShellError};

use super::consent::Unapproved;
use crate::matching::marks::SHELL_PATTERN;
use crate::rules::become_user::BecomeUser;
use crate::rules::rule::{Rule, RuleName};
use crate::wrappers::hidden::Hidden;

/// The words of a hint before the rules.
const ASKED: &str = "ask the operator for this rule";

/// The step at which a command was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The string itself: it is empty, too long, or has control or invisible characters.
    Input,
    /// The line is not of the accepted shell language, or hides what it would run.
    Shell,
    /// A `deny_substrings` entry meets the line.
    DenySubstring,
    /// A deny rule meets the line, or an ask rule does and no person said yes.
    Rule,
    /// Only a wildcard admits an argument, and nobody vouches for it.
    EscapeGuard,
    /// No rule allows the command.
    Default,
    /// The network policy permits none of the host's addresses.
    Network,
}

impl Stage {
    /// The name of the stage in decisions and records.
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
    /// The step at which the command was denied.
    pub stage: Stage,
    /// A short, stable name of the reason.
    pub reason: &'static str,
    /// One sentence in plain words.
    pub why: String,
    /// What to do next.
    pub hint: String,
    /// The simple command that was denied; `None` when the line as a whole was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_command: Option<String>,
}

impl Denial {
    /// The hint without the rules that it names.
    pub fn advice(&self) -> &str {
        let end = self.hint.find(ASKED).map(|at| at + ASKED.len());
        end.and_then(|end| self.hint.get(..end))
            .unwrap_or(&self.hint)
    }

    /// The rules that would allow it, in backticks, where the hint names them.
    pub fn rules(&self) -> Option<&str> {
        self.hint.split_once(ASKED)?.1.strip_prefix(": ")
    }

    /// Whether the hint says something to an operator, too, who wrote the command.
    pub fn is_for_operator(&self) -> bool {
        matches!(self.stage, Stage::Input | Stage::Shell) && !self.hint.contains("operator")
    }

    /// Whether a person would have had to say yes.
    pub fn is_of_approval(&self) -> bool {
        self.reason.starts_with("approval_")
    }

    /// The denial of a string that the shell language refuses.
    pub(super) fn refused(refusal: &ShellError) -> Self {
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
    pub(super) fn entry(entry: &str) -> Self {
        Self {
            stage: Stage::DenySubstring,
            reason: "deny_substring",
            why: format!(
                "the line meets the `deny_substrings` entry `{}`, which no rule can override",
                entry
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

    /// Two rules that grant a command disagree as whom it runs.
    pub(super) fn several_users(command: &str, one: &Rule, other: &Rule) -> Self {
        let by = |rule: &Rule| match &rule.becomes {
            Some(user) => format!("as `{user}` by {}", rule.name()),
            None => format!("as the login by {}", rule.name()),
        };
        Self {
            stage: Stage::Rule,
            reason: "become_differs",
            why: format!(
                "`{command}` would run {}, and {}: the rules do not agree",
                by(one),
                by(other)
            ),
            hint: "nothing was run; ask the operator to leave this command to one of the two rules"
                .to_owned(),
            denied_command: Some(command.to_owned()),
        }
    }

    /// A rule with `become` grants a part of a line, or a command with a redirection.
    pub(super) fn not_alone(rule: &RuleName, user: &BecomeUser) -> Self {
        Self {
            stage: Stage::Rule,
            reason: "become_not_alone",
            why: format!(
                "{rule} runs a command as `{user}` by sudo, which takes one simple command, without pipes, lists \
                 and redirections"
            ),
            hint: "run that command alone, in an ssh_run of its own without `cwd`".to_owned(),
            denied_command: None,
        }
    }

    /// This denial, which meets the line only with sudo before it.
    pub(super) fn under_sudo(mut self, user: &BecomeUser) -> Self {
        self.why = format!(
            "to run as `{user}` it would be sent with `sudo` before it: {}",
            self.why
        );
        self
    }

    /// An ask rule matches, and nobody has approved.
    pub(super) fn unapproved(rule: &RuleName, command: &str, why: Unapproved) -> Self {
        Self {
            stage: Stage::Rule,
            reason: why.reason(),
            why: format!(
                "`{command}` needs a person's approval by {rule}, {}",
                why.why()
            ),
            hint: why.hint().to_owned(),
            denied_command: Some(command.to_owned()),
        }
    }

    /// An ask entry speaks of a file, and nobody has approved; `by` names the entry.
    pub(super) fn unapproved_file(deed: &str, by: &str, why: Unapproved) -> Self {
        Self {
            stage: Stage::Rule,
            reason: why.reason(),
            why: format!("{deed} needs a person's approval{by}, {}", why.why()),
            hint: why.hint_for_files().to_owned(),
            denied_command: None,
        }
    }

    /// Whether the line is denied because there is nobody to ask.
    pub fn is_unasked(&self) -> bool {
        self.reason == Unapproved::Unasked.reason()
    }

    /// No rule speaks of the command; `commands` is how many commands the line has.
    pub(super) fn unmatched(
        command: &str,
        commands: usize,
        instead: Option<&str>,
        lines: Option<Vec<String>>,
    ) -> Self {
        let alone = match commands {
            0 | 1 => "",
            _ => "run each command in its own ssh_run to see which are allowed; ",
        };
        let instead = instead.unwrap_or("try a simpler form with ssh_plan");
        let hint = format!("{alone}{instead}, or ");
        Self {
            stage: Stage::Default,
            reason: "no_matching_rule",
            why: format!(
                "no rule allows `{command}` on this host, and what is not allowed is denied"
            ),
            hint: hint + &asked(lines),
            denied_command: Some(command.to_owned()),
        }
    }

    /// A wildcard would have to take a `..` of this word.
    pub(super) fn parent(command: &str, word: &str, lines: Option<Vec<String>>) -> Self {
        let (has, instead) = match word.contains("..") {
            true => ("has `..`", "write the path without `..`, or "),
            false => ("goes through a link of /proc", ""),
        };
        Self {
            stage: Stage::Default,
            reason: "no_matching_rule",
            why: format!(
                "`{}` {has}, and no wildcard of a rule takes that",
                shown(word)
            ),
            hint: instead.to_owned() + &asked(lines),
            denied_command: Some(command.to_owned()),
        }
    }

    /// A rule would allow the command if the command had no shell patterns.
    pub(super) fn pattern_not_admitted(command: &str, lines: Vec<String>) -> Self {
        let asked = match lines.is_empty() {
            true => String::new(),
            false => format!(", or {}", asked(Some(lines))),
        };
        Self {
            stage: Stage::Shell,
            reason: "pathname expansion",
            why: format!(
                "`{command}` has an unquoted `*`, `?` or `[`, which the rule does not admit"
            ),
            hint: format!(
                "name the files, or put the word in single quotes if the character is meant literally{asked}"
            ),
            denied_command: Some(command.to_owned()),
        }
    }

    /// A rule's wildcard would admit a word for which nobody vouches; `lines` is `None` where the knowledge
    /// base refuses the word by name.
    pub(super) fn escape(
        command: &str,
        objection: &Objection,
        instead: Option<&str>,
        lines: Option<Vec<String>>,
    ) -> Self {
        let Objection {
            program,
            word,
            reason,
            ..
        } = objection;
        let instead = instead.map_or_else(String::new, |instead| format!("{instead}, or "));
        let asked = match lines {
            None => "ask the operator whether this is meant to run here: no wildcard grants it"
                .to_owned(),
            lines => asked(lines),
        };
        Self {
            stage: Stage::EscapeGuard,
            reason: "escape_guard",
            why: match word {
                // The pipe, the directory or the program itself is at fault, not an argument.
                word if word == program => format!("`{program}` {reason}"),
                word => format!(
                    "`{}` of `{program}` {reason}, and the rule admits it only by a wildcard",
                    shown(word)
                ),
            },
            hint: instead + &asked,
            denied_command: Some(command.to_owned()),
        }
    }

    /// The command may run, unseen, what a deny rule or a `deny_substrings` entry denies.
    pub(super) fn hidden(command: &str, why: &Hidden, word: Option<&str>) -> Self {
        let of = word.map_or(String::new(), |word| format!("`{}`: ", shown(word)));
        Self {
            stage: Stage::Shell,
            reason: "hidden_command",
            why: format!(
                "`{command}` may run what is denied on this host without showing it: {of}{why}"
            ),
            hint: "run the inner command itself, without the wrapper; an operator can allow \
                   this one by a rule that spells it, which `mcp-ssh plan` shows"
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
                   that spells it, which `mcp-ssh plan` shows"
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

/// A word as a person reads it in an error.
fn shown(word: &str) -> String {
    match word {
        "" => "''".to_owned(),
        word => word.replace(SHELL_PATTERN, "*"),
    }
}

/// The hint to ask the operator, with the rules to paste if they may be named.
fn asked(lines: Option<Vec<String>>) -> String {
    match lines.filter(|lines| !lines.is_empty()) {
        None => "ask the operator to allow it: `mcp-ssh plan` shows the rule".to_owned(),
        Some(lines) => format!("{ASKED}: `{}`", lines.join("` and `")),
    }
}
