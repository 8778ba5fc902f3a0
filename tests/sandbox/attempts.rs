//! What an attacker who runs code in the process would ask of the kernel, asked for real: behind
//! the filter and, to show that it is the filter that refuses, without it.
//!
//! The calls are made in a child, which is this test binary asked for one test alone.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use libc::*;
use mcp_ssh::sandbox::{self, Filter};
use rustix::thread::{CapabilitySet, capabilities};

use super::calls::{
    Attempt, binds, call, forks, half_a_thread, listens, memory, number, opens, own, path, result,
    shared_memory, socket_pair, spawns, thread_in_namespace,
};

/// Tells the child what to do.
const TASK: &str = "MCP_SSH_TEST_ATTEMPTS";

/// What the same attempt says without the filter.
#[derive(Clone, Copy, PartialEq)]
enum Without {
    /// Something else, whoever tries it.
    Differs,
    /// Something else, if who may administer the system tries it: containers filter, too.
    DiffersForAdmin,
    /// Nothing that could be compared: it is the same, or it would hurt the child.
    Untried,
}
use Without::{Differs, DiffersForAdmin, Untried};

/// An attempt, and its error behind the filter that opens nothing to write; 0 is none.
type AttemptCase = (&'static str, Attempt, c_int, Without);

#[rustfmt::skip]
const CASES: &[AttemptCase] = &[
    // Programs and processes
    ("execve", || call(SYS_execve, &[path(c"/")]), EPERM, Differs),
    ("execveat", || call(SYS_execveat, &[number(AT_FDCWD), path(c"/")]), EPERM, Differs),
    ("memfd_create", || call(SYS_memfd_create, &[path(c"x")]), EPERM, Differs),
    ("execveat of a descriptor", || call(SYS_execveat, &[0, path(c""), 0, 0, number(AT_EMPTY_PATH)]), EPERM, Differs),
    ("clone: a process", || forks(SYS_clone, SIGCHLD), EPERM, Differs),
    ("clone: a process in this memory", || forks(SYS_clone, SIGCHLD | CLONE_VM | CLONE_VFORK), EPERM, Untried),
    ("clone: a thread in a namespace", thread_in_namespace, EPERM, DiffersForAdmin),
    ("clone3", || call(SYS_clone3, &[0, 0]), ENOSYS, DiffersForAdmin),
    // Other processes
    ("ptrace", || call(SYS_ptrace, &[number(PTRACE_CONT as c_int), 0]), EPERM, DiffersForAdmin),
    ("process_vm_readv", || call(SYS_process_vm_readv, &[own()]), EPERM, DiffersForAdmin),
    ("process_vm_writev", || call(SYS_process_vm_writev, &[own()]), EPERM, DiffersForAdmin),
    ("pidfd_open", || call(SYS_pidfd_open, &[own()]), EPERM, Differs),
    ("pidfd_getfd", || call(SYS_pidfd_getfd, &[number(-1)]), EPERM, DiffersForAdmin),
    ("pidfd_send_signal", || call(SYS_pidfd_send_signal, &[number(-1)]), EPERM, Differs),
    ("kill", || call(SYS_kill, &[own(), 0]), EPERM, Differs),
    ("tkill", || call(SYS_tkill, &[own(), 0]), EPERM, Differs),
    ("tgkill", || call(SYS_tgkill, &[own(), own(), 0]), EPERM, Differs),
    ("kcmp", || call(SYS_kcmp, &[own(), own(), 0, 0, 0]), EPERM, DiffersForAdmin),
    ("prlimit64 of another", || call(SYS_prlimit64, &[own(), number(RLIMIT_CORE as c_int)]), EPERM, Differs),
    // To be reached from outside
    ("bind", binds, EADDRNOTAVAIL, Differs),
    ("listen", listens, EPERM, Differs),
    ("accept", || call(SYS_accept, &[number(-1)]), EPERM, Differs),
    ("accept4", || call(SYS_accept4, &[number(-1)]), EPERM, Differs),
    // Other sockets
    ("socket: packets", || call(SYS_socket, &[number(AF_PACKET), number(SOCK_RAW), 0]), EPERM, DiffersForAdmin),
    ("socket: raw", || call(SYS_socket, &[number(AF_INET), number(SOCK_RAW), number(IPPROTO_ICMP)]), EPERM, DiffersForAdmin),
    ("socket: raw IPv6", || call(SYS_socket, &[number(AF_INET6), number(SOCK_RAW), number(IPPROTO_ICMPV6)]), EPERM, DiffersForAdmin),
    ("socket: netlink", || call(SYS_socket, &[number(AF_NETLINK), number(SOCK_RAW), 0]), EPERM, Differs),
    ("socket: ping", || call(SYS_socket, &[number(AF_INET), number(SOCK_DGRAM), 255]), EPERM, Differs),
    ("socket: SCTP", || call(SYS_socket, &[number(AF_INET), number(SOCK_STREAM), number(IPPROTO_SCTP)]), EPERM, Differs),
    ("socket: the kernel's ciphers", || call(SYS_socket, &[number(AF_ALG), number(SOCK_SEQPACKET), 0]), EPERM, Differs),
    ("socket: Unix datagrams", || call(SYS_socket, &[number(AF_UNIX), number(SOCK_DGRAM), 0]), EPERM, Differs),
    ("setsockopt: SO_ATTACH_FILTER", || call(SYS_setsockopt, &[number(-1), number(SOL_SOCKET), number(SO_ATTACH_FILTER)]), EPERM, Differs),
    ("setsockopt: iptables", || call(SYS_setsockopt, &[number(-1), number(IPPROTO_IP), 64]), EPERM, Differs),
    // Code
    ("mmap: code", || memory(PROT_READ | PROT_EXEC), EPERM, Differs),
    ("mmap: code to write", || memory(PROT_READ | PROT_WRITE | PROT_EXEC), EPERM, Differs),
    ("mmap: memory that is a file's", || shared_memory(PROT_READ | PROT_WRITE), EPERM, Differs),
    ("mprotect: code", || call(SYS_mprotect, &[0, 4096, number(PROT_READ | PROT_EXEC)]), EPERM, Differs),
    ("pkey_mprotect", || call(SYS_pkey_mprotect, &[1, 4096, number(PROT_READ | PROT_EXEC), number(-1)]), EPERM, Differs),
    ("shmget", || call(SYS_shmget, &[1, 0, 0]), EPERM, Differs),
    ("personality", || call(SYS_personality, &[0xffff_ffff]), EPERM, DiffersForAdmin),
    // Files that change
    ("openat to write", || opens(O_WRONLY), EPERM, Differs),
    ("openat to read and write", || opens(O_RDWR), EPERM, Differs),
    ("openat to create", || opens(O_RDONLY | O_CREAT), EPERM, Differs),
    ("openat to empty", || opens(O_RDONLY | O_TRUNC), EPERM, Differs),
    ("openat to append", || opens(O_WRONLY | O_APPEND), EPERM, Differs),
    ("openat2", || call(SYS_openat2, &[number(AT_FDCWD), path(c"/dev/null"), 0, 0]), ENOSYS, Differs),
    ("truncate", || call(SYS_truncate, &[path(c"/no/such"), 0]), EPERM, Differs),
    ("ftruncate", || call(SYS_ftruncate, &[number(-1), 0]), EPERM, Differs),
    ("fallocate", || call(SYS_fallocate, &[number(-1), 0, 0, 1]), EPERM, Differs),
    ("unlinkat", || call(SYS_unlinkat, &[number(AT_FDCWD), path(c"/no/such"), 0]), EPERM, Differs),
    ("renameat2", || call(SYS_renameat2, &[number(AT_FDCWD), path(c"/no/such"), number(AT_FDCWD), path(c"/no/other"), 0]), EPERM, Differs),
    ("linkat", || call(SYS_linkat, &[number(AT_FDCWD), path(c"/no/such"), number(AT_FDCWD), path(c"/no/other"), 0]), EPERM, Differs),
    ("symlinkat", || call(SYS_symlinkat, &[path(c"x"), number(AT_FDCWD), path(c"/no/other")]), EPERM, Differs),
    ("mkdirat", || call(SYS_mkdirat, &[number(AT_FDCWD), path(c"/no/such"), 0]), EPERM, Differs),
    ("mknodat", || call(SYS_mknodat, &[number(AT_FDCWD), path(c"/no/such"), 0]), EPERM, Differs),
    ("fchmod", || call(SYS_fchmod, &[number(-1), 0]), EPERM, Differs),
    ("fchownat", || call(SYS_fchownat, &[number(AT_FDCWD), path(c"/no/such"), 0, 0, 0]), EPERM, Differs),
    ("setxattr", || call(SYS_setxattr, &[path(c"/no/such")]), EPERM, Differs),
    ("copy_file_range", || call(SYS_copy_file_range, &[number(-1), 0, number(-1), 0, 1]), EPERM, Differs),
    ("splice", || call(SYS_splice, &[number(-1), 0, number(-1), 0, 1]), EPERM, Differs),
    ("vmsplice", || call(SYS_vmsplice, &[number(-1)]), EPERM, Differs),
    ("open_by_handle_at", || call(SYS_open_by_handle_at, &[number(-1), 0, 0]), EPERM, DiffersForAdmin),
    ("fcntl: F_SETFL", || call(SYS_fcntl, &[number(-1), number(F_SETFL), 0]), EPERM, Differs),
    ("fcntl: F_SETOWN", || call(SYS_fcntl, &[number(-1), number(F_SETOWN), 0]), EPERM, Differs),
    ("ioctl: TIOCSTI", || call(SYS_ioctl, &[number(-1), number(TIOCSTI as c_int), 0]), EPERM, Differs),
    // The kernel's machinery
    ("io_uring_setup", || call(SYS_io_uring_setup, &[1, 0]), EPERM, DiffersForAdmin),
    ("bpf", || call(SYS_bpf, &[9999]), EPERM, DiffersForAdmin),
    ("perf_event_open", || call(SYS_perf_event_open, &[0]), EPERM, DiffersForAdmin),
    ("userfaultfd", || call(SYS_userfaultfd, &[number(-1)]), EPERM, DiffersForAdmin),
    ("keyctl", || call(SYS_keyctl, &[0, number(-1)]), EPERM, DiffersForAdmin),
    ("add_key", || call(SYS_add_key, &[0, 0, 0, 0, 0]), EPERM, DiffersForAdmin),
    ("init_module", || call(SYS_init_module, &[0, 0, 0]), EPERM, DiffersForAdmin),
    ("kexec_load", || call(SYS_kexec_load, &[0, 99, 0, 0]), EPERM, DiffersForAdmin),
    ("reboot", || call(SYS_reboot, &[0, 0, 0]), EPERM, DiffersForAdmin),
    ("unshare", || call(SYS_unshare, &[0]), EPERM, DiffersForAdmin),
    ("setns", || call(SYS_setns, &[number(-1), 0]), EPERM, DiffersForAdmin),
    ("mount", || call(SYS_mount, &[0, 0, 0, 0, 0]), EPERM, DiffersForAdmin),
    ("fsopen", || call(SYS_fsopen, &[0, 0]), EPERM, DiffersForAdmin),
    ("open_tree", || call(SYS_open_tree, &[number(-1), path(c""), 0]), EPERM, DiffersForAdmin),
    ("pivot_root", || call(SYS_pivot_root, &[0, 0]), EPERM, DiffersForAdmin),
    ("chroot", || call(SYS_chroot, &[0]), EPERM, DiffersForAdmin),
    // Privileges, and the way out
    ("setuid", || call(SYS_setresuid, &[number(-1), number(-1), number(-1)]), EPERM, Differs),
    ("capset", || call(SYS_capset, &[0, 0]), EPERM, Differs),
    ("seccomp", || call(SYS_seccomp, &[99, 0, 0]), EPERM, Differs),
    ("prctl: PR_SET_DUMPABLE", || call(SYS_prctl, &[number(PR_SET_DUMPABLE), 1]), EPERM, Differs),
    ("prctl: PR_SET_PTRACER", || call(SYS_prctl, &[0x5961_6d61, number(-1)]), EPERM, Untried),
    ("prlimit64: core dumps", || call(SYS_prlimit64, &[0, number(RLIMIT_CORE as c_int), 1]), EPERM, Differs),
    // What the program does
    ("openat to read", || opens(O_RDONLY | O_CLOEXEC), 0, Untried),
    ("mmap: data", || memory(PROT_READ | PROT_WRITE), 0, Untried),
    ("socket: TCP", || call(SYS_socket, &[number(AF_INET), number(SOCK_STREAM | SOCK_NONBLOCK), 0]), 0, Untried),
    ("socket: UDP over IPv6", || call(SYS_socket, &[number(AF_INET6), number(SOCK_DGRAM), number(IPPROTO_UDP)]), 0, Untried),
    ("socketpair", socket_pair, 0, Untried),
    ("clone: half a thread", half_a_thread, EINVAL, Untried),
    ("a thread", spawns, 0, Untried),
    ("prctl: PR_SET_NAME", || call(SYS_prctl, &[number(PR_SET_NAME), path(c"x")]), 0, Untried),
    ("prlimit64, to read", || call(SYS_prlimit64, &[0, number(RLIMIT_CORE as c_int), 0, 0]), 0, Untried),
];

/// Calls of x86_64 alone: older ones, and the same under other numbers.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const LEGACY: &[AttemptCase] = &[
    ("fork", || forks(SYS_fork, 0), EPERM, Differs),
    ("vfork", || forks(SYS_vfork, 0), EPERM, Untried),
    ("open to write", || call(SYS_open, &[path(c"/dev/null"), number(O_WRONLY)]), EPERM, Differs),
    ("open to create", || call(SYS_open, &[path(c"/dev/null"), number(O_CREAT)]), EPERM, Differs),
    ("open to append", || call(SYS_open, &[path(c"/dev/null"), number(O_WRONLY | O_APPEND)]), EPERM, Differs),
    ("creat", || call(SYS_creat, &[path(c"/dev/null")]), EPERM, Differs),
    ("unlink", || call(SYS_unlink, &[path(c"/no/such")]), EPERM, Differs),
    ("rename", || call(SYS_rename, &[path(c"/no/such"), path(c"/no/other")]), EPERM, Differs),
    ("getpid under its x32 number", || call(X32 | SYS_getpid, &[]), EPERM, Differs),
    ("execve under its x32 number", || call(X32 | 520, &[path(c"/")]), EPERM, Differs),
    ("open to read", || call(SYS_open, &[path(c"/dev/null"), 0]), 0, Untried),
];
#[cfg(target_arch = "x86_64")]
const X32: c_long = 0x4000_0000;
#[cfg(target_arch = "aarch64")]
const LEGACY: &[AttemptCase] = &[];

/// Behind the filter of a server with an audit file that is opened later.
#[rustfmt::skip]
const APPENDING: &[AttemptCase] = &[
    ("openat to append and read", || opens(O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC), 0, Untried),
    ("openat to append to what it empties", || opens(O_RDWR | O_APPEND | O_TRUNC), EPERM, Untried),
    ("openat to append only", || opens(O_WRONLY | O_APPEND), EPERM, Untried),
    ("openat to read and write", || opens(O_RDWR), EPERM, Untried),
    ("openat to write", || opens(O_WRONLY), EPERM, Untried),
    ("ftruncate", || call(SYS_ftruncate, &[number(-1), 0]), EPERM, Untried),
    ("mmap: memory that is a file's", || shared_memory(PROT_READ | PROT_WRITE), EPERM, Untried),
    ("execve", || call(SYS_execve, &[path(c"/")]), EPERM, Untried),
];

/// What holds without a filter, too; 1 of PR_GET_DUMPABLE would be a process that can be dumped.
#[rustfmt::skip]
const HARDENED: &[AttemptCase] = &[
    ("PR_GET_DUMPABLE", || result(SYS_prctl, &[number(PR_GET_DUMPABLE)]), 0, Untried),
    ("PR_GET_NO_NEW_PRIVS", || result(SYS_prctl, &[number(PR_GET_NO_NEW_PRIVS)]), 1, Untried),
    ("execve", || call(SYS_execve, &[path(c"/")]), EACCES, Untried),
];

#[test]
fn core_dumps_debuggers_and_privileges_are_off_even_without_the_filter() {
    let hardened = errors("hardened");
    for (name, _, expected, _) in HARDENED {
        assert_eq!(hardened.get(*name), Some(expected), "{name}");
    }
}

#[test]
fn only_what_the_program_does_is_done() {
    let behind = errors("read-only");
    let mut wrong = String::new();
    for (name, _, expected, _) in cases() {
        let error = behind.get(*name);
        if error != Some(expected) {
            wrong += &format!("{name}: {error:?} and not {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn without_the_filter_the_same_is_not_refused() {
    let without = errors("without");
    let held = capabilities(None).unwrap().effective;
    let admin = held.contains(CapabilitySet::SYS_ADMIN);
    let mut same = String::new();
    for (name, _, refusal, differs) in cases() {
        let compared = *differs == Differs || (*differs == DiffersForAdmin && admin);
        if compared && without.get(*name).is_none_or(|error| error == refusal) {
            same += &format!("{name}: {refusal} without a filter, too\n");
        }
    }
    assert!(same.is_empty(), "{same}");
}

#[test]
fn an_audit_file_can_be_appended_to_and_nothing_else() {
    let behind = errors("appending");
    for (name, _, expected, _) in APPENDING {
        assert_eq!(behind.get(*name), Some(expected), "{name}");
    }
}

/// 32-bit calls have other numbers: 1 is `exit` there and `write` here.
#[cfg(target_arch = "x86_64")]
#[test]
fn a_call_of_another_architecture_ends_the_process() {
    let (status, _) = child("another architecture");
    assert_eq!(status.signal(), Some(SIGSYS), "{status}");
}

fn cases() -> impl Iterator<Item = &'static AttemptCase> {
    CASES.iter().chain(LEGACY)
}

/// The errors by attempt, as the child tells them.
fn errors(task: &str) -> BTreeMap<String, c_int> {
    let (status, told) = child(task);
    assert!(status.success(), "{status}: {told}");
    let told = told.lines().filter_map(|line| line.split_once(": error "));
    told.map(|(name, error)| (name.to_owned(), error.parse().unwrap()))
        .collect()
}

fn child(task: &str) -> (ExitStatus, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "sandbox::attempts::attempts",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(TASK, task)
        .output()
        .unwrap();
    (output.status, String::from_utf8(output.stdout).unwrap())
}

#[test]
#[ignore = "the child of the tests beside it"]
fn attempts() {
    let task = std::env::var(TASK).expect("it is the child of the tests beside it");
    let cases: Vec<&AttemptCase> = match task.as_str() {
        "appending" => {
            sandbox::enter(Filter::Appending);
            APPENDING.iter().collect()
        }
        "hardened" => {
            sandbox::enter(Filter::LeftOut);
            HARDENED.iter().collect()
        }
        "without" => cases().collect(),
        _ => {
            sandbox::enter(Filter::ReadOnly);
            cases().collect()
        }
    };
    #[cfg(target_arch = "x86_64")]
    if task == "another architecture" {
        super::calls::foreign();
    }
    println!();
    for (name, attempt, _, _) in cases {
        println!("{name}: error {}", attempt());
    }
}
