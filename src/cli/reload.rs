//! `mcp-ssh reload`: check the files, then have the server read them.
//!
//! Refuses to signal anything but a server of ours: SIGHUP ends a process that does not expect it.

use std::path::Path;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

use super::arguments::{Check, Reload as Options};
use super::check::check;
use super::{ExitStatus, Terminal};
use crate::config::Paths;

/// SIGHUP, number 1, in the masks of /proc/PID/status (proc(5), `SigCgt`).
const HANGUP_BIT: u64 = 1;

/// Reports every fault as `check` does; sends the signal only when there is none.
pub fn reload(paths: &Paths, options: &Options, terminal: &mut Terminal) -> ExitStatus {
    let checked = check(paths, &Check::default(), terminal);
    if checked != ExitStatus::SUCCESS {
        terminal.error("mcp-ssh: the server was not told: it keeps the configuration it has");
        return checked;
    }
    match tell(options.pid) {
        Ok(()) => {
            terminal.line(&format!("told process {} to reload", options.pid));
            ExitStatus::SUCCESS
        }
        Err(why) => {
            terminal.error(&format!("mcp-ssh: nothing was reloaded: {why}"));
            ExitStatus::FAILURE
        }
    }
}

fn tell(number: i32) -> Result<(), String> {
    // rustix panics at a negative number.
    let pid = Some(number).filter(|number| *number > 0);
    let pid = pid
        .and_then(Pid::from_raw)
        .ok_or_else(|| format!("`{number}` is no process: give the server's --pid"))?;
    is_server(number)?;
    kill_process(pid, Signal::HUP).map_err(|error| match error {
        Errno::PERM => {
            format!("process {number} is another user's: run this as the user it runs as")
        }
        Errno::SRCH => format!("process {number} has ended"),
        other => format!("process {number} cannot be signalled: {other}"),
    })
}

/// Whether the process runs this program and waits for SIGHUP, as far as the system tells.
fn is_server(number: i32) -> Result<(), String> {
    let stranger =
        |what: &str| format!("process {number} {what}: give the server's process as `--pid N`");
    let process = Path::new("/proc").join(number.to_string());
    let status = std::fs::read_to_string(process.join("status"));
    let status = status.map_err(|_| stranger("is not there"))?;
    let own = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let name = field(&status, "Name:");
    if name.is_none() || name != field(&own, "Name:") {
        return Err(stranger("is not mcp-ssh"));
    }
    // A server that keeps its memory to itself does not show its program either.
    if let (Ok(program), Ok(own)) = (
        std::fs::read_link(process.join("exe")),
        std::env::current_exe(),
    ) && file_name(&program) != file_name(&own)
    {
        return Err(stranger("only has the name of mcp-ssh"));
    }
    let caught = field(&status, "SigCgt:").and_then(|mask| u64::from_str_radix(mask, 16).ok());
    if caught.is_none_or(|caught| caught & HANGUP_BIT == 0) {
        return Err(stranger("does not wait for SIGHUP, as a server does"));
    }
    Ok(())
}

/// The value of a line of /proc/PID/status.
fn field<'s>(status: &'s str, name: &str) -> Option<&'s str> {
    let value = status.lines().find_map(|line| line.strip_prefix(name));
    value.map(str::trim)
}

/// What a program is called, also when its file was replaced under it.
fn file_name(program: &Path) -> Option<&str> {
    let name = program.file_name()?.to_str()?;
    Some(name.strip_suffix(" (deleted)").unwrap_or(name))
}
