//! One connection to one host: dialled, checked, logged in.
//!
//! Takes: an [`Endpoint`] and the [`Addresses`] that the policy has judged. Gives: a [`Session`] over which
//! any number of commands, and connections to other hosts, can run. Refuses: a host known_hosts
//! does not cover (before it is dialled), a peer at another address (before anything is sent),
//! whatever `host_key` refuses (before anybody logs in).

use std::cell::Cell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{self, Config, Handle};
use russh::{AlgorithmKind, Disconnect, SshId};

use super::algorithms;
use super::auth;
use super::error::{Fault, SshError};
use super::handler::{Farewell, Findings, Watch};
use super::host_key::HostKeys;
use super::identity::{self, Credentials, Identity};
use super::known_hosts::KnownHosts;
use super::race::Addresses;
use super::route::{Lifeline, Route};
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::runtime;

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
/// How a signature begins that an RSA key made with SHA-1 (RFC 4253 section 6.6).
const SSH_RSA: &[u8] = b"\0\0\0\x07ssh-rsa";
/// How long a server may take to end a connection that is closed in order.
const GOODBYE: Duration = Duration::from_millis(500);

/// What to dial, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The host's name in tool calls.
    pub alias: String,
    /// The host's name as servers.yml has it, which is its name in known_hosts.
    pub name: String,
    /// The TCP port.
    pub port: u16,
    /// The remote user.
    pub username: String,
    /// For everything up to the login, together.
    pub connect_timeout: Duration,
    /// Silence after which the server is asked whether it is there; zero: never.
    pub keepalive: Duration,
}

/// A connection that is logged in. Dropping it ends it, and whatever runs over it.
pub struct Session {
    handle: Handle<Watch>,
    lifeline: Lifeline,
    hop: Option<Rc<Session>>,
    peer: IpAddr,
    findings: Findings,
    retired: Cell<bool>,
    running: Cell<usize>,
    is_root: bool,
    /// Since it was dialled.
    clock: Stopwatch,
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

/// Retires a session when it is dropped before what was begun has finished: the server may
/// still do it, with nobody to see.
pub(super) struct Unfinished<'a>(Option<&'a Session>);

impl Unfinished<'_> {
    pub(super) fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0 {
            session.retire();
        }
    }
}

impl Session {
    /// Connects, checks the host key and logs in, within `endpoint.connect_timeout` altogether.
    /// A jump host on the way is logged in already: it had a time of its own. Which address is
    /// taken is settled with its TCP connection: what happens after that happens at that address.
    ///
    /// # Errors
    /// Whatever stands in the way; `cancelled` is [`Fault::Cancelled`]. Nothing stays open.
    pub async fn connect(
        endpoint: &Endpoint,
        addresses: &Addresses<'_>,
        route: &Route,
        identity: &Identity,
        known_hosts: &KnownHosts,
        cancelled: &Cancelled,
    ) -> Result<Self, SshError> {
        let host_keys = known_hosts.host(&endpoint.name, endpoint.port);
        host_keys.require_any()?;
        let credentials = identity::open(identity)?;
        let progress = Dialling::default();
        let told = async {
            cancelled.wait().await;
            Err(SshError::new(
                Fault::Cancelled,
                "cancelled while connecting",
            ))
        };
        let done = async {
            let limit = endpoint.connect_timeout;
            let connected = establish(
                endpoint,
                addresses,
                route,
                credentials,
                host_keys,
                &progress,
            );
            let connected = runtime::timeout(limit, connected).await;
            connected.unwrap_or_else(|| {
                let step = progress.step.get();
                let detail = format!("no answer within {limit:?} while {step}");
                Err(SshError::new(Fault::Timeout, detail))
            })
        };
        smol::future::or(told, done).await.map_err(|error| {
            let (alias, port) = (&endpoint.alias, endpoint.port);
            match progress.reached.get() {
                Some(address) => error.at(alias, SocketAddr::new(address, port)),
                None => error.on_the_way_to(alias, &addresses.at_port(port)),
            }
        })
    }

    /// The address at the other end: of the socket, as it was checked before the login, or the
    /// one that the jump host was asked for.
    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// Whether the server is there: it is asked and has answered.
    pub(super) async fn answers(&self) -> bool {
        self.handle.send_ping().await.is_ok() && self.is_usable()
    }

    /// Whether it may run several commands at once, each with an end of its own.
    pub(super) fn runs_several(&self) -> bool {
        !self.is_root
    }

    /// True while another command can be run over this connection.
    pub fn is_usable(&self) -> bool {
        !self.retired.get() && !self.handle.is_closed()
    }

    /// Says goodbye and waits a moment for the server to do so; then to the jump host, unless
    /// it serves others, too.
    pub async fn close(self) {
        let hop = self.hop;
        let goodbye = async {
            let said = self.handle.disconnect(Disconnect::ByApplication, "", "");
            if said.await.is_ok() {
                // Its result is what was said in reply; the connection is over either way.
                let _ended = self.handle.await;
            }
        };
        runtime::timeout(GOODBYE, goodbye).await;
        drop(self.lifeline);
        if let Some(hop) = hop.and_then(Rc::into_inner) {
            Box::pin(hop.close()).await;
        }
    }

    /// How long ago it was dialled.
    pub(super) fn age(&self) -> Duration {
        self.clock.elapsed()
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

    /// Whether a signal reaches all processes of a command.
    pub(super) fn signals_groups(&self) -> bool {
        self.findings.signals_groups()
    }

    /// Something begins that must not be given up half-way.
    pub(super) fn unless_finished(&self) -> Unfinished<'_> {
        Unfinished(Some(self))
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
        self.lifeline.cut();
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

/// How far a connection is.
struct Dialling {
    step: Cell<&'static str>,
    /// The address that answered.
    reached: Cell<Option<IpAddr>>,
}

impl Default for Dialling {
    fn default() -> Self {
        Self {
            step: Cell::new("connecting"),
            reached: Cell::default(),
        }
    }
}

async fn establish(
    endpoint: &Endpoint,
    addresses: &Addresses<'_>,
    route: &Route,
    credentials: Credentials<'_>,
    host_keys: HostKeys,
    progress: &Dialling,
) -> Result<Session, SshError> {
    let clock = Stopwatch::start();
    let (port, limit) = (endpoint.port, endpoint.connect_timeout);
    // From here on, giving up in any way drops the lifeline, which ends russh's task.
    let ((wire, lifeline), peer) = route.dial(addresses, port, limit).await?;
    progress.reached.set(Some(peer));
    progress.step.set("shaking hands");
    let findings = Findings::default();
    let watch = Watch::new(host_keys.clone(), findings.clone());
    let config = config(endpoint, &host_keys);
    let mut handle = client::connect_stream(Arc::new(config), wire, watch)
        .await
        .map_err(|error| {
            findings
                .refusal()
                .unwrap_or_else(|| handshake_error(&error, &host_keys))
        })?;
    refuse_sha1(&handle)?;
    progress.step.set("logging in");
    auth::log_in(&mut handle, &endpoint.username, &credentials)
        .await
        .map_err(|error| login_error(error, &findings))?;
    Ok(Session {
        handle,
        lifeline,
        hop: route.hop(),
        peer,
        findings,
        retired: Cell::new(false),
        running: Cell::new(0),
        is_root: endpoint.username == "root",
        clock,
    })
}

fn config(endpoint: &Endpoint, host_keys: &HostKeys) -> Config {
    Config {
        client_id: SshId::Standard(CLIENT_ID.into()),
        window_size: WINDOW_BYTES,
        maximum_packet_size: PACKET_BYTES,
        channel_buffer_size: WAITING_PACKETS,
        preferred: algorithms::preferred(
            host_keys.algorithms(),
            host_keys.certificate_algorithms(),
        ),
        inactivity_timeout: None,
        keepalive_interval: Some(endpoint.keepalive).filter(|interval| !interval.is_zero()),
        keepalive_max: UNANSWERED_KEEPALIVES,
        ..Config::default()
    }
}

/// russh checks the server's signature by the algorithm that the signature names, which need not
/// be the one that was agreed on: RSA with SHA-1 would pass.
fn refuse_sha1(handle: &Handle<Watch>) -> Result<(), SshError> {
    let signature = handle
        .agent_session_binding()
        .map(|binding| binding.signature());
    if signature.is_some_and(|signature| !signature.starts_with(SSH_RSA)) {
        return Ok(());
    }
    let detail = "the server proves its host key with SHA-1, which it was not asked for";
    Err(SshError::new(Fault::Protocol, detail))
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
        (Fault::Closed, Farewell::Said(_) | Farewell::Exhausted) => Fault::AuthenticationFailed,
        (fault, _) => fault,
    };
    SshError::new(fault, format!("{}: {farewell}", error.detail()))
}
