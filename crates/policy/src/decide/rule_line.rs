//! The rule that would allow a denied command: a line of YAML to paste under `rules:`.
//!
//! Takes the subject of a command. Gives a rule that spells the command, with the keys that the rule needs:
//! `become` where the rules that come nearest say so, `shell: [glob]` for words that the remote shell expands,
//! `stdin: allow` for a pipe that may be a program, `escapes: allow` for words that are known only when the command
//! runs. Gives `None` where no rule is as narrow as the command, or nobody knows as whom the command is to run.
//!
//! ```text
//! - {action: allow, argv: [["find", "/var", "-name", "[*].log", "-delete"]]}
//! ```

use mcp_ssh_knowledge::word::AdmittedWord;
use mcp_ssh_knowledge::{Around, ELSEWHERE, builtin_refusal, first_objection};
use mcp_ssh_yaml::double_quoted;

use super::admission;
use super::host_policy::HostPolicy;
use super::meant_user::MeantUser;
use crate::matching::argument::Argument;
use crate::matching::argv::ArgvPattern;
use crate::matching::bracket::escaped;
use crate::matching::glob::Glob;
use crate::matching::grants;
use crate::matching::marks::SHELL_PATTERN;
use crate::wrappers::subject::{Patterns, Subject};

impl HostPolicy {
    /// The rules that would allow one command of a line: the rule that spells it, and one for each `cd` before
    /// it that no rule spells, if the command finds its configuration in the directory.
    pub(crate) fn rule_lines(&self, subject: &Subject, subjects: &[Subject]) -> Vec<String> {
        let mut lines = Vec::new();
        let becomes = match self.meant_user(subject, subjects) {
            MeantUser::Login => String::new(),
            MeantUser::Other(user) => format!("become: {user}, "),
            MeantUser::Unclear => return lines,
        };
        if subject.around.elsewhere && finds_settings(subject) {
            let before = subjects
                .iter()
                .take_while(|other| !std::ptr::eq(*other, subject));
            let moves = before.filter(|other| changes_directory(other) && !self.spells_out(other));
            lines.extend(moves.filter_map(|moves| rule_line(moves, "")));
        }
        let mut granting = self.granting(subject);
        // No rule of its own is needed if one allows the command once each `cd` is spelled.
        let here = |rule| admission::allows_here(rule, subject);
        if lines.is_empty() || !granting.any(here) {
            lines.extend(rule_line(subject, &becomes));
        }
        lines
    }
}

/// Whether nobody vouches for a command behind a `cd`, even if a rule spells the command.
fn finds_settings(subject: &Subject) -> bool {
    let words = spelled(subject);
    first_objection(&words, subject.around).is_some_and(|objection| objection.reason == ELSEWHERE)
}

fn changes_directory(subject: &Subject) -> bool {
    let name = subject.words().first().map_or("", Argument::plain);
    ["cd", "pushd", "chdir"].contains(&name)
}

fn spelled(subject: &Subject) -> Vec<AdmittedWord> {
    let words = subject.words().iter();
    words
        .map(|word| AdmittedWord::spelled(word.plain()))
        .collect()
}

/// The rule that allows a command and nothing else. `becomes` says as whom, if it is not the login.
fn rule_line(subject: &Subject, becomes: &str) -> Option<String> {
    match subject.patterns {
        Patterns::None => Some(literal(subject, becomes)),
        Patterns::Expanding => expanding(subject, becomes),
    }
}

fn literal(subject: &Subject, becomes: &str) -> String {
    let words: Vec<String> = subject
        .words()
        .iter()
        .map(|word| escaped(word.plain()))
        .collect();
    let items: Vec<&str> = words.iter().map(String::as_str).collect();
    let words: Vec<String> = items.iter().map(|item| double_quoted(item)).collect();
    let entry = match ArgvPattern::new(&items) {
        Ok(_) => format!("argv: [[{}]]", words.join(", ")),
        // The command has more words than an entry may have, or its name has a blank.
        Err(_) => format!("commands: [{}]", double_quoted(&escaped(&subject.rendered))),
    };
    let asks = needs(&spelled(subject), subject.around).unwrap_or("escapes: allow, ");
    format!("- {{action: allow, {becomes}{asks}{entry}}}")
}

/// The rule for a command with words that the remote shell expands; `None` where it would need
/// `escapes: allow`, with which its wildcards would grant any word.
fn expanding(subject: &Subject, becomes: &str) -> Option<String> {
    let text = subject.allow.first()?;
    let pattern: String = text
        .split(SHELL_PATTERN)
        .map(escaped)
        .collect::<Vec<_>>()
        .join("*");
    let words: Vec<&str> = subject.words().iter().map(Argument::plain).collect();
    if builtin_refusal(&words).is_some() || subject.hidden().next().is_some() {
        return None;
    }
    let granted = grants::by_glob(&Glob::new(&pattern), subject.words(), &subject.value)?;
    let asks = needs(&granted, subject.around)?;
    let entry = double_quoted(&pattern);
    Some(format!(
        "- {{action: allow, {becomes}shell: [glob], {asks}commands: [{entry}]}}"
    ))
}

/// What a rule must say so that the knowledge base vouches for these words; `None` if only `escapes: allow`
/// helps.
fn needs(words: &[AdmittedWord], around: Around) -> Option<&'static str> {
    let piped = |piped| Around {
        piped,
        elsewhere: false,
        ..around
    };
    if first_objection(words, piped(around.piped)).is_none() {
        Some("")
    } else if first_objection(words, piped(false)).is_none() {
        Some("stdin: allow, ")
    } else {
        None
    }
}
