//! What an assistant is told, said to the operator who sits at the terminal.
//!
//! Takes: the results of the gate. Gives: one message. Invariant: nobody is told to ask the operator, who reads it.

use super::terminal_text::foreign;
use crate::gate::{DeniedFile, DeniedRun, FailedFile, Failure};
use mcp_ssh_yaml::diagnostic::visible;

/// What did not run, why, and how that is mended.
pub fn failed(failure: &Failure) -> String {
    let Failure { error, hint, .. } = failure;
    told(error, failure.story.as_deref(), hint.as_deref())
}

/// What was not done with a file, why, and how that is mended.
pub fn failed_file(failure: &FailedFile) -> String {
    let FailedFile { error, hint, .. } = failure;
    told(error, failure.story.as_deref(), hint.as_deref())
}

fn told(error: &str, story: Option<&str>, hint: Option<&str>) -> String {
    // A host may have worded part of the story.
    let story = foreign(story.unwrap_or_default());
    let hint = hint_beside(&story, hint);
    format!("mcp-ssh: {}", joined([error, &story, &hint]))
}

/// What an operator is to do who has read the story: nothing more where it names the command which mends it, or where the
/// hint speaks of the story.
pub fn hint_beside(story: &str, hint: Option<&str>) -> String {
    let is_said = |hint: &&str| {
        story.contains("`mcp-ssh ") || !story.is_empty() && hint.contains("the log says what")
    };
    let hint = hint.filter(|hint| !is_said(hint));
    hint.map(to_operator).unwrap_or_default()
}

/// Why a file was denied.
pub fn denied_file(denied: &DeniedFile) -> String {
    let (denial, alias) = (&denied.denial, &denied.alias);
    let mend = match denial.is_of_approval() {
        true => String::new(),
        false => format!(
            "\nmcp-ssh: each step of the decision: mcp-ssh plan {alias} --read PATH (or --write)"
        ),
    };
    let why: String = denial.why.chars().map(visible).collect();
    format!("mcp-ssh: denied on `{alias}`: {why}{mend}")
}

/// Why it was denied, and what would allow it.
pub fn denied(refusal: &DeniedRun) -> String {
    let denial = &refusal.denial;
    let alias = &refusal.alias;
    let of_users = of_users(denial.reason);
    let mend = match (
        denial.rules(),
        denial.is_for_operator() || of_users.is_some(),
    ) {
        (Some(rules), _) => format!("\nmcp-ssh: to allow it, add to policy.yml: {rules}"),
        (None, true) => format!("\nmcp-ssh: {}", of_users.unwrap_or(&denial.hint)),
        (None, false) if denial.is_of_approval() => String::new(),
        (None, false) => {
            format!("\nmcp-ssh: each step of the decision: mcp-ssh plan {alias} -- COMMAND")
        }
    };
    format!("mcp-ssh: denied on `{alias}`: {}{mend}", denial.why)
}

/// What helps where a command would run as another user, or as several; nothing where that is not why.
fn of_users(reason: &str) -> Option<&'static str> {
    match reason {
        "become_differs" => Some("leave the command to one of the two rules"),
        "become_not_alone" => Some("run that command alone, and without `--cwd`"),
        "approval_several_users" => {
            Some("run it on each host by itself, or on a tag whose hosts run it as one user")
        }
        _ => None,
    }
}

/// A hint without the words to an assistant.
pub fn to_operator(hint: &str) -> String {
    match hint.split_once("in a terminal ") {
        Some((_, command)) => format!("see {command}"),
        None => match hint.split_once("ask the operator to ") {
            // What else the operator is asked to do, is said as the first of it.
            Some((before, what)) => format!("{before}{}", what.replace(", or to ", ", or ")),
            None => hint.to_owned(),
        },
    }
}

/// The parts that say something, one behind the other.
pub fn joined<const N: usize>(parts: [&str; N]) -> String {
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .fold(String::new(), |said, part| {
            let between = match said.chars().last() {
                None => "",
                Some('?') => " ",
                Some(_) => "; ",
            };
            said + between + part
        })
}
