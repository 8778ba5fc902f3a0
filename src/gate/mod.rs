//! The gate: what a client or a person may ask for, and the one way to run a command.
//!
//! Takes requests that name a host and a command; gives decisions and outcomes. Holds the
//! configuration in force, which is that of the files at each judgement: a request keeps the one that it
//! started under. Without a usable configuration every request is answered with the path that was looked
//! at and the fix.

mod approval;
mod approval_question;
mod approval_tag;
mod dial;
mod fanout;
mod fanout_result;
mod in_force;
mod live;
mod loaded;
mod login;
mod note;
mod policy_tests;
mod progress;
mod record;
mod redact;
mod reload;
mod result;
mod run;
mod runs;
mod task;
mod tasks;
mod time;
mod view;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use smol::lock::Semaphore;

use crate::audit::Audit;
use crate::cancel::Cancelled;
use crate::config::{Host, Look, Paths, Settling};
use crate::ssh::Resolver;
use mcp_ssh_policy::Explanation;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

use approval::{Approvals, PATIENCE};
pub use approval::{Approver, Means, Nobody, Reply};
pub use approval_question::{Question, digest};
use dial::Connections;
use in_force::Unjudged;
use view::Rest;

pub use fanout_result::{FanOut, HostResult, Summary, TagRequest, Unstarted};
pub use loaded::{Loaded, known_hosts_name};
pub use policy_tests::TestReport;
pub use progress::{Observer, Progress, unobserved};
pub use reload::{Change, Changes, InForce, Reload, Reloaded};
pub use result::{
    Ending, Failure, HostCapabilities, HostDescription, HostSummary, Outcome, Plan, Planned,
    Refusal, Request, RunResult,
};
pub use task::{new_id, random};
pub use tasks::{Cancelling, LineRange, Started, Task, TaskState};
pub use view::Bound;

/// Tag runs at once; the others wait their turn. Each holds the output of all its hosts until it
/// is answered.
const MAX_FAN_OUTS: usize = 4;

/// Cheap to clone; every clone is the same gate.
#[derive(Clone)]
pub struct Gate(Rc<Inner>);

struct Inner {
    paths: Paths,
    settling: RefCell<Settling>,
    state: RefCell<Result<Rc<Loaded>, Unready>>,
    news: reload::News,
    audit: Audit,
    resolver: Resolver,
    connections: Connections,
    approvals: Approvals,
    fan_outs: Semaphore,
    runs: runs::Runs,
    tasks: tasks::Tasks,
}

/// Why there is no usable configuration: the first fault, with its place and its mend.
#[derive(Clone, Debug)]
pub struct Unready {
    first: String,
    others: usize,
}

impl Unready {
    fn new(diagnostics: &[Diagnostic]) -> Self {
        let mut errors = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        Self {
            first: errors.next().map(Diagnostic::headline).unwrap_or_default(),
            others: errors.count(),
        }
    }

    /// Somebody writes the files.
    fn restless(paths: &Paths) -> Self {
        Self {
            first: reload::restless(paths).headline(),
            others: 0,
        }
    }
}

impl fmt::Display for Unready {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no usable configuration: {}", self.first)?;
        if self.others > 0 {
            write!(formatter, " ({} more: run `mcp-ssh check`)", self.others)?;
        }
        Ok(())
    }
}

impl Gate {
    /// Loads the configuration; what is wrong with it is told to whoever asks for something. Files that
    /// were written just now are left for [`Gate::settle`], and for the first call.
    pub fn open(paths: Paths) -> Self {
        Self::with_patience(paths, PATIENCE)
    }

    /// The same, where a question to a person lapses after `patience`.
    pub fn with_patience(paths: Paths, patience: Duration) -> Self {
        let mut settling = Settling::new(&paths);
        let state = match settling.look() {
            Look::Settled(files) => {
                settling.tries(&files);
                reload::read(&files, &paths).0
            }
            Look::Same | Look::Unsettled => Err(Unready::restless(&paths)),
        };
        Self(Rc::new(Inner {
            news: reload::News::default(),
            settling: RefCell::new(settling),
            paths,
            state: RefCell::new(state),
            audit: Audit,
            resolver: Resolver::default(),
            connections: Connections::default(),
            approvals: Approvals::new(patience),
            fan_outs: Semaphore::new(MAX_FAN_OUTS),
            runs: runs::Runs::default(),
            tasks: tasks::Tasks::default(),
        }))
    }

    /// Loads what the files hold, once nobody writes them: two seconds at most.
    pub async fn settle(&self) {
        // That they are still written is told to whoever asks for something.
        let _settled = self.0.settle().await;
    }

    /// The hosts, or those with a tag, in the order of servers.yml.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn hosts(&self, tag: Option<&str>) -> Result<Vec<HostSummary>, Unready> {
        let loaded = self.0.current()?;
        let wanted = |host: &&Rc<Host>| {
            tag.is_none_or(|tag| host.tags.iter().any(|its| its.as_ref() == tag))
        };
        let hosts = loaded.inventory().hosts.iter().filter(wanted);
        Ok(hosts.map(|host| summary(host)).collect())
    }

    /// All that a client may know of one host; nothing when there is none of that alias.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn describe(&self, alias: &str) -> Result<Option<HostDescription>, Unready> {
        let loaded = self.0.current()?;
        let host = loaded.inventory().hosts.get(alias);
        Ok(host.map(|host| HostDescription {
            alias: host.alias.to_string(),
            host: host.host.to_string(),
            port: host.port,
            credentials: host.credentials.as_deref().unwrap_or_default().to_owned(),
            tags: host.tags.iter().map(ToString::to_string).collect(),
            description: host.description.clone(),
            policy_limits: loaded.host_policy(host).limits(),
        }))
    }

    /// What one host can be asked to do; nothing when there is none of that alias.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn capabilities(&self, alias: &str) -> Result<Option<HostCapabilities>, Unready> {
        let loaded = self.0.current()?;
        let host = loaded.inventory().hosts.get(alias);
        Ok(host.map(|host| loaded.capabilities(host)))
    }

    /// The decision on a request, without running it: what [`Gate::run`] would decide, but for
    /// the address of a host that has to be looked up first.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn plan(&self, request: &Request) -> Result<Plan, Unready> {
        let loaded = self.0.current()?;
        let Some(host) = loaded.inventory().hosts.get(&request.alias) else {
            return Ok(Plan::UnknownHost(run::unknown_host(request)));
        };
        let decision = loaded.decide(host, &request.command);
        let planned = Planned::new(decision, request.timeout_seconds);
        Ok(Plan::Judged(Box::new(planned)))
    }

    /// How [`Gate::plan`] comes to its decision; nothing when there is no host of that alias.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn explain(&self, request: &Request) -> Result<Option<Explanation>, Unready> {
        let loaded = self.0.current()?;
        let host = loaded.inventory().hosts.get(&request.alias);
        Ok(host.map(|host| loaded.explain(host, &request.command)))
    }

    /// Judges the request and, if the policy allows it, runs it. See `gate/run.rs`.
    pub async fn run(
        &self,
        request: Request,
        cancelled: Cancelled,
        observer: &Observer<'_>,
        approver: &dyn Approver,
    ) -> Outcome {
        let terms = run::Terms {
            cancelled: &cancelled,
            observer,
            consent: run::Consent::Asked(approver),
            room: u64::MAX,
        };
        match self.0.settled(&cancelled).await {
            Ok(loaded) => {
                let outcome = run::run(&self.0, &loaded, &request, &terms).await;
                match request.bound {
                    Some(bound) => tasks::shown(self, &loaded, outcome, bound, Rest::Kept),
                    None => outcome,
                }
            }
            Err(why) => unjudged(&request, why),
        }
    }

    /// The digest of the configuration in force.
    pub fn config_sha256(&self) -> Option<String> {
        self.0.digest()
    }

    /// How long a question to a person stands.
    pub fn patience(&self) -> Duration {
        self.0.approvals.patience()
    }

    /// Refuses a call whose answer of a person belongs to another one.
    pub fn refuse_answer(&self, request: &Request) -> Outcome {
        approval::refuse(&self.0, request)
    }

    /// Closes every connection, once the commands that run over it have ended. Nothing more runs.
    pub async fn close(&self) {
        self.0.connections.close().await;
    }

    /// Does the same on every host with a tag. See `gate/fanout.rs`.
    ///
    /// # Errors
    /// Why nothing was run.
    pub async fn run_on_tag(
        &self,
        request: TagRequest,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
        approver: &dyn Approver,
    ) -> Result<FanOut, Unstarted> {
        match self.0.settled(&cancelled).await {
            Ok(loaded) => {
                fanout::run_on_tag(self, loaded, request, cancelled, observer, approver).await
            }
            Err(Unjudged::Unready(unready)) => Err(Unstarted::new(unready.to_string(), "")),
            Err(Unjudged::Cancelled) => Err(Unstarted::cancelled()),
        }
    }

    /// Starts the run as a task, which goes on after this has returned. See `gate/tasks`.
    pub async fn start_task(
        &self,
        request: Request,
        cancelled: &Cancelled,
        approver: Rc<dyn Approver>,
    ) -> Started {
        match self.0.settled(cancelled).await {
            Ok(loaded) => tasks::start(self, loaded, request, cancelled, approver).await,
            Err(why) => Started::Not(unjudged(&request, why)),
        }
    }

    /// A task that runs, or that has ended and is kept.
    pub fn task(&self, task_id: &str) -> Option<Rc<Task>> {
        self.0.tasks.get(task_id)
    }

    /// Tells whatever has this identifier to stop: a run, a tag run or a task. Nothing when there
    /// is none.
    pub fn cancel(&self, task_id: &str) -> Option<Cancelling> {
        let task = || Some(self.task(task_id)?.cancel());
        let told = self.0.runs.cancel(task_id).map(|()| Cancelling::Told);
        told.or_else(task)
    }

    /// Ends all tasks, and their remote processes with them.
    pub async fn stop_tasks(&self) {
        self.0.tasks.stop().await;
    }
}

/// A call that was not judged.
fn unjudged(request: &Request, why: Unjudged) -> Outcome {
    Outcome::Failed(match why {
        Unjudged::Unready(unready) => Failure::new(request, unready.to_string(), None),
        Unjudged::Cancelled => Failure::cancelled(request),
    })
}

fn summary(host: &Host) -> HostSummary {
    HostSummary {
        alias: host.alias.to_string(),
        tags: host.tags.iter().map(ToString::to_string).collect(),
        description: host.description.clone(),
    }
}
