//! The system's resolver: getaddrinfo(3), called by threads, since it blocks and cannot be ended from outside.
//!
//! Takes: a name. Gives: its addresses of both families, as the libc finds them: /etc/hosts, `search` and `ndots` of
//! /etc/resolv.conf, DNS over UDP and TCP; what musl leaves out of `search` is in [`super::search_list`]. Each family is asked for by itself: a server that is silent or fails for
//! AAAA must hide no A (RFC 8305 section 3). Refuses: more than `MAX_NAMES` names at once. The others wait; the
//! latest gets the next turn, so that the names of a dead zone do not hold up later ones.

use std::io;
use std::net::{IpAddr, Ipv6Addr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, getaddrinfo};
use smol::channel::{Receiver, Sender, bounded};

use super::hosts_file;
use super::name_lookup_error::NameLookupError;
use super::search_list::{FurtherNames, further_names};
use crate::clock::Stopwatch;
use crate::runtime::timeout;

/// How many names are looked up at once, by two threads each: so a server stays well below the 64 tasks that the
/// guides give its container.
const MAX_NAMES: usize = 16;
/// How long a name may wait for its turn: three times as long as the lookup of a dead name takes.
const TURN: Duration = Duration::from_secs(30);
/// How long an answer may take, from the moment at which the resolver is asked.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the suffixes of `search` may take altogether once that time is over, how long each of them, and how long the
/// name as it is.
const MORE_PATIENCE: Duration = Duration::from_secs(3);
const ONE_MORE: Duration = Duration::from_secs(1);
const LAST_PATIENCE: Duration = Duration::from_secs(2);
/// While so many threads look up, no suffix is asked for besides: a thread that nobody waits for any more lasts as long as
/// the libc waits.
const MAX_THREADS: usize = 48;
/// How long the second family is waited for after the first has answered. The 50 ms of RFC 8305 are for programs that
/// go on listening; here the policy judges one set, and a later address would not be in it.
const OTHER_FAMILY: Duration = Duration::from_secs(1);
/// The stack of a thread: both libcs need at most 64 KiB.
const STACK_BYTES: usize = 256 * 1024;
/// The port to which a datagram socket is connected (RFC 863); nothing is sent there.
const DISCARD: u16 = 9;

/// The addresses of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundAddresses {
    /// The addresses, each once, IPv4-mapped ones as IPv4; the families alternate (RFC 8305 section 4).
    pub addresses: Vec<IpAddr>,
    pub families: Families,
}

/// Whether the resolver has answered for both families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Families {
    Both,
    /// The resolver was silent, or failed, for one family.
    One,
}

/// The turns of the callers that ask. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Lookups(Arc<Mutex<Turns>>);

#[derive(Default)]
struct Turns {
    taken: usize,
    /// The callers that wait, the latest last.
    waiting: Vec<Sender<Turn>>,
    /// Each thread holds a clone.
    threads: Arc<()>,
}

/// The right to ask for one name. When it is dropped, the next caller gets it.
struct Turn(Option<Lookups>);

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(lookups) = self.0.take() else {
            return;
        };
        let mut turn = Self(Some(lookups.clone()));
        loop {
            let next = lookups.with(|turns| {
                let next = turns.waiting.pop();
                if next.is_none() {
                    turns.taken -= 1;
                }
                next
            });
            let Some(next) = next else {
                turn.0 = None;
                return;
            };
            match next.try_send(turn) {
                Ok(()) => return,
                // This caller does not wait any more: the next one gets the turn.
                Err(unsent) => turn = unsent.into_inner(),
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    V6,
    V4,
}

/// The resolver's answer for a name in one family.
struct FamilyAnswer {
    family: Family,
    said: Result<Vec<IpAddr>, LookupError>,
    /// Whether this machine has a route to the first address.
    road: Road,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Road {
    There,
    Missing,
}

impl Lookups {
    /// Looks up the addresses of `host`, once its turn has come; where the libc finds none, under the names that it has
    /// left out.
    pub(super) async fn ask(&self, host: &str) -> Result<FoundAddresses, NameLookupError> {
        let turn = timeout(TURN, self.turn()).await;
        let turn = Arc::new(turn.ok_or(NameLookupError::NoTurn)?);
        let asked = Stopwatch::start();
        let mut failed = match self.ask_libc(host, &turn, PATIENCE).await {
            Err(why) => why,
            found @ Ok(_) => return found,
        };
        let FurtherNames { below, bare } = further_names(host);
        if bare.is_some() && matches!(failed, NameLookupError::Absent(_)) {
            // The libc has asked for all of them.
            return Err(failed);
        }
        let below = below.into_iter().map(|name| (name, Duration::ZERO));
        for (name, least) in below.chain(bare.map(|name| (name, LAST_PATIENCE))) {
            let patience = patience_below(asked.elapsed()).max(least);
            let threads = self.with(|turns| Arc::strong_count(&turns.threads));
            if patience.is_zero() || threads > MAX_THREADS {
                continue;
            }
            match self.ask_libc(&name, &turn, patience).await {
                Err(why) if failed.is_an_answer() => failed = why,
                Err(_) => {}
                found @ Ok(_) => return found,
            }
        }
        Err(failed)
    }

    /// Has a thread for each family ask, and waits for them. The threads keep the turn as long as they last.
    async fn ask_libc(
        &self,
        host: &str,
        turn: &Arc<Turn>,
        patience: Duration,
    ) -> Result<FoundAddresses, NameLookupError> {
        let (sender, receiver) = bounded(2);
        let threads = [Family::V6, Family::V4].map(|family| {
            let (host, sender) = (host.to_owned(), sender.clone());
            let held = (
                Arc::clone(turn),
                self.with(|turns| Arc::clone(&turns.threads)),
            );
            let thread = Builder::new()
                .name("lookup".to_owned())
                .stack_size(STACK_BYTES);
            let asked = thread.spawn(move || {
                // The caller may have given up meanwhile.
                let _told = sender.try_send(look_up(&host, family));
                drop(held);
            });
            asked.map(drop)
        });
        match threads {
            [Err(error), Err(_)] => Err(NameLookupError::NoThread(error.to_string())),
            [Ok(()), _] | [_, Ok(())] => {
                drop(sender);
                gather(&receiver, patience).await
            }
        }
    }

    async fn turn(&self) -> Turn {
        let wait = self.with(|turns| {
            if turns.taken < MAX_NAMES {
                turns.taken += 1;
                return Err(Turn(Some(self.clone())));
            }
            turns.waiting.retain(|waiting| !waiting.is_closed());
            let (sender, turn) = bounded(1);
            turns.waiting.push(sender);
            Ok(turn)
        });
        match wait {
            Err(turn) => turn,
            Ok(turn) => match turn.recv().await {
                Ok(turn) => turn,
                // A caller that waits is in the list until a turn is sent, so this cannot happen.
                Err(_) => std::future::pending().await,
            },
        }
    }

    fn with<T>(&self, read: impl FnOnce(&mut Turns) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How long an answer may take below a suffix, so long after the first question. musl takes a failure for silence, and
/// waits: a suffix whose servers fail must leave time for the next one.
fn patience_below(since: Duration) -> Duration {
    let left = (PATIENCE + MORE_PATIENCE).saturating_sub(since);
    PATIENCE.saturating_sub(since).max(left.min(ONE_MORE))
}

/// Waits for both answers; if the first has addresses, waits only [`OTHER_FAMILY`] for the second.
async fn gather(
    answers: &Receiver<FamilyAnswer>,
    patience: Duration,
) -> Result<FoundAddresses, NameLookupError> {
    let asked = Stopwatch::start();
    let mut heard: Vec<FamilyAnswer> = Vec::new();
    loop {
        let found = heard.iter().any(|answer| answer.said.is_ok());
        let left = patience.saturating_sub(asked.elapsed());
        let patience = if found { left.min(OTHER_FAMILY) } else { left };
        match timeout(patience, answers.recv()).await {
            Some(Ok(answer)) => heard.push(answer),
            // Both threads have ended.
            Some(Err(_)) => return conclude(heard, Silence::None),
            None => return conclude(heard, Silence::ForOne),
        }
    }
}

/// Whether an answer is still missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silence {
    None,
    ForOne,
}

fn conclude(heard: Vec<FamilyAnswer>, silence: Silence) -> Result<FoundAddresses, NameLookupError> {
    let failed = |answer: &FamilyAnswer| {
        let error = answer.said.as_ref().err();
        error.is_some_and(|error| matches!(error.kind(), LookupErrorKind::Again))
    };
    let families = match silence {
        Silence::None if heard.len() == 2 && !heard.iter().any(failed) => Families::Both,
        Silence::None | Silence::ForOne => Families::One,
    };
    let is_there = |answer: &FamilyAnswer| {
        let error = answer.said.as_ref().err();
        error.is_some_and(|error| !matches!(error.kind(), LookupErrorKind::NoName))
    };
    let is_there = heard.iter().any(is_there);
    let (mut six, mut four, mut why, mut road) = (Vec::new(), Vec::new(), None, Road::There);
    for answer in heard {
        match (answer.family, answer.said) {
            (Family::V6, Ok(addresses)) => (six, road) = (addresses, answer.road),
            (Family::V4, Ok(addresses)) => four = addresses,
            (_, Err(error)) => why = Some(io::Error::from(error).to_string()),
        }
    }
    let addresses = match road {
        Road::There => by_turns(six, four),
        Road::Missing => by_turns(four, six),
    };
    if !addresses.is_empty() {
        return Ok(FoundAddresses {
            addresses,
            families,
        });
    }
    let seconds = PATIENCE.as_secs();
    let why = match (silence, why) {
        (Silence::None, Some(why)) => why,
        (Silence::None, None) => "it has no address".to_owned(),
        (Silence::ForOne, _) => format!("no answer from the resolver within {seconds} s"),
    };
    Err(match families {
        Families::Both if is_there => NameLookupError::Addressless(why),
        Families::Both => NameLookupError::Absent(why),
        Families::One => NameLookupError::Asked(why),
    })
}

/// The addresses of both lists by turns, each once.
fn by_turns(first: Vec<IpAddr>, second: Vec<IpAddr>) -> Vec<IpAddr> {
    let longest = first.len().max(second.len());
    let at = |index| [first.get(index), second.get(index)];
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in (0..longest).flat_map(at).flatten() {
        if !addresses.contains(address) {
            addresses.push(*address);
        }
    }
    addresses
}

/// Asks the libc; blocks the thread.
fn look_up(host: &str, family: Family) -> FamilyAnswer {
    let hints = AddrInfoHints {
        address: match family {
            Family::V6 => libc::AF_INET6,
            Family::V4 => libc::AF_INET,
        },
        socktype: libc::SOCK_STREAM,
        ..AddrInfoHints::default()
    };
    let host = hosts_file::spelled(host);
    let said = getaddrinfo(Some(&host), None, Some(hints)).map(|found| {
        let found = found
            .flatten()
            .map(|info| info.sockaddr.ip().to_canonical());
        found.collect::<Vec<_>>()
    });
    let road = match said.as_ref().map(|addresses| addresses.first()) {
        Ok(Some(address @ IpAddr::V6(_))) if !has_road(*address) => Road::Missing,
        _ => Road::There,
    };
    FamilyAnswer { family, said, road }
}

/// Whether there is a route to an IPv6 address; nothing is sent.
fn has_road(address: IpAddr) -> bool {
    let socket = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0));
    socket.is_ok_and(|socket| socket.connect((address, DISCARD)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{Families, Family, FamilyAnswer, NameLookupError, Road, Silence, conclude};
    use std::net::IpAddr;

    fn answer(family: Family, addresses: &[&str], road: Road) -> FamilyAnswer {
        let read = |text: &&str| text.parse::<IpAddr>().unwrap();
        FamilyAnswer {
            family,
            said: Ok(addresses.iter().map(read).collect()),
            road,
        }
    }

    fn texts(heard: Vec<FamilyAnswer>) -> Vec<String> {
        let found = conclude(heard, Silence::None).unwrap();
        assert_eq!(found.families, Families::Both);
        found.addresses.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_families_take_turns_and_the_one_without_a_road_comes_second() {
        let four = || answer(Family::V4, &["10.0.0.1", "10.0.0.2"], Road::There);
        let six = |road| answer(Family::V6, &["fd00::1", "fd00::2", "fd00::3"], road);
        assert_eq!(
            texts(vec![four(), six(Road::There)]),
            ["fd00::1", "10.0.0.1", "fd00::2", "10.0.0.2", "fd00::3"]
        );
        assert_eq!(
            texts(vec![six(Road::Missing), four()]),
            ["10.0.0.1", "fd00::1", "10.0.0.2", "fd00::2", "fd00::3"]
        );
    }

    #[test]
    fn one_family_is_an_answer_and_none_is_not() {
        let four = vec![answer(Family::V4, &["10.0.0.1"], Road::There)];
        let found = conclude(four, Silence::ForOne).unwrap();
        assert_eq!(found.families, Families::One);
        let silent = conclude(Vec::new(), Silence::ForOne).unwrap_err();
        let told = "no answer from the resolver within 5 s".to_owned();
        assert_eq!(silent, NameLookupError::Asked(told));
    }
}
