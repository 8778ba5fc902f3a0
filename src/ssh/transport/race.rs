//! Several addresses of one host: the first that accepts a connection is taken (RFC 8305).
//!
//! Takes: the judged addresses in their order, and how to dial one. Gives: the connection, and the address that
//! answered. Refuses: an address that may no longer be dialled; and any second address once one has answered, even if
//! that one fails later.

use std::future::{pending, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use smol::future::or;

use crate::clock::Stopwatch;
use crate::runtime::{sleep, timeout};
use crate::ssh::error::{SshError, SshErrorKind};

/// How long the program waits for an address before it dials the next one, too (RFC 8305 section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// The addresses at which a host may be dialled.
#[derive(Clone, Copy)]
pub struct Addresses<'a> {
    /// The addresses that the policy has permitted; the first is tried first.
    pub judged: &'a [IpAddr],
    /// Whether the policy in force still permits an address. It is asked just before the address is dialled, since a
    /// reload may have changed the policy after the judgement.
    pub still_permitted: &'a dyn Fn(IpAddr) -> bool,
}

impl Addresses<'_> {
    /// The addresses with the port, as errors name them.
    pub(super) fn at_port(&self, port: u16) -> String {
        let places = self.judged.iter();
        let places = places.map(|address| SocketAddr::new(*address, port).to_string());
        places.collect::<Vec<_>>().join(", ")
    }

    /// The addresses that are still permitted, each asked for when its turn to be dialled comes.
    fn still(&self, port: u16) -> impl Iterator<Item = SocketAddr> {
        let judged = self.judged.iter().copied();
        let still = judged.filter(|address| (self.still_permitted)(*address));
        still.map(move |address| SocketAddr::new(address, port))
    }
}

/// Dials one address after another, a new one at the latest every `STAGGER`, and takes the first connection; the
/// other dials are given up.
///
/// # Errors
/// One error for all addresses; [`SshErrorKind::WrongPeer`] at once.
pub(super) async fn race<T>(
    addresses: &Addresses<'_>,
    port: u16,
    dial: impl AsyncFn(SocketAddr) -> Result<T, SshError>,
) -> Result<(T, IpAddr), SshError> {
    let mut waiting = addresses.still(port);
    let mut failures = Failures::default();
    let mut under_way: Vec<Pin<Box<dyn Future<Output = _> + '_>>> = Vec::new();
    loop {
        let patience = match waiting.next() {
            Some(address) => {
                let dial = &dial;
                under_way.push(Box::pin(async move { (address, dial(address).await) }));
                Some(STAGGER)
            }
            None if under_way.is_empty() => return Err(failures.into_error()),
            None => None,
        };
        let next = async {
            match patience {
                Some(patience) => sleep(patience).await,
                None => pending().await,
            }
            None
        };
        match or(async { Some(first(&mut under_way).await) }, next).await {
            Some((address, Ok(connection))) => return Ok((connection, address.ip())),
            Some((address, Err(error))) => failures.add(address, error)?,
            None => {}
        }
    }
}

/// Dials one address after another, through a jump host. Each address gets an equal share of the time that is left of
/// `limit`; the last address gets as long as the caller waits.
///
/// # Errors
/// As [`race`].
pub(super) async fn in_turn<T>(
    addresses: &Addresses<'_>,
    port: u16,
    limit: Duration,
    dial: impl AsyncFn(SocketAddr) -> Result<T, SshError>,
) -> Result<(T, IpAddr), SshError> {
    let clock = Stopwatch::start();
    let mut failures = Failures::default();
    let mut left = u32::try_from(addresses.judged.len()).unwrap_or(u32::MAX);
    for address in addresses.still(port) {
        let share = limit.saturating_sub(clock.elapsed()) / left.max(1);
        let dialled = if left > 1 {
            timeout(share, dial(address)).await
        } else {
            Some(dial(address).await)
        };
        left = left.saturating_sub(1);
        let silence =
            || SshError::new(SshErrorKind::Timeout, format!("no answer within {share:?}"));
        match dialled.unwrap_or_else(|| Err(silence())) {
            Ok(connection) => return Ok((connection, address.ip())),
            Err(error) => failures.add(address, error)?,
        }
    }
    Err(failures.into_error())
}

/// The output of the first future that is ready; this future is taken out of the list.
async fn first<T>(futures: &mut Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> T {
    poll_fn(|context| {
        let ready = futures.iter_mut().enumerate().find_map(|(index, future)| {
            match future.as_mut().poll(context) {
                Poll::Ready(output) => Some((index, output)),
                Poll::Pending => None,
            }
        });
        match ready {
            Some((index, output)) => {
                drop(futures.remove(index));
                Poll::Ready(output)
            }
            None => Poll::Pending,
        }
    })
    .await
}

/// Why each address could not be reached.
#[derive(Default)]
struct Failures(Vec<(SocketAddr, SshError)>);

impl Failures {
    /// Adds the failure of an address.
    ///
    /// # Errors
    /// The failure itself, if no other address may be tried: another address than the judged one has answered, or
    /// a step has failed that all addresses share.
    fn add(&mut self, address: SocketAddr, error: SshError) -> Result<(), SshError> {
        if matches!(
            error.kind(),
            SshErrorKind::WrongPeer | SshErrorKind::NoDescriptor | SshErrorKind::Internal
        ) {
            return Err(error);
        }
        self.0.push((address, error));
        Ok(())
    }

    /// One error for all addresses: a closed port says more than a missing route.
    fn into_error(mut self) -> SshError {
        if let [(_, only)] = self.0.as_slice() {
            return only.clone();
        }
        let telling = [SshErrorKind::Refused, SshErrorKind::Timeout];
        let rank = |error: &SshError| telling.iter().position(|fault| *fault == error.kind());
        self.0
            .sort_by_key(|(_, error)| rank(error).unwrap_or(telling.len()));
        let each = self
            .0
            .iter()
            .map(|(at, error)| format!("{at}: {}", error.detail()));
        let each = each.collect::<Vec<_>>().join("; ");
        match self.0.first() {
            Some((_, first)) => SshError::new(first.kind(), each),
            None => SshError::new(
                SshErrorKind::AddressForbidden,
                "the policy in force permits none of the addresses any more",
            ),
        }
    }
}
