//! The configuration in force at a judgement: that of the files at this moment, on every kind of mount.
//!
//! Gives the [`Loaded`] configuration. Before each judgement the stamps of the three files are compared with the last
//! ones, and changed files are loaded first. A call that runs something waits until the files are complete; if they
//! keep changing, it is refused. A call that only reads uses the old configuration meanwhile.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

use super::loaded::Loaded;
use super::state::GateState;
use super::unready_error::UnreadyError;
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::config::{Alias, Host, Look, MAX_WAIT, PAUSE};
use crate::runtime::sleep;
use mcp_ssh_policy::{FileDecision, Verdict};

/// Why a call is not judged.
#[derive(Debug)]
pub enum UnjudgedError {
    /// There is no configuration by which to judge.
    Unready(UnreadyError),
    /// The call was cancelled while it waited for the files.
    Cancelled,
}

impl fmt::Display for UnjudgedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unready(unready) => unready.fmt(formatter),
            Self::Cancelled => formatter.write_str("cancelled before it began"),
        }
    }
}

impl Error for UnjudgedError {}

impl GateState {
    /// The configuration in force; the files are not asked.
    pub fn loaded(&self) -> Result<Rc<Loaded>, UnreadyError> {
        self.in_force.borrow().clone()
    }

    /// The configuration in force, for a call that only reads: changed files are loaded first, if they are settled.
    pub fn current(&self) -> Result<Rc<Loaded>, UnreadyError> {
        self.take_up();
        self.loaded()
    }

    /// The configuration in force, for a call that runs something: waits until the files are settled.
    pub async fn settled(&self, cancelled: &Cancelled) -> Result<Rc<Loaded>, UnjudgedError> {
        let settled = cancelled.race(self.settle()).await;
        settled
            .ok_or(UnjudgedError::Cancelled)?
            .map_err(UnjudgedError::Unready)?;
        self.loaded().map_err(UnjudgedError::Unready)
    }

    /// Whether the configuration of a judgement is still the one in force.
    pub async fn still_holds(&self, loaded: &Loaded) -> bool {
        self.settle().await.is_ok() && self.digest().as_deref() == Some(loaded.digest())
    }

    /// Waits until the files are written to their end, and loads them if they have changed.
    ///
    /// # Errors
    /// That the files change all the time.
    pub async fn settle(&self) -> Result<(), UnreadyError> {
        let begun = Stopwatch::start();
        while let Look::Unsettled = self.take_up() {
            if begun.elapsed() >= MAX_WAIT {
                return Err(UnreadyError::restless(&self.paths));
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Looks at the files now, and loads nothing.
    pub fn notice(&self) {
        self.settling.borrow_mut().look();
    }

    /// Loads the files, if they have changed and are written to their end.
    fn take_up(&self) -> Look {
        let look = self.settling.borrow_mut().look();
        match look {
            Look::Settled(files) => {
                self.load(&files);
                Look::Same
            }
            other @ (Look::Same | Look::Unsettled) => other,
        }
    }

    /// Whether the configuration in force has the host and permits an address on the way to it.
    pub fn still_permits(&self, alias: &Alias, address: IpAddr) -> bool {
        // A thousand hosts may be dialled at once, so the files are not read for each of them.
        if self.settling.borrow().may_differ() {
            self.take_up();
        }
        let Ok(loaded) = self.loaded() else {
            return false;
        };
        let host = loaded.inventory().hosts.get(alias.as_ref());
        host.is_some_and(|host| loaded.host_policy(host).permits_address(address))
    }

    /// Whether what is in force lets a line run on a host, if the configuration of an earlier judgement does. A tag run keeps
    /// the configuration under which it began, and its hosts may begin much later.
    pub async fn still_allows(&self, earlier: &Loaded, host: &Host, line: &str) -> bool {
        let then = || earlier.host_policy(host).judge(line);
        self.still(earlier, host, |loaded, host| {
            let (then, now) = (then(), loaded.host_policy(host).judge(line));
            // A yes of the person was to another configuration.
            let is_allowed = now.verdict() == Verdict::Allow;
            then.verdict() == Verdict::Deny || is_allowed && now.asked_line() == then.asked_line()
        })
        .await
    }

    /// Whether what is in force grants what an earlier decision about a file of this host does.
    pub async fn still_grants(&self, earlier: &Loaded, host: &Host, then: &FileDecision) -> bool {
        self.still(earlier, host, |loaded, host| {
            let files = loaded.policy();
            let files = files.files_for_host(host.alias.as_ref(), &host.tags);
            match files.judge(then.access(), then.path()).verdict() {
                Verdict::Allow => true,
                // The answer of the person is compared with the configuration itself.
                Verdict::Ask => then.verdict() == Verdict::Ask,
                Verdict::Deny => false,
            }
        })
        .await
    }

    /// Whether the configuration of an earlier judgement is in force, or what is in force has the host, and `judge` is for it.
    async fn still(
        &self,
        earlier: &Loaded,
        host: &Host,
        judge: impl FnOnce(&Loaded, &Host) -> bool,
    ) -> bool {
        // A thousand hosts may begin at once, so the files are not read for each of them.
        let may_differ = self.settling.borrow().may_differ();
        if may_differ && self.settle().await.is_err() {
            return false;
        }
        if self.digest().as_deref() == Some(earlier.digest()) {
            return true;
        }
        let Ok(loaded) = self.loaded() else {
            return false;
        };
        let host = loaded.inventory().hosts.get(host.alias.as_ref());
        host.is_some_and(|host| judge(&loaded, host))
    }

    /// The digest of the configuration in force.
    pub fn digest(&self) -> Option<String> {
        let in_force = self.in_force.borrow();
        in_force
            .as_ref()
            .ok()
            .map(|loaded| loaded.digest().to_owned())
    }
}
