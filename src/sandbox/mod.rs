//! What this process may ask of the kernel once it serves.
//!
//! Takes whether a file will be opened to append to it. Gives a process without core dumps, closed to
//! debuggers, which can gain no privileges, and a seccomp filter in front of the kernel. Refuses
//! what `table` does not list: to start a program or a process, to listen, to trace or read
//! others, to map memory that can be executed, to open files for writing.
//!
//! A call that is refused gets `EPERM` and the process lives on: the attempt of one command
//! must not take the records of the others with it.

mod table;

use std::io;

use libc::{BPF_ABS, BPF_ALU, BPF_AND, BPF_JA, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W};
use libc::{ENOSYS, EPERM};
use libc::{SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::set_no_new_privs;
use seccompiler::{Error, apply_filter, sock_filter};

use table::{ALLOWED, APPENDING, ARCHITECTURE, FilterAnswer, LEGACY, SystemCallRow};

/// Where `struct seccomp_data` (linux/seccomp.h) has the number of the call, its architecture,
/// and the first of its arguments.
const NUMBER: u32 = 0;
const CALLER: u32 = 4;
const ARGUMENTS: u32 = 16;
/// Instructions that a condition takes.
const CONDITION: u8 = 3;

/// What the filter lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The table, and no file that is opened to write.
    ReadOnly,
    /// The table, and any file that this user may write to can be opened to append to it: for an
    /// audit file that is opened later.
    Appending,
    /// Everything: the operator asked for no filter.
    LeftOut,
    /// Everything: a subcommand that writes files or sends a signal, and talks to nobody.
    Unneeded,
}

/// Guards this process, to be called while it has one thread and has read nothing. What the
/// system refuses is logged, and the process goes on: a container has a filter of its own.
pub fn enter(filter: Filter) {
    if let Err(error) = harden() {
        log::error!("secrets may reach a core dump or a debugger: {error}");
    }
    match filter {
        Filter::Unneeded => {}
        Filter::LeftOut => {
            log::warn!("no sandbox, as `--no-sandbox` says: system calls are not filtered");
        }
        Filter::ReadOnly | Filter::Appending => {
            if let Err(error) = confine(filter) {
                log::error!(
                    "no sandbox: the system refuses a seccomp filter: {error}; allow it, or say `--no-sandbox`"
                );
            }
        }
    }
}

/// Leaves no core dump, no debugger and no way to gain privileges: secrets are in this memory.
fn harden() -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    // Also gives /proc/PID/mem, environ and fd to root, away from this user's other processes.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(set_no_new_privs(true)?)
}

/// Puts the filter in front of this thread and every thread that it starts, for good.
fn confine(filter: Filter) -> io::Result<()> {
    apply_filter(&program(filter)).map_err(|error| match error {
        Error::Prctl(error) | Error::Seccomp(error) => error,
        Error::Backend(_) | Error::EmptyFilter | Error::ThreadSync(_) => {
            io::Error::other(error.to_string())
        }
    })
}

/// The table as a program of classic BPF: the first row that holds answers.
fn program(filter: Filter) -> Vec<sock_filter> {
    let appending: &[SystemCallRow] = match filter {
        Filter::Appending => APPENDING,
        Filter::ReadOnly | Filter::LeftOut | Filter::Unneeded => &[],
    };
    // Other architectures have other numbers: what is `execve` there may be allowed here.
    let mut program = vec![
        load(CALLER),
        unless(ARCHITECTURE, 1),
        skip(1),
        give(FilterAnswer::Kill),
    ];
    for row in ALLOWED.iter().chain(LEGACY).chain(appending) {
        write(row, &mut program);
    }
    program.push(give(FilterAnswer::Refuse));
    program
}

/// One row: what does not hold skips the rest of it.
fn write(row: &SystemCallRow, program: &mut Vec<sock_filter>) {
    // The answer is the last instruction.
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

/// Skips instructions unless what was loaded is `value`.
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
        // The codes are below 0x100.
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    }
}
