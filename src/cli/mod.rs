//! The command line: words to an [`Invocation`], and the subcommands of the terminal.
//!
//! Takes: the words after the program's name. Gives: an [`ExitStatus`], once the subcommand has printed what it
//! has to say, or what the binary needs to serve. Refuses: a command line that is wrong.

mod add_lock;
mod ansible;
mod approval;
mod approver;
mod arguments;
mod audit;
mod audit_line;
mod audit_report;
mod audit_tail;
mod audit_verify;
mod check;
mod check_watch;
mod client_config;
mod client_formats;
mod client_settings;
mod clients;
mod closing;
mod completion_scripts;
mod completion_words;
mod completions;
mod coverage;
mod diagnosis;
mod diff;
mod diff_sides;
mod diff_view;
mod doctor;
mod exit_status;
mod explain;
mod explain_file;
mod first_host;
mod first_login;
mod get;
mod healthcheck;
mod held_signals;
mod hidden_answer;
mod host_place;
mod hosts;
mod import;
mod init;
mod init_add;
mod init_answers;
mod init_arguments;
mod init_named;
mod init_questions;
mod init_source;
mod init_steps;
mod init_try;
mod key_to_copy;
mod keyboard;
mod keyscan;
mod known_hosts_file;
mod left_stage;
mod log_level;
mod login_questions;
mod meter;
mod misspelt;
mod numbers;
mod operator_words;
mod option_forms;
mod own_folder;
mod plan;
mod plan_file;
mod put;
mod reload;
mod report;
mod run;
mod run_on_tag;
mod seconds;
mod secret_source;
mod serve;
mod servers;
mod since;
mod site_file;
mod site_stage;
mod ssh_config;
mod stage_list;
mod stage_names;
mod stays_open;
mod suggest;
mod terminal;
mod terminal_log;
mod terminal_modes;
mod terminal_text;
mod touch;
mod trail_files;
mod trail_history;
mod unnamed_file;
mod words;
mod worked_policy;

use std::path::PathBuf;

use crate::audit::{Audit, AuditError, Echo};
use crate::config::{Environment, Flags, Paths};
use crate::gate::Gate;
use crate::sandbox::Filter;

pub use closing::recording;
pub use exit_status::ExitStatus;
pub use terminal::{Paint, Terminal};

/// What the fuzz targets reach of this room; no other build exports it.
#[cfg(fuzzing)]
pub use {
    ansible::import as import_ansible,
    approver::hook_answer,
    audit_line::shown_line,
    import::{Import, LocalUser, PresentHosts, import as import_ssh_config},
    report::{ChainTold, TrailSummary, page},
    ssh_config::SshConfig,
    terminal_text::{for_terminal, json_for_terminal},
};

use arguments::{ProgramArguments, Subcommand};
use client_settings::ServerSettings;
use closing::Closing;
use get::CopyTarget;

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// The MCP server on stdin and stdout.
    Serve {
        /// Where the configuration is.
        paths: Paths,
        /// The least severe diagnostics to write.
        level: log::LevelFilter,
        /// What the kernel is told to refuse.
        filter: Filter,
        /// Where records are appended.
        audit_file: Option<PathBuf>,
    },
    /// A subcommand that talks to a person or a script.
    Terminal(Box<TerminalCommand>),
}

/// A subcommand and where its configuration is.
#[derive(Debug)]
pub struct TerminalCommand {
    paths: Paths,
    filter: Filter,
    audit_file: Option<PathBuf>,
    subcommand: Subcommand,
    /// Where `get` copies to: it is opened before the process gives up to open files.
    destination: Option<CopyTarget>,
}

impl Invocation {
    /// Reads the command line; `--help`, `--version` and mistakes are answered here.
    ///
    /// # Errors
    /// The status to exit with, once the answer is written.
    pub fn parse(words: &[String], terminal: &mut Terminal) -> Result<Self, ExitStatus> {
        if words.is_empty() && terminal.is_attended() {
            terminal.line(arguments::help(&[]).unwrap_or_default().trim_end());
            return Err(ExitStatus::SUCCESS);
        }
        let arguments = ProgramArguments::parse(words, terminal)?;
        let flags = Flags {
            config: arguments.config,
            keys: arguments.keys,
            secrets: arguments.secrets,
        };
        let environment = Environment::Process;
        let paths = Paths::resolve(flags, &environment);
        let audit_file = arguments
            .audit_file
            .or_else(|| environment.get("MCP_SSH_AUDIT_FILE").map(PathBuf::from))
            .filter(|path| !path.as_os_str().is_empty())
            .map(|path| std::path::absolute(&path).unwrap_or(path));
        let filter = match (&arguments.subcommand, arguments.no_sandbox) {
            (Some(Subcommand::Init(_) | Subcommand::Reload(_) | Subcommand::Approver(_)), _) => {
                Filter::Unneeded
            }
            (Some(Subcommand::Audit(audit)), _) if audit.writes_a_file() => Filter::Unneeded,
            (Some(Subcommand::Suggest(options)), _) if options.output.is_some() => Filter::Unneeded,
            (_, true) => Filter::LeftOut,
            (Some(Subcommand::Get(_)), false) => Filter::Placing,
            (_, false) if audit_file.is_some() => Filter::Appending,
            (_, false) => Filter::ReadOnly,
        };
        let destination = match &arguments.subcommand {
            Some(Subcommand::Get(options)) => Some(options.destination().map_err(|why| {
                terminal.error(&format!("mcp-ssh: {why}"));
                ExitStatus::USAGE
            })?),
            Some(_) | None => None,
        };
        match arguments.subcommand {
            None | Some(Subcommand::Serve(_) | Subcommand::Stdio(_)) => Ok(Self::Serve {
                paths,
                level: log_level::log_level(),
                filter,
                audit_file,
            }),
            Some(subcommand) => Ok(Self::Terminal(Box::new(TerminalCommand {
                paths,
                filter,
                audit_file,
                subcommand,
                destination,
            }))),
        }
    }
}

impl TerminalCommand {
    /// What the kernel is told to refuse.
    pub fn filter(&self) -> Filter {
        self.filter
    }

    fn closing(&self) -> Closing {
        let (subcommand, audit_file) = (&self.subcommand, self.audit_file.as_deref());
        stays_open::closing(
            subcommand,
            self.filter,
            audit_file,
            self.destination.as_ref(),
        )
    }

    /// Runs the subcommand.
    pub async fn run(self, terminal: &mut Terminal) -> ExitStatus {
        let closing = self.closing();
        closing.now();
        let Self {
            paths,
            audit_file,
            subcommand,
            destination,
            filter,
        } = self;
        if let Some(verbose) = subcommand.records()
            && recorded(audit_file.clone(), verbose, terminal).is_err()
        {
            return ExitStatus::FAILURE;
        }
        let trail = audit_file.as_deref();
        match subcommand {
            Subcommand::Init(options) => init::init(&options, terminal).await,
            Subcommand::ClientConfig(options) => {
                let settings = ServerSettings::of(&paths, trail, filter);
                client_config::client_config(&settings, &options, terminal)
            }
            Subcommand::Completions(options) => {
                completions::completions(&paths, &options, arguments::help, terminal)
            }
            Subcommand::Check(options) if options.watch => {
                check_watch::check_watch(&paths, trail, &options, terminal).await
            }
            Subcommand::Check(options) => check::check(&paths, trail, &options, terminal),
            Subcommand::Diff(options) => diff::diff(&options, terminal),
            Subcommand::Healthcheck(_) => healthcheck::healthcheck(&paths, trail, terminal),
            Subcommand::Hosts(options) => hosts::hosts(&opened(paths).await, &options, terminal),
            Subcommand::Keyscan(options) => {
                keyscan::keyscan(&paths, &options, &closing, terminal).await
            }
            Subcommand::Plan(options) => plan::plan(&opened(paths).await, &options, terminal),
            Subcommand::Reload(options) => reload::reload(&paths, &options, terminal).await,
            Subcommand::Run(options) => {
                run::run(closed(paths, closing).await, options, terminal).await
            }
            Subcommand::Doctor(options) => {
                let gate = closed(paths.clone(), closing).await;
                doctor::doctor(gate, &paths, &options, terminal).await
            }
            Subcommand::Get(options) => {
                let Some(destination) = destination else {
                    return ExitStatus::FAILURE;
                };
                get::get(closed(paths, closing).await, options, destination, terminal).await
            }
            Subcommand::Put(options) => {
                put::put(closed(paths, closing).await, options, terminal).await
            }
            Subcommand::Approver(options) => approver::approver(options, terminal).await,
            Subcommand::Suggest(options) => suggest::suggest(&paths, &options, terminal),
            Subcommand::Audit(options) => audit::audit(options.subcommand, terminal).await,
            Subcommand::Serve(_) | Subcommand::Stdio(_) => ExitStatus::USAGE, // `Invocation::parse` keeps them
        }
    }
}

/// As [`record_run`]; what is wrong is told.
fn recorded(
    audit_file: Option<PathBuf>,
    verbose: bool,
    terminal: &mut Terminal,
) -> Result<(), AuditError> {
    let recorded = record_run(audit_file, verbose, terminal);
    recorded.inspect_err(|fault| terminal.error(&format!("mcp-ssh: {fault}")))
}

/// Says where the records of a run go. stderr is the command's own: records that are kept elsewhere stay out of it, and
/// so do those of a person who watches what becomes of the command.
fn record_run(
    audit_file: Option<PathBuf>,
    verbose: bool,
    terminal: &Terminal,
) -> Result<(), AuditError> {
    let is_watched = terminal.shows_errors() && !verbose;
    if is_watched {
        log_level::quieten();
    }
    match audit_file {
        Some(path) => Audit::use_file(path, if verbose { Echo::Stderr } else { Echo::Off }),
        None if is_watched => Audit::hide(),
        None => Ok(()),
    }
}

/// A gate for one request; files that somebody writes are waited for. A person is told of a fault once, by the command.
async fn opened(paths: Paths) -> Gate {
    if Terminal::new().shows_errors() {
        log_level::quieten();
    }
    let gate = Gate::open(paths);
    gate.settle().await;
    gate
}

/// A gate for one request, which closes all that it does not need.
async fn closed(paths: Paths, closing: Closing) -> Gate {
    let gate = Gate::open(paths);
    closing.with_configuration(&gate);
    gate.settle().await;
    gate
}
