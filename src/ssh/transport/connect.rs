//! Connecting to one host: dial, check the peer, shake hands, log in.
//!
//! Takes: an [`Endpoint`] and the [`Addresses`] that the policy has judged. Gives: a [`Session`] that is logged in.
//! Refuses: a host that known_hosts does not cover (before it is dialled), a peer at another address (before anything
//! is sent), a host that `host_key` refuses (before the login begins).

use std::cell::Cell;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use russh::SshId;
use russh::client::{self, Config, Handle};

use super::algorithms;
use super::disconnect_reason::DisconnectReason;
use super::greeting::greeted;
use super::handler::{Findings, ServerHandler};
use super::handshake::{handshake_error, told};
use super::race::Addresses;
use super::route::Route;
use super::session::{Session, next_number};
use super::stage::ConnectStage;
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::login::auth::{self, LoginWatch, PASSWORD_SENT};
use crate::ssh::login::identity::{self, Identity, OpenedIdentity};
use crate::ssh::login::keyboard::EXPIRED;
use crate::ssh::login::touch::{self, TouchWait};
use crate::ssh::trust::host_key::HostKeys;
use crate::ssh::trust::known_hosts::KnownHosts;

/// The name of this program to the server (RFC 4253 section 4.2); it tells no user, no host, no system.
pub(super) const CLIENT_ID: &str = concat!("SSH-2.0-mcp-ssh_", env!("CARGO_PKG_VERSION"));
/// How many bytes of output a server may send before this side says that it has read them: as many as the default
/// cap. So a command with less output never waits for this side on a fast line.
const WINDOW_BYTES: u32 = 1024 * 1024;
/// The largest piece of output in one packet. OpenSSH has 32 KiB. russh takes two new buffers for each packet, and
/// musl's allocator keeps no freed buffer of that size, but of this one: that is a third of the processor time of a
/// large file.
const PACKET_BYTES: u32 = 24 * 1024;
/// How many packets may wait until a command's output is read: with russh's own, as many as musl keeps buffers for. A
/// hostile server may ignore the two numbers above, but not russh's limit of 256 KiB for a packet: so many packets
/// make half a MiB.
const WAITING_PACKETS: usize = 2;
/// After so many keepalives without an answer a peer counts as dead (OpenSSH's ServerAliveCountMax).
const UNANSWERED_KEEPALIVES: usize = 3;
/// The beginning of a signature that an RSA key made with SHA-1 (RFC 4253 section 6.6).
const SSH_RSA: &[u8] = b"\0\0\0\x07ssh-rsa";

/// The step between the connection and the login.
const SHAKING_HANDS: &str = "shaking hands";

/// The host to dial, and the user to log in as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The host's name in tool calls.
    pub alias: String,
    /// The host's name as servers.yml has it, which is its name in known_hosts.
    pub name: String,
    /// The TCP port.
    pub port: u16,
    /// How an operator asks the host for its key: the host may be behind another one, or have another name.
    pub keyscan: String,
    /// The remote user.
    pub username: String,
    /// The most time for all steps up to the end of the login together.
    pub connect_timeout: Duration,
    /// After so long a silence the server is asked whether it is there; zero means never.
    pub keepalive: Duration,
}

impl Session {
    /// Connects, checks the host key and logs in, within `endpoint.connect_timeout` altogether, besides the wait until
    /// somebody touches a FIDO key. The login at a jump
    /// host on the way is done already, within a time of its own. The first TCP connection decides which address is
    /// taken: if a later step fails, no other address is tried.
    ///
    /// # Errors
    /// The error of the step that failed; [`SshErrorKind::Cancelled`] when `cancelled` comes first. Nothing stays open.
    pub async fn connect(
        endpoint: &Endpoint,
        addresses: &Addresses<'_>,
        route: &Route,
        identity: &Identity,
        known_hosts: &KnownHosts,
        cancelled: &Cancelled,
    ) -> Result<Self, SshError> {
        let unheard = &|_| {};
        Self::connect_heard(
            endpoint,
            addresses,
            route,
            identity,
            known_hosts,
            cancelled,
            unheard,
        )
        .await
    }

    /// As [`Session::connect`]; `passed` hears of each stage.
    ///
    /// # Errors
    /// As there.
    pub async fn connect_heard(
        endpoint: &Endpoint,
        addresses: &Addresses<'_>,
        route: &Route,
        identity: &Identity,
        known_hosts: &KnownHosts,
        cancelled: &Cancelled,
        passed: &dyn Fn(ConnectStage),
    ) -> Result<Self, SshError> {
        let host_keys = known_hosts.host(&endpoint.name, endpoint.port);
        let host_keys = host_keys.asked_by(&endpoint.keyscan);
        host_keys.require_any()?;
        let credentials = identity::open(identity)?;
        let progress = Dialling::new(passed);
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
            let connected = touch::within(limit, &progress.touches, connected).await;
            connected.unwrap_or_else(|| Err(out_of_time(endpoint, &progress)))
        };
        let connected = cancelled.race(done).await.unwrap_or_else(|| {
            let detail = "cancelled while connecting";
            Err(SshError::new(SshErrorKind::Cancelled, detail))
        });
        connected.map_err(|error| {
            if progress.step.get() == SHAKING_HANDS {
                progress.tell_version();
            }
            let (alias, port) = (&endpoint.alias, endpoint.port);
            match progress.reached.get() {
                Some(address) => error.at(alias, SocketAddr::new(address, port)),
                None => error.on_the_way_to(alias, &addresses.at_port(port)),
            }
        })
    }
}

/// The error when the time is up. The answer of a server that wants a new password (SSH_MSG_USERAUTH_PASSWD_CHANGEREQ,
/// RFC 4252 section 8) russh takes and does not pass on: something came behind the password, and the login goes on.
fn out_of_time(endpoint: &Endpoint, progress: &Dialling<'_>) -> SshError {
    let (limit, step) = (endpoint.connect_timeout, progress.step.get());
    let findings = &progress.findings;
    let detail = format!("no answer within {limit:?} while {step}");
    let error = SshError::new(SshErrorKind::Timeout, detail);
    // The answer to a keepalive would be something, too. One that is due at the limit is not sent before it.
    let is_silent = endpoint.keepalive.is_zero() || endpoint.keepalive >= limit;
    if step == PASSWORD_SENT && is_silent && findings.has_heard() {
        let detail = format!(
            "user `{}`: within {limit:?} the server said neither yes nor no to the password, but something else, as one \
             does that wants a new password: {EXPIRED}{}",
            endpoint.username,
            findings.words()
        );
        return SshError::new(SshErrorKind::PasswordExpired, detail);
    }
    if step == SHAKING_HANDS {
        told(error, findings)
    } else {
        error
    }
}

/// A connection on its way, and the address that it has reached.
struct Dialling<'a> {
    step: Cell<&'static str>,
    /// The address that answered.
    reached: Cell<Option<IpAddr>>,
    findings: Findings,
    touches: TouchWait,
    /// Hears of each stage.
    passed: &'a dyn Fn(ConnectStage),
}

impl<'a> Dialling<'a> {
    fn new(passed: &'a dyn Fn(ConnectStage)) -> Self {
        Self {
            step: Cell::new("connecting"),
            reached: Cell::default(),
            findings: Findings::default(),
            touches: TouchWait::default(),
            passed,
        }
    }

    /// Tells the server's version, if it has come: what fails behind it is the key exchange.
    fn tell_version(&self) {
        if let Some(version) = self.findings.version() {
            (self.passed)(ConnectStage::Greeted(version));
        }
    }
}

async fn establish(
    endpoint: &Endpoint,
    addresses: &Addresses<'_>,
    route: &Route,
    credentials: OpenedIdentity<'_>,
    host_keys: HostKeys,
    progress: &Dialling<'_>,
) -> Result<Session, SshError> {
    let clock = Stopwatch::start();
    let (port, limit) = (endpoint.port, endpoint.connect_timeout);
    // From here on, every way to give up drops the abort handle, and that ends russh's task.
    let ((wire, abort_handle), peer) = route.dial(addresses, port, limit).await?;
    progress.reached.set(Some(peer));
    (progress.passed)(ConnectStage::Dialled(SocketAddr::new(peer, port)));
    progress.step.set(SHAKING_HANDS);
    let findings = progress.findings.clone();
    let watch = ServerHandler::new(host_keys.clone(), findings.clone());
    let config = config(endpoint, &host_keys);
    let wire = greeted(wire, findings.clone());
    let mut handle = client::connect_stream(Arc::new(config), wire, watch)
        .await
        .map_err(|error| handshake_error(&error, &host_keys, &findings))?;
    refuse_sha1(&handle)?;
    progress.tell_version();
    if let Some(handshake) = findings.handshake() {
        (progress.passed)(ConnectStage::HandsShaken(handshake));
    }
    progress.step.set("logging in");
    auth::log_in(
        &mut handle,
        &endpoint.username,
        &credentials,
        LoginWatch {
            host: &endpoint.alias,
            doing: &progress.step,
            touches: &progress.touches,
            passed: progress.passed,
            findings: &findings,
        },
    )
    .await
    .map_err(|error| login_error(error, &findings))?;
    (progress.passed)(ConnectStage::LoggedIn);
    Ok(Session {
        handle,
        abort_handle,
        hop: route.hop(),
        peer,
        number: next_number(),
        findings,
        retired: Cell::new(false),
        running: Cell::new(0),
        forwarded: Cell::new(0),
        username: endpoint.username.clone(),
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

/// Refuses a server that proves its host key by RSA with SHA-1. russh checks the signature by the algorithm that the
/// signature names, and this need not be the one that was agreed on.
fn refuse_sha1(handle: &Handle<ServerHandler>) -> Result<(), SshError> {
    let signature = handle
        .agent_session_binding()
        .map(|binding| binding.signature());
    if signature.is_some_and(|signature| !signature.starts_with(SSH_RSA)) {
        return Ok(());
    }
    let detail = "the server proves its host key with SHA-1, which it was not asked for";
    Err(SshError::new(SshErrorKind::Protocol, detail))
}

/// The error of a failed login. A server that hangs up during the login and says why, if only in a banner, has refused it.
fn login_error(error: SshError, findings: &Findings) -> SshError {
    let Some(reason) = findings.disconnect_reason() else {
        return error;
    };
    let words = if error.kind() == SshErrorKind::Closed {
        findings.words()
    } else {
        String::new()
    };
    let says_why = !words.is_empty();
    let kind = match (error.kind(), &reason) {
        (SshErrorKind::Closed, DisconnectReason::Said(_) | DisconnectReason::Exhausted) => {
            SshErrorKind::AuthenticationFailed
        }
        (SshErrorKind::Closed, DisconnectReason::Broken(_)) if says_why => {
            SshErrorKind::AuthenticationFailed
        }
        // To try again would not help.
        (SshErrorKind::Closed, DisconnectReason::NoUtf8) => SshErrorKind::Protocol,
        (kind, _) => kind,
    };
    SshError::new(kind, format!("{}: {reason}{words}", error.detail()))
}
