//! `mcp-ssh reload`: check the files, have every server read them, and hear what became of it.
//!
//! Takes the files once nobody writes them. Gives a line for each server; fails when one does not have them
//! in force afterwards, and when there is none.

use std::time::Duration;

use argh::FromArgs;
use rustix::process::geteuid;

use super::check::{CheckArguments, checked};
use super::numbers::process;
use super::{ExitStatus, Terminal, servers};
use crate::clock::Stopwatch;
use crate::config::{self, Paths};
use crate::process_name::ProcessName;
use crate::runtime::sleep;

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
pub struct ReloadArguments {
    /// one server's process; without it, all of this user's
    #[argh(option, arg_name = "n", from_str_fn(process))]
    pub pid: Option<i32>,
}

/// How long a server may take: it waits up to two seconds for files that somebody writes.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two looks at its name.
const PAUSE: Duration = Duration::from_millis(20);

/// A server that was told.
struct SignalledServer {
    number: i32,
    before: ProcessName,
}

/// Reports every fault as `check` does; sends the signal only when there is none.
pub async fn reload(
    paths: &Paths,
    options: &ReloadArguments,
    terminal: &mut Terminal,
) -> ExitStatus {
    if !config::settled(paths).await {
        terminal.error("mcp-ssh: nothing was reloaded: the files are being written: try again");
        return ExitStatus::FAILURE;
    }
    // A rule that is taken away must reach the servers, also where a key is missing.
    let check = CheckArguments {
        keys_elsewhere: true,
        ..CheckArguments::default()
    };
    let (status, digest) = checked(paths, None, &check, terminal);
    let Some(digest) = digest.filter(|_| status == ExitStatus::SUCCESS) else {
        terminal.error("mcp-ssh: no server was told: it keeps the configuration it has");
        return status;
    };
    match tell(options.pid) {
        Ok(told) => hear(told, &digest, terminal).await,
        Err(why) => {
            terminal.error(&format!("mcp-ssh: nothing was reloaded: {why}"));
            ExitStatus::FAILURE
        }
    }
}

/// Tells the server of that number, or every one there is.
fn tell(number: Option<i32>) -> Result<Vec<SignalledServer>, String> {
    if let Some(number) = number {
        let before = servers::hang_up(number)?;
        return Ok(vec![SignalledServer { number, before }]);
    }
    let all = servers::all().map_err(|error| format!("/proc cannot be read: {error}"))?;
    let tell = |number: i32| {
        let before = servers::hang_up(number).ok()?;
        Some(SignalledServer { number, before })
    };
    let told: Vec<SignalledServer> = all.into_iter().filter_map(tell).collect();
    if told.is_empty() {
        let user = geteuid().as_raw();
        return Err(format!(
            "no server runs as user {user} here: run this where the servers are and as their user, or \
             give one as `--pid N`"
        ));
    }
    Ok(told)
}

/// Waits until each has answered, and says what.
async fn hear(told: Vec<SignalledServer>, digest: &str, terminal: &mut Terminal) -> ExitStatus {
    let (begun, all, mut failed) = (Stopwatch::start(), told.len(), 0);
    for server in told {
        let answer = loop {
            match server.answer(digest) {
                Some(answer) => break Ok(answer),
                None if begun.elapsed() >= PATIENCE => break Err(server.silence()),
                None => sleep(PAUSE).await,
            }
        };
        failed += usize::from(answer.as_ref().is_ok_and(|answer| *answer == REFUSED));
        failed += usize::from(answer.is_err());
        let answer = answer.map_or_else(|silence| silence, str::to_owned);
        terminal.line(&format!("process {}: {answer}", server.number));
    }
    if failed == 0 {
        return ExitStatus::SUCCESS;
    }
    terminal.error(&format!(
        "mcp-ssh: {failed} of {all} servers do not have these files in force; their own records say why"
    ));
    ExitStatus::FAILURE
}

const RELOADED: &str = "reloaded";
const REFUSED: &str = "refused the configuration";
const ENDED: &str = "has ended";

impl SignalledServer {
    /// Nothing while it has not answered, or has loaded something else than these files.
    fn answer(&self, digest: &str) -> Option<&'static str> {
        match servers::name(self.number) {
            Ok(name) if !name.is_after(&self.before) => None,
            Ok(name) if name.has(digest) => Some(RELOADED),
            Ok(name) if name.is_refused() => Some(REFUSED),
            Ok(_) => None,
            Err(_) if servers::is_there(self.number) => None,
            Err(_) => Some(ENDED),
        }
    }

    /// What is to be said of one that has not.
    fn silence(&self) -> String {
        match servers::name(self.number) {
            Ok(name) if name.is_after(&self.before) => {
                let its = name.digest();
                format!("has other files in force (sha256 {its}...): another `--config`?")
            }
            Ok(_) | Err(_) => "did not answer".to_owned(),
        }
    }
}
