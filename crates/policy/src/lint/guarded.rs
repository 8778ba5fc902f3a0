//! What an allow rule's wildcard means where nobody vouches for anything.
//!
//! Takes an entry. Tries a plain word in place of its last wildcard; says that the rule grants nothing
//! of the kind, or what `escapes: allow` lets through. A wildcard over a known program is otherwise
//! fine: the knowledge base stands behind it.

use mcp_ssh_knowledge::Objection;

use crate::decide::admission;
use crate::rules::rule::{Escapes, Rule};
use crate::shell::CommandLine;
use crate::wrappers::subject;

use super::entry::LintEntry;

/// Words that are nothing in particular: a name, a path, a number, a flag.
const PLAIN: [&str; 7] = ["x", "/var/x", "1", "-h", "--help", "--version", "df"];

/// What there is to say, if anything.
pub fn guarded(entry: &LintEntry) -> Option<String> {
    if entry.is_literal() || entry.names_any_program() || entry.leaves_name_open() {
        return None;
    }
    let shown = &entry.shown;
    if entry.alone.escapes == Escapes::Allowed {
        let objection = objections(entry, "--x").into_iter().flatten().next()?;
        return Some(format!(
            "`escapes: allow` lets the wildcard of `{shown}` admit any option of `{}`, those that run \
             programs or write files too: spell out what is needed",
            objection.program
        ));
    }
    let tried: Vec<Option<Objection>> = PLAIN
        .iter()
        .flat_map(|word| objections(entry, word))
        .collect();
    let denied: Option<Vec<Objection>> = tried.into_iter().collect();
    let objection = denied?.into_iter().next()?;
    Some(format!(
        "the wildcard of `{shown}` grants nothing: `{}` {}: spell the words out",
        objection.word, objection.reason
    ))
}

/// The word that the entry does not admit, when its last wildcard is `fill`: for each reading of it,
/// the plainest first.
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
