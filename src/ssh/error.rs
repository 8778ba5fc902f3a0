//! What can go wrong on the way to a host, sorted by who can mend it.
//!
//! Takes: a [`SshErrorKind`] and the whole story for the operator. Gives: an [`SshError`]. Its text for the client
//! is a constant of the kind, so that no address, path, user name or word of the server can be in the text; the
//! story goes only to stderr. Leaves out of the story what looks like a secret.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};

use mcp_ssh_yaml::quotable::told;
use rustix::io::Errno;

/// Who can mend an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The client, by another call.
    Caller,
    /// The operator, in the configuration, the keys or known_hosts.
    Operator,
    /// The administrator of the remote host.
    Host,
    /// The operator of the network between.
    Network,
    /// The authors of this program.
    Us,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SshErrorKind {
    /// The call was cancelled before the command was sent.
    Cancelled,
    /// The time of the call was up before the command was sent.
    OutOfTime,
    /// The server has refused every method to log in.
    AuthenticationFailed,
    /// The server has accepted one proof and wants another that is not configured.
    ProofMissing,
    /// The host wants a new password for the account before it lets anybody in.
    PasswordExpired,
    /// Neither a key, nor an agent, nor a non-empty password is configured.
    NoCredential,
    /// known_hosts holds no key for the host.
    HostKeyUnknown,
    /// Somebody writes known_hosts all the time, so nobody can say what will be in it.
    KnownHostsUnsettled,
    /// known_hosts is there, and cannot be read.
    KnownHostsUnread,
    /// known_hosts holds only other keys for the host.
    HostKeyChanged,
    /// known_hosts says the key is revoked.
    HostKeyRevoked,
    /// The host key is too short.
    HostKeyWeak,
    /// The host's certificate is of another authority or host, or not valid now.
    HostCertificate,
    /// The private key is encrypted and no passphrase is configured.
    PassphraseMissing,
    /// The passphrase does not open the private key.
    PassphraseWrong,
    /// No place has a secret that the credential names, or the place cannot be read.
    SecretMissing,
    /// The private key file is not there.
    KeyNotFound,
    /// Others can read the private key file, or this program cannot.
    KeyForbidden,
    /// The private key is in no format, or of no type, that is accepted.
    KeyFormat,
    /// The private key is too short.
    KeyWeak,
    /// The user's certificate is of another key, not valid now, or badly signed.
    CertificateUnusable,
    /// The agent is not there, holds no usable key or does not sign.
    AgentUnavailable,
    /// The FIDO key that the agent holds was not touched in time, or its token is not plugged in.
    TokenUntouched,
    /// The name has no address.
    Resolution,
    /// The name was looked up too often.
    ResolutionLimit,
    /// The host did not answer within the connect timeout.
    Timeout,
    /// The port is closed.
    Refused,
    /// There is no route.
    Unreachable,
    /// The socket is connected to another address than the policy has judged.
    WrongPeer,
    /// The address is not permitted any more: the policy was reloaded before the address was dialled.
    AddressForbidden,
    /// The sandbox of this process was closed before the port, or a file of the resolver, was there.
    SandboxClosed,
    /// The jump host forwards no connection to the host.
    ForwardingRefused,
    /// The server ended the connection before the command was sent.
    Closed,
    /// The server takes no connections from here for a while, since logins have failed.
    Penalty,
    /// The peer is no SSH server, or breaks the protocol.
    Protocol,
    /// The server and this program have no key exchange, cipher or MAC in common.
    Negotiation,
    /// The server can prove its host key only with SHA-1.
    HostKeySha1,
    /// The server opens no session channel.
    ChannelRefused,
    /// The server does not run commands.
    ExecRefused,
    /// The host says that it runs Windows, whose shells read the line otherwise than it was judged.
    WindowsLine,
    /// sudo asks for a password, and the credential names none.
    SudoPasswordMissing,
    /// sudo has asked a second time for the password.
    SudoPasswordRefused,
    /// sudo has asked for something more than the password.
    SudoAskedMore,
    /// sudo has asked too late, or in a way in which nobody can tell that it was sudo.
    SudoUnanswered,
    /// No place has the secret that is to be the password for sudo, or the place cannot be read.
    SudoSecretMissing,
    /// The secret is no password that sudo reads to its end.
    SudoPasswordUnfit,
    /// The process or the system has no descriptor left.
    NoDescriptor,
    /// A bug, or no memory left.
    Internal,
}

/// Who can mend the error, its text for the client, and what the client can do.
struct Wording(Blame, &'static str, &'static str);

impl SshErrorKind {
    /// Who can mend an error of this kind.
    pub fn blame(self) -> Blame {
        self.wording().0
    }

    #[rustfmt::skip]
    fn wording(self) -> Wording {
        use Blame::{Caller, Host, Network, Operator, Us};
        match self {
            Self::Cancelled => Wording(Caller, "SSH command cancelled: Nothing was sent", ""),
            Self::OutOfTime => Wording(Caller, "SSH command timeout: The host let no command start in time", "try again"),
            Self::AuthenticationFailed => Wording(Operator, "SSH authentication failed: Invalid credentials", "ask the operator to check the user name and the key or password of this host"),
            Self::ProofMissing => Wording(Operator, "SSH authentication incomplete: Host wants a second proof", "ask the operator to add the password, or to let this account log in with the key alone"),
            Self::PasswordExpired => Wording(Operator, "SSH password expired: Host wants a new password", "ask the operator to set a new one for this account on the host, and correct the secret"),
            Self::NoCredential => Wording(Operator, "SSH authentication failed: No credential configured", "ask the operator to set key_path, agent or password_secret in credentials.yml"),
            Self::HostKeyUnknown => Wording(Operator, "SSH host key not found: Add host to known_hosts", "ask the operator to run `mcp-ssh keyscan` for this host and compare the fingerprint"),
            Self::KnownHostsUnsettled => Wording(Operator, "SSH known_hosts is being written: It counts once it is written to its end", "nothing was run: try again, and if that goes on, ask the operator what writes it"),
            Self::KnownHostsUnread => Wording(Operator, "SSH known_hosts not readable: Let the server read it", "nothing was run: ask the operator to mend what the log says of this file"),
            Self::HostKeyChanged => Wording(Operator, "SSH host key verification failed: Host key mismatch", "somebody may be in the middle: ask the operator to compare fingerprints before the known_hosts line is replaced"),
            Self::HostKeyRevoked => Wording(Operator, "SSH host key revoked: The key is listed as @revoked in known_hosts", "do not retry: ask the operator to look at the host"),
            Self::HostKeyWeak => Wording(Host, "SSH host key too weak: RSA keys need 2048 bits or more", "ask the operator to give the host an ed25519 key"),
            Self::HostCertificate => Wording(Operator, "SSH host certificate refused: Check the certificate of the host", "ask the operator to compare it with the @cert-authority line of known_hosts"),
            Self::PassphraseMissing => Wording(Operator, "SSH key requires passphrase: Provide key_passphrase_secret", "ask the operator to set it in credentials.yml"),
            Self::PassphraseWrong => Wording(Operator, "SSH key passphrase wrong: Check key_passphrase_secret", "ask the operator to correct the secret"),
            Self::SecretMissing => Wording(Operator, "SSH secret missing: Provide the secret that the credential names", "ask the operator to create it, or to let the server read it, where the log says that it was looked for"),
            Self::KeyNotFound => Wording(Operator, "SSH key file not found: Check key path configuration", "ask the operator to correct key_path in credentials.yml"),
            Self::KeyForbidden => Wording(Operator, "SSH key permission denied: Check key file permissions (should be 600)", "ask the operator to correct them"),
            Self::KeyFormat => Wording(Operator, "SSH key format invalid: Check key file format (RSA/Ed25519/ECDSA)", "ask the operator to put right what key_path names: the log says what is wrong with it"),
            Self::KeyWeak => Wording(Operator, "SSH key too weak: RSA keys need 2048 bits or more", "ask the operator to replace it with an ed25519 key"),
            Self::CertificateUnusable => Wording(Operator, "SSH certificate not usable: Check its key and validity", "ask the operator to renew what certificate_path names"),
            Self::AgentUnavailable => Wording(Operator, "SSH agent gives no key: Check the agent at SSH_AUTH_SOCK", "ask the operator to start the agent and add the key to it"),
            Self::TokenUntouched => Wording(Operator, "SSH FIDO key gives no signature: Touch the token in time", "nothing was run: ask the operator to plug in the token and to touch it while the call waits, and try again"),
            Self::Resolution => Wording(Network, "SSH hostname resolution failed: DNS lookup failed", "the answer is kept for a minute: try again after that"),
            Self::ResolutionLimit => Wording(Caller, "SSH hostname resolution failed: Too many lookups", "try again in a second"),
            Self::Timeout => Wording(Network, "SSH connection timeout: Host did not respond", "the host may be down, or a firewall may drop the connection"),
            Self::Refused => Wording(Network, "SSH connection refused: Port may be closed or firewall blocking", "ask the operator to check that the SSH server runs and that the port is right"),
            Self::Unreachable => Wording(Network, "SSH network unreachable: Cannot reach host", "ask the operator to check the route to this host"),
            Self::WrongPeer => Wording(Network, "SSH connection refused: Connected peer is not the permitted address", "ask the operator to look at the network"),
            Self::AddressForbidden => Wording(Operator, "SSH connection not made: The reloaded policy permits none of the host's addresses", "nothing was run: ask ssh_plan what is allowed now"),
            Self::SandboxClosed => Wording(Operator, "SSH connection not made: The server's sandbox was closed before this was configured", "nothing was run: ask the operator to restart the server"),
            Self::ForwardingRefused => Wording(Operator, "SSH jump host refused: It forwards no connection to this host", "ask the operator to check AllowTcpForwarding and PermitOpen of the jump host"),
            Self::Closed => Wording(Host, "SSH connection closed: Host ended it before the command was sent", "nothing was run: try again"),
            Self::Penalty => Wording(Host, "SSH connection closed: Host takes no connection from here for a while", "do not retry at once: each try makes it longer; ask the operator to look at PerSourcePenalties of the host"),
            Self::Protocol => Wording(Host, "SSH protocol error: Host does not speak SSH as expected", "ask the operator to check that the port is that of an SSH server"),
            Self::Negotiation => Wording(Host, "SSH negotiation failed: No common algorithm", "ask the operator to update the host's SSH server"),
            Self::HostKeySha1 => Wording(Host, "SSH negotiation failed: Host proves its key with SHA-1 only (ssh-rsa)", "ask the operator to update the host's SSH server, or to give it an ed25519 key: SHA-1 signatures can be forged"),
            Self::ChannelRefused => Wording(Host, "SSH session refused: Host opens no more sessions", "try again when other commands on this host have ended"),
            Self::ExecRefused => Wording(Host, "SSH command refused: Host does not run commands for this user", "ask the operator to check the account's shell and forced command"),
            Self::WindowsLine => Wording(Caller, "SSH command not sent: Windows does not read quotes and backslashes as they were judged", "nothing was run: write it in plain words, without quotes, backslashes, redirections and signs such as `;`, `,`, `=`, `%`, `^` and `!`"),
            Self::SudoPasswordMissing => Wording(Operator, "sudo asks for a password: The credential names none", "the command was not run; ask the operator to set sudo_password_secret in credentials.yml"),
            Self::SudoPasswordRefused => Wording(Operator, "sudo, or what ran, asked again: It may not have taken the password of sudo_password_secret", "do not retry, since hosts count wrong passwords, and whether the command has run is not known: ask the operator to correct the secret, or to find out whether the account is locked"),
            Self::SudoAskedMore => Wording(Operator, "sudo, or what ran, asked for more: The password of sudo_password_secret is not all that it wants", "do not retry, since whether the command has run is not known: ask the operator to find out whether the password has expired and what PAM of this host wants"),
            Self::SudoUnanswered => Wording(Host, "sudo was not answered: Its question came too late or was not clear", "ask the operator to look at what this account prints at a login and at the sudo of this host"),
            Self::SudoSecretMissing => Wording(Operator, "sudo password missing: Provide the secret of sudo_password_secret", "nothing was run; ask the operator to create it, or to let the server read it, where the log says that it was looked for"),
            Self::SudoPasswordUnfit => Wording(Operator, "sudo password not usable: Check the secret of sudo_password_secret", "nothing was run; ask the operator to provide a secret of one line and 255 bytes at most"),
            Self::NoDescriptor => Wording(Operator, "SSH out of descriptors: Too many open files", "call again when fewer commands run, or ask the operator to raise `ulimit -n` of the server"),
            Self::Internal => Wording(Us, "SSH internal error: The command was not run", "ask the operator to look at the log"),
        }
    }
}

/// The most bytes of a story. Even escaped, such a story fits into a record: else a host with long messages could
/// prevent the record of a command that ran there.
const MAX_STORY: usize = 8 * 1024;

/// One failed attempt to reach a host or to start a command on it.
#[derive(Clone, PartialEq, Eq)]
pub struct SshError {
    kind: SshErrorKind,
    detail: String,
    jump_host: Option<String>,
    address: Option<IpAddr>,
    said: Option<Box<str>>,
}

impl SshError {
    /// An error with its whole story. The story may have addresses, paths and user names, but no secrets: a part in
    /// backticks that looks like a secret is left out.
    pub fn new(kind: SshErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: brief(told(detail.into())),
            jump_host: None,
            address: None,
            said: None,
        }
    }

    /// Adds what the host said of it, from which secrets were taken out.
    #[must_use]
    pub fn with_words(self, said: String) -> Self {
        Self {
            detail: brief(format!("{}; said before that: {said}", self.detail)),
            said: Some(said.into()),
            ..self
        }
    }

    /// This error, without what `hide` takes out of its story: the host may have worded it.
    #[must_use]
    pub fn hiding(self, hide: impl FnOnce(&str) -> String) -> Self {
        Self {
            detail: hide(&self.detail),
            ..self
        }
    }

    /// Whether a talk with sudo has ended the run.
    pub fn is_of_sudo(&self) -> bool {
        matches!(
            self.kind,
            SshErrorKind::SudoPasswordMissing
                | SshErrorKind::SudoPasswordRefused
                | SshErrorKind::SudoAskedMore
                | SshErrorKind::SudoUnanswered
        )
    }

    /// What the host said of it, without secrets.
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Says that the error happened at the jump host with this alias.
    #[must_use]
    pub fn at_jump_host(self, alias: &str) -> Self {
        Self {
            jump_host: Some(alias.to_owned()),
            address: None,
            ..self
        }
    }

    /// Puts the file that mends the error at the head of the detail.
    #[must_use]
    pub fn in_file(self, file: &dyn fmt::Display) -> Self {
        Self {
            detail: format!("{file}: {}", self.detail),
            ..self
        }
    }

    /// The error of a failed connect(2), or of a socket that failed before the command was sent.
    pub(super) fn from_io(error: &io::Error) -> Self {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "io::ErrorKind is non-exhaustive; whatever is not named here is the network's"
        )]
        let kind = match error.kind() {
            io::ErrorKind::ConnectionRefused => SshErrorKind::Refused,
            io::ErrorKind::TimedOut => SshErrorKind::Timeout,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::UnexpectedEof => SshErrorKind::Closed,
            io::ErrorKind::OutOfMemory | io::ErrorKind::QuotaExceeded => SshErrorKind::Internal,
            _ if is_of(error, &[Errno::MFILE, Errno::NFILE]) => SshErrorKind::NoDescriptor,
            _ if is_of(error, &[Errno::NOBUFS]) => SshErrorKind::Internal,
            _ => SshErrorKind::Unreachable,
        };
        if error.kind() == io::ErrorKind::NotConnected {
            // What the kernel says of a socket whose reset was told already, or met by a shutdown(2).
            return Self::new(kind, "the other side has reset the connection");
        }
        Self::new(kind, error.to_string())
    }

    /// Puts the host and the address of the error into the detail.
    pub(super) fn at(self, alias: &str, address: SocketAddr) -> Self {
        Self {
            address: Some(address.ip()),
            ..self.on_the_way_to(alias, &address)
        }
    }

    /// Puts the host and its places into the detail: no address of the host has answered.
    pub(super) fn on_the_way_to(self, alias: &str, places: &dyn fmt::Display) -> Self {
        Self {
            detail: format!("`{alias}` ({places}): {}", self.detail),
            ..self
        }
    }

    /// What went wrong.
    pub fn kind(&self) -> SshErrorKind {
        self.kind
    }

    /// Who can mend the error.
    pub fn blame(&self) -> Blame {
        self.kind.blame()
    }

    /// The text for the client, `SSH subject: Reason`.
    pub fn headline(&self) -> &'static str {
        self.kind.wording().1
    }

    /// The address of the host that had answered before the error, if one had.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The alias of the jump host at which the error happened, if it did at one.
    pub fn jump_host(&self) -> Option<&str> {
        self.jump_host.as_deref()
    }

    /// What the client can do about the error, if it can do anything.
    pub fn hint(&self) -> Option<&'static str> {
        Some(self.kind.wording().2).filter(|hint| !hint.is_empty())
    }

    /// The whole story, only for stderr.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// The beginning of a story: a server may have written it, at any length.
pub fn brief(mut story: String) -> String {
    story.truncate(story.floor_char_boundary(MAX_STORY));
    story
}

/// Whether it is one of these: the network is not to blame for them.
fn is_of(error: &io::Error, errnos: &[Errno]) -> bool {
    let code = error.raw_os_error();
    errnos
        .iter()
        .any(|errno| code == Some(errno.raw_os_error()))
}

/// The client's text: the headline, then the hint.
impl fmt::Display for SshError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.headline())?;
        match self.hint() {
            Some(hint) => write!(formatter, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for SshError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.kind, self.detail)
    }
}

impl std::error::Error for SshError {}
