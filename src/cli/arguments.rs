//! The command line as argh reads it: the common options and the list of the subcommands.
//!
//! Takes: the words after the program's name. Gives: [`ProgramArguments`]. Refuses: words that no option or
//! subcommand has; help, the version and the mistake are written here. Each subcommand's own words stand in the
//! file of the subcommand.
//!
//! The common options may stand before or after the subcommand, and every option may be written
//! `--option=value`; a word after `--` is never an option.

use std::path::PathBuf;

use argh::FromArgs;

use super::approver::ApproverArguments;
use super::audit::AuditArguments;
use super::check::CheckArguments;
use super::client_config::ClientConfigArguments;
use super::completion_words::Usage;
use super::completions::CompletionsArguments;
use super::diff::DiffArguments;
use super::doctor::DoctorArguments;
use super::get::GetArguments;
use super::healthcheck::HealthcheckArguments;
use super::hosts::HostsArguments;
use super::init_arguments::InitArguments;
use super::keyscan::KeyscanArguments;
use super::misspelt::meant;
use super::plan::PlanArguments;
use super::put::PutArguments;
use super::reload::ReloadArguments;
use super::run::RunArguments;
use super::serve::{ServeArguments, StdioArguments};
use super::suggest::SuggestArguments;
use super::words::common_first;
use super::{ExitStatus, Terminal};

/// Let an AI assistant run commands over SSH, only as far as your policy allows.
#[derive(FromArgs, Debug)]
#[argh(
    example = "mcp-ssh --config ./config --keys ./keys check",
    note = "Without a subcommand, {command_name} is the MCP server on stdin and stdout. MCP_SSH_DEBUG=1 shows \
        more on stderr.",
    error_code(0, "done"),
    error_code(1, "the configuration is wrong, or what was asked for failed"),
    error_code(2, "the command line is wrong"),
    error_code(3, "two policies that were compared differ"),
    error_code(77, "the policy denied the command"),
    error_code(124, "the command ran out of time"),
    error_code(130, "the command was cancelled"),
    error_code(255, "the command could not be run")
)]
pub struct ProgramArguments {
    /// print the version and exit
    #[argh(switch, short = 'V')]
    pub version: bool,
    /// directory of servers.yml, credentials.yml and policy.yml
    /// (default: $MCP_SSH_CONFIG_DIR, or /app/config)
    #[argh(option, arg_name = "dir")]
    pub config: Option<PathBuf>,
    /// directory of private keys and known_hosts (default: $MCP_SSH_KEYS_DIR, or /app/keys)
    #[argh(option, arg_name = "dir")]
    pub keys: Option<PathBuf>,
    /// directory of secrets (default: $MCP_SSH_SECRETS_DIR, or /app/secrets)
    #[argh(option, arg_name = "dir")]
    pub secrets: Option<PathBuf>,
    /// file that the records of serve and run are appended to, mode 0600
    /// (default: $MCP_SSH_AUDIT_FILE, or none)
    #[argh(option, arg_name = "file")]
    pub audit_file: Option<PathBuf>,
    /// leave out the seccomp filter, which refuses to start programs, to listen and to write files
    #[argh(switch)]
    pub no_sandbox: bool,
    #[argh(subcommand)]
    pub subcommand: Option<Subcommand>,
}

#[derive(FromArgs, Debug)]
#[argh(subcommand)]
pub enum Subcommand {
    Serve(ServeArguments),
    Stdio(StdioArguments),
    Check(CheckArguments),
    Diff(DiffArguments),
    Healthcheck(HealthcheckArguments),
    Plan(PlanArguments),
    Run(RunArguments),
    Doctor(DoctorArguments),
    Get(GetArguments),
    Put(PutArguments),
    Hosts(HostsArguments),
    Keyscan(KeyscanArguments),
    Init(InitArguments),
    ClientConfig(ClientConfigArguments),
    Completions(CompletionsArguments),
    Audit(AuditArguments),
    Suggest(SuggestArguments),
    Reload(ReloadArguments),
    Approver(ApproverArguments),
}

impl Subcommand {
    /// Whether it writes records of what it asks the gate for, and then whether a person sees them all the same.
    pub fn records(&self) -> Option<bool> {
        match self {
            Self::Run(options) => Some(options.verbose),
            Self::Doctor(options) => Some(options.verbose),
            Self::Get(options) => Some(options.verbose),
            Self::Put(options) => Some(options.verbose),
            Self::Init(_) => Some(false),
            Self::Serve(_)
            | Self::Stdio(_)
            | Self::Check(_)
            | Self::Diff(_)
            | Self::Healthcheck(_)
            | Self::Plan(_)
            | Self::Hosts(_)
            | Self::Keyscan(_)
            | Self::ClientConfig(_)
            | Self::Completions(_)
            | Self::Audit(_)
            | Self::Suggest(_)
            | Self::Reload(_)
            | Self::Approver(_) => None,
        }
    }
}

impl ProgramArguments {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// The status to exit with, once help, the version or the mistake has been written.
    pub fn parse(words: &[String], terminal: &mut Terminal) -> Result<Self, ExitStatus> {
        let words = common_first(words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some((&"-h", subcommand)) = words.split_last()
            && is_subcommand(subcommand)
        {
            terminal.line(help(subcommand).unwrap_or_default().trim_end());
            return Err(ExitStatus::SUCCESS);
        }
        match Self::from_args(&["mcp-ssh"], &words) {
            Ok(arguments) if arguments.version => {
                terminal.line(concat!("mcp-ssh ", env!("CARGO_PKG_VERSION")));
                Err(ExitStatus::SUCCESS)
            }
            Ok(arguments) => Ok(arguments),
            Err(early) if early.status.is_ok() => {
                terminal.line(early.output.trim_end());
                Err(ExitStatus::SUCCESS)
            }
            Err(early) => {
                let output = early.output.trim_end();
                let refused = output.strip_prefix("Unrecognized argument: ");
                let meant = refused.and_then(|refused| meant(&words, refused, help));
                let meant = meant.map_or(String::new(), |meant| format!(": {meant}"));
                terminal.error(&format!("{output}{meant}"));
                terminal.error("mcp-ssh: see `mcp-ssh --help`");
                Err(ExitStatus::USAGE)
            }
        }
    }
}

/// Whether the words are a subcommand's name and nothing else, or no words: elsewhere `-h` is a word like others, as in
/// the command `ls -h`.
fn is_subcommand(words: &[&str]) -> bool {
    let Some((last, before)) = words.split_last() else {
        return true;
    };
    let known = Usage::of(help, before).commands;
    is_subcommand(before) && known.iter().any(|command| command == last)
}

/// The help of the subcommand that the words name, or of the program; nothing for other words.
pub fn help(words: &[&str]) -> Option<String> {
    let words: Vec<&str> = words.iter().copied().chain(["--help"]).collect();
    match ProgramArguments::from_args(&["mcp-ssh"], &words) {
        Err(early) if early.status.is_ok() => Some(early.output),
        Ok(_) | Err(_) => None,
    }
}
