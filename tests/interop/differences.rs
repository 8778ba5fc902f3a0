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
];

const RUNS_ON: &str = "runs on, told";

const DROPBEAR: &[Difference] = &[
    it(Keyboard, "not offered", "it asks in words only where it is built with PAM, and Debian's is not"),
    it(Timeout, RUNS_ON, "it signals the shell alone, and what the shell has started lives on"),
    it(Cancel, RUNS_ON, "as at a timeout"),
    it(Rekey, "not tried", "its limit of 1 GB cannot be set"),
];

const ASYNCSSH: &[Difference] = &[
    it(Timeout, RUNS_ON, "the library leaves it to the program to end a command, and the test's does not"),
    it(Cancel, RUNS_ON, "as at a timeout"),
];

const PARAMIKO: &[Difference] = &[
    it(ExitSignal, "status 137", "the library cannot send a signal's name; the test's program says the status of a shell"),
    it(Timeout, RUNS_ON, "the library takes no signals"),
    it(Cancel, RUNS_ON, "as at a timeout"),
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
    it(Reuse, "a login each", "it opens one session a connection, which is noticed and remembered"),
    it(Together, "2 logins", "it opens one session a connection"),
    it(Rekey, "not tried", "the library does not tell when it changes keys"),
    it(
        Doctor,
        "no: the host sent no exit status: whether the command succeeded is not known",
        "it sends none; the steps before are passed",
    ),
    it(Read, NO_FILES, "it has no SFTP"),
    it(Create, NO_FILES, "it has no SFTP"),
    it(Replace, NO_FILES, "it has no SFTP"),
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
