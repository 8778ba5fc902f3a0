//! A host's name to its addresses.
//!
//! Takes: a name as servers.yml has it. Gives: its addresses, v4-mapped ones folded to IPv4, in
//! the resolver's order, each once. An address needs no lookup. Answers, failures among them,
//! are kept for a minute; callers who ask for the same name at once share one lookup. Refuses:
//! to look a name up more than ten times a second, which callers who give up could make happen.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use smol::lock::Mutex;

use super::error::{Fault, SshError};
use crate::clock::Stopwatch;
use crate::runtime;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(60);
/// How long a lookup may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Lookups of one name in one `WINDOW`.
const MAX_LOOKUPS: u32 = 10;
const WINDOW: Duration = Duration::from_secs(1);
/// Names that are remembered: more than the 10,000 hosts of the largest inventory.
const MAX_NAMES: usize = 16_384;
/// The longest name there is (RFC 1035 section 2.3.4).
const MAX_NAME_LEN: usize = 253;

type Answer = Result<Vec<IpAddr>, SshError>;

/// Looks names up and remembers the answers.
#[derive(Default)]
pub struct Resolver {
    names: RefCell<HashMap<String, Rc<Name>>>,
}

/// What is remembered of a name. Whoever holds the lock is looking it up.
struct Name {
    answer: Mutex<Option<(Stopwatch, Answer)>>,
    window: Cell<(Stopwatch, u32)>,
}

impl Resolver {
    /// The addresses of `host`.
    ///
    /// # Errors
    /// [`Fault::Resolution`] when there are none or no answer came in 5 s;
    /// [`Fault::ResolutionLimit`] when it was looked up too often.
    pub async fn resolve(&self, host: &str) -> Answer {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![address.to_canonical()]);
        }
        if host.is_empty() || host.len() > MAX_NAME_LEN {
            let detail = format!("`{}` is no host name", host.escape_debug());
            return Err(SshError::new(Fault::Resolution, detail));
        }
        let name = self.name(&host.to_ascii_lowercase());
        let mut known = name.answer.lock().await;
        if let Some((since, answer)) = known.as_ref()
            && since.elapsed() < KEPT
        {
            return answer.clone();
        }
        name.count(host)?;
        let answer = look_up(host).await;
        *known = Some((Stopwatch::start(), answer.clone()));
        answer
    }

    /// The entry for a name; a full memory makes room by forgetting whatever nobody waits for.
    fn name(&self, host: &str) -> Rc<Name> {
        let mut names = self.names.borrow_mut();
        if let Some(name) = names.get(host) {
            return name.clone();
        }
        if names.len() >= MAX_NAMES {
            names.retain(|_, name| Rc::strong_count(name) > 1);
        }
        let name = Rc::new(Name::new());
        names.insert(host.to_owned(), name.clone());
        name
    }
}

impl Name {
    fn new() -> Self {
        Self {
            answer: Mutex::new(None),
            window: Cell::new((Stopwatch::start(), 0)),
        }
    }

    /// Counts a lookup that is about to start.
    fn count(&self, host: &str) -> Result<(), SshError> {
        let (since, started) = self.window.get();
        if since.elapsed() >= WINDOW {
            self.window.set((Stopwatch::start(), 1));
            return Ok(());
        }
        if started >= MAX_LOOKUPS {
            let detail = format!("`{host}` was looked up {started} times within a second");
            return Err(SshError::new(Fault::ResolutionLimit, detail));
        }
        self.window.set((since, started + 1));
        Ok(())
    }
}

async fn look_up(host: &str) -> Answer {
    let failed = |why: &str| Err(SshError::new(Fault::Resolution, format!("`{host}`: {why}")));
    // The port is only copied into the answers.
    let found = match runtime::timeout(PATIENCE, runtime::lookup(host, 0)).await {
        Some(Ok(found)) => found,
        Some(Err(error)) => return failed(&error.to_string()),
        None => return failed("no answer from the resolver within 5 s"),
    };
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.iter().map(|address| address.ip().to_canonical()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return failed("it has no address");
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::{Fault, MAX_LOOKUPS, Name};

    #[test]
    fn a_name_is_looked_up_ten_times_a_second_at_most() {
        let name = Name::new();
        for _ in 0..MAX_LOOKUPS {
            name.count("web").unwrap();
        }
        let error = name.count("web").unwrap_err();
        assert_eq!(error.fault(), Fault::ResolutionLimit);
        std::thread::sleep(super::WINDOW);
        name.count("web").unwrap();
    }
}
