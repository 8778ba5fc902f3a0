//! One connection to one host: dialled, checked, logged in.
//!
//! Takes: an [`Endpoint`] whose address the policy has judged. Gives: a [`Session`] over which
//! any number of commands can run. Refuses: a host known_hosts does not cover (before it is
//! dialled), a peer at another address (before anything is sent), whatever `host_key` refuses
//! (before anybody logs in).
//!
//! The socket has a second owner here. russh's own task holds the stream, and goes on holding
//! it when a handshake that stalls is given up; shutting the socket down is what ends that task.

use std::cell::Cell;
use std::io;
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{self, Config, Handle};
use russh::{AlgorithmKind, Disconnect, SshId};

use super::auth::{self, Credentials, Identity};
use super::error::{Fault, SshError};
use super::exec::ExecLimits;
use super::handler::{Farewell, Findings, Watch};
use super::host_key::HostKeys;
use super::known_hosts::KnownHosts;
use super::output::{Live, Output};
use super::{algorithms, exec};
use crate::cancel::Cancelled;
use crate::policy::Permit;
use crate::runtime::{self, TcpStream};

/// Who we say we are (RFC 4253 section 4.2): no user, no host, no system.
const CLIENT_ID: &str = concat!("SSH-2.0-mcp-ssh_", env!("CARGO_PKG_VERSION"));
/// What a server may send of a command's output before we say that we have read on. The default
/// output cap: below it, a command never waits for us on a fast line.
const WINDOW_BYTES: u32 = 1024 * 1024;
/// The largest piece of output in one packet, as OpenSSH has it.
const PACKET_BYTES: u32 = 32 * 1024;
/// Packets that wait for the one who reads a command's output. A hostile server ignores both
/// numbers above and is held to russh's 256 KiB a packet: so this many make 2 MiB.
const WAITING_PACKETS: usize = 8;
/// Keepalives without an answer after which a peer is dead (OpenSSH's ServerAliveCountMax).
const UNANSWERED_KEEPALIVES: usize = 3;
/// How long a server may take to end a connection that is closed in order.
const GOODBYE: Duration = Duration::from_millis(500);

/// What to dial, and as whom.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The host's name in tool calls.
    pub alias: String,
    /// The host's name as servers.yml has it, which is its name in known_hosts.
    pub name: String,
    /// The TCP port.
    pub port: u16,
    /// The address the policy has judged; the only one that is dialled.
    pub address: IpAddr,
    /// The remote user.
    pub username: String,
    /// For everything up to the login, together.
    pub connect_timeout: Duration,
    /// Silence after which the server is asked whether it is there; zero: never.
    pub keepalive: Duration,
}

/// A connection that is logged in. Dropping it shuts the socket.
pub struct Session {
    handle: Handle<Watch>,
    socket: Socket,
    peer: IpAddr,
    findings: Findings,
    retired: Cell<bool>,
    running: Cell<usize>,
    is_root: bool,
}

/// Whether the server passes signals on to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signals {
    /// It does, as far as is known.
    Delivered,
    /// It may not, and nothing but that command runs over the connection.
    PerhapsIgnored,
}

/// One command more over a session, until it is dropped.
pub(super) struct Running<'a>(&'a Cell<usize>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Session {
    /// Connects, checks the host key and logs in, within `endpoint.connect_timeout` altogether.
    ///
    /// # Errors
    /// Whatever stands in the way; `cancelled` is [`Fault::Cancelled`]. The socket is closed.
    pub async fn connect(
        endpoint: &Endpoint,
        identity: &Identity,
        known_hosts: &KnownHosts,
        cancelled: &Cancelled,
    ) -> Result<Self, SshError> {
        let host_keys = known_hosts.host(&endpoint.name, endpoint.port);
        host_keys.require_any()?;
        let credentials = auth::open(identity)?;
        let step = Cell::new("connecting");
        let told = async {
            cancelled.wait().await;
            Err(SshError::new(
                Fault::Cancelled,
                "cancelled while connecting",
            ))
        };
        let done = async {
            let connected = establish(endpoint, credentials, host_keys, &step);
            match runtime::timeout(endpoint.connect_timeout, connected).await {
                Some(result) => result,
                None => Err(SshError::new(
                    Fault::Timeout,
                    format!(
                        "no answer within {:?} while {}",
                        endpoint.connect_timeout,
                        step.get()
                    ),
                )),
            }
        };
        smol::future::or(told, done).await.map_err(|error| {
            error.at(
                &endpoint.alias,
                SocketAddr::new(endpoint.address, endpoint.port),
            )
        })
    }

    /// Runs one command by the remote user's shell and sees to its end: when the time is up, the
    /// call is cancelled or the cap is met, the remote process is killed. Any number of commands
    /// may run at once, as far as the server allows. Merely dropping the future ends nothing at
    /// the other side: use `cancelled`.
    ///
    /// # Errors
    /// When no command was started.
    pub async fn exec(
        &self,
        permit: Permit,
        limits: ExecLimits,
        cancelled: &Cancelled,
    ) -> Result<Output, SshError> {
        let live = Live::default();
        self.exec_live(permit, limits, cancelled, &live).await
    }

    /// The same, with its output to be seen while it runs.
    ///
    /// # Errors
    /// When no command was started.
    pub async fn exec_live(
        &self,
        permit: Permit,
        limits: ExecLimits,
        cancelled: &Cancelled,
        live: &Live,
    ) -> Result<Output, SshError> {
        if permit.address() != self.peer {
            let detail = "the permit is for another address than this session's";
            return Err(SshError::new(Fault::WrongPeer, detail));
        }
        exec::run(self, permit.line(), limits, cancelled, live).await
    }

    /// The address at the other end, as it was checked before the login.
    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// True while another command can be run over this connection.
    pub fn is_usable(&self) -> bool {
        !self.retired.get() && !self.handle.is_closed()
    }

    /// Says goodbye and waits a moment for the server to do so.
    pub async fn close(self) {
        let goodbye = async {
            let said = self.handle.disconnect(Disconnect::ByApplication, "", "");
            if said.await.is_ok() {
                // Its result is what was said in reply; the connection is over either way.
                let _ended = self.handle.await;
            }
        };
        runtime::timeout(GOODBYE, goodbye).await;
    }

    /// Counts a command, as long as the value lives.
    pub(super) fn begin(&self) -> Running<'_> {
        self.running.set(self.running.get() + 1);
        Running(&self.running)
    }

    /// Whether a kill may need more than a signal.
    pub(super) fn signals(&self) -> Signals {
        if self.is_root && self.running.get() == 1 {
            Signals::PerhapsIgnored
        } else {
            Signals::Delivered
        }
    }

    pub(super) fn handle(&self) -> &Handle<Watch> {
        &self.handle
    }

    /// No further command: commands that run may end.
    pub(super) fn retire(&self) {
        self.retired.set(true);
    }

    /// Ends the connection now, and with it whatever runs over it.
    pub(super) fn cut(&self) {
        self.retire();
        self.socket.shut();
    }

    /// Why a connection that is over ended, for stderr. Only a panic leaves no word.
    pub(super) fn last_word(&self) -> String {
        match self.findings.farewell() {
            Some(farewell) => farewell.to_string(),
            None => "the connection's task panicked".to_owned(),
        }
    }

    /// The same for the end of a sentence, for a connection that may be about to end.
    pub(super) fn why_closed(&self) -> String {
        let farewell = self.findings.farewell();
        farewell.map_or(String::new(), |farewell| format!(": {farewell}"))
    }
}

async fn establish(
    endpoint: &Endpoint,
    credentials: Credentials<'_>,
    host_keys: HostKeys,
    step: &Cell<&'static str>,
) -> Result<Session, SshError> {
    let address = endpoint.address.to_canonical();
    let stream = runtime::connect(SocketAddr::new(address, endpoint.port))
        .await
        .map_err(|error| SshError::from_io(&error))?;
    let peer = peer_of(&stream, address)?;
    // From here on, giving up in any way drops this, which ends russh's task.
    let socket = Socket::of(&stream).map_err(|error| SshError::from_io(&error))?;
    step.set("shaking hands");
    let findings = Findings::default();
    let watch = Watch::new(host_keys.clone(), findings.clone());
    let config = config(endpoint, &host_keys);
    let mut handle = client::connect_stream(Arc::new(config), stream, watch)
        .await
        .map_err(|error| {
            findings
                .refusal()
                .unwrap_or_else(|| handshake_error(&error, &host_keys))
        })?;
    step.set("logging in");
    auth::log_in(&mut handle, &endpoint.username, credentials)
        .await
        .map_err(|error| login_error(error, &findings))?;
    Ok(Session {
        handle,
        socket,
        peer,
        findings,
        retired: Cell::new(false),
        running: Cell::new(0),
        is_root: endpoint.username == "root",
    })
}

/// The address at the other end, which must be the judged one (POLICY.md section 5).
fn peer_of(stream: &TcpStream, judged: IpAddr) -> Result<IpAddr, SshError> {
    let peer = stream
        .peer_addr()
        .map_err(|error| SshError::from_io(&error))?;
    let peer = peer.ip().to_canonical();
    if peer == judged {
        return Ok(peer);
    }
    let detail = format!("the socket is connected to {peer}, the permitted address is {judged}");
    Err(SshError::new(Fault::WrongPeer, detail))
}

fn config(endpoint: &Endpoint, host_keys: &HostKeys) -> Config {
    Config {
        client_id: SshId::Standard(CLIENT_ID.into()),
        window_size: WINDOW_BYTES,
        maximum_packet_size: PACKET_BYTES,
        channel_buffer_size: WAITING_PACKETS,
        preferred: algorithms::preferred(host_keys.algorithms()),
        inactivity_timeout: None,
        keepalive_interval: Some(endpoint.keepalive).filter(|interval| !interval.is_zero()),
        keepalive_max: UNANSWERED_KEEPALIVES,
        ..Config::default()
    }
}

fn handshake_error(error: &russh::Error, host_keys: &HostKeys) -> SshError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "russh's errors that are not named here all mean a server that breaks the protocol"
    )]
    match error {
        russh::Error::NoCommonAlgo {
            kind: AlgorithmKind::Key,
            theirs,
            ..
        } => host_keys.no_common_type(theirs),
        russh::Error::NoCommonAlgo { .. } => SshError::new(Fault::Negotiation, error.to_string()),
        russh::Error::IO(error) => SshError::from_io(error),
        russh::Error::Disconnect | russh::Error::HUP => {
            SshError::new(Fault::Closed, "while shaking hands")
        }
        russh::Error::Join(_) => SshError::new(Fault::Internal, "the connection's task panicked"),
        _ => SshError::new(Fault::Protocol, format!("while shaking hands: {error}")),
    }
}

/// A server that hangs up on a login, saying why, has refused it.
fn login_error(error: SshError, findings: &Findings) -> SshError {
    let Some(farewell) = findings.farewell() else {
        return error;
    };
    let fault = match (error.fault(), &farewell) {
        (Fault::Closed, Farewell::Said(_)) => Fault::AuthenticationFailed,
        (fault, _) => fault,
    };
    SshError::new(fault, format!("{}: {farewell}", error.detail()))
}

/// A second descriptor of the connection's socket, which shuts it down when dropped.
struct Socket(std::net::TcpStream);

impl Socket {
    fn of(stream: &TcpStream) -> io::Result<Self> {
        Ok(Self(stream.as_fd().try_clone_to_owned()?.into()))
    }

    fn shut(&self) {
        // An error means that the connection is over already.
        let _over = self.0.shutdown(Shutdown::Both);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.shut();
    }
}
