//! Which system calls this process may make once it serves; and later, in [`LandlockDomain`], which files and ports.
//!
//! Takes a [`Filter`], which says whether a file will be opened to append to it. Gives a process without core
//! dumps, closed to debuggers, which can gain no privileges, behind a seccomp filter. The filter refuses each
//! call that `table` does not list: to start a program or a process, to listen, to trace or read other
//! processes, to map memory that can be executed, to open files for writing.
//!
//! A refused call gets `EPERM`, and the process lives on: if one command makes a forbidden call, the records of
//! the other commands must still be written.

mod reach;
mod table;

use std::io;

use libc::{BPF_ABS, BPF_ALU, BPF_AND, BPF_JA, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W};
use libc::{ENOSYS, EPERM};
use libc::{SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::set_no_new_privs;
use seccompiler::{Error, apply_filter, sock_filter};

pub use reach::{LandlockDomain, LandlockReach, is_closed};

use table::{ALLOWED, APPENDING, ARCHITECTURE, FilterAnswer, LEGACY, PLACING, SystemCallRow};

/// The offsets in `struct seccomp_data` (linux/seccomp.h) of the call's number, of its architecture, and of
/// its first argument.
const NUMBER: u32 = 0;
const CALLER: u32 = 4;
const ARGUMENTS: u32 = 16;
/// How many instructions a condition takes.
const CONDITION: u8 = 3;

/// The calls that the filter lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The table, and no file that is opened to write.
    ReadOnly,
    /// The table, and any file that this user may write to can be opened to append to it: the audit file is
    /// opened only at its first record.
    Appending,
    /// As [`Filter::Appending`], and a name may be given to a file that is open, where no file has that name.
    Placing,
    /// Everything: the operator asked for no filter.
    LeftOut,
    /// Everything: the subcommand writes files or sends a signal, and talks to no other host.
    Unneeded,
}

impl Filter {
    /// Whether the kernel is to refuse anything.
    pub fn is_in_force(self) -> bool {
        match self {
            Self::ReadOnly | Self::Appending | Self::Placing => true,
            Self::LeftOut | Self::Unneeded => false,
        }
    }
}

/// Guards this process; must be called while it has one thread and has read no file. If the system refuses a
/// guard, this is logged and the process goes on: a container has a filter of its own.
pub fn enter(filter: Filter) {
    if let Err(error) = harden() {
        log::error!("secrets may reach a core dump or a debugger: {error}");
    }
    match filter {
        Filter::Unneeded => {}
        Filter::LeftOut => {
            log::warn!("no sandbox, as `--no-sandbox` says: system calls are not filtered");
        }
        Filter::ReadOnly | Filter::Appending | Filter::Placing => {
            if let Err(error) = confine(filter) {
                log::error!(
                    "no sandbox: the system refuses a seccomp filter: {error}; allow it, or say `--no-sandbox`"
                );
            }
        }
    }
}

/// Forbids core dumps, debuggers and new privileges: secrets are in the memory of this process.
fn harden() -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    // This also makes root the owner of /proc/PID/mem, environ and fd: other processes of this user cannot open them.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(set_no_new_privs(true)?)
}

/// Puts the filter in front of this thread and of every thread that it starts. A filter cannot be taken away.
fn confine(filter: Filter) -> io::Result<()> {
    apply_filter(&program(filter)).map_err(|error| match error {
        Error::Prctl(error) | Error::Seccomp(error) => error,
        Error::Backend(_) | Error::EmptyFilter | Error::ThreadSync(_) => {
            io::Error::other(error.to_string())
        }
    })
}

/// The table as a program of classic BPF: the first row whose conditions hold gives the answer.
fn program(filter: Filter) -> Vec<sock_filter> {
    let (appending, placing): (&[SystemCallRow], &[SystemCallRow]) = match filter {
        Filter::Placing => (APPENDING, PLACING),
        Filter::Appending => (APPENDING, &[]),
        Filter::ReadOnly | Filter::LeftOut | Filter::Unneeded => (&[], &[]),
    };
    // Other architectures have other numbers: the number of an allowed call may be that of `execve` there.
    let mut program = vec![
        load(CALLER),
        unless(ARCHITECTURE, 1),
        skip(1),
        give(FilterAnswer::Kill),
    ];
    let rows = ALLOWED.iter().chain(LEGACY).chain(appending).chain(placing);
    for row in rows {
        write(row, &mut program);
    }
    program.push(give(FilterAnswer::Refuse));
    program
}

/// Adds the instructions of one row: a condition that does not hold skips the rest of the row.
fn write(row: &SystemCallRow, program: &mut Vec<sock_filter>) {
    // The answer is the last instruction of a row.
    let mut rest = row.conditions.iter().fold(1, |rest, _| rest + CONDITION);
    program.extend([load(NUMBER), unless(row.call, rest)]);
    for condition in row.conditions {
        rest -= CONDITION;
        program.extend([
            load(ARGUMENTS + condition.offset),
            statement(BPF_ALU | BPF_AND | BPF_K, condition.mask),
            unless(condition.value, rest),
        ]);
    }
    program.push(give(row.answer));
}

fn load(offset: u32) -> sock_filter {
    statement(BPF_LD | BPF_W | BPF_ABS, offset)
}

/// Skips `skipped` instructions unless the loaded word is `value`.
fn unless(value: u32, skipped: u8) -> sock_filter {
    sock_filter {
        jf: skipped,
        ..statement(BPF_JMP | BPF_JEQ | BPF_K, value)
    }
}

fn skip(instructions: u32) -> sock_filter {
    statement(BPF_JMP | BPF_JA, instructions)
}

fn give(answer: FilterAnswer) -> sock_filter {
    let value = match answer {
        FilterAnswer::Allow => SECCOMP_RET_ALLOW,
        FilterAnswer::Pretend => SECCOMP_RET_ERRNO,
        FilterAnswer::Missing => SECCOMP_RET_ERRNO | ENOSYS.cast_unsigned(),
        FilterAnswer::Refuse => SECCOMP_RET_ERRNO | EPERM.cast_unsigned(),
        FilterAnswer::Kill => SECCOMP_RET_KILL_PROCESS,
    };
    statement(BPF_RET | BPF_K, value)
}

fn statement(code: u32, k: u32) -> sock_filter {
    sock_filter {
        // Every code is below 0x100, so that nothing is cut off.
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    }
}
