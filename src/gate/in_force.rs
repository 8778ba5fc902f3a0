//! The configuration in force at a judgement: what the files hold then, on every mount.
//!
//! Before each judgement the stamps of the three files are compared with those of before, and what has
//! changed is loaded first. A call that runs something waits until the files are complete; if they keep
//! changing, it runs nothing. A call that only reads uses the old configuration meanwhile.

use std::net::IpAddr;
use std::rc::Rc;

use smol::future::or;

use super::loaded::Loaded;
use super::state::GateState;
use super::unready::Unready;
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::config::{Alias, Look, MAX_WAIT, PAUSE};
use crate::runtime::sleep;

/// Why a call is not judged.
pub enum Unjudged {
    /// There is no configuration to judge it by.
    Unready(Unready),
    /// It was taken back while the files were being written.
    Cancelled,
}

impl GateState {
    /// What is in force, whatever the files hold by now.
    pub fn loaded(&self) -> Result<Rc<Loaded>, Unready> {
        self.in_force.borrow().clone()
    }

    /// What is in force, for whoever only tells of it.
    pub fn current(&self) -> Result<Rc<Loaded>, Unready> {
        self.take_up();
        self.loaded()
    }

    /// What is in force, for whoever runs something under it.
    pub async fn settled(&self, cancelled: &Cancelled) -> Result<Rc<Loaded>, Unjudged> {
        let settled = async { self.settle().await.map_err(Unjudged::Unready) };
        let told = async {
            cancelled.wait().await;
            Err(Unjudged::Cancelled)
        };
        or(settled, told).await?;
        self.loaded().map_err(Unjudged::Unready)
    }

    /// Whether a configuration that something was judged by is still the one in force.
    pub async fn still_holds(&self, loaded: &Loaded) -> bool {
        self.settle().await.is_ok() && self.digest().as_deref() == Some(loaded.digest())
    }

    /// Loads what the files hold, if it is another and written to its end; waits for that end.
    ///
    /// # Errors
    /// They become others all the time.
    pub async fn settle(&self) -> Result<(), Unready> {
        let begun = Stopwatch::start();
        while let Look::Unsettled = self.take_up() {
            if begun.elapsed() >= MAX_WAIT {
                return Err(Unready::restless(&self.paths));
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Sees what the files hold now, and loads nothing.
    pub fn notice(&self) {
        self.settling.borrow_mut().look();
    }

    /// Loads what the files hold, if it is another and written to its end.
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
        // A thousand hosts may be dialled at once: fresh files are not read for each.
        if self.settling.borrow().may_differ() {
            self.take_up();
        }
        let Ok(loaded) = self.loaded() else {
            return false;
        };
        let host = loaded.inventory().hosts.get(alias.as_ref());
        host.is_some_and(|host| loaded.host_policy(host).permits_address(address))
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
