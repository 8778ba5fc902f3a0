//! The way to a host: a socket of this program, or a channel through a session with a jump host.
//!
//! Takes: the judged addresses, a [`Route`]. Gives: the wire for the handshake, the [`AbortHandle`] that ends it, and
//! the address that answered. Refuses: a peer at another address. Through a jump host the peer cannot be seen, so the
//! jump host is asked for a judged address (RFC 4254 section 7.2), never for a name, which it could resolve to
//! another address.
//!
//! russh's own task holds the wire, even after a stalled handshake was given up; only the abort handle ends that task.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use russh::ChannelOpenFailure;

use super::abort_handle::AbortHandle;
use super::race::{Addresses, in_turn, race};
use super::session::Session;
use crate::runtime::{self, SharedSocket, Tunnel, Wire};
use crate::ssh::error::{SshError, SshErrorKind};

/// How a host is reached.
#[derive(Clone)]
pub enum Route {
    /// Directly from this machine.
    Direct,
    /// Through a session with a jump host. Any number of connections can share the session, which lives at least as
    /// long as the last of them. No command should run over the session: to end a command the session may be cut,
    /// and with it every connection that goes through it.
    Through(Rc<Session>),
}

impl Route {
    /// Dials the addresses, within `limit` altogether: side by side from this machine, one after another through a jump
    /// host.
    ///
    /// # Errors
    /// The error of connect(2) or of the jump host; [`SshErrorKind::WrongPeer`].
    pub(super) async fn dial(
        &self,
        addresses: &Addresses<'_>,
        port: u16,
        limit: Duration,
    ) -> Result<((Wire, AbortHandle), IpAddr), SshError> {
        match self {
            Self::Direct => race(addresses, port, direct).await,
            Self::Through(hop) => {
                let dial = async |address| through(hop, address).await;
                in_turn(addresses, port, limit, dial).await
            }
        }
    }

    /// The session that must live as long as a connection over this route.
    pub(super) fn hop(&self) -> Option<Rc<Session>> {
        match self {
            Self::Direct => None,
            Self::Through(hop) => Some(Rc::clone(hop)),
        }
    }
}

type Dialled = Result<(Wire, AbortHandle), SshError>;

async fn direct(address: SocketAddr) -> Dialled {
    let failed = |error: io::Error| SshError::from_io(&error);
    let stream = runtime::connect(address).await.map_err(failed)?;
    let peer = stream.peer_addr().map_err(failed)?.ip().to_canonical();
    same_address(peer, address.ip())?;
    let socket = SharedSocket::new(stream);
    Ok((Wire::Socket(socket.clone()), AbortHandle::Socket(socket)))
}

/// Refuses a peer whose address is not the judged one.
fn same_address(peer: IpAddr, judged: IpAddr) -> Result<(), SshError> {
    if peer == judged {
        return Ok(());
    }
    let detail = format!("the socket is connected to {peer}, the permitted address is {judged}");
    Err(SshError::new(SshErrorKind::WrongPeer, detail))
}

async fn through(hop: &Rc<Session>, address: SocketAddr) -> Dialled {
    let (host, port) = (address.ip().to_string(), u32::from(address.port()));
    // If this is given up half-way, the jump host may still open the channel, and nobody uses it: the session then
    // takes no more connections.
    let given_up = hop.unless_finished();
    let before = hop.forwarded.get();
    hop.forwarded.set(before.wrapping_add(1));
    // The jump host need not know where the connection comes from; OpenSSH would only log it.
    let opened = hop
        .handle()
        .channel_open_direct_tcpip(host, port, "127.0.0.1", 0);
    let opened = opened.await;
    given_up.finished();
    match opened {
        Ok(channel) => {
            let (tunnel, handle) = Tunnel::new(channel.into_stream());
            Ok((Wire::Tunnel(tunnel), AbortHandle::Tunnel(handle)))
        }
        Err(error) => Err(not_forwarded(&error, before, hop)),
    }
}

fn not_forwarded(error: &russh::Error, before: u32, hop: &Session) -> SshError {
    let why = hop.findings.unopened(before);
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever else happens while a channel is opened ends the connection"
    )]
    match error {
        russh::Error::ChannelOpenFailure(ChannelOpenFailure::ConnectFailed) => {
            // Where somebody gave up before the question was sent, the numbers are those of others.
            let why = why.filter(|why| !why.is_empty() && !hop.retired.get());
            let (kind, why) = match why {
                Some(why) => (failed_as(&why), format!("{why:?}")),
                None => (SshErrorKind::Refused, "it does not say why".to_owned()),
            };
            SshError::new(kind, format!("the jump host cannot connect to it: {why}"))
        }
        russh::Error::ChannelOpenFailure(reason) => SshError::new(
            SshErrorKind::ForwardingRefused,
            format!(
                "the jump host does not forward: {}: it needs `AllowTcpForwarding` and, where it is set, `PermitOpen`",
                ChannelOpenFailure::description(reason)
            ),
        ),
        _ => SshError::new(
            SshErrorKind::Closed,
            format!("the connection to the jump host ended{}", hop.why_closed()),
        ),
    }
}

/// What connect(2) came to on the jump host, by the words for it (strerror(3)).
fn failed_as(why: &str) -> SshErrorKind {
    let has = |words: &str| why.contains(words);
    if has("unreachable") || has("No route to host") {
        SshErrorKind::Unreachable
    } else if has("timed out") {
        SshErrorKind::Timeout
    } else {
        SshErrorKind::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::failed_as;
    use crate::ssh::error::SshErrorKind::{Refused, Timeout, Unreachable};

    #[test]
    fn what_a_jump_host_says_is_read_as_connect_says_it() {
        for (why, expected) in [
            ("Connection refused", Refused),
            ("No route to host", Unreachable),
            ("Network is unreachable", Unreachable),
            ("Connection timed out", Timeout),
            ("open failed", Refused),
        ] {
            assert_eq!(failed_as(why), expected, "{why}");
        }
    }
}
