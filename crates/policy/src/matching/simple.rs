//! `SimpleBinaries`: the shorthand `simple_binaries` with `simple_max_args`.
//!
//! Takes the words of a command by value. An allow or ask rule needs the program to be spelled
//! as the rule spells it, and every argument to be spelled out: a shell pattern may become more
//! arguments than the rule grants. A deny rule takes the program's path away and, unless it
//! says how many arguments it means, denies any number of them.

use super::argument::{Argument, Expansion, ProgramCall};
use super::glob::Glob;

/// How many arguments an allow rule grants when it does not say.
const DEFAULT_MAX_ARGUMENTS: usize = 6;

/// The programs of a rule, each with few arguments.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimpleBinaries {
    /// Literal names or paths.
    names: Vec<Glob>,
    max_arguments: Option<usize>,
}

impl SimpleBinaries {
    /// `names` without wildcards, and the bound where the rule has one.
    pub(crate) fn new(names: &[&str], max_arguments: Option<usize>) -> Self {
        Self {
            names: names.iter().map(|name| Glob::new(name)).collect(),
            max_arguments,
        }
    }

    /// One of them alone, with as many arguments.
    pub(crate) fn only(&self, name: &str) -> Self {
        Self::new(&[name], self.max_arguments)
    }

    /// The strict reading, for allow and ask rules.
    pub(crate) fn allows(&self, words: &[Argument]) -> bool {
        let Some((program, arguments)) = words.split_first() else {
            return false;
        };
        arguments.len() <= self.max_arguments.unwrap_or(DEFAULT_MAX_ARGUMENTS)
            && self.names.iter().any(|name| name.matches(program.plain()))
            && words.iter().all(Argument::is_known)
    }

    /// The lax reading, for deny rules: an argument that may become none is not counted.
    pub(crate) fn denies(&self, command: &ProgramCall) -> bool {
        let Some((program, arguments)) = command.arguments.split_first() else {
            return false;
        };
        let meets = |text: &str| self.names.iter().any(|name| name.overlaps_word(text));
        let certain =
            |word: &&Argument| matches!(word.expansion(), Expansion::Known | Expansion::OneWord);
        let few = |most| arguments.iter().filter(certain).count() <= most;
        self.max_arguments.is_none_or(few) && (meets(program.plain()) || meets(command.file_name()))
    }

    /// The programs.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(Glob::as_str)
    }

    /// Whether the lax reading meets every command that begins with these words.
    pub(crate) fn covers(&self, words: &[String]) -> bool {
        let Some(program) = words.first() else {
            return false;
        };
        let file_name = program.rsplit('/').next().unwrap_or_default();
        let meets = |text: &str| self.names.iter().any(|name| name.matches(text));
        self.max_arguments.is_none() && (meets(program) || meets(file_name))
    }

    /// Whether it names no program: it matches nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
