//! The escape guard: arguments by which a harmless-looking program runs others, writes files, or
//! reaches another host, container or root.
//!
//! Takes a command's arguments. Gives every [`Door`]: an argument that the tables below know,
//! with its reason. An unknown program has none. A wrapper such as `sudo` or `nice` opens one by
//! what it runs, and what it runs is looked at in turn. In doubt there is a door: a rule can
//! spell the argument out.

mod administration;
mod containers;
mod files;
mod languages;
mod network;
mod reading;
mod scripts;
mod snippets;
mod storage;
mod system;
mod table;
mod text;

use super::argument::{Argument, Invocation};
use super::glob::Glob;
use super::options::{self, Start};
use super::spelling::Spelling;
use super::wrappers::{Runs, Wrapper};
use reading::Reading;
pub use scripts::sed_opens;
pub use snippets::{calls, snippets};
use table::Binary;

/// The knowledge, by subject; each table is in the order of its names.
static TABLES: &[&[Binary]] = &[
    administration::BINARIES,
    containers::BINARIES,
    files::BINARIES,
    languages::BINARIES,
    network::BINARIES,
    storage::BINARIES,
    system::BINARIES,
    text::BINARIES,
];

/// An argument that lets a program do more than its name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Which argument it is; the program's name is 0.
    pub index: usize,
    /// The program's file name.
    pub binary: String,
    /// The argument's value.
    pub argument: String,
    /// What it opens.
    pub reason: &'static str,
}

impl std::fmt::Display for Door {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            binary,
            argument,
            reason,
            ..
        } = self;
        write!(formatter, "`{argument}` of `{binary}`, which {reason}")
    }
}

/// Every door of a command.
pub fn doors(arguments: &[Argument]) -> Vec<Door> {
    let mut doors = Vec::new();
    let mut start = 0;
    // Each turn begins further right, so that it ends.
    while let Some(rest) = arguments.get(start..).filter(|rest| !rest.is_empty()) {
        let name = rest.first().map_or("", Argument::plain);
        let binary = name.rsplit('/').next().unwrap_or_default();
        let (own, runs) = inner(binary, rest);
        let (before, after) = rest.split_at(own.min(rest.len()));
        let opened = opened(binary, before);
        let reread = own..own + read_again(binary, after);
        let run = (own..own + runs).chain(reread);
        let run = run.map(|index| (index, "runs another program"));
        for (index, reason) in opened.into_iter().chain(run) {
            let Some(argument) = rest.get(index) else {
                continue;
            };
            doors.push(Door {
                index: start + index,
                binary: binary.to_owned(),
                argument: argument.plain().to_owned(),
                reason,
            });
        }
        if runs != 1 || after.is_empty() {
            break;
        }
        start += own;
    }
    doors
}

/// The first door that `glob`, which allows the command, does not spell out.
pub fn first_open<'a>(glob: &Glob, command: &Invocation, doors: &'a [Door]) -> Option<&'a Door> {
    if doors.is_empty() || glob.is_literal() || glob.names_any_program() {
        return None;
    }
    let spelling = Spelling::align(glob, command);
    let spelled = |door: &Door| spelling.as_ref().is_some_and(|words| words.has(door.index));
    doors.iter().find(|door| !spelled(door))
}

/// What opens the doors of a program, in the tables' notation.
pub fn notations(name: &str) -> impl Iterator<Item = &'static str> {
    let doors = binary(name).map_or(&[][..], |binary| binary.doors);
    doors.iter().flat_map(|(opens, _)| opens.split_whitespace())
}

/// How many words are a wrapper's own, and how many after them may start what it runs.
fn inner(binary: &str, arguments: &[Argument]) -> (usize, usize) {
    let all = arguments.len();
    let runs_words = |wrapper: &&Wrapper| {
        let words = |runs: &Runs| matches!(runs, Runs::Command | Runs::Joined);
        wrapper.runs.iter().any(words)
    };
    match Wrapper::named(binary).filter(runs_words) {
        None => (all, 0),
        Some(wrapper) => match options::read(wrapper, arguments).start {
            Start::At(index) if index < all => (index.max(1), 1),
            Start::From(index) if index < all => (index, all - index),
            Start::At(_) | Start::From(_) | Start::Nowhere => (all, 0),
        },
    }
}

/// How many words a shell reads again, with their operators: `watch df ';id'`.
fn read_again(binary: &str, words: &[Argument]) -> usize {
    let joins = |wrapper: &Wrapper| wrapper.runs.iter().any(|runs| matches!(runs, Runs::Joined));
    let plain = |word: &Argument| word.quoted() == word.plain();
    match Wrapper::named(binary).is_some_and(joins) && !words.iter().all(plain) {
        true => words.len(),
        false => 0,
    }
}

/// The doors of the program itself: indices with reasons, in order.
fn opened(name: &str, arguments: &[Argument]) -> Vec<(usize, &'static str)> {
    let Some(binary) = binary(name) else {
        return Vec::new();
    };
    let reading = Reading::of(binary, arguments);
    let mut found: Vec<_> = binary
        .doors
        .iter()
        .flat_map(|(opens, reason)| {
            let opens = opens.split_whitespace();
            opens.flat_map(|door| {
                reading
                    .opened_by(door)
                    .into_iter()
                    .map(|index| (index, *reason))
            })
        })
        .collect();
    found.sort_by_key(|(index, _)| *index);
    found.dedup_by_key(|(index, _)| *index);
    found
}

/// The row of a program: by its name, or by its name without a version (`python3.11`).
fn binary(name: &str) -> Option<&'static Binary> {
    let row = |name: &str| {
        TABLES.iter().find_map(|table| {
            let index = table
                .binary_search_by(|binary| binary.name.cmp(name))
                .ok()?;
            table.get(index)
        })
    };
    row(name).or_else(|| {
        let end =
            name.find(|character: char| character.is_ascii_digit() || ".-".contains(character))?;
        row(name.get(..end)?).filter(|binary| binary.has_versions())
    })
}

#[cfg(test)]
mod tests {
    use super::TABLES;

    #[test]
    fn the_tables_are_in_order_and_every_entry_has_its_reason() {
        let mut names: Vec<&str> = Vec::new();
        for table in TABLES {
            assert!(table.is_sorted_by(|one, next| one.name < next.name));
            for binary in *table {
                names.push(binary.name);
                assert!(!binary.doors.is_empty(), "{}", binary.name);
                for (opens, reason) in binary.doors {
                    assert!(!opens.trim().is_empty(), "{}", binary.name);
                    assert!(!reason.trim().is_empty(), "{} {opens}", binary.name);
                }
            }
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a binary is in two tables");
        assert!(count >= 80, "{count}");
    }
}
