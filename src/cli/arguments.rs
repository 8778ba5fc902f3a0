//! The words of the command line, by argh.
//!
//! The common options may stand before or after the subcommand, and every option may be written
//! `--option=value`; a word after `--` is never an option.

use std::num::NonZeroU32;
use std::path::PathBuf;

use argh::FromArgs;

use super::audit::Audit;
use super::client_config::ClientConfig;
use super::completions::Completions;
use super::init::Init;
use super::{ExitStatus, Terminal};

/// Options that mean the same to every subcommand, and the one of them that takes no value.
pub const COMMON: [&str; 5] = [
    "--config",
    "--keys",
    "--secrets",
    "--audit-file",
    NO_SANDBOX,
];
const NO_SANDBOX: &str = "--no-sandbox";

/// The file that `-` stands for.
pub const STDIN: &str = "/dev/stdin";

/// Let an AI assistant run commands over SSH, only as far as your policy allows.
#[derive(FromArgs, Debug)]
#[argh(
    example = "mcp-ssh --config ./config --keys ./keys check",
    note = "Without a subcommand, {command_name} is the MCP server on stdin and stdout. MCP_SSH_DEBUG=1 shows more on stderr.",
    error_code(0, "done"),
    error_code(1, "the configuration is wrong, or what was asked for failed"),
    error_code(2, "the command line is wrong"),
    error_code(77, "the policy denied the command"),
    error_code(124, "the command ran out of time"),
    error_code(130, "the command was cancelled"),
    error_code(255, "the command could not be run")
)]
pub struct Arguments {
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
    Serve(Serve),
    Stdio(Stdio),
    Check(Check),
    Healthcheck(Healthcheck),
    Plan(Plan),
    Run(Run),
    Hosts(Hosts),
    Keyscan(Keyscan),
    Init(Init),
    ClientConfig(ClientConfig),
    Completions(Completions),
    Audit(Audit),
    Reload(Reload),
}

/// Serve MCP on stdin and stdout; records go to stderr as JSON lines.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "serve",
    example = "mcp-ssh serve --config ./config",
    error_code(0, "the client is gone"),
    error_code(1, "the streams to the client failed"),
    error_code(2, "the command line is wrong")
)]
pub struct Serve {}

/// The same as serve.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "stdio",
    example = "mcp-ssh stdio",
    error_code(0, "the client is gone"),
    error_code(1, "the streams to the client failed"),
    error_code(2, "the command line is wrong")
)]
pub struct Stdio {}

/// Load everything, report every fault, run policy_tests.yml, print a summary.
#[derive(FromArgs, Debug, Default)]
#[argh(
    subcommand,
    name = "check",
    example = "mcp-ssh check --strict",
    error_code(0, "no fault; with --strict no warning, either"),
    error_code(1, "there is one, or a policy test fails"),
    error_code(2, "the command line is wrong")
)]
pub struct Check {
    /// warnings fail, too
    #[argh(switch)]
    pub strict: bool,
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
}

/// Say nothing when the server could work, else one line.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "healthcheck",
    example = "mcp-ssh healthcheck",
    error_code(0, "the server could work"),
    error_code(1, "it could not"),
    error_code(2, "the command line is wrong")
)]
pub struct Healthcheck {}

/// Show what the policy says of a command and how it came to that, without running it.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "plan",
    example = "mcp-ssh plan web1 -- systemctl status nginx\nmcp-ssh plan --tag web -- uptime\nmcp-ssh plan --json web1 --stdin < commands.jsonl",
    error_code(0, "allowed; with --stdin: every line was answered"),
    error_code(1, "the configuration is wrong, or there is no such host"),
    error_code(2, "the command line is wrong"),
    error_code(77, "not allowed")
)]
pub struct Plan {
    /// print one JSON object a decision, with every step of it; without the steps for --stdin
    #[argh(switch)]
    pub json: bool,
    /// on every host with this tag, instead of an alias
    #[argh(option, arg_name = "tag")]
    pub tag: Option<String>,
    /// read one JSON string a line from stdin, and answer one decision a line
    #[argh(switch)]
    pub stdin: bool,
    /// seconds that a run of it would ask for
    #[argh(option, arg_name = "n")]
    pub timeout_seconds: Option<NonZeroU32>,
    /// the host's alias, unless there is a tag, then the command
    #[argh(positional, arg_name = "alias -- command")]
    pub words: Vec<String>,
}

/// Run a command through the same policy and audit as the server.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "run",
    example = "mcp-ssh run web1 -- uptime\nmcp-ssh run --tag web -- uptime",
    error_code(
        0,
        "the command's own status is the exit status; with --tag: 0 on all hosts"
    ),
    error_code(1, "with --tag: not 0 on some host, or no host has the tag"),
    error_code(2, "the command line is wrong"),
    error_code(77, "denied; with --tag: on all hosts"),
    error_code(124, "out of time"),
    error_code(130, "cancelled"),
    error_code(255, "it could not be run: no such host, not reached, no login")
)]
pub struct Run {
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
    /// on every host with this tag, several at once, instead of an alias
    #[argh(option, arg_name = "tag")]
    pub tag: Option<String>,
    /// end it after so many seconds; no more than the policy's max_seconds
    #[argh(option, arg_name = "n")]
    pub timeout_seconds: Option<NonZeroU32>,
    /// the host's alias, unless there is a tag, then the command
    #[argh(positional, arg_name = "alias -- command")]
    pub words: Vec<String>,
}

/// List the hosts.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "hosts",
    example = "mcp-ssh hosts --tag production",
    error_code(0, "they are listed, even if there is none"),
    error_code(1, "the configuration is wrong"),
    error_code(2, "the command line is wrong")
)]
pub struct Hosts {
    /// only hosts with this tag
    #[argh(option, arg_name = "tag")]
    pub tag: Option<String>,
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
}

/// Print the known_hosts lines of hosts, and their fingerprints on stderr. Compare those with the
/// hosts' own before you add the lines.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "keyscan",
    example = "mcp-ssh keyscan 10.0.0.11 web-1.example.com:2222\nmcp-ssh keyscan --all --hash",
    error_code(0, "all hosts answered"),
    error_code(1, "some did not, or the configuration is wrong"),
    error_code(2, "the command line is wrong")
)]
pub struct Keyscan {
    /// all hosts of servers.yml
    #[argh(switch)]
    pub all: bool,
    /// hash the hosts' names
    #[argh(switch)]
    pub hash: bool,
    /// the hosts
    #[argh(positional, arg_name = "host[:port]")]
    pub hosts: Vec<String>,
}

/// Check the configuration as check does and, if it has no fault, have every running server of this
/// user reload it, and say what became of it. A server does so by itself before the next command.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "reload",
    example = "mcp-ssh reload --pid 4711",
    error_code(0, "the files have no fault, and every server has them in force"),
    error_code(1, "they have one, a server does not have them, or there is none"),
    error_code(2, "the command line is wrong")
)]
pub struct Reload {
    /// one server's process; without it, all of this user's
    #[argh(option, arg_name = "n")]
    pub pid: Option<i32>,
}

impl Arguments {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// The status to exit with, once help, the version or the mistake has been written.
    pub fn parse(words: &[String], terminal: &mut Terminal) -> Result<Self, ExitStatus> {
        let words = common_first(words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
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
                terminal.error(early.output.trim_end());
                terminal.error("mcp-ssh: see `mcp-ssh --help`");
                Err(ExitStatus::USAGE)
            }
        }
    }
}

/// Splits `--option=value` and moves the common options to the front, where argh wants them.
fn common_first(words: &[String]) -> Vec<String> {
    let end = words
        .iter()
        .position(|word| word == "--")
        .unwrap_or(words.len());
    let (options, command) = words.split_at(end);
    let split = options.iter().flat_map(|word| match word.split_once('=') {
        Some((option, value)) if option.starts_with("--") => {
            vec![option.to_owned(), value.to_owned()]
        }
        _ => vec![word.clone()],
    });
    let (mut common, mut rest) = (Vec::new(), Vec::<String>::new());
    let mut split = split.peekable();
    while let Some(word) = split.next() {
        if COMMON.contains(&word.as_str()) {
            let takes_value = word != NO_SANDBOX;
            common.push(word);
            common.extend(split.next_if(|_| takes_value));
        } else if word == "-" && rest.first().is_some_and(|first| first == "audit") {
            // argh takes it for an option.
            rest.push(STDIN.to_owned());
        } else {
            rest.push(word);
        }
    }
    common
        .into_iter()
        .chain(rest)
        .chain(command.iter().cloned())
        .collect()
}

/// `MCP_SSH_DEBUG=1` or `LOG_LEVEL`; warnings and errors when neither is set.
pub fn log_level() -> log::LevelFilter {
    let debug = std::env::var("MCP_SSH_DEBUG").is_ok_and(|value| !["", "0"].contains(&&*value));
    if debug {
        return log::LevelFilter::Debug;
    }
    let named = std::env::var("LOG_LEVEL").ok();
    named
        .and_then(|level| match level.to_ascii_lowercase().as_str() {
            // Python's names beside the `log` crate's.
            "warning" => Some(log::LevelFilter::Warn),
            "critical" => Some(log::LevelFilter::Error),
            other => other.parse().ok(),
        })
        .unwrap_or(log::LevelFilter::Warn)
}

#[cfg(test)]
mod tests {
    use super::common_first;

    #[test]
    fn common_options_may_stand_anywhere_before_the_command() {
        for (words, expected) in [
            ("check --config d", "--config d check"),
            ("check --config=d --json", "--config d check --json"),
            (
                "--keys k plan a -- x --config y",
                "--keys k plan a -- x --config y",
            ),
            ("plan a -- --config=y", "plan a -- --config=y"),
            ("hosts --config", "--config hosts"),
            ("run --no-sandbox a -- x", "--no-sandbox run a -- x"),
            ("audit verify - --json", "audit verify /dev/stdin --json"),
            ("run a -", "run a -"),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            assert_eq!(common_first(&words).join(" "), expected);
        }
    }
}
