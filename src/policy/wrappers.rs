//! The programs that run another command, as one table.
//!
//! Each row says which options there are and how many operands stand before the command.
//! Options are written as for getopt(3): `x` is a flag, `x:` takes a value, `x::` takes one only
//! when it is attached. Long options are separated by blanks. A sign after that says more:
//!
//! ```text
//! $  the value is a text for a shell       %  the value names what xargs replaces
//! /  the value is words, as for env -S     !  nothing is run
//! ```
//!
//! An option on which systems differ is left out: [`super::options`] then takes every word that
//! follows for a possible command.

mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use table::{LISTS, LOADER, WRAPPERS};

/// A program that runs another command.
#[derive(Debug)]
pub struct Wrapper {
    name: &'static str,
    short: &'static str,
    long: &'static str,
    /// What it runs.
    pub runs: &'static [Runs],
    /// How many operands stand before the command.
    pub operands: usize,
    /// Whether `NAME=value` words may stand before the command.
    pub assignments: Assignments,
    /// Where the command's last arguments come from.
    pub arguments: Arguments,
}

/// What a wrapper runs.
#[derive(Clone, Copy, Debug)]
pub enum Runs {
    /// The words after its options and operands.
    Command,
    /// The same words joined by blanks, as a text for a shell.
    Joined,
    /// With an option that has a `c`, a text for a shell: any of its words, so that nothing hangs
    /// on what its other options take.
    OptionText,
    /// A text for a shell in any of its words.
    Texts,
    /// The words after `-exec` and its like, up to `;` or `{} +`.
    FindExec,
    /// The words after one of these words: any of them may be the start.
    After(&'static str),
    /// What a subcommand runs, which has options and operands of its own: each word that is one
    /// of its names is taken for a wrapper.
    Nested(&'static [(&'static str, Wrapper)]),
    /// The values of these options, `+` for a word that begins so: each may hold a command.
    Values(&'static str),
    /// A script of another language in any of its words, if the function says that it may run
    /// a command.
    Code(fn(&str) -> bool),
}

/// Whether `NAME=value` words may stand before the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignments {
    /// They may.
    Skipped,
    /// Such a word is the command.
    None,
}

/// Where the command's last arguments come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// All of them are written.
    Written,
    /// More are read from elsewhere.
    Read,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// Where its value stands.
    pub value: Value,
    /// What the value is.
    pub meaning: Meaning,
}

/// Where an option's value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// There is none.
    None,
    /// Attached, or in the next word.
    Required,
    /// Attached, if there is one.
    Attached,
}

/// What an option's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing that is run.
    Setting,
    /// A text for a shell.
    Text,
    /// Words that stand before the rest.
    Words,
    /// The placeholder that is replaced by what is read.
    Hole,
    /// With this option the wrapper runs nothing.
    Inert,
}

impl Wrapper {
    /// The wrapper of that name, which has no path; `bash5` and `python3.11` are found, too.
    pub fn named(name: &str) -> Option<&'static Self> {
        let row = WRAPPERS.binary_search_by(|wrapper| wrapper.name.cmp(name));
        if let Ok(index) = row {
            return WRAPPERS.get(index);
        }
        let version = |character: char| character.is_ascii_digit() || character == '.';
        let unversioned = name.find(version).and_then(|end| name.get(..end));
        let unversioned = unversioned.map(|name| name.trim_end_matches('-'));
        listed(name)
            .or_else(|| unversioned.and_then(listed))
            .or_else(|| is_loader(name).then_some(&LOADER))
    }

    /// Whether every word that may begin what it runs is looked into: nothing is left to files.
    pub fn shows(&self) -> bool {
        let words = |runs: &Runs| match runs {
            Runs::Command | Runs::Joined | Runs::Texts | Runs::FindExec => true,
            Runs::After(words) => *words == "*",
            Runs::OptionText | Runs::Nested(_) | Runs::Values(_) | Runs::Code(_) => false,
        };
        self.runs.iter().any(words)
    }

    /// What the option `-letter` takes; none when it is not in the table.
    pub fn short(&self, letter: char) -> Option<Takes> {
        let (_, signs) = self.short.split_once(letter)?;
        letter.is_ascii_alphanumeric().then(|| Takes::read(signs))
    }

    /// What the option `--name` takes, which may be abbreviated: none when it is not in the
    /// table, or might be several that differ.
    pub fn long(&self, name: &str) -> Option<Takes> {
        let mut meant = None;
        for option in self.long.split_whitespace() {
            let known = option.trim_end_matches(SIGNS);
            let takes = Takes::read(option.strip_prefix(known).unwrap_or_default());
            if known == name {
                return Some(takes);
            }
            if known.starts_with(name) && meant.replace(takes).is_some_and(|other| other != takes) {
                return None;
            }
        }
        meant
    }
}

/// The names of the lists; each command of a line asks for several.
static LISTED: LazyLock<HashMap<&'static str, &'static Wrapper>> = LazyLock::new(|| {
    let names = |(names, wrapper): &'static (&'static str, Wrapper)| {
        names.split_whitespace().map(move |name| (name, wrapper))
    };
    LISTS.iter().flat_map(names).collect()
});

fn listed(name: &str) -> Option<&'static Wrapper> {
    LISTED.get(name).copied()
}

/// `ld.so` and `ld-linux-x86-64.so.2` run the program that they are given.
fn is_loader(name: &str) -> bool {
    name.starts_with("ld") && name.contains(".so")
}

const SIGNS: [char; 5] = [':', '$', '/', '%', '!'];

impl Takes {
    /// Reads the signs at the start of `text`.
    fn read(text: &str) -> Self {
        let rest = text.trim_start_matches(':');
        Self {
            value: match text.len() - rest.len() {
                0 => Value::None,
                1 => Value::Required,
                _ => Value::Attached,
            },
            meaning: match rest.chars().next() {
                Some('$') => Meaning::Text,
                Some('/') => Meaning::Words,
                Some('%') => Meaning::Hole,
                Some('!') => Meaning::Inert,
                _ => Meaning::Setting,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LISTS, Meaning, Value, WRAPPERS, Wrapper};

    #[test]
    fn the_table_is_in_order_and_every_row_is_found() {
        assert!(WRAPPERS.is_sorted_by(|one, next| one.name < next.name));
        for wrapper in WRAPPERS {
            assert_eq!(Wrapper::named(wrapper.name).unwrap().name, wrapper.name);
        }
        let mut names: Vec<&str> = WRAPPERS.iter().map(|wrapper| wrapper.name).collect();
        names.extend(LISTS.iter().flat_map(|(names, _)| names.split_whitespace()));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a wrapper is there twice");
    }

    #[test]
    fn options_are_read_as_for_getopt() {
        let env = Wrapper::named("env").unwrap();
        let xargs = Wrapper::named("xargs").unwrap();
        for (takes, value, meaning) in [
            (env.short('i'), Value::None, Meaning::Setting),
            (env.short('u'), Value::Required, Meaning::Setting),
            (env.short('S'), Value::Required, Meaning::Words),
            (env.long("uns"), Value::Required, Meaning::Setting),
            (env.long("block"), Value::Attached, Meaning::Setting),
            (env.long("split"), Value::Required, Meaning::Words),
            (xargs.short('i'), Value::Attached, Meaning::Hole),
            (xargs.long("replace"), Value::Attached, Meaning::Hole),
        ] {
            let takes = takes.unwrap();
            assert_eq!((takes.value, takes.meaning), (value, meaning));
        }
        for unknown in [
            env.short('x'),
            env.short(':'),
            env.long("x"),
            xargs.long("max"),
        ] {
            assert_eq!(unknown.map(|takes| takes.value), None);
        }
    }
}
