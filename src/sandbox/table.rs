//! The system calls that the program makes: a row for each, with its reason. All others are refused.
//!
//! A row may demand values of arguments. If a call has several rows, one of them must hold. seccomp sees numbers,
//! and never the memory to which a pointer points.

use libc::*;

#[cfg(target_arch = "x86_64")]
pub(super) const ARCHITECTURE: u32 = 0xc000_003e; // AUDIT_ARCH_X86_64
#[cfg(target_arch = "aarch64")]
pub(super) const ARCHITECTURE: u32 = 0xc000_00b7; // AUDIT_ARCH_AARCH64

/// What the kernel does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FilterAnswer {
    /// Makes the call.
    Allow,
    /// Does not make the call, and reports success.
    Pretend,
    /// Answers `ENOSYS`: the caller then makes an older call.
    Missing,
    /// Answers `EPERM`.
    Refuse,
    /// Ends the process.
    Kill,
}

/// The value that one half of an argument must have. An `int` is a lower half; the kernel ignores the upper half.
#[derive(Debug)]
pub(super) struct Condition {
    /// Where the half begins, in bytes from the first argument; the lower half comes first.
    pub(super) offset: u32,
    /// The bits that count.
    pub(super) mask: u32,
    pub(super) value: u32,
}

/// A call, the conditions on its arguments, and the answer if all hold.
#[derive(Debug)]
pub(super) struct SystemCallRow {
    pub(super) call: u32,
    pub(super) conditions: &'static [Condition],
    pub(super) answer: FilterAnswer,
}

const fn row(
    call: c_long,
    conditions: &'static [Condition],
    answer: FilterAnswer,
) -> SystemCallRow {
    SystemCallRow {
        call: call as u32,
        conditions,
        answer,
    }
}

const fn any(call: c_long) -> SystemCallRow {
    row(call, &[], FilterAnswer::Allow)
}

const fn only(call: c_long, conditions: &'static [Condition]) -> SystemCallRow {
    row(call, conditions, FilterAnswer::Allow)
}

const fn is(argument: u32, value: c_int) -> Condition {
    has(argument, -1, value)
}

/// Demands that, of the bits in `mask`, the argument has those of `value` and no other.
const fn has(argument: u32, mask: c_int, value: c_int) -> Condition {
    Condition {
        offset: 8 * argument,
        mask: mask.cast_unsigned(),
        value: value.cast_unsigned(),
    }
}

/// Demands that the upper half of a pointer is zero; with `is(argument, 0)` the pointer is null.
const fn upper_is_zero(argument: u32) -> Condition {
    Condition {
        offset: 8 * argument + 4,
        mask: u32::MAX,
        value: 0,
    }
}

/// Demands the type of a socket; `SOCK_NONBLOCK` and `SOCK_CLOEXEC` do not count.
const fn kind(argument: u32, kind: c_int) -> Condition {
    has(argument, 0xf, kind)
}

/// The bits that say how a file is opened. musl's O_ACCMODE also has O_PATH, with which a file is only named.
const ACCESS: c_int = O_WRONLY | O_RDWR;

/// Demands flags that neither write, nor create, nor truncate: `O_RDONLY | O_TRUNC` would empty a file.
const fn reads(argument: u32) -> Condition {
    has(argument, ACCESS | O_CREAT | O_TRUNC, O_RDONLY)
}

/// Demands flags that append, and that never empty a file. The last lines are read, too.
const fn appends(argument: u32) -> Condition {
    has(argument, ACCESS | O_APPEND | O_TRUNC, O_RDWR | O_APPEND)
}

/// Demands that nothing is sent that also connects: Landlock judges the port of a connect(2) and not of a
/// `MSG_FASTOPEN`, seen with Linux 6.18. Of sendmsg it is another argument.
const UNCONNECTED: Condition = has(3, MSG_FASTOPEN, 0);
const NOT_EXECUTABLE: Condition = has(2, PROT_EXEC, 0);
/// Memory that is not shared: what is written there reaches no file, however it was opened.
const PRIVATE: Condition = has(3, MAP_SHARED, 0);
/// The flags of a clone that make a thread.
const THREAD: c_int = CLONE_VM | CLONE_THREAD;
/// The flags that must not come with a thread.
const NO_THREAD: c_int = CLONE_PTRACE
    | CLONE_NEWNS
    | CLONE_NEWCGROUP
    | CLONE_NEWUTS
    | CLONE_NEWIPC
    | CLONE_NEWUSER
    | CLONE_NEWPID
    | CLONE_NEWNET;

/// The calls that both architectures have. The frequent ones come first, since the rows are tried in order.
#[rustfmt::skip]
pub(super) const ALLOWED: &[SystemCallRow] = &[
    // Streams and waiting
    any(SYS_read),              // stdin, files, what wakes the reactor
    any(SYS_write),             // stdout, stderr, the audit file
    any(SYS_recvfrom),          // SSH, the agent, DNS
    only(SYS_sendto, &[UNCONNECTED]),   // SSH, the agent, DNS
    any(SYS_epoll_pwait),       // the reactor
    any(SYS_epoll_ctl),         // the reactor
    any(SYS_ppoll),             // whether stdin and stdout are ready
    any(SYS_futex),             // locks, the end of a thread
    any(SYS_readv),             // buffers of the standard library and of musl's stdio
    any(SYS_writev),            // buffers of the standard library and of musl's stdio
    only(SYS_sendmsg, &[has(2, MSG_FASTOPEN, 0)]),  // DNS over TCP
    any(SYS_recvmsg),           // DNS
    only(SYS_sendmmsg, &[UNCONNECTED]), // DNS: the questions for A and AAAA at once
    any(SYS_epoll_create1),     // the reactor starts
    any(SYS_eventfd2),          // what wakes the reactor
    any(SYS_close),             // every descriptor
    any(SYS_lseek),             // musl's stdio in /etc/hosts and /etc/resolv.conf
    any(SYS_pread64),           // glibc's stdio in /etc/hosts and /etc/resolv.conf
    // Time
    any(SYS_clock_gettime),     // where the vDSO cannot tell
    any(SYS_clock_getres),      // where the vDSO cannot tell
    any(SYS_gettimeofday),      // where the vDSO cannot tell
    any(SYS_clock_nanosleep),   // a pause of the resolver
    any(SYS_nanosleep),         // a pause of the resolver
    // Memory, none of it executable: there is no code but the program's own
    any(SYS_brk),               // the heap
    any(SYS_munmap),            // the heap, stacks
    any(SYS_mremap),            // the heap
    any(SYS_madvise),           // the heap, stacks
    any(SYS_mlock),             // keys stay out of swap
    any(SYS_munlock),           // keys stay out of swap
    only(SYS_mmap, &[NOT_EXECUTABLE, PRIVATE]),     // the heap, stacks
    only(SYS_mprotect, &[NOT_EXECUTABLE]),  // guard pages
    // Files, to read; openat2 has its flags where seccomp cannot see them, so file.rs walks
    row(SYS_openat2, &[], FilterAnswer::Missing),
    only(SYS_openat, &[reads(2)]),          // configuration, keys, secrets, known_hosts
    any(SYS_fstat),             // what was opened
    any(SYS_fstatfs),           // whether what others may change is on a mount that is read-only here
    any(SYS_newfstatat),        // whether a file has changed
    any(SYS_statx),             // whether a file has changed
    any(SYS_readlinkat),        // secrets that are links
    any(SYS_faccessat),         // whether a file is there
    any(SYS_faccessat2),        // whether a file is there
    any(SYS_getcwd),            // relative paths
    any(SYS_fsync),             // the audit file
    any(SYS_fdatasync),         // the audit file
    any(SYS_inotify_init1),     // configuration that changes
    any(SYS_inotify_add_watch), // configuration that changes
    any(SYS_inotify_rm_watch),  // configuration that changes
    only(SYS_fcntl, &[is(1, F_GETFD)]),             // checks of the standard library
    only(SYS_fcntl, &[is(1, F_SETFD)]),             // musl sets FD_CLOEXEC twice
    only(SYS_fcntl, &[is(1, F_GETFL)]),             // musl's stdio; F_SETFL could take O_APPEND away
    only(SYS_fcntl, &[is(1, F_DUPFD_CLOEXEC)]),     // a second handle of a socket
    only(SYS_ioctl, &[is(1, FIONBIO as c_int)]),    // sockets that do not block
    only(SYS_ioctl, &[is(1, FIONREAD as c_int)]),   // glibc asks for the length of a DNS answer
    only(SYS_ioctl, &[is(1, TCGETS as c_int)]),     // whether stdout is a terminal
    only(SYS_ioctl, &[is(1, TIOCGWINSZ as c_int)]), // musl asks so whether stdout is a terminal
    only(SYS_ioctl, &[is(1, TCFLSH as c_int)]),     // `run` drops what was typed before a question
    // Sockets: TCP, UDP for DNS, the agent's. No packet, raw or netlink ones, no other protocol
    only(SYS_socket, &[is(0, AF_INET), kind(1, SOCK_STREAM), is(2, 0)]),            // SSH, DNS
    only(SYS_socket, &[is(0, AF_INET6), kind(1, SOCK_STREAM), is(2, 0)]),           // SSH, DNS
    only(SYS_socket, &[is(0, AF_INET), kind(1, SOCK_DGRAM), is(2, 0)]),             // DNS
    only(SYS_socket, &[is(0, AF_INET6), kind(1, SOCK_DGRAM), is(2, 0)]),            // DNS
    only(SYS_socket, &[is(0, AF_INET), kind(1, SOCK_DGRAM), is(2, IPPROTO_UDP)]),   // musl's order of addresses
    only(SYS_socket, &[is(0, AF_INET6), kind(1, SOCK_DGRAM), is(2, IPPROTO_UDP)]),  // musl's order of addresses
    only(SYS_socket, &[is(0, AF_UNIX), kind(1, SOCK_STREAM), is(2, 0)]),            // SSH_AUTH_SOCK
    only(SYS_socketpair, &[is(0, AF_UNIX), kind(1, SOCK_STREAM), is(2, 0)]),        // signals wake the reactor
    any(SYS_connect),           // SSH, the agent, DNS
    // musl binds its DNS socket to no address and port 0, and gives up if that fails. A socket that is not
    // bound gets a port from the kernel when musl sends
    row(SYS_bind, &[], FilterAnswer::Pretend),
    any(SYS_shutdown),          // the end of a connection
    any(SYS_getsockname),       // the resolver's order of addresses
    any(SYS_getpeername),       // the address that was permitted is the one that answers
    only(SYS_getsockopt, &[is(1, SOL_SOCKET)]),                             // how a connect ended
    only(SYS_setsockopt, &[is(1, IPPROTO_TCP), is(2, TCP_NODELAY)]),        // SSH
    // musl's DNS over TCP would connect by sendmsg; without the option it uses connect
    row(SYS_setsockopt, &[is(1, IPPROTO_TCP), is(2, TCP_FASTOPEN_CONNECT)], FilterAnswer::Missing),
    only(SYS_setsockopt, &[is(1, IPPROTO_IP), is(2, IP_RECVERR)]),          // a DNS server that is not there
    only(SYS_setsockopt, &[is(1, IPPROTO_IPV6), is(2, IPV6_RECVERR)]),      // a DNS server that is not there
    only(SYS_setsockopt, &[is(1, IPPROTO_IPV6), is(2, IPV6_V6ONLY)]),       // musl asks IPv4 servers over IPv6 sockets
    // A thread for a name lookup, and its end; clone3 has its flags where seccomp cannot see them
    row(SYS_clone3, &[], FilterAnswer::Missing),
    only(SYS_clone, &[has(0, THREAD | NO_THREAD, THREAD)]), // never a process
    any(SYS_set_robust_list),   // glibc's threads
    any(SYS_rseq),              // glibc's threads
    any(SYS_set_tid_address),   // musl's threads
    any(SYS_gettid),            // threads
    any(SYS_sched_yield),       // locks
    any(SYS_sched_getaffinity), // glibc: how many heaps
    only(SYS_prctl, &[is(0, PR_SET_NAME)]),     // the thread's name; PR_SET_DUMPABLE is another
    any(SYS_exit),              // the end of a thread
    any(SYS_exit_group),        // the end
    // Signals, to be received: nothing sends one
    any(SYS_rt_sigaction),      // SIGHUP, SIGTERM, SIGINT
    any(SYS_rt_sigprocmask),    // around the start of a thread
    any(SYS_rt_sigreturn),      // the end of a handler
    any(SYS_sigaltstack),       // where a stack overflow is told
    any(SYS_restart_syscall),   // the kernel's own, after a stop
    // What one may know
    any(SYS_getrandom),         // keys, identifiers
    any(SYS_getpid),            // glibc's resolver
    any(SYS_getuid),            // messages, the resolver
    any(SYS_geteuid),           // messages, the resolver
    any(SYS_getgid),            // messages, the resolver
    any(SYS_getegid),           // messages, the resolver
    any(SYS_uname),             // glibc's resolver
    any(SYS_sysinfo),           // glibc sorts addresses by the memory there is
    only(SYS_prlimit64, &[is(0, 0), is(2, 0), upper_is_zero(2)]),   // its own limits, to read
    // To give up more, once the configuration is read: what was given up stays so
    any(SYS_landlock_create_ruleset),   // reach.rs
    any(SYS_landlock_add_rule),         // reach.rs
    any(SYS_landlock_restrict_self),    // reach.rs
];

/// Older calls of x86_64 that its libraries make; aarch64 never had them.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
pub(super) const LEGACY: &[SystemCallRow] = &[
    any(SYS_epoll_wait),        // the reactor
    any(SYS_poll),              // DNS
    only(SYS_open, &[reads(1)]),    // files, and the resolver's
    any(SYS_stat),              // whether a file has changed
    any(SYS_lstat),             // whether a file has changed
    any(SYS_readlink),          // secrets that are links
    any(SYS_access),            // whether a file is there
    any(SYS_time),              // where the vDSO cannot tell
];
#[cfg(target_arch = "aarch64")]
pub(super) const LEGACY: &[SystemCallRow] = &[];

/// The calls for an audit file: it is opened at its first record, and again after a rotation.
#[rustfmt::skip]
pub(super) const APPENDING: &[SystemCallRow] = &[
    #[cfg(target_arch = "x86_64")]
    only(SYS_open, &[appends(1)]),      // the file; the older call is the shorter one
    only(SYS_openat, &[appends(2)]),    // the file where there is no older call
    any(SYS_flock),                     // one process at a time finds the last line and follows it
];

/// The call that gives a file its name: it never takes a name from another file.
#[rustfmt::skip]
pub(super) const PLACING: &[SystemCallRow] = &[
    any(SYS_linkat),                    // the file that was opened without a name before the filter
];
