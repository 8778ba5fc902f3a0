//! From a host's name to its addresses.
//!
//! Takes: a name as servers.yml has it. Gives: its addresses, each once, IPv4-mapped ones as IPv4. Refuses: to look a
//! name up more than ten times a second; callers that give up again and again could cause that.
//!
//! An address needs no lookup. An answer of the resolver is kept for a minute, even a failure. If the resolver was not
//! asked, nothing is kept and the caller gets an error. Callers that ask for one name at once share one lookup.

mod hosts_file;
mod lookup;
mod name_lookup_error;
mod search_list;
mod system_files;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use smol::lock::Mutex;

use crate::clock::Stopwatch;
use crate::ssh::error::{SshError, SshErrorKind};
use lookup::{Families, Lookups};
use name_lookup_error::NameLookupError;

#[cfg(fuzzing)]
pub use hosts_file::spelled_by;
pub use system_files::RESOLVER_FILES;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(60);
/// How long an answer is kept in which IPv4 or IPv6 is missing, because the resolver was silent or failed for it.
const HALF_KEPT: Duration = Duration::from_secs(10);
/// The most lookups of one name in one `WINDOW`.
const MAX_LOOKUPS: u32 = 10;
const WINDOW: Duration = Duration::from_secs(1);
/// How many names are remembered: more than the 10,000 hosts of the largest inventory.
const MAX_NAMES: usize = 16_384;
/// The longest name that DNS allows (RFC 1035 section 2.3.4).
const MAX_NAME_LEN: usize = 253;

type AddressAnswer = Result<Vec<IpAddr>, SshError>;

/// Looks names up and remembers the answers.
#[derive(Default)]
pub struct Resolver {
    names: RefCell<HashMap<String, Rc<CachedName>>>,
    lookups: Lookups,
}

/// What is remembered of a name. The caller that holds the lock looks the name up.
struct CachedName {
    answer: Mutex<Option<CachedAnswer>>,
    /// How often the turn of the name did not come. A caller that waited meanwhile need not wait as long again.
    turned_away: Cell<u64>,
    window: Cell<(Stopwatch, u32)>,
}

/// An answer, and for how long it is kept.
struct CachedAnswer {
    answer: AddressAnswer,
    since: Stopwatch,
    kept: Duration,
}

impl Resolver {
    /// The addresses of `host`.
    ///
    /// # Errors
    /// [`SshErrorKind::Resolution`] when there are no addresses or no answer came in 5 s. When the resolver was not
    /// asked: [`SshErrorKind::ResolutionLimit`] for a name that was looked up too often or that had to wait 30 s for
    /// other names, [`SshErrorKind::Internal`] if the system makes no thread, [`SshErrorKind::SandboxClosed`] if a file
    /// of the resolver was replaced.
    pub async fn resolve(&self, host: &str) -> AddressAnswer {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![address.to_canonical()]);
        }
        if host.is_empty() || host.len() > MAX_NAME_LEN {
            let detail = format!("`{}` is no host name", host.escape_debug());
            return Err(SshError::new(SshErrorKind::Resolution, detail));
        }
        let name = self.name(&host.to_ascii_lowercase());
        let turned_away = name.turned_away.get();
        let mut known = name.answer.lock().await;
        if let Some(known) = known.as_ref()
            && known.since.elapsed() < known.kept
        {
            return known.answer.clone();
        }
        if turned_away != name.turned_away.get() {
            return Err(unanswered(host, &NameLookupError::NoTurn));
        }
        name.count(host)?;
        if let Some(file) = system_files::closed() {
            let detail = format!(
                "`{host}`: `{file}` is new, or was replaced, since the sandbox was closed at the start: restart the server"
            );
            return Err(SshError::new(SshErrorKind::SandboxClosed, detail));
        }
        let (answer, kept) = match self.lookups.ask(host).await {
            Ok(found) => match found.families {
                Families::Both => (Ok(found.addresses), KEPT),
                Families::One => (Ok(found.addresses), HALF_KEPT),
            },
            Err(
                why @ (NameLookupError::Asked(_)
                | NameLookupError::Absent(_)
                | NameLookupError::Addressless(_)),
            ) => (Err(unanswered(host, &why)), KEPT),
            Err(why) => {
                if why == NameLookupError::NoTurn {
                    name.turned_away.set(turned_away + 1);
                }
                return Err(unanswered(host, &why));
            }
        };
        *known = Some(CachedAnswer {
            answer: answer.clone(),
            since: Stopwatch::start(),
            kept,
        });
        answer
    }

    /// The entry for a name. If [`MAX_NAMES`] are remembered, the names for which no caller waits are forgotten.
    fn name(&self, host: &str) -> Rc<CachedName> {
        let mut names = self.names.borrow_mut();
        if let Some(name) = names.get(host) {
            return name.clone();
        }
        if names.len() >= MAX_NAMES {
            names.retain(|_, name| Rc::strong_count(name) > 1);
        }
        let name = Rc::new(CachedName::new());
        names.insert(host.to_owned(), name.clone());
        name
    }
}

impl CachedName {
    fn new() -> Self {
        Self {
            answer: Mutex::new(None),
            turned_away: Cell::default(),
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
            return Err(SshError::new(SshErrorKind::ResolutionLimit, detail));
        }
        self.window.set((since, started + 1));
        Ok(())
    }
}

/// The error of a lookup that gave no addresses.
fn unanswered(host: &str, why: &NameLookupError) -> SshError {
    let kind = match why {
        NameLookupError::Asked(_)
        | NameLookupError::Absent(_)
        | NameLookupError::Addressless(_) => SshErrorKind::Resolution,
        NameLookupError::NoTurn => SshErrorKind::ResolutionLimit,
        NameLookupError::NoThread(_) => SshErrorKind::Internal,
    };
    SshError::new(kind, format!("`{host}`: {why}"))
}

#[cfg(test)]
mod tests {
    use super::{CachedName, MAX_LOOKUPS, SshErrorKind};

    #[test]
    fn a_name_is_looked_up_ten_times_a_second_at_most() {
        let name = CachedName::new();
        for _ in 0..MAX_LOOKUPS {
            name.count("web").unwrap();
        }
        let error = name.count("web").unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::ResolutionLimit);
        std::thread::sleep(super::WINDOW);
        name.count("web").unwrap();
    }
}
