//! Why no rule allows a command, and what to do about it.
//!
//! Takes a subject that no rule allows. Gives the denial, for one of four reasons: nobody vouches for a word that
//! only a wildcard admits, a `..` that no wildcard takes, a shell pattern, or no rule at all. The hint has the next
//! step and, unless the knowledge base refuses the command by name, the rule that an operator would add.

use mcp_ssh_knowledge::word::AdmittedWord;
use mcp_ssh_knowledge::{Danger, first_objection, texts};

use super::admission;
use super::denial::Denial;
use super::host_policy::HostPolicy;
use crate::matching::argument::Argument;
use crate::matching::grants;
use crate::rules::rule::Rule;
use crate::wrappers::subject::{Patterns, Subject};

impl HostPolicy {
    /// Why no rule allows a command; `subjects` are those of the whole line.
    pub(super) fn why_unmatched(&self, subject: &Subject, subjects: &[Subject]) -> Denial {
        let text = &subject.rendered;
        let mut rules = self.granting(subject);
        if let Some(objection) = rules.find_map(|rule| admission::held(rule, subject)) {
            let lines = match objection.danger {
                Danger::Known => None,
                Danger::Unknown => Some(self.rule_lines(subject, subjects)),
            };
            return Denial::escape(text, &objection, instead(subject), lines);
        }
        let lines = || self.rule_lines(subject, subjects);
        let any = |holds: fn(&Rule, &Subject) -> bool| {
            self.granting(subject).any(|rule| holds(rule, subject))
        };
        let words = grants::by_name(subject.words());
        let known = first_objection(&words, subject.around);
        let known = known.is_some_and(|objection| objection.danger == Danger::Known);
        let told = (!known).then(lines);
        if any(admission::stops_below) {
            return Denial::parent(text, parent(&words), told);
        }
        if subject.patterns == Patterns::Expanding && any(admission::matches) {
            return Denial::pattern_not_admitted(text, lines());
        }
        Denial::unmatched(text, subjects.len(), instead(subject), told)
    }
}

/// The first word with a `..` path component that is no text to its program.
fn parent(words: &[AdmittedWord]) -> &str {
    let texts = texts(words);
    let parents = words.iter().enumerate();
    let mut parents = parents.filter(|(_, word)| admission::has_parent(word.text()));
    let path = parents.find(|(index, _)| !texts.contains(index));
    path.map_or("..", |(_, word)| word.text())
}

/// What to run instead of a program that needs a person at a terminal, or that does not end.
fn instead(subject: &Subject) -> Option<&'static str> {
    let words: Vec<&str> = subject.words().iter().map(Argument::plain).collect();
    let follows = |word: &&str| ["-f", "-F", "--follow"].contains(word);
    match words.as_slice() {
        [
            "less" | "more" | "most" | "view" | "vi" | "vim" | "nano",
            ..,
        ] => Some("print the file with `cat`, `head` or `tail`"),
        ["top" | "htop" | "atop", rest @ ..] if !rest.iter().any(|word| word.starts_with("-b")) => {
            Some("`top -b -n 1` prints once and ends")
        }
        ["watch", ..] => Some("run the command itself, once for each look"),
        ["tail" | "journalctl", rest @ ..] if rest.iter().any(follows) => {
            Some("write `-n 100` in the place of `-f`, which ends only with `max_seconds`")
        }
        ["sudo", "-i" | "-s"] | ["su", ..] | ["sudo", "su", ..] => {
            Some("write the command itself behind it, as in `sudo -n df -h`")
        }
        ["cd", ..] => Some("write full paths, since each call begins in the home directory"),
        _ => None,
    }
}
