//! `mcp-ssh get`: a file of a host, copied to here through the same gate and audit as the server.
//!
//! Takes: an alias and a path. Gives: a local file with the same bytes, which is there whole or not at all, or the bytes
//! on stdout. Refuses: what the gate refuses, a local file that is there already, and bytes on a terminal.

use std::cell::RefCell;
use std::io::{self, Write};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::rc::Rc;

use argh::FromArgs;

use super::approval::person;
use super::meter::{Meter, Metered};
use super::operator_words::{denied_file, failed_file};
use super::run::cancelled_by_signals;
use super::seconds::seconds;
use super::touch::beside_copy;
use super::unnamed_file::UnnamedFile;
use super::words::STDOUT;
use super::{ExitStatus, Terminal};
use crate::gate::{Ending, FileDeed, FileDone, FileOutcome, FileRequest, Gate};
use mcp_ssh_yaml::diagnostic::visible;

/// Copy a file of a host to here, through the same policy and audit as the server.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "get",
    example = "mcp-ssh get web1 /etc/nginx/nginx.conf\nmcp-ssh get web1 /var/log/syslog -",
    error_code(0, "it was copied whole"),
    error_code(2, "the command line is wrong, or the local file is there already"),
    error_code(77, "denied"),
    error_code(124, "out of time"),
    error_code(130, "cancelled"),
    error_code(
        255,
        "it could not be copied: no such host or file, not reached, no login"
    )
)]
pub struct GetArguments {
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
    /// show the records on stderr, also where that is a terminal
    #[argh(switch, short = 'v')]
    pub verbose: bool,
    /// end it after so many seconds; no more than the policy's max_seconds
    #[argh(option, arg_name = "n", from_str_fn(seconds))]
    pub timeout_seconds: Option<NonZeroU32>,
    /// the host's alias, the path there, and the local file or directory, or - for stdout (default: the name of the
    /// file, here)
    #[argh(positional, arg_name = "alias path [local]")]
    pub words: Vec<String>,
}

/// Where the bytes go.
#[derive(Debug)]
pub enum CopyTarget {
    /// To a new file.
    File(UnnamedFile),
    /// To stdout.
    Stdout,
}

impl CopyTarget {
    /// The directory in which the file gets its name.
    pub(super) fn directory(&self) -> Option<PathBuf> {
        match self {
            Self::File(file) => Some(file.directory()),
            Self::Stdout => None,
        }
    }
}

impl GetArguments {
    /// Opens the local file, before the process gives up to open files.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn destination(&self) -> Result<CopyTarget, String> {
        let (path, local) = match self.words.as_slice() {
            [_, path] => (path, "."),
            [_, path, local] => (path, local.as_str()),
            _ => return Err("write `mcp-ssh get ALIAS PATH [LOCAL]`".to_owned()),
        };
        if local == STDOUT {
            return match Terminal::new().columns().is_some() {
                true => {
                    Err("bytes of a file are not written to a terminal: name a file".to_owned())
                }
                false => Ok(CopyTarget::Stdout),
            };
        }
        let mut local = PathBuf::from(local);
        if local.is_dir() {
            let name = path.rsplit('/').next().filter(|name| !name.is_empty());
            local.push(name.ok_or_else(|| format!("`{}` names no file", path.escape_debug()))?);
        }
        UnnamedFile::open(local).map(CopyTarget::File)
    }
}

/// Copies the file.
pub async fn get(
    gate: Gate,
    options: GetArguments,
    destination: CopyTarget,
    terminal: &mut Terminal,
) -> ExitStatus {
    let sink: io::Result<Box<dyn Write>> = match &destination {
        CopyTarget::File(file) => file.sink().map(|file| Box::new(file) as Box<dyn Write>),
        CopyTarget::Stdout => Ok(terminal.bytes()),
    };
    let (sink, cancelled) = match (sink, cancelled_by_signals()) {
        (Ok(sink), Ok(cancelled)) => (sink, cancelled),
        (Err(error), _) | (_, Err(error)) => {
            terminal.error(&format!("mcp-ssh: {error}"));
            return ExitStatus::FAILURE;
        }
    };
    let meter = Rc::new(Meter::new(None));
    let sink = Metered {
        sink,
        meter: Rc::clone(&meter),
    };
    let [alias, path] = [0, 1].map(|at| options.words.get(at).map_or("", String::as_str));
    let request = FileRequest {
        timeout_seconds: options.timeout_seconds,
        ..FileRequest::new(alias, path, FileDeed::Fetch(Rc::new(RefCell::new(sink))))
    };
    let observer = beside_copy(&meter);
    let touched = gate.touch_file(request, cancelled, observer, person(), None);
    let outcome = touched.await;
    gate.close().await;
    meter.end();
    let placed = match (&outcome, destination) {
        (FileOutcome::Done(_), CopyTarget::File(file)) => file.place().map(Some),
        (FileOutcome::Done(_) | FileOutcome::Denied(_) | FileOutcome::Failed(_), _) => Ok(None),
    };
    let placed = match placed {
        Ok(placed) => placed,
        Err(why) => {
            terminal.error(&format!("mcp-ssh: {why}"));
            return ExitStatus::UNREACHED;
        }
    };
    if let (FileOutcome::Done(FileDone::Fetched(fetched)), Some(placed), false) =
        (&outcome, &placed, options.json)
    {
        let (bytes, sha256) = (fetched.bytes, &fetched.sha256);
        let placed = placed.display().to_string();
        let placed: String = placed.chars().map(visible).collect();
        terminal.line(&format!("{placed}: {bytes} bytes, sha256 {sha256}"));
    }
    // The bytes of the file are on stdout: nothing else is.
    let json = options.json && (placed.is_some() || !matches!(outcome, FileOutcome::Done(_)));
    show(&outcome, json, terminal);
    status(&outcome)
}

/// Tells what came of a request about a file: as JSON, or what went wrong.
pub fn show(outcome: &FileOutcome, json: bool, terminal: &mut Terminal) {
    match outcome {
        FileOutcome::Done(done) if json => terminal.json(done),
        FileOutcome::Denied(denied) if json => terminal.json(denied),
        FileOutcome::Failed(failure) if json => {
            terminal.json(failure);
            if terminal.shows_errors() {
                terminal.error(&failed_file(failure));
            }
        }
        FileOutcome::Done(_) => {}
        FileOutcome::Denied(denied) => terminal.error(&denied_file(denied)),
        FileOutcome::Failed(failure) => terminal.error(&failed_file(failure)),
    }
}

/// The status to exit with.
pub fn status(outcome: &FileOutcome) -> ExitStatus {
    match outcome.ending() {
        Ending::Succeeded => ExitStatus::SUCCESS,
        Ending::Denied => ExitStatus::DENIED,
        Ending::TimedOut => ExitStatus::TIMED_OUT,
        Ending::Cancelled => ExitStatus::CANCELLED,
        Ending::Failed | Ending::NotStarted => ExitStatus::UNREACHED,
    }
}
