//! `SimpleBinaries`: the shorthand `simple_binaries` with `simple_max_args`.
//!
//! Takes the words of a command by value; gives whether the rule matches them. An allow or ask rule needs
//! the program to be spelled as the rule spells it, and every argument to be spelled out: a shell pattern
//! may become more arguments than the rule grants. A deny rule ignores the program's path, and meets any
//! number of arguments unless the rule says how many.

use super::argument::{Argument, Expansion, ProgramCall};
use super::glob::Glob;

/// How many arguments an allow rule grants that does not say how many.
const DEFAULT_MAX_ARGUMENTS: usize = 6;

/// The programs of a rule, each with few arguments.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimpleBinaries {
    /// Literal names or paths.
    names: Vec<Glob>,
    max_arguments: Option<usize>,
}

impl SimpleBinaries {
    /// Takes the names as literal texts, and the bound where the rule has one.
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

    /// The names of the programs.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(Glob::as_str)
    }

    /// The most arguments that the strict reading takes, and the lax one, if it counts them.
    pub(crate) fn most_arguments(&self) -> (usize, Option<usize>) {
        let strict = self.max_arguments.unwrap_or(DEFAULT_MAX_ARGUMENTS);
        (strict, self.max_arguments)
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

    /// Whether no program is named: nothing matches then.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
