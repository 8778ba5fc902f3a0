//! What can go wrong with a file of a host.
//!
//! Gives: an [`SftpError`]: its kind, the text for the client, which is a constant of the kind, and the story for the
//! operator. Refuses: to show the client any word of the server.

use std::fmt;

use mcp_ssh_yaml::quotable::told;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SftpErrorKind {
    /// The call was cancelled.
    Cancelled,
    /// The time of the call was up.
    OutOfTime,
    /// The server has no subsystem `sftp`, or the account may not use it.
    NoSubsystem,
    /// The connection was lost, or the server ended the subsystem.
    Closed,
    /// The server breaks the protocol.
    Protocol,
    /// There is no such file, or no such directory on the way to it.
    NoSuchFile,
    /// The login may not do this.
    PermissionDenied,
    /// The disk is full, or the quota of the login is used up.
    NoSpace,
    /// The server says only that the request failed.
    Failed,
    /// The server does not know the request.
    Unsupported,
    /// The path is empty, too long, not absolute, or has a NUL, an empty component, `.` or `..` in it.
    PathInvalid,
    /// The judge refuses the path, or a path to which a link on it leads.
    PathRefused,
    /// The links on the way lead in a circle, or have `..` behind a name.
    LinkRefused,
    /// Others than root and the login can change what the path names.
    PathUnsafe,
    /// A directory, a device or a pipe is where a regular file was wanted.
    NotRegular,
    /// A file is where a directory was wanted.
    NotDirectory,
    /// The file has more bytes than the permit lets it have.
    TooLarge,
    /// The server is one of Windows, whose owners and modes say nothing.
    Windows,
    /// The permit is for another file, or another content.
    WrongPermit,
    /// The file is another one than the one that was judged.
    Changed,
    /// The server cannot replace one file by another at once.
    CannotReplace,
    /// The owner or the mode of the old file cannot be given to the new one.
    OwnerLost,
    /// The old file has other names (hard links), which would keep the old content.
    SeveralNames,
    /// No answer came while the new file took its place, since the connection was lost or the time was up.
    Unconfirmed,
    /// This program could not read what it was to write, or could not write what it has read.
    Local,
}

impl SftpErrorKind {
    /// The text for the client, and what the client can do.
    #[rustfmt::skip]
    fn wording(self) -> (&'static str, &'static str) {
        match self {
            Self::Cancelled => ("SFTP cancelled: The call was cancelled", ""),
            Self::OutOfTime => ("SFTP timeout: The time of the call was up", "try again"),
            Self::NoSubsystem => ("SFTP not available: Host has no subsystem sftp for this user", "ask the operator to check `Subsystem sftp` and the forced command of the host"),
            Self::Closed => ("SFTP connection lost: Host ended it before it had answered", "look at the file before you try again"),
            Self::Protocol => ("SFTP protocol error: Host does not speak SFTP as expected", "ask the operator to look at the log and at the login scripts of this user"),
            Self::NoSuchFile => ("SFTP file not found: No such file or directory", ""),
            Self::PermissionDenied => ("SFTP permission denied: Host does not let this user do this", "ask the operator to check the owner and mode of the file and its directory"),
            Self::NoSpace => ("SFTP no space: Disk of the host is full, or a quota is used up", "ask the operator to make room"),
            Self::Failed => ("SFTP failure: Host gives no reason", "a full disk, a quota or a directory in the way are told like this"),
            Self::Unsupported => ("SFTP unsupported: Host does not know this request", ""),
            Self::PathInvalid => ("SFTP path invalid: Path is not a plain absolute path", "begin it with `/`, and leave out `.`, `..` and empty components"),
            Self::PathRefused => ("SFTP path denied: No entry can grant where its links lead", "name a path whose links lead to plain UTF-8"),
            Self::LinkRefused => ("SFTP path refused: Its links cannot be followed", "name the file to which they lead"),
            Self::PathUnsafe => ("SFTP path refused: Other users can change what it names", "ask the operator to look at the log, which names the directory, and at its owner and mode"),
            Self::NotRegular => ("SFTP not a file: A directory, a device or a pipe is in the way", "name a regular file"),
            Self::NotDirectory => ("SFTP not a directory: A file is there", "name a directory"),
            Self::TooLarge => ("SFTP file too large: It has more bytes than max_bytes of the policy", "read a part of it by a command, such as head, tail or grep"),
            Self::Windows => ("SFTP refused: Host runs Windows, whose owners and modes say nothing", "files of Windows hosts are not touched"),
            Self::WrongPermit => ("SFTP refused: The permit is for another file or content", ""),
            Self::Changed => ("SFTP file changed: Another file is there now", "read the file again"),
            Self::CannotReplace => ("SFTP write refused: Host cannot replace a file at once", "the server has no posix-rename@openssh.com: only a file that is not there yet can be written"),
            Self::OwnerLost => ("SFTP write refused: Owner or mode of the file cannot be kept", "ask the operator to write it as its owner"),
            Self::SeveralNames => ("SFTP write refused: File has other names, which would keep the old content", "ask the operator to write it, or to remove its other hard links"),
            Self::Unconfirmed => ("SFTP write unconfirmed: Host did not answer while the new file took its place, so it is not known whether the new content is in place", "read the file and compare its sha256: it is either the old or the new one"),
            Self::Local => ("SFTP transfer failed: The content could not be read or kept here", "ask the operator to look at the log"),
        }
    }
}

/// One failed request, or one failed work of several requests.
#[derive(Clone, PartialEq, Eq)]
pub struct SftpError {
    kind: SftpErrorKind,
    detail: String,
    /// A file that may be left on the host.
    left: Option<Box<str>>,
}

impl SftpError {
    /// An error with its whole story, which may have paths and words of the server, at the length of a packet. Whoever shows
    /// it hides the secrets first and cuts it then.
    pub fn new(kind: SftpErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: told(detail.into()),
            left: None,
        }
    }

    /// This error, after which a file may be left on the host.
    pub(super) fn leaving(self, path: &[u8]) -> Self {
        Self {
            left: Some(String::from_utf8_lossy(path).into()),
            ..self
        }
    }

    /// The path of a file that may be left on the host, in the directory of what was to be written.
    pub fn left(&self) -> Option<&str> {
        self.left.as_deref()
    }

    /// What went wrong.
    pub fn kind(&self) -> SftpErrorKind {
        self.kind
    }

    /// What happened, for the client.
    pub fn headline(&self) -> &'static str {
        self.kind.wording().0
    }

    /// What the client can do, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        Some(self.kind.wording().1).filter(|hint| !hint.is_empty())
    }

    /// The whole story, only for the operator.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// The client's text: what happened, then what can be done.
impl fmt::Display for SftpError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind.wording() {
            (headline, "") => formatter.write_str(headline),
            (headline, hint) => write!(formatter, "{headline} ({hint})"),
        }
    }
}

impl fmt::Debug for SftpError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.kind, self.detail)
    }
}

impl std::error::Error for SftpError {}
