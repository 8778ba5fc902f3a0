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
//! Nobody vouches for a word that the row does not have. A row says `looks` if the program, with the options and
//! operands of the row, changes nothing; else the row names the one effect of the program.

mod notation;

use crate::language::Language;

pub use notation::*;

/// What is known of a program, or of one subcommand.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The names of the program, separated by blanks.
    pub names: &'static str,
    /// Whether a version may follow a name: `python3.11`, `vim.tiny`.
    pub versioned: bool,
    /// What a rule grants that names the program.
    pub says: Says,
    /// How the options are written.
    pub syntax: Syntax,
    /// The options that are known.
    pub options: &'static [Options],
    /// The operands; for a program with subcommands, those that stand without a subcommand.
    pub operands: Operands,
    /// Words that may stand anywhere among the operands, separated by blanks: `( ) !` of find.
    pub signs: &'static str,
    /// The options that stand in place of the first operand: `-e -f` of grep.
    pub in_place_of_first: &'static str,
    /// The options without one of which no operand is granted: `gzip F` packs, `gzip -l F` looks.
    pub only_with: &'static str,
    /// Whether the first operand ends the options: each later word is an operand, even one with a dash.
    pub options_first: bool,
    /// The options beside one of which a subcommand looks, though it has an effect without: `-s` of `apt-get install`.
    pub looks_with: &'static str,
    /// The scope that the operands set, as for [`Options::sets`]; empty if they set none.
    pub operands_set: &'static str,
    /// The subcommands. A wildcard may admit those that look; a rule must spell the others.
    pub subcommands: &'static [Row],
    /// What the program does with standard input.
    pub input: Input,
    /// What the program runs: how its words are read, and where else a command may stand in them.
    pub runs: &'static [Runs],
    /// Whether the words show what the program runs.
    pub sight: Sight,
    /// Whether the program finds configuration or code in the working directory.
    pub reads_workdir: bool,
    /// Whether the row was held against the manual alone, because the program cannot be run here.
    pub by_manual: bool,
}

/// What a rule grants that names a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// The program reads and prints.
    Looks,
    /// The program has this one effect: `removes its operands`.
    Effect(&'static str),
    /// The program is dangerous in many ways, so nobody vouches for any word. The text is the reason.
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
    /// There are no options: a word that begins with `-` is an operand, as for echo.
    None,
}

/// Options of which each takes an equal kind of value.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The options, separated by blanks; the names of one option are separated by commas.
    pub names: &'static str,
    /// What each option takes.
    pub takes: Takes,
    /// The scope that the options set, or an empty text. When a rule spells one option of a scope, no wildcard admits
    /// another of this scope.
    pub scope: &'static str,
    /// The options of which one must be there, or these are not granted: `-f FILE` of ssh-keygen reads beside `-l`,
    /// else it writes.
    pub beside: &'static str,
    /// Why the options are refused; `None` if they are harmless.
    pub refused: Option<&'static str>,
    /// Whether the options make the program run what its words do not show.
    pub unseen: bool,
    /// Whether the options are harmless only without any other option: `ionice -p 1` shows, `-c 1 -p 1` sets.
    pub alone: bool,
}

/// What an option takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// No value.
    Nothing,
    /// A value, attached or the next word.
    Value(Kind),
    /// A value only when it is attached: `--color=auto`.
    Attached(Kind),
    /// A value when it is attached, else perhaps the next word.
    Maybe(Kind),
    /// A value, attached or the next word; no value where an option or no word follows: `-n` of journalctl.
    Bare(Kind),
    /// A name and a value, the next two words: `--arg NAME VALUE` of jq.
    Two(Kind),
}

/// What a value or an operand is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Digits with sign, fraction, unit, ranges and lists of them: `5`, `+1`, `-20`, `10m`, `1,3-5`.
    Number,
    /// Plain data: a pattern, a date, a column list, a message. Any text is harmless.
    Text,
    /// Any word, even one that is read from elsewhere and may be an option: no option of the program acts, and
    /// nothing is opened.
    Any,
    /// A path to a plain file, which the program reads by its purpose. Below /dev only /dev/shm and the
    /// devices that `crate::path` lists as harmless.
    Path,
    /// A [`Kind::Path`], or the name of a file, that ends with one of these texts, separated by blanks: `.rpm`. A file
    /// of another kind does not end so, and no error message of the program prints it.
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
    /// A text for a shell. Deny rules look into it.
    Line,
    /// Words of a command, to which the later words are added: `-S` of env. Deny rules look into them.
    Words,
    /// The text in the words of the command that the program replaces by what it reads: `{}` of xargs.
    Hole,
    /// A text that begins with this one: `+` of date. A path that begins with it must have no `..`.
    Begins(&'static str),
    /// A script of another language.
    Script(Language),
    /// A value of any of these kinds.
    Either(&'static [Kind]),
    /// A value for which nobody ever vouches; the text is the reason: `writes a file`.
    Never(&'static str),
}

/// What the operands are.
#[derive(Clone, Copy, Debug)]
pub struct Operands {
    /// The kinds of the first operands.
    pub first: &'static [Kind],
    /// The kind of all later operands; `None` if there may be none.
    pub rest: Option<Kind>,
}

/// What a program does with standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The program does not read the input.
    Ignored,
    /// The program takes the input as data.
    Data,
    /// The program sends the input to the host that it connects to: only an empty line is harmless.
    Sent,
    /// The program takes the input for commands, or nobody knows.
    Program,
    /// The program takes the input for commands, unless one of these options or so many operands are there.
    ProgramUnless(&'static str, usize),
}

/// What a program runs. A command behind the program's own words ([`Row::begins`]) is judged word by word; for the
/// other entries, only deny rules look into the words.
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
    /// As `Command`; the program joins the words by blanks, and a shell reads them again, as for watch and ssh.
    Joined {
        /// The operands before the command.
        after: usize,
    },
    /// As `Command`, with further words that the program reads from standard input, as for xargs.
    Reading,
    /// The words after `-exec` and similar actions, up to `;` or `{} +`.
    FindExec,
    /// A file that the first operand names, or code in the words. Some versions take code from an option, too.
    Script,
    /// As `Script`; an option with a `c` makes a word a text for a shell.
    Shell,
    /// A text for a shell in the words, if an option has a `c`.
    Option,
    /// A text for a shell in any word.
    Texts,
    /// A command in the code of a word: `system("df")`.
    Calls,
    /// The words after one of these, separated by blanks; `*` is any word. The command may begin at each later word.
    After(&'static str),
    /// The values of these options, separated by blanks; `+` means a word that begins with it.
    Values(&'static str),
}

/// Whether the words of a program show what it runs. A deny rule sees only the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// As [`Says`] implies. The program may run what a file, its settings or a script says if nobody vouches for any
    /// word, if it runs its input, or if it finds code in the working directory; else it runs nothing unseen.
    BySays,
    /// All that the program runs stands in its words.
    Seen,
    /// The program may run what a file, its settings or a script says, except with one of these words.
    Unseen(&'static str),
}
