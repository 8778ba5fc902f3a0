//! The error of a handshake that failed: what spoke there, and why it ended.
//!
//! Takes: russh's error and the [`Findings`] about the server. Gives: an [`SshError`] that says what answered on the
//! port, where that was no SSH server, and the server's own words, where it had any.

use russh::AlgorithmKind;

use super::handler::Findings;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::trust::host_key::HostKeys;

/// How what is no SSH server begins to speak, and what it is.
const STRANGERS: [(&[u8], &str); 26] = [
    (b"HTTP/", "an HTTP server"),
    (b"<!", "an HTTP server"),
    (b"<h", "an HTTP server"),
    (b"<H", "an HTTP server"),
    (b"\0\0\x12\x04", "an HTTP/2 server"),
    (b"\0\0\x06\x04", "an HTTP/2 server"),
    (b"\0\0\0\x04", "an HTTP/2 server"),
    (b"<?xml", "an XMPP server"),
    (b"-ERR", "a Redis server"),
    (b"-DENIED", "a Redis server"),
    (b"-NOAUTH", "a Redis server"),
    (b"ERROR\r\n", "a memcached server"),
    (b"220", "an SMTP or FTP server"),
    (b"554", "an SMTP server"),
    (b"421", "an SMTP or FTP server"),
    (b"+OK", "a POP3 server"),
    (b"* OK", "an IMAP server"),
    (b"* BYE", "an IMAP server"),
    (b"RFB ", "a VNC server"),
    (b"AMQP", "an AMQP server"),
    (b"@RSYNCD:", "an rsync server"),
    (b"E\0\0\0", "a PostgreSQL server"),
    (b"\x03\0\0", "an RDP server"),
    (b"\xff", "a telnet server"),
    (b"\x15\x03", "a TLS server"),
    (b"SSH-1.", "an SSH server of version 1"),
];
/// How MySQL and MariaDB go on behind the length of their first packet: its number, and a version of their protocol or
/// an error.
const MYSQL: [&[u8]; 2] = [b"\0\x0a", b"\0\xff"];

/// What is no SSH server, by how it begins to speak.
fn stranger(said: &[u8]) -> Option<&'static str> {
    let begins = STRANGERS.iter().find(|(words, _)| said.starts_with(words));
    let is_mysql = || MYSQL.iter().any(|words| said.get(3..5) == Some(words));
    begins
        .map(|(_, what)| *what)
        .or_else(|| is_mysql().then_some("a MySQL or MariaDB server"))
}

/// What OpenSSH says to whom it does not let in at all, and what that means.
const TURNED_AWAY: [(&[u8], SshErrorKind, &str); 2] = [
    (
        b"Exceeded MaxStartups",
        SshErrorKind::Closed,
        "too many logins are under way there (MaxStartups)",
    ),
    (
        b"Not allowed at this time",
        SshErrorKind::Penalty,
        "it takes no connection from this address for a while, as logins have failed (PerSourcePenalties)",
    ),
];

/// The error of a handshake that ended with `error`.
pub(super) fn handshake_error(
    error: &russh::Error,
    host_keys: &HostKeys,
    findings: &Findings,
) -> SshError {
    if let Some(refusal) = findings.refusal() {
        return refusal;
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "russh's errors that are not named here all mean a server that breaks the protocol"
    )]
    let error = match error {
        russh::Error::NoCommonAlgo {
            kind: AlgorithmKind::Key,
            theirs,
            ..
        } => return host_keys.no_common_type(theirs),
        russh::Error::NoCommonAlgo { .. } => {
            return SshError::new(SshErrorKind::Negotiation, error.to_string());
        }
        russh::Error::IO(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            SshError::new(SshErrorKind::Protocol, error.to_string())
        }
        russh::Error::IO(error) => {
            let error = SshError::from_io(error);
            SshError::new(
                error.kind(),
                format!("while shaking hands: {}", error.detail()),
            )
        }
        russh::Error::SshEncoding(error) if error.to_string().contains("character encoding") => {
            let detail = "while shaking hands: it said something that is no UTF-8, as servers do that hang up";
            SshError::new(SshErrorKind::Closed, detail)
        }
        russh::Error::Disconnect | russh::Error::HUP => {
            let reason = findings.disconnect_reason();
            let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
            SshError::new(SshErrorKind::Closed, format!("while shaking hands{reason}"))
        }
        russh::Error::Join(_) => {
            SshError::new(SshErrorKind::Internal, "the connection's task panicked")
        }
        _ => SshError::new(
            SshErrorKind::Protocol,
            format!("while shaking hands: {error}"),
        ),
    };
    told(error, findings)
}

/// What is told of a peer that said nothing at all. An SSH server speaks first; many others wait for words that they
/// understand, or hang up at ours.
fn silent(kind: SshErrorKind) -> Option<&'static str> {
    if kind == SshErrorKind::Closed {
        return Some(
            "it ended the connection without a word, and an SSH server speaks first: is this the port of one? (RDP, \
             PostgreSQL, MongoDB and TLS end so; of SSH servers those that are overloaded, or that a filter shields from \
             this address)",
        );
    }
    (kind == SshErrorKind::Timeout).then_some(
        "it took the connection and said nothing, and an SSH server speaks first: is this the port of one? (an \
         overloaded host, or one that waits for DNS, is silent, too)",
    )
}

/// The error, with what the peer said in place of a version.
pub(super) fn told(error: SshError, findings: &Findings) -> SshError {
    let (said, version_came) = findings.greeting();
    let detail = error.detail();
    if version_came && error.kind() == SshErrorKind::Timeout {
        let detail = format!(
            "{detail}; its version came, and not all that has to follow: a path that loses large packets does that \
             (compare the MTU with `ping -M do -s 1472`), or a host that is busy"
        );
        return SshError::new(SshErrorKind::Timeout, detail);
    }
    if version_came && error.kind() == SshErrorKind::Closed {
        return SshError::new(
            SshErrorKind::Closed,
            format!("{detail}; its version had come"),
        );
    }
    if version_came {
        return error;
    }
    let begins = |(words, ..): &&(&[u8], SshErrorKind, &str)| said.starts_with(words);
    if let Some((_, kind, why)) = TURNED_AWAY.iter().find(begins) {
        return SshError::new(*kind, format!("{detail}: {why}"));
    }
    if let Some(what) = stranger(&said) {
        return SshError::new(
            SshErrorKind::Protocol,
            format!("{detail}: {what} answers on this port"),
        );
    }
    if said.is_empty() {
        return match silent(error.kind()) {
            Some(what) => SshError::new(error.kind(), format!("{detail}: {what}")),
            None => error,
        };
    }
    // Whoever speaks at once and says no version is no SSH server; one that ends after words may be turning us away.
    let is_words = said
        .iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    let ends_after_noise = error.kind() == SshErrorKind::Closed && !is_words;
    let is_stranger = error.kind() == SshErrorKind::Timeout || ends_after_noise;
    // The beginning of a version is no stranger's word.
    let kind = if is_stranger && !said.starts_with(b"SSH-") {
        SshErrorKind::Protocol
    } else {
        error.kind()
    };
    let said = String::from_utf8_lossy(&said);
    SshError::new(
        kind,
        format!("{detail}; before that it said {:?}", said.trim_end()),
    )
}
