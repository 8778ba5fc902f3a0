//! The rows of the matrix: each kind of server, how it is started, and what it understands.

use super::running::{Running, Visitor};
use super::{appliance, library, openssh, small};

/// One kind of server.
pub struct Kind {
    /// Its name in docs/SERVERS.md.
    pub name: &'static str,
    /// What tells its account from those of other tests, where it looks into the accounts of the system.
    pub account: Option<&'static str>,
    /// Where there are no names of owners, the owner of the login's home is taken for the login.
    pub lives_in_folder: bool,
    /// Where it comes from.
    pub origin: &'static str,
    pub start: fn(&Visitor) -> Running,
    pub words: &'static Words,
}

/// Lines for what each column asks; those that a server has no words for are left out.
pub struct Words {
    /// Prints a line, and what it prints.
    pub speaks: (&'static str, &'static str),
    /// Ends with 7, or is not known.
    pub fails: &'static str,
    /// Ends by the signal KILL.
    pub is_killed: Option<&'static str>,
    /// Prints `out` and, on stderr, `err`.
    pub complains: Option<&'static str>,
    /// Prints so many bytes.
    pub prints_much: (&'static str, u64),
    /// Ends with its input.
    pub reads: Option<&'static str>,
    /// Runs on and on; MARKER is in the line.
    pub waits: &'static str,
    /// Two lines of which each waits until the other one has opened the named pipe PIPE.
    pub meet: Option<[&'static str; 2]>,
    /// Which line `doctor` is given, where `id` is none.
    pub look: Option<&'static str>,
}

const POSIX: Words = Words {
    speaks: ("echo hi", "hi\n"),
    fails: "sh -c 'exit 7'",
    is_killed: Some("exec sh -c 'kill -9 $$'"),
    complains: Some("sh -c 'echo out; echo err >&2'"),
    prints_much: (
        "sh -c 'yes 0123456 2>/dev/null | head -c 5000000'",
        5_000_000,
    ),
    reads: Some("cat"),
    waits: "sleep MARKER && echo x",
    meet: Some(["cat PIPE", "tee PIPE"]),
    look: None,
};

const APPLIANCE: Words = Words {
    speaks: ("show version", "sw1 version 1\n"),
    fails: "uptime",
    is_killed: None,
    complains: None,
    prints_much: ("show tech-support", 5_000_000),
    reads: None,
    waits: "ping MARKER",
    meet: None,
    look: Some("show version"),
};

/// What Debian's stable release and the tests' Python have.
pub const QUICK: [Kind; 6] = [
    kind(
        "OpenSSH 9.2",
        "Debian 12, openssh-server",
        Some("o92"),
        openssh::of_this_debian,
    ),
    Kind {
        lives_in_folder: true,
        ..kind(
            "OpenSSH like 7.4",
            "Debian 12, openssh-server with the algorithms, RSA key and SFTP extensions of 2016",
            Some("o74"),
            openssh::like_of_2016,
        )
    },
    kind(
        "dropbear",
        "Debian 12, dropbear-bin",
        Some("mdrop"),
        small::dropbear,
    ),
    kind("asyncssh", "PyPI, asyncssh", None, library::asyncssh),
    kind("paramiko", "PyPI, paramiko", None, library::paramiko),
    Kind {
        words: &APPLIANCE,
        ..kind("appliance", "made for the test", None, appliance::appliance)
    },
];

/// What `scripts/interop.sh` brings beside them.
pub const FURTHER: [Kind; 9] = [
    Kind {
        lives_in_folder: true,
        ..kind(
            "OpenSSH 8.4",
            "Debian 11, openssh-server",
            Some("o84"),
            openssh::of_debian_11,
        )
    },
    kind(
        "OpenSSH 10",
        "Debian unstable, openssh-server",
        Some("o10"),
        openssh::newest,
    ),
    kind(
        "dropbear 2026",
        "Debian unstable, dropbear-bin",
        Some("mdropn"),
        small::newest_dropbear,
    ),
    kind(
        "tinysshd",
        "Debian 12, tinysshd",
        Some("mtiny"),
        small::tinysshd,
    ),
    Kind {
        lives_in_folder: true,
        ..kind(
            "Twisted Conch",
            "PyPI, twisted",
            Some("mconch"),
            library::conch,
        )
    },
    kind("libssh", "Debian 12, libssh-dev", None, library::libssh),
    kind("Erlang ssh", "Debian 12, erlang-ssh", None, library::erlang),
    kind("npm ssh2", "npm, ssh2", None, library::ssh2),
    kind(
        "Go x/crypto/ssh",
        "Debian 12, golang-golang-x-crypto-dev",
        None,
        library::x_crypto,
    ),
];

/// All of them, in the order of the page.
pub fn all() -> impl Iterator<Item = &'static Kind> {
    static ALL: [&[Kind]; 2] = [&QUICK, &FURTHER];
    ALL.iter().flat_map(|kinds| kinds.iter())
}

const fn kind(
    name: &'static str,
    origin: &'static str,
    account: Option<&'static str>,
    start: fn(&Visitor) -> Running,
) -> Kind {
    Kind {
        name,
        account,
        lives_in_folder: false,
        origin,
        start,
        words: &POSIX,
    }
}
