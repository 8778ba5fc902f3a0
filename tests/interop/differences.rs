//! What is expected to be other than it should be, each with its reason. What is not here is as `Column::good` says.

use super::columns::Column::{self, *};

/// One cell of the matrix that differs.
pub struct Difference {
    pub column: Column,
    pub cell: &'static str,
    pub reason: &'static str,
}

/// The servers that differ, each with the cells that do and why.
pub const DIFFERENCES: &[(&str, &[Difference])] = &[
    ("dropbear", DROPBEAR),
    ("asyncssh", ASYNCSSH),
    ("paramiko", PARAMIKO),
    ("appliance", APPLIANCE),
    ("dropbear 2026", DROPBEAR),
    ("tinysshd", TINYSSHD),
    ("Twisted Conch", CONCH),
    ("libssh", LIBSSH),
    ("Erlang ssh", ERLANG),
    ("npm ssh2", SSH2),
    ("Go x/crypto/ssh", X_CRYPTO),
];

const RUNS_ON: &str = "runs on, told";

const DROPBEAR: &[Difference] = &[
    it(
        Keyboard,
        "not offered",
        "it asks in words only where it is built with PAM, and Debian's is not",
    ),
    it(
        Timeout,
        RUNS_ON,
        "it signals the shell alone, and what the shell has started lives on",
    ),
    it(
        Cancel,
        RUNS_ON,
        "it signals the shell alone, and what the shell has started lives on",
    ),
    it(Rekey, "not tried", "its limit of 1 GB cannot be set"),
];

const ASYNCSSH: &[Difference] = &[
    it(Timeout, RUNS_ON, ENDS_NOTHING),
    it(Cancel, RUNS_ON, ENDS_NOTHING),
];

const PARAMIKO: &[Difference] = &[
    it(
        ExitSignal,
        "status 137",
        "the library cannot send a signal's name; the test's program says the status of a shell",
    ),
    it(Timeout, RUNS_ON, "the library takes no signals"),
    it(Cancel, RUNS_ON, "the library takes no signals"),
    it(
        Replace,
        "no: SFTP write refused: Host cannot replace a file at once",
        "the library has no posix-rename@openssh.com",
    ),
];

const NO_WORDS: &str = "it has no word for that";
const NO_FILES: &str = "no: SFTP not available: Host has no subsystem sftp for this user";

const APPLIANCE: &[Difference] = &[
    it(Key, "not offered", "it takes passwords alone"),
    it(ExitStatus, "none, told", "it sends none"),
    it(ExitSignal, "-", NO_WORDS),
    it(Stderr, "-", "it has one stream"),
    it(Stdin, "-", NO_WORDS),
    it(Timeout, "gone, unconfirmed", "it confirms no end"),
    it(Cancel, "gone, unconfirmed", "it confirms no end"),
    it(
        Reuse,
        "a login each",
        "it opens one session a connection, which is noticed and remembered",
    ),
    it(Together, "2 logins", "it opens one session a connection"),
    it(
        Rekey,
        "not tried",
        "the library does not tell when it changes keys",
    ),
    it(
        Doctor,
        "no: the host sent no exit status: whether the command succeeded is not known",
        "it sends none; the steps before are passed",
    ),
    it(Read, NO_FILES, "it has no SFTP"),
    it(Create, NO_FILES, "it has no SFTP"),
    it(Replace, NO_FILES, "it has no SFTP"),
];

const ENDS_NOTHING: &str =
    "the library hands a signal to the program around it, and the one of the test does nothing";

const TINYSSHD: &[Difference] = &[
    it(Password, "not offered", "it takes keys alone"),
    it(Keyboard, "not offered", "it takes keys alone"),
    it(Timeout, RUNS_ON, "it takes no signals"),
    it(Cancel, RUNS_ON, "it takes no signals"),
    it(
        Reuse,
        "a login each",
        "it ends the connection with the session",
    ),
    it(Together, "2 logins", "it opens one session a connection"),
    it(Rekey, "not tried", "it has no limit"),
];

const CONCH: &[Difference] = &[
    it(Keyboard, "not offered", "the library has it no more"),
    it(Timeout, RUNS_ON, "it takes no signals"),
    it(Cancel, RUNS_ON, "it takes no signals"),
    it(Rekey, "not tried", "it has no limit"),
    it(
        Create,
        NO_MODE,
        "Conch cannot change the mode of a file that is open",
    ),
    it(
        Replace,
        NO_MODE,
        "Conch cannot change the mode of a file that is open",
    ),
];

const NO_MODE: &str = "no: SFTP write refused: Owner or mode of the file cannot be kept";

const LIBSSH: &[Difference] = &[
    it(Timeout, RUNS_ON, ENDS_NOTHING),
    it(Cancel, RUNS_ON, ENDS_NOTHING),
    it(
        Reuse,
        "a login each",
        "the test's program runs one command a connection, as the library's example does",
    ),
    it(
        Together,
        "2 logins",
        "the test's program runs one command a connection",
    ),
    it(
        Read,
        NO_FILES,
        "this version of the library serves no files",
    ),
    it(
        Create,
        NO_FILES,
        "this version of the library serves no files",
    ),
    it(
        Replace,
        NO_FILES,
        "this version of the library serves no files",
    ),
];

const ERLANG: &[Difference] = &[
    it(
        ExitSignal,
        "status 137",
        "a port of Erlang tells the status of a shell",
    ),
    it(Stderr, "mixed", "a port of Erlang has one stream"),
    it(Timeout, RUNS_ON, ENDS_NOTHING),
    it(Cancel, RUNS_ON, ENDS_NOTHING),
    it(
        Replace,
        "no: SFTP write refused: Host cannot replace a file at once",
        "ssh_sftpd has no posix-rename@openssh.com",
    ),
];

const SSH2: &[Difference] = &[
    it(Timeout, RUNS_ON, ENDS_NOTHING),
    it(Cancel, RUNS_ON, ENDS_NOTHING),
    it(Read, NO_FILES, "the package has the protocol, and no files"),
    it(
        Create,
        NO_FILES,
        "the package has the protocol, and no files",
    ),
    it(
        Replace,
        NO_FILES,
        "the package has the protocol, and no files",
    ),
];

const X_CRYPTO: &[Difference] = &[
    it(Timeout, RUNS_ON, ENDS_NOTHING),
    it(Cancel, RUNS_ON, ENDS_NOTHING),
];

const fn it(column: Column, cell: &'static str, reason: &'static str) -> Difference {
    Difference {
        column,
        cell,
        reason,
    }
}

/// How this server differs there, if it does.
pub fn difference(server: &str, column: Column) -> Option<&'static Difference> {
    let mut servers = DIFFERENCES.iter();
    let (_, its) = servers.find(|(name, _)| *name == server)?;
    its.iter().find(|it| it.column == column)
}
