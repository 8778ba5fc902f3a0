//! What the server may ask of this program: only to check its host key.
//!
//! Takes: the host's known keys. Gives: [`Findings`] about the server. Refuses: every channel that a server opens.
//!
//! By default russh accepts each channel that a server opens (agent, X11, forwarded ports, a session). Here each is
//! refused, by dropping the reply handle. The verdict on the host key is kept in [`Findings`], because russh has one
//! error for every reason.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use russh::client::{self, ChannelOpenHandle, Handler, Msg, Session};
use russh::keys::{PublicKey, PublicKeyOrCertificate};
use russh::{Channel, ChannelId, ChannelOpenFailure, Names};

use super::disconnect_reason::DisconnectReason;
use super::stage::Handshake;
use crate::clock;
use crate::ssh::error::{SshError, brief};
use crate::ssh::trust::host_key::HostKeys;

/// The beginning of the name by which an OpenSSH server identifies itself (RFC 4253 section 4.2).
const OPENSSH: &[u8] = b"SSH-2.0-OpenSSH_";
/// What the versions of servers have in them that run on Windows alone, in small letters: those that name it, Microsoft's
/// first port of OpenSSH (`OpenSSH_7.1p1 Microsoft_Win32_port_with_VS`), Bitvise's (`FlowSsh: Bitvise SSH Server
/// (WinSSHD)`), freeSSHd's (`WeOnlyDo`), and the PowerShell Server.
const WINDOWS: [&str; 6] = [
    "windows",
    "win32",
    "winsshd",
    "bitvise",
    "weonlydo",
    "powershell",
];

/// How many characters of a banner are kept.
const MAX_WORDS: usize = 300;
/// How many reasons are kept until somebody asks for them: more than wait at once.
const MAX_UNOPENED: usize = 4096;
/// The number of the first channel: russh 0.65 counts on from 1 (`Session::new_channel_id`).
const FIRST_CHANNEL: u32 = 2;

/// What russh's task has found out, for the caller that waits outside of that task.
#[derive(Clone, Debug, Default)]
pub(in crate::ssh) struct Findings(Arc<Mutex<ServerFacts>>);

#[derive(Debug, Default)]
struct ServerFacts {
    shown: Option<PublicKey>,
    refusal: Option<SshError>,
    disconnect_reason: Option<DisconnectReason>,
    /// The beginning of the first words before the version, and whether the version came.
    greeting: (Vec<u8>, bool),
    version: Vec<u8>,
    /// What the last key exchange has agreed on.
    agreed: Option<Names>,
    /// What the server has said in this login since the last proof was sent: a banner (RFC 4252 section 5.4).
    words: Option<String>,
    /// Whether bytes have come since then.
    heard: Arc<AtomicBool>,
    /// Why channels were not opened, by their numbers; each is asked for once.
    unopened: HashMap<u32, String>,
}

impl Findings {
    /// The key that the host has shown; `None` for a certificate.
    pub(in crate::ssh) fn shown(&self) -> Option<PublicKey> {
        self.with(|found| found.shown.take())
    }

    /// What both sides have agreed on; `None` before that.
    pub(super) fn handshake(&self) -> Option<Handshake> {
        self.with(|found| {
            let names = found.agreed.as_ref()?;
            Some(Handshake::of(&found.version, names, found.shown.as_ref()))
        })
    }

    /// Takes in the server's version, once it is one that is spoken here.
    pub(super) fn greets(&self, version: &[u8]) {
        self.with(|found| found.version = version.to_owned());
    }

    /// The server's version; `None` before it has come.
    pub(super) fn version(&self) -> Option<String> {
        let version = self.with(|found| String::from_utf8_lossy(&found.version).into_owned());
        Some(version).filter(|version| !version.is_empty())
    }

    /// Why the host key was refused, if it was.
    pub(in crate::ssh) fn refusal(&self) -> Option<SshError> {
        self.with(|found| found.refusal.clone())
    }

    /// Whether the server passes signals on to all processes of a command. OpenSSH signals the process group; dropbear
    /// and others signal only the shell; on Windows there are no groups.
    pub(in crate::ssh) fn signals_groups(&self) -> bool {
        !self.is_windows() && self.with(|found| found.version.starts_with(OPENSSH))
    }

    /// Whether the server's version says that it runs on Windows.
    pub(in crate::ssh) fn is_windows(&self) -> bool {
        let version = self.version().unwrap_or_default().to_ascii_lowercase();
        WINDOWS.iter().any(|word| version.contains(word))
    }

    /// How the connection ended, if it has.
    pub(in crate::ssh) fn disconnect_reason(&self) -> Option<DisconnectReason> {
        self.with(|found| found.disconnect_reason.clone())
    }

    /// Takes in what the server says: the first words before its version, and that the version came.
    pub(super) fn said(&self, words: &[u8], is_version: bool) {
        self.with(|found| {
            let (said, version_came) = &mut found.greeting;
            // A line grows until its end has come; a blank one says nothing.
            if words.starts_with(said) && !words.trim_ascii().is_empty() {
                *said = words.to_owned();
            }
            *version_came |= is_version;
        });
    }

    /// The beginning of the first words before the version, and whether the version came.
    pub(super) fn greeting(&self) -> (Vec<u8>, bool) {
        self.with(|found| found.greeting.clone())
    }

    /// Says that a proof is about to be sent.
    pub(in crate::ssh) fn proof_goes_out(&self) {
        self.with(|found| {
            found.words = None;
            found.heard.store(false, Ordering::Relaxed);
        });
    }

    /// What the server has said since the last proof, as text in quotes behind a semicolon; empty if it has said nothing.
    pub(in crate::ssh) fn words(&self) -> String {
        let words = self.with(|found| found.words.clone());
        words.map_or_else(String::new, |words| {
            format!("; the server said {:?}", words.trim())
        })
    }

    /// Whether anything came since the last proof.
    pub(super) fn has_heard(&self) -> bool {
        self.with(|found| found.heard.load(Ordering::Relaxed))
    }

    /// What is set when anything comes.
    pub(super) fn hearing(&self) -> Arc<AtomicBool> {
        self.with(|found| Arc::clone(&found.heard))
    }

    /// Why the channel that this side asked for after so many others was not opened.
    pub(super) fn unopened(&self, before: u32) -> Option<String> {
        let number = before.wrapping_add(FIRST_CHANNEL);
        self.with(|found| found.unopened.remove(&number))
    }

    fn with<T>(&self, read: impl FnOnce(&mut ServerFacts) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Answers the requests of the server.
#[derive(Debug)]
pub(in crate::ssh) struct ServerHandler {
    host_keys: HostKeys,
    findings: Findings,
}

impl ServerHandler {
    /// Judges by `host_keys` and reports to `findings`.
    pub(in crate::ssh) fn new(host_keys: HostKeys, findings: Findings) -> Self {
        Self {
            host_keys,
            findings,
        }
    }
}

type HandlerResult = Result<(), russh::Error>;

impl Handler for ServerHandler {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        shown: &PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        let verdict = match shown {
            PublicKeyOrCertificate::PublicKey { key, .. } => self.host_keys.check(key),
            PublicKeyOrCertificate::Certificate(certificate) => self
                .host_keys
                .check_certificate(certificate, clock::unix_time()),
        };
        let known = verdict.is_ok();
        self.findings.with(|found| {
            if let PublicKeyOrCertificate::PublicKey { key, .. } = shown {
                found.shown = Some(key.clone());
            }
            found.refusal = verdict.err();
        });
        Ok(known)
    }

    async fn kex_done(
        &mut self,
        _: Option<&[u8]>,
        names: &Names,
        _: &mut Session,
    ) -> HandlerResult {
        self.findings
            .with(|found| found.agreed = Some(names.clone()));
        Ok(())
    }

    async fn auth_banner(&mut self, banner: &str, _: &mut Session) -> HandlerResult {
        let words: String = banner.chars().take(MAX_WORDS).collect();
        self.findings
            .with(|found| found.words = Some(words).filter(|words| !words.trim().is_empty()));
        Ok(())
    }

    async fn channel_open_failure(
        &mut self,
        channel: ChannelId,
        _: ChannelOpenFailure,
        description: &str,
        _: &str,
        _: &mut Session,
    ) -> HandlerResult {
        let description = brief(description.to_owned());
        self.findings.with(|found| {
            if found.unopened.len() < MAX_UNOPENED {
                found.unopened.insert(channel.number(), description);
            }
        });
        Ok(())
    }

    async fn disconnected(
        &mut self,
        reason: client::DisconnectReason<russh::Error>,
    ) -> HandlerResult {
        let disconnect_reason = match reason {
            client::DisconnectReason::ReceivedDisconnect(last) => {
                DisconnectReason::Said(brief(last.message))
            }
            client::DisconnectReason::Error(russh::Error::NoAuthMethod) => {
                DisconnectReason::Exhausted
            }
            client::DisconnectReason::Error(russh::Error::SshEncoding(error))
                if error.to_string().contains("character encoding") =>
            {
                DisconnectReason::NoUtf8
            }
            client::DisconnectReason::Error(error) => {
                DisconnectReason::Broken(brief(error.to_string()))
            }
        };
        self.findings
            .with(|found| found.disconnect_reason = Some(disconnect_reason));
        Ok(())
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> HandlerResult {
        Ok(())
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> HandlerResult {
        Ok(())
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        _: Channel<Msg>,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> HandlerResult {
        Ok(())
    }

    async fn server_channel_open_session(
        &mut self,
        _: Channel<Msg>,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> HandlerResult {
        Ok(())
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> HandlerResult {
        Ok(())
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> HandlerResult {
        Ok(())
    }

    async fn server_channel_open_x11(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> HandlerResult {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Findings;

    #[test]
    fn the_servers_of_windows_are_known_by_their_versions() {
        for (version, is_windows, signals_groups) in [
            ("SSH-2.0-OpenSSH_for_Windows_9.5", true, false),
            (
                "SSH-2.0-OpenSSH_7.1p1 Microsoft_Win32_port_with_VS Dec 22 2015",
                true,
                false,
            ),
            (
                "SSH-2.0-9.33 FlowSsh: Bitvise SSH Server (WinSSHD) 9.33",
                true,
                false,
            ),
            ("SSH-2.0-1.83 sshlib: WinSSHD 4.07", true, false),
            ("SSH-2.0-WeOnlyDo 2.4.3", true, false),
            ("SSH-2.0-PowerShellServer_2020", true, false),
            ("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", false, true),
            ("SSH-2.0-dropbear_2022.83", false, false),
        ] {
            let findings = Findings::default();
            findings.greets(version.as_bytes());
            assert_eq!(findings.is_windows(), is_windows, "{version}");
            assert_eq!(findings.signals_groups(), signals_groups, "{version}");
        }
    }
}
