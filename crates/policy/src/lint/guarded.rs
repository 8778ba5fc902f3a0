//! What an allow rule's wildcard means where nobody vouches for anything.
//!
//! Takes an entry; tries plain words, and those that the knowledge base offers, in place of its last wildcard. Gives a
//! warning that the wildcard grants nothing, or that `escapes: allow` lets any option through. A wildcard over a known
//! program gets no warning: the knowledge base holds it.

use mcp_ssh_knowledge::{Objection, Offer, offer};

use crate::decide::admission;
use crate::rules::rule::{Escapes, Rule};
use crate::shell::CommandLine;
use crate::wrappers::subject;

use super::entry::LintEntry;

/// Words without a special meaning: a name, a path, a number, flags, a program.
const PLAIN: [&str; 7] = ["x", "/var/x", "1", "-h", "--help", "--version", "df"];

/// The warning about an entry, if it needs one.
pub fn guarded(entry: &LintEntry) -> Option<String> {
    if entry.is_literal() || entry.names_any_program() || entry.leaves_name_open() {
        return None;
    }
    let shown = &entry.shown;
    if entry.alone.escapes == Escapes::Allowed {
        let program = any_option(entry)?;
        return Some(format!(
            "`escapes: allow` lets the wildcard of `{shown}` admit any option of `{program}`, those that run \
             programs or write files too: spell out what is needed"
        ));
    }
    let begun = entry.begun();
    let begun: Vec<&str> = begun.iter().map(String::as_str).collect();
    let known = match offer(&begun) {
        Offer::Row {
            subcommands,
            options,
            ..
        } => [subcommands, options].concat(),
        Offer::NoRow { .. } | Offer::Nothing { .. } => Vec::new(),
    };
    let words = PLAIN.into_iter().chain(known);
    let tried: Vec<Option<Objection>> = words.flat_map(|word| objections(entry, word)).collect();
    let denied: Option<Vec<Objection>> = tried.into_iter().collect();
    let objection = denied?.into_iter().next()?;
    Some(format!(
        "the wildcard of `{shown}` grants nothing: `{}` {}: spell the words out",
        objection.word, objection.reason
    ))
}

/// The program of which the wildcard would admit an option that nobody vouches for, if no guard held it.
pub fn any_option(entry: &LintEntry) -> Option<String> {
    let mut objections = objections(entry, "--x").into_iter().flatten();
    objections.next().map(|objection| objection.program)
}

/// The objection to the entry when its last wildcard is `fill`: one for each line for which the entry then
/// stands, the plainest line first; `None` for a line without objection.
fn objections(entry: &LintEntry, fill: &str) -> Vec<Option<Objection>> {
    let held = Rule {
        escapes: Escapes::Denied,
        ..entry.alone.clone()
    };
    let objection = |line: &String| {
        let line = CommandLine::parse(line).ok()?;
        match subject::of(&line, |_| false).as_slice() {
            [subject] => admission::held(&held, subject),
            _ => None,
        }
    };
    entry.lines(fill).iter().map(objection).collect()
}
