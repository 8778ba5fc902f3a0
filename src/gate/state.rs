//! The state of a gate: the configuration in force, the connections, and the work under way.
//!
//! Takes the three directories; gives a state on whose parts the other files of the gate work. A state without a usable
//! configuration says why it has none.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use smol::lock::Semaphore;

use super::approval::Approvals;
use super::dial::{Connections, Finder};
use super::loaded::Loaded;
use super::loading::read;
use super::news::News;
use super::runs::RunTable;
use super::tag::HaltedRuns;
use super::tasks::Tasks;
use super::unready_error::UnreadyError;
use crate::audit::Audit;
use crate::config::{Look, Paths, Settling};
use crate::sandbox::{LandlockDomain, LandlockReach};
use crate::ssh::Resolver;

/// How many tag runs may work at once; the others wait for their turn. Each holds the output of all its hosts until it
/// is answered.
const MAX_TAG_RUNS: usize = 4;
/// How many requests about files may be on hosts at once; the others wait for their turn. Each may hold two contents.
const MAX_FILES: usize = 8;

/// The one state that all clones of a gate share.
pub struct GateState {
    pub paths: Paths,
    pub settling: RefCell<Settling>,
    /// The configuration in force, or why there is none.
    pub in_force: RefCell<Result<Rc<Loaded>, UnreadyError>>,
    pub news: News,
    pub audit: Audit,
    pub resolver: Resolver,
    pub connections: Connections,
    pub approvals: Approvals,
    pub tag_runs: Semaphore,
    pub halted: HaltedRuns,
    pub file_turns: Semaphore,
    pub runs: RunTable,
    pub tasks: Tasks,
    /// What is to stay open once the first configuration closes the rest, and at which level it is told what does not.
    pub confining: RefCell<Option<(LandlockReach, log::Level)>>,
    /// What was given up.
    pub domain: OnceCell<LandlockDomain>,
}

impl GateState {
    /// Loads the configuration, unless somebody writes its files just now.
    pub fn open(paths: Paths) -> Self {
        let mut settling = Settling::new(&paths);
        let in_force = match settling.look() {
            Look::Settled(files) => {
                settling.tries(&files);
                read(&files, &paths).0
            }
            Look::Same | Look::Unsettled => Err(UnreadyError::restless(&paths)),
        };
        Self {
            news: News::default(),
            settling: RefCell::new(settling),
            paths,
            in_force: RefCell::new(in_force),
            audit: Audit,
            resolver: Resolver::default(),
            connections: Connections::default(),
            approvals: Approvals::default(),
            tag_runs: Semaphore::new(MAX_TAG_RUNS),
            halted: HaltedRuns::default(),
            file_turns: Semaphore::new(MAX_FILES),
            runs: RunTable::default(),
            tasks: Tasks::default(),
            confining: RefCell::default(),
            domain: OnceCell::new(),
        }
    }

    /// By what a host is found.
    pub fn finder(&self) -> Finder<'_> {
        Finder {
            resolver: &self.resolver,
            connections: &self.connections,
            domain: self.domain.get(),
        }
    }
}
