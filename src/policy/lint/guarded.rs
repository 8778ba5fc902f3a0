//! What an allow rule's wildcard means for a program that the escape guard knows.
//!
//! Takes an entry. Tries the table's own arguments in place of its last wildcard; says what
//! `escapes: allow` lets through, or that the guard denies even a plain argument. A wildcard over
//! such a program is otherwise fine: the guard stands behind it.

use crate::policy::admission;
use crate::policy::escapes::{self, Door};
use crate::policy::rule::{Escapes, Rule};
use crate::policy::subject;
use crate::shell::CommandLine;

use super::entry::Entry;

/// An argument that is nothing in particular.
const PLAIN: &str = "x";

/// What there is to say, if anything.
pub fn guarded(entry: &Entry) -> Option<String> {
    if entry.is_literal() || entry.names_any_program() {
        return None;
    }
    let program = entry.spelled().into_iter().next()?;
    let shown = &entry.shown;
    if entry.alone.escapes == Escapes::Denied {
        let door = doors(entry, PLAIN).into_iter().next()??;
        return Some(format!(
            "the escape guard denies what the wildcard of `{shown}` stands for, such as `{}`, \
             which {}: spell the argument out",
            door.argument, door.reason
        ));
    }
    let mut doors: Vec<Door> = candidates(&program)
        .iter()
        .filter_map(|candidate| doors(entry, candidate).into_iter().flatten().next())
        .collect();
    doors.dedup_by(|one, other| one.argument == other.argument);
    let (first, more) = doors.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        count => format!(", and {count} more that the escape guard knows"),
    };
    Some(format!(
        "`escapes: allow` lets the wildcard of `{shown}` admit `{}`, which {}{more}: spell out what is \
         needed",
        first.argument, first.reason
    ))
}

/// The escape that the entry admits, or would without the guard, when its last wildcard is `fill`:
/// for each reading of it, the plainest first.
fn doors(entry: &Entry, fill: &str) -> Vec<Option<Door>> {
    let held = Rule {
        escapes: Escapes::Denied,
        ..entry.alone.clone()
    };
    let door = |line: &String| {
        let line = CommandLine::parse(line).ok()?;
        let subjects = subject::of(&line);
        match subjects.as_slice() {
            [subject] => admission::open_door(&held, subject).cloned(),
            _ => None,
        }
    };
    entry.lines(fill).iter().map(door).collect()
}

/// Arguments to try: those of the table, without their signs, and a plain one.
fn candidates(program: &str) -> Vec<String> {
    let name = program.rsplit('/').next().unwrap_or_default();
    let spelled = escapes::notations(name).map(|notation| match notation {
        "<awk>" => "'system(\"x\")'".to_owned(),
        "<sed>" => "'1e x'".to_owned(),
        "=" => "a=b".to_owned(),
        option if option.starts_with('-') => option.trim_end_matches('~').to_owned(),
        other => other
            .trim_matches(['^', '~', '!', '*'])
            .replace('/', " ")
            .to_owned(),
    });
    let mut candidates: Vec<String> = spelled.filter(|text| !text.is_empty()).collect();
    candidates.push(PLAIN.to_owned());
    candidates
}
