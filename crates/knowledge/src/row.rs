//! The notation of the knowledge base: one [`Row`] says what is harmless in the words of one program.
//!
//! ```text
//! looks("df")
//!     .options(&[
//!         flags("-a,--all -h,--human-readable --total"),   // several options, each with its names
//!         value("-t,--type", Text),                        // takes a value, attached or the next word
//!         refused("--no-sync", "may wait for a dead disk"), // known, with the reason for a denial
//!     ])
//!     .operands(each(Path))
//! ```
//!
//! What a row does not say is not vouched for. A row says `looks` when naming the program, with
//! the options and operands below, changes nothing; else it names its one effect.

use crate::language::Language;

/// What is known of a program, or of one subcommand.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its names, separated by blanks.
    pub names: &'static str,
    /// Whether a version may follow a name: `python3.11`, `vim.tiny`.
    pub versioned: bool,
    /// What naming it grants.
    pub says: Says,
    /// How its options are written.
    pub syntax: Syntax,
    /// Its options.
    pub options: &'static [Options],
    /// Its operands; where there are subcommands, those that stand without one.
    pub operands: Operands,
    /// Words that may stand anywhere among the operands, separated by blanks: `( ) !` of find.
    pub signs: &'static str,
    /// The options that stand in place of the first operand: `-e -f` of grep.
    pub in_place_of_first: &'static str,
    /// The options without one of which no operand is granted: `gzip F` packs, `gzip -l F` looks.
    pub only_with: &'static str,
    /// Whether the first operand ends the options: what follows is an operand, whatever it looks like.
    pub options_first: bool,
    /// The scope that its operands set, if they do, as for [`Options::sets`].
    pub operands_set: &'static str,
    /// Its subcommands. Those that look may be granted; others must be spelled by the rule.
    pub subcommands: &'static [Row],
    /// What it does with standard input.
    pub input: Input,
    /// What it runs.
    pub runs: Runs,
    /// Whether it finds configuration or code in the working directory.
    pub reads_workdir: bool,
    /// Whether the row was held against the manual alone, because the program cannot be run here.
    pub by_manual: bool,
}

/// What naming a program grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// It reads and prints.
    Looks,
    /// It has this one effect: `removes its operands`.
    Effect(&'static str),
    /// It is known to be dangerous in many ways: nothing is vouched for. The reason.
    Nothing(&'static str),
}

/// How options are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// As for getopt_long(3): `-abc`, `-n5`, `-n 5`, `--name=5`, `--name 5`; `--` ends them.
    Getopt,
    /// The same, and the first word may be a cluster without its dash, as for tar and ps.
    Bundle,
    /// Whole words with one dash or two: `-name value`, `-name=value`, as for openssl, find, Go.
    Words,
    /// There are none: a word that begins with `-` is an operand, as for echo.
    None,
}

/// Some options that take the same.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Separated by blanks; the names of one option by commas.
    pub names: &'static str,
    /// What each takes.
    pub takes: Takes,
    /// The scope that they set, if they do: when a rule spells one member, no other is granted.
    pub scope: &'static str,
    /// Why they are refused, if they are.
    pub refused: Option<&'static str>,
}

/// What an option takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A value, attached or the next word.
    Value(Kind),
    /// A value only when it is attached: `--color=auto`.
    Attached(Kind),
    /// A value when it is attached, else perhaps the next word.
    Maybe(Kind),
    /// A name and a value, the next two words: `--arg NAME VALUE` of jq.
    Two(Kind),
}

/// What a value or an operand is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Digits with sign, fraction, unit, ranges and lists of them: `5`, `+1`, `-20`, `10m`, `1,3-5`.
    Number,
    /// Plain data: a pattern, a date, a column list, a message. Anything.
    Text,
    /// A path that is read because that is what the program is for. Never below /dev but null,
    /// zero and stdin.
    Path,
    /// A device below /dev that is only looked at.
    Device,
    /// The name of an object: unit, user, pod, container, interface. No pattern, no `=`.
    Name,
    /// A package name: no pattern, no version, no path, no trailing `+` or `-`.
    Package,
    /// A revision of git, or a range of them. Of two that are granted, one must be marked as such: it
    /// has `..`, `~`, `^` or `@`, or is HEAD; else two paths could be compared.
    Revision,
    /// Any host's name or address, perhaps with a port. Only where reaching hosts is the purpose.
    Host,
    /// A loopback address, perhaps with a port.
    Loopback,
    /// A URL of http or https to any host.
    Url,
    /// One of these words, separated by blanks.
    OneOf(&'static str),
    /// A text that begins so: `+` of date.
    Begins(&'static str),
    /// A script of another language.
    Script(Language),
    /// Any of these.
    Either(&'static [Kind]),
    /// Never vouched for, and why: `writes a file`.
    Never(&'static str),
}

/// What the operands are.
#[derive(Clone, Copy, Debug)]
pub struct Operands {
    /// The first ones.
    pub first: &'static [Kind],
    /// All others, if there may be any.
    pub rest: Option<Kind>,
}

/// What a program does with standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// It does not read it.
    Ignored,
    /// It takes it as data.
    Data,
    /// It takes it as a program, or nobody knows.
    Program,
    /// It takes it as a program, unless one of these options is there, or so many operands.
    ProgramUnless(&'static str, usize),
}

/// What a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// Nothing.
    Nothing,
    /// The words after its options and so many operands.
    Command {
        /// The operands before the command: one for `timeout 5 df`.
        after: usize,
    },
    /// The same, with `NAME=value` words before the command, as for env and sudo.
    Environment,
    /// The same, joined by blanks and read again by a shell, as for watch.
    Joined,
    /// The same, with further words that it reads, as for xargs.
    Reading,
    /// The words after `-exec` and its like, up to `;` or `{} +`.
    FindExec,
}

/// A program that changes nothing.
pub const fn looks(names: &'static str) -> Row {
    Row {
        names,
        versioned: false,
        says: Says::Looks,
        syntax: Syntax::Getopt,
        options: &[],
        operands: NONE,
        signs: "",
        in_place_of_first: "",
        only_with: "",
        options_first: false,
        operands_set: "",
        subcommands: &[],
        input: Input::Ignored,
        runs: Runs::Nothing,
        reads_workdir: false,
        by_manual: false,
    }
}

/// A program with one effect: `effect("rm", "removes its operands")`.
pub const fn effect(names: &'static str, what: &'static str) -> Row {
    let mut row = looks(names);
    row.says = Says::Effect(what);
    row
}

/// A program that is known to be dangerous: a wildcard grants nothing after its name.
pub const fn nothing(names: &'static str, why: &'static str) -> Row {
    let mut row = looks(names);
    row.says = Says::Nothing(why);
    row.input = Input::Program;
    row
}

impl Row {
    /// With these options.
    pub const fn options(mut self, options: &'static [Options]) -> Self {
        self.options = options;
        self
    }

    /// With these operands.
    pub const fn operands(mut self, operands: Operands) -> Self {
        self.operands = operands;
        self
    }

    /// With these subcommands.
    pub const fn subcommands(mut self, rows: &'static [Self]) -> Self {
        self.subcommands = rows;
        self
    }

    /// With options written like this.
    pub const fn syntax(mut self, syntax: Syntax) -> Self {
        self.syntax = syntax;
        self
    }

    /// With this use of standard input.
    pub const fn input(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    /// With these words anywhere among the operands.
    pub const fn signs(mut self, signs: &'static str) -> Self {
        self.signs = signs;
        self
    }

    /// With these options in place of the first operand, separated by blanks.
    pub const fn in_place_of_first(mut self, options: &'static str) -> Self {
        self.in_place_of_first = options;
        self
    }

    /// With operands only beside one of these options, separated by blanks.
    pub const fn only_with(mut self, options: &'static str) -> Self {
        self.only_with = options;
        self
    }

    /// With options before the first operand only, as for awk.
    pub const fn options_first(mut self) -> Self {
        self.options_first = true;
        self
    }

    /// With operands that set this scope.
    pub const fn operands_set(mut self, scope: &'static str) -> Self {
        self.operands_set = scope;
        self
    }

    /// Running this.
    pub const fn runs(mut self, runs: Runs) -> Self {
        self.runs = runs;
        self
    }

    /// With a version that may follow the name.
    pub const fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// Finding configuration or code in the working directory.
    pub const fn reads_workdir(mut self) -> Self {
        self.reads_workdir = true;
        self
    }

    /// Known by the manual alone.
    pub const fn by_manual(mut self) -> Self {
        self.by_manual = true;
        self
    }
}

/// Options without a value: `flags("-a,--all -h,--human-readable")`.
pub const fn flags(names: &'static str) -> Options {
    Options {
        names,
        takes: Takes::Nothing,
        scope: "",
        refused: None,
    }
}

/// Options that take a value, attached or in the next word.
pub const fn value(names: &'static str, kind: Kind) -> Options {
    let mut options = flags(names);
    options.takes = Takes::Value(kind);
    options
}

/// Options that take a value only when it is attached.
pub const fn attached(names: &'static str, kind: Kind) -> Options {
    let mut options = flags(names);
    options.takes = Takes::Attached(kind);
    options
}

/// Options that take a value when it is attached, or perhaps the next word.
pub const fn maybe(names: &'static str, kind: Kind) -> Options {
    let mut options = flags(names);
    options.takes = Takes::Maybe(kind);
    options
}

/// Options that take a name and a value, in the next two words.
pub const fn two(names: &'static str, kind: Kind) -> Options {
    let mut options = flags(names);
    options.takes = Takes::Two(kind);
    options
}

/// Options without a value that are dangerous, and what they do.
pub const fn refused(names: &'static str, why: &'static str) -> Options {
    let mut options = flags(names);
    options.refused = Some(why);
    options
}

/// Options with a value that are dangerous, and what they do.
pub const fn refused_value(names: &'static str, why: &'static str) -> Options {
    let mut options = value(names, Kind::Never(why));
    options.refused = Some(why);
    options
}

impl Options {
    /// Setting this scope: `value("-n,--namespace", Name).sets("namespace")`.
    pub const fn sets(mut self, scope: &'static str) -> Self {
        self.scope = scope;
        self
    }
}

/// No operands.
pub const NONE: Operands = Operands {
    first: &[],
    rest: None,
};

/// Any number of operands, all of one kind.
pub const fn each(kind: Kind) -> Operands {
    Operands {
        first: &[],
        rest: Some(kind),
    }
}

/// So many operands at most.
pub const fn only(first: &'static [Kind]) -> Operands {
    Operands { first, rest: None }
}

/// The first ones, and any number of others.
pub const fn then(first: &'static [Kind], rest: Kind) -> Operands {
    Operands {
        first,
        rest: Some(rest),
    }
}
