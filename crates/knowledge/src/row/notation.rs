//! The words in which rows are written: `looks("df").options(&[flags("-a,--all")]).operands(each(Path))`.
//!
//! Each function takes texts and gives a value of [`super`]. All are `const`, so that a table is a constant.

use super::{Input, Kind, Operands, Options, Row, Runs, Says, Sight, Syntax, Takes};

/// A path for a program that prints what it reads as it reads it: devices without an end fill no memory, and what is
/// printed has a limit.
pub const STREAM: Kind = Kind::Either(&[
    Kind::Path,
    Kind::OneOf("/dev/zero /dev/full /dev/random /dev/urandom"),
]);

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
        looks_with: "",
        operands_set: "",
        subcommands: &[],
        input: Input::Ignored,
        runs: &[],
        sight: Sight::BySays,
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

/// A program that is known to be dangerous: a wildcard grants nothing after its name. The program may
/// run what its words do not show, unless the row says [`Row::seen`].
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

    /// With operands only if one of these options is there, separated by blanks.
    pub const fn only_with(mut self, options: &'static str) -> Self {
        self.only_with = options;
        self
    }

    /// With options before the first operand only, as for awk.
    pub const fn options_first(mut self) -> Self {
        self.options_first = true;
        self
    }

    /// Without its effect if one of these flags is there, separated by blanks. The flags take no value.
    pub const fn looks_with(mut self, flags: &'static str) -> Self {
        self.looks_with = flags;
        self
    }

    /// With operands that set this scope.
    pub const fn operands_set(mut self, scope: &'static str) -> Self {
        self.operands_set = scope;
        self
    }

    /// Running these commands.
    pub const fn runs(mut self, runs: &'static [Runs]) -> Self {
        self.runs = runs;
        self
    }

    /// Showing in its words all that it runs: the danger is that the program writes, sends or kills.
    pub const fn seen(mut self) -> Self {
        self.sight = Sight::Seen;
        self
    }

    /// Running what a file, its settings or a script says, except with one of these words, separated by blanks.
    pub const fn unseen(mut self, unless: &'static str) -> Self {
        self.sight = Sight::Unseen(unless);
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

    /// Known only by the manual, because the program cannot be run here.
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
        beside: "",
        refused: None,
        unseen: false,
        alone: false,
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

/// Options that take a value, attached or in the next word; they take none where an option or no word follows.
pub const fn bare(names: &'static str, kind: Kind) -> Options {
    let mut options = flags(names);
    options.takes = Takes::Bare(kind);
    options
}

/// Options that take a name and a value, in the next two words.
pub const fn two(names: &'static str, kind: Kind) -> Options {
    let mut options = flags(names);
    options.takes = Takes::Two(kind);
    options
}

/// Options without a value that are dangerous; `why` says what they do.
pub const fn refused(names: &'static str, why: &'static str) -> Options {
    let mut options = flags(names);
    options.refused = Some(why);
    options
}

/// Options with a value that are dangerous; `why` says what they do.
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

    /// Granted only if one of these options is there, separated by blanks: `value("-f", Path).beside("-l -L")`.
    pub const fn beside(mut self, options: &'static str) -> Self {
        self.beside = options;
        self
    }

    /// Making the program run what its words do not show.
    pub const fn unseen(mut self) -> Self {
        self.unseen = true;
        self
    }

    /// Never granted, for this reason: `value("-S", Words).refused("runs another program")`.
    pub const fn refused(mut self, why: &'static str) -> Self {
        self.refused = Some(why);
        self
    }

    /// Harmless only without any other option.
    pub const fn alone(mut self) -> Self {
        self.alone = true;
        self
    }
}

/// No operands.
pub const NONE: Operands = only(&[]);

/// Any number of operands, all of one kind.
pub const fn each(kind: Kind) -> Operands {
    then(&[], kind)
}

/// One operand at most for each of these kinds.
pub const fn only(first: &'static [Kind]) -> Operands {
    Operands { first, rest: None }
}

/// First operands of these kinds, then any number of others.
pub const fn then(first: &'static [Kind], rest: Kind) -> Operands {
    Operands {
        first,
        rest: Some(rest),
    }
}
