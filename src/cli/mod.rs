//! The command line: words to an [`Invocation`], and the subcommands of the terminal.
//!
//! Exit statuses: 0 done, 1 the configuration or the run failed, 2 the command line is wrong,
//! 77 denied by policy, 124 out of time, 130 cancelled, 255 the host could not be reached; `run`
//! otherwise exits with the status of the remote command. `run --tag` exits with 0 when all hosts
//! did, 77 when all denied, 130 when any was cancelled, and else with 1.

mod approval;
mod arguments;
mod check;
mod explain;
mod healthcheck;
mod hosts;
mod keyscan;
mod plan;
mod run;
mod run_on_tag;
mod terminal;

use crate::config::{Environment, Flags, Paths};
use crate::gate::Gate;

pub use terminal::{Paint, Terminal};

use arguments::{Arguments, Subcommand};

/// What a process says when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitStatus(pub u8);

impl ExitStatus {
    /// All is well.
    pub const SUCCESS: Self = Self(0);
    /// The configuration, or what was asked for, failed.
    pub const FAILURE: Self = Self(1);
    /// The command line is wrong.
    pub const USAGE: Self = Self(2);
    /// The policy said no (`EX_NOPERM` of sysexits.h).
    pub const DENIED: Self = Self(77);
    /// The command ran out of time, as timeout(1) says it.
    pub const TIMED_OUT: Self = Self(124);
    /// The command was cancelled, as a shell says it of SIGINT.
    pub const CANCELLED: Self = Self(130);
    /// The host could not be reached, as ssh(1) says it.
    pub const UNREACHED: Self = Self(255);
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// The MCP server on stdin and stdout.
    Serve {
        /// Where the configuration is.
        paths: Paths,
        /// The least severe diagnostics to write.
        level: log::LevelFilter,
    },
    /// A subcommand that talks to a person or a script.
    Terminal(TerminalCommand),
}

/// A subcommand and where its configuration is.
#[derive(Debug)]
pub struct TerminalCommand {
    paths: Paths,
    subcommand: Subcommand,
}

impl Invocation {
    /// Reads the command line; `--help`, `--version` and mistakes are answered here.
    ///
    /// # Errors
    /// The status to exit with, once the answer is written.
    pub fn parse(words: &[String], terminal: &mut Terminal) -> Result<Self, ExitStatus> {
        let arguments = Arguments::parse(words, terminal)?;
        let flags = Flags {
            config: arguments.config,
            keys: arguments.keys,
            secrets: arguments.secrets,
        };
        let paths = Paths::resolve(flags, &Environment::Process);
        match arguments.subcommand {
            None | Some(Subcommand::Serve(_) | Subcommand::Stdio(_)) => Ok(Self::Serve {
                paths,
                level: arguments::log_level(),
            }),
            Some(subcommand) => Ok(Self::Terminal(TerminalCommand { paths, subcommand })),
        }
    }
}

impl TerminalCommand {
    /// Runs the subcommand.
    pub async fn run(self, terminal: &mut Terminal) -> ExitStatus {
        let Self { paths, subcommand } = self;
        match subcommand {
            Subcommand::Check(options) => check::check(&paths, &options, terminal),
            Subcommand::Healthcheck(_) => healthcheck::healthcheck(&paths, terminal),
            Subcommand::Hosts(options) => hosts::hosts(&Gate::open(paths), &options, terminal),
            Subcommand::Keyscan(options) => keyscan::keyscan(&paths, &options, terminal).await,
            Subcommand::Plan(options) => plan::plan(&Gate::open(paths), &options, terminal),
            Subcommand::Run(options) => run::run(Gate::open(paths), options, terminal).await,
            // `Invocation::parse` keeps these two for itself.
            Subcommand::Serve(_) | Subcommand::Stdio(_) => ExitStatus::USAGE,
        }
    }
}

/// A subcommand's words before and after its alias: the command is what follows, joined by
/// blanks, as ssh joins it.
fn alias_and_command(words: &[String]) -> Option<(&str, String)> {
    match words.split_first() {
        Some((alias, command)) if !command.is_empty() => Some((alias, command.join(" "))),
        Some(_) | None => None,
    }
}
