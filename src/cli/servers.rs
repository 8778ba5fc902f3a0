//! The servers of this program, as /proc shows them.
//!
//! Takes nothing, or the number of a process; gives the servers that run as our user in our PID namespace,
//! and what their names say. Refuses to signal anything but a server of ours: SIGHUP ends a process that
//! does not expect it.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, geteuid, getpid, kill_process};

use crate::process_name::ProcessName;

/// SIGHUP, number 1, in the masks of /proc/PID/status (proc(5), `SigCgt`).
const HANGUP_BIT: u64 = 1;

/// Every server that runs as our user, the lowest number first.
///
/// # Errors
/// /proc cannot be read.
pub(super) fn all() -> std::io::Result<Vec<i32>> {
    let own = getpid().as_raw_nonzero().get();
    let numbers = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|number| *number != own && is_of_ours(*number) && name(*number).is_ok());
    let mut numbers: Vec<i32> = numbers.collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Whether it runs as our user, and in no container: what is told inside of one is told there.
fn is_of_ours(number: i32) -> bool {
    let (Some(status), Some(own)) = (status(number), fs::read_to_string("/proc/self/status").ok())
    else {
        return false;
    };
    let user = field(&status, "Uid:").and_then(|users| users.split_whitespace().nth(1));
    let depth = |status| field(status, "NSpid:").map(|numbers| numbers.split_whitespace().count());
    user.is_some_and(|user| user.parse() == Ok(geteuid().as_raw())) && depth(&status) == depth(&own)
}

/// What the name of a server says; nothing when there is no such process any more.
///
/// # Errors
/// Why it is no server, as far as the system tells.
pub(super) fn name(number: i32) -> Result<ProcessName, String> {
    let stranger =
        |what: &str| format!("process {number} {what}: give the server's process as `--pid N`");
    let status = status(number).ok_or_else(|| stranger("is not there"))?;
    let name = field(&status, "Name:").and_then(ProcessName::parse);
    let name = name.ok_or_else(|| stranger("is no server of mcp-ssh"))?;
    // A server that keeps its memory to itself does not show its program either.
    if let (Ok(program), Ok(own)) = (
        fs::read_link(process(number).join("exe")),
        std::env::current_exe(),
    ) && file_name(&program) != file_name(&own)
    {
        return Err(stranger("only has the name of a server"));
    }
    let caught = field(&status, "SigCgt:").and_then(|mask| u64::from_str_radix(mask, 16).ok());
    if caught.is_none_or(|caught| caught & HANGUP_BIT == 0) {
        return Err(stranger("does not wait for SIGHUP, as a server does"));
    }
    Ok(name)
}

/// Tells a server to reload; gives the name that it had before.
///
/// # Errors
/// Why it cannot be told.
pub(super) fn hang_up(number: i32) -> Result<ProcessName, String> {
    // rustix panics at a negative number.
    let pid = Some(number).filter(|number| *number > 0);
    let pid = pid
        .and_then(Pid::from_raw)
        .ok_or_else(|| format!("`{number}` is no process: give the server's --pid"))?;
    let name = name(number)?;
    let told = kill_process(pid, Signal::HUP).map_err(|error| match error {
        Errno::PERM => {
            format!("process {number} is another user's: run this as the user it runs as")
        }
        Errno::SRCH => format!("process {number} has ended"),
        other => format!("process {number} cannot be signalled: {other}"),
    });
    told.map(|()| name)
}

/// Whether there is such a process.
pub(super) fn is_there(number: i32) -> bool {
    let state = status(number);
    // A zombie has nothing in force.
    let state = state.as_deref().and_then(|status| field(status, "State:"));
    state.is_some_and(|state| !state.starts_with('Z'))
}

fn process(number: i32) -> PathBuf {
    Path::new("/proc").join(number.to_string())
}

fn status(number: i32) -> Option<String> {
    fs::read_to_string(process(number).join("status")).ok()
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
