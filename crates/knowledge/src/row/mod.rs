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

mod notation;

use crate::language::Language;

pub use notation::*;

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
    /// The options beside one of which a subcommand looks, though it has an effect without: `-s` of `apt-get install`.
    pub looks_with: &'static str,
    /// The scope that its operands set, if they do, as for [`Options::sets`].
    pub operands_set: &'static str,
    /// Its subcommands. Those that look may be granted; others must be spelled by the rule.
    pub subcommands: &'static [Row],
    /// What it does with standard input.
    pub input: Input,
    /// What it runs: how its words are read, and where else a command may stand in them.
    pub runs: &'static [Runs],
    /// Whether its words show what it runs.
    pub sight: Sight,
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
    /// As `Getopt`, and the first word may be a cluster without its dash, as for tar and ps.
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
    /// The options without one of which they are not granted: `-f FILE` of ssh-keygen reads beside `-l`, else writes.
    pub beside: &'static str,
    /// Why they are refused, if they are.
    pub refused: Option<&'static str>,
    /// Whether they make the program run what its words do not show.
    pub unseen: bool,
    /// Whether they are harmless only without any other option: `ionice -p 1` shows, `-c 1 -p 1` sets.
    pub alone: bool,
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
    /// A value, attached or the next word; none where an option or nothing follows: `-n` of journalctl.
    Bare(Kind),
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
    /// Any word, even one that is read from elsewhere and may be an option: no option of the program acts, and
    /// nothing is opened.
    Any,
    /// A path that is read because that is what the program is for. Never below /dev but null,
    /// zero and stdin.
    Path,
    /// Such a path, or the name of a file, that ends with one of these texts, separated by blanks: `.rpm`. What
    /// is something else does not end so, and no error message prints it.
    Ends(&'static str),
    /// A device below /dev that is only looked at.
    Device,
    /// The name of an object: unit, user, pod, container, interface. No pattern, no `=`.
    Name,
    /// The name of an object, or a pattern of such names: `nginx*`.
    Pattern,
    /// A package name: no pattern, no version, no path, no trailing `+` or `-`.
    Package,
    /// A package that npm's registry publishes, perhaps of a scope or with a version: `@types/node@20`. No address.
    Published,
    /// An owner's repository at a forge, `OWNER/NAME`. No host stands before it, which would be sent a token.
    Repository,
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
    /// One of these texts, which have blanks.
    Phrase(&'static [&'static str]),
    /// A text for a shell. It is read for deny rules.
    Line,
    /// Words of a command, to which the rest is added: `-S` of env. They are read for deny rules.
    Words,
    /// What is replaced in the words of the command by what is read: `{}` of xargs.
    Hole,
    /// A text that begins so: `+` of date. A path that begins so has no `..`.
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
    /// It sends it to the host that it connects to: only an empty line is harmless.
    Sent,
    /// It takes it as a program, or nobody knows.
    Program,
    /// It takes it as a program, unless one of these options is there, or so many operands.
    ProgramUnless(&'static str, usize),
}

/// What a program runs. Of a command behind its own words ([`Row::begins`]) each word is judged in turn; the others
/// say where a deny rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// The words after its options and so many operands.
    Command {
        /// The operands before the command: one for `timeout 5 df`.
        after: usize,
    },
    /// As `Command`, and no wildcard admits a word of the command, whatever the word is: `strace`, `ssh`.
    Closed {
        /// The operands before the command.
        after: usize,
    },
    /// As `Command`, with `NAME=value` words before the command, as for env and sudo.
    Environment,
    /// As `Command`, joined by blanks and read again by a shell, as for watch and, after one operand, ssh.
    Joined {
        /// The operands before the command.
        after: usize,
    },
    /// As `Command`, with further words that the program reads, as for xargs.
    Reading,
    /// The words after `-exec` and its like, up to `;` or `{} +`.
    FindExec,
    /// A file that its first operand names, or code in its words. Versions of it take code from an option, too.
    Script,
    /// As `Script`; with an option that has a `c`, a text for a shell.
    Shell,
    /// With an option that has a `c`, a text for a shell in its words.
    Option,
    /// A text for a shell in any of its words.
    Texts,
    /// A command in code in its words: `system("df")`.
    Calls,
    /// The words after one of these, separated by blanks; `*` is any word. The command may begin at each of them.
    After(&'static str),
    /// The values of these options, separated by blanks; `+` is a word that begins so.
    Values(&'static str),
}

/// Whether the words of a program show what it runs. A deny rule does not see what they do not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It may run what a file, its settings or a script says, if nothing is vouched for, if its effect is
    /// to run its input, or if it finds code in the working directory; else it runs nothing unseen.
    BySays,
    /// All that it runs stands in its words.
    Seen,
    /// It may run what a file, its settings or a script says, but not with one of these words.
    Unseen(&'static str),
}
