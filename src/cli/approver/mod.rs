//! `mcp-ssh approver`: the program that puts the servers' questions to a person, or to a program of the operator's.
//!
//! Takes: connections of servers on a Unix-domain socket, and keys of the terminal. Gives: each question one answer of
//! the person. Refuses: servers of other users, more questions than a person reads, keys that were typed before the
//! question was there, and a yes to a line that was not shown to its end.

mod brief;
mod connection;
mod desk;
mod hook;
mod keys;
mod layout;
mod screen;
mod service;
mod socket;

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use argh::FromArgs;
use smol::future::or;

use super::held_signals::HeldSignals;
use super::numbers::user_number;
use super::option_forms::path;
use super::{ExitStatus, Terminal};
use crate::approver::approver_socket;
use crate::config::Environment;
use desk::Desk;
#[cfg(fuzzing)]
pub use hook::hook_answer;
use screen::Screen;
use service::Service;
use socket::ApproverSocket;

/// Answer the questions of servers where the policy says ask: wait on a socket, as ssh-agent does, and put each
/// question to the person at this terminal.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "approver",
    example = "mcp-ssh approver\nmcp-ssh approver --socket /run/mcp-ssh/approver.sock --allow-uid 10001",
    error_code(0, "it was ended"),
    error_code(1, "the socket cannot be used, or nobody can be asked"),
    error_code(2, "the command line is wrong")
)]
pub struct ApproverArguments {
    /// the socket (default: $MCP_SSH_APPROVER, or $XDG_RUNTIME_DIR/mcp-ssh/approver.sock)
    #[argh(option, arg_name = "path", from_str_fn(path))]
    pub socket: Option<PathBuf>,
    /// a program that answers in place of the person: the question comes on its stdin, the answer is one line of JSON
    #[argh(option, arg_name = "program", from_str_fn(path))]
    pub hook: Option<PathBuf>,
    /// a user whose servers may ask, too; may be given several times
    #[argh(option, arg_name = "uid", from_str_fn(user_number))]
    pub allow_uid: Vec<u32>,
}

/// Waits for questions until a signal, the person or the end of the terminal ends it.
pub async fn approver(options: ApproverArguments, terminal: &mut Terminal) -> ExitStatus {
    match serve(options, terminal).await {
        Ok(()) => ExitStatus::SUCCESS,
        Err(why) => {
            terminal.error(&format!("mcp-ssh: {why}"));
            ExitStatus::FAILURE
        }
    }
}

async fn serve(options: ApproverArguments, terminal: &mut Terminal) -> Result<(), String> {
    if options.hook.is_none() && !terminal.is_attended() {
        return Err("nobody can be asked: stdin is no terminal, and there is no --hook".to_owned());
    }
    if let Some(hook) = &options.hook {
        runnable(hook)?;
    }
    let path = options
        .socket
        .or_else(|| approver_socket(&Environment::Process));
    let path = path.ok_or(
        "there is no path for the socket: give --socket, or set XDG_RUNTIME_DIR or MCP_SSH_APPROVER",
    )?;
    let path = std::path::absolute(&path).unwrap_or(path);
    let held = HeldSignals::hold();
    let mut held = held.map_err(|error| error.to_string())?;
    let socket = ApproverSocket::open(&path, &options.allow_uid)?;
    terminal.line(&format!("mcp-ssh approver: waiting on {}", path.display()));
    let desk = Rc::new(Desk::default());
    let service = Service {
        desk: Rc::clone(&desk),
        uids: options.allow_uid,
        hook: options.hook.clone(),
    };
    let asking = async {
        match options.hook {
            Some(_) => desk.log(terminal).await,
            None => {
                let screen = Screen::open(Rc::clone(&desk), terminal);
                screen.map_err(|error| error.to_string())?.show().await
            }
        }
    };
    let work = or(asking, service.accept(&socket));
    // Whatever signal ends it, the person has ended it.
    held.or_ended(work).await.unwrap_or(Ok(()))
}

/// A hook that cannot be started is told of now, not with the first question.
fn runnable(hook: &Path) -> Result<(), String> {
    let shown = hook.display();
    match std::fs::metadata(hook) {
        Err(error) => Err(format!("{shown}: {error}")),
        Ok(metadata) if metadata.is_file() && metadata.mode() & 0o111 != 0 => Ok(()),
        Ok(_) => Err(format!("{shown} is no program: give it mode 0755")),
    }
}
