//! The gate: all that a client or a person may ask for, and the one way to run a command.
//!
//! Takes requests that name a host and a command; gives decisions and outcomes. Holds the configuration in force, which
//! is that of the files at each judgement. A request keeps the configuration under which it started. Refuses every
//! request while there is no usable configuration: the answer names the file and the fix.

mod approval;
mod call;
mod confine;
mod connected;
mod dial;
mod dial_error;
mod diff;
mod exec_report;
mod execute;
mod file;
mod identifier;
mod in_force;
mod live;
mod loaded;
mod loading;
mod login;
mod news;
mod note;
mod open_to_others;
mod permit;
mod policy_tests;
mod ports;
mod progress;
mod record;
mod redact;
mod reload;
mod result;
mod run;
mod run_error;
mod runs;
mod state;
mod sudo_words;
mod tag;
mod tasks;
mod time;
mod unready_error;
mod view;
mod visible_text;

use std::rc::Rc;
use std::time::Duration;

use crate::cancel::Cancelled;
use crate::config::{Host, Paths};
use crate::sandbox::LandlockReach;
use mcp_ssh_policy::{Explanation, Unapproved};

use approval::{Refused, refuse};
use call::{Call, RunOptions, unknown_host};
use in_force::UnjudgedError;
use permit::Consent;
use state::GateState;
use view::Rest;

pub use approval::{
    Asks, FileQuestion, FileSubject, Person, Question, QuestionDigest, QuestionSubject, Reply,
    digest,
};
pub use diff::{ChangeRow, ChangeSign};
pub use file::{
    DeniedFile, EntryRange, FailedFile, FetchedFile, FileChange, FileDeed, FileDone, FileEdit,
    FileFanOut, FileOnHost, FileOutcome, FilePart, FilePlan, FilePlanRequest, FileRequest,
    FileWrite, ListedDirectory, ListedEntry, MAX_EDITS, NewContent, PartUnit, PlannedFile,
    Replacement, ShownFile, TagWrite, TouchedFile, UnplannedFile, WriteCondition, WrittenFile,
};
pub use identifier::{new_id, random};
pub use loaded::{KeysPlace, Loaded, LoginEnvironment, is_trail_alone, known_hosts_name};
pub use news::{Change, Changes, Reloaded};
pub use open_to_others::open_to_others;
pub use policy_tests::{JudgedAct, TestReport, run_policy_tests};
pub use progress::{Observer, Progress, touch_told, unobserved};
pub use reload::{InForce, Reload};
pub use result::{
    DeniedRun, Ending, Failure, HostCapabilities, HostDescription, HostSummary, Outcome, Plan,
    Planned, RunRequest, RunResult,
};
pub use tag::{
    BatchSize, ComparedFanOut, FanOut, FoldedFanOut, HostResult, RolloutRequest, Summary,
    TagReport, TagRequest, TagRunError, TagStarted,
};
pub use tasks::{Cancelling, LineRange, Started, Task, TaskState};
pub use unready_error::UnreadyError;
pub use view::Bound;
pub use visible_text::{is_right_to_left, visible_text};
/// What the fuzz targets reach of this room; no other build exports it.
#[cfg(fuzzing)]
pub use {
    diff::shown,
    redact::{EndOfStream, RedactedOutput, Redactor},
    tag::output_difference,
};

/// The gate. Clones are cheap, and share one state.
#[derive(Clone)]
pub struct Gate(Rc<GateState>);

impl Gate {
    /// Loads the configuration. If it has a fault, the answer to each request says so. Files that were written just
    /// now are loaded by [`Gate::settle`] or by the first call.
    pub fn open(paths: Paths) -> Self {
        Self(Rc::new(GateState::open(paths)))
    }

    /// Logs what other users of this machine may change of the configuration, and read in it; to be asked for before
    /// [`Gate::confine`], as the accounts of the system are read.
    pub fn warn_of_others(&self) {
        let loaded = self.0.loaded().ok();
        for told in open_to_others(&self.0.paths, loaded.as_deref()) {
            log::warn!("{}", told.headline());
        }
    }

    /// Gives up, for good, all files and ports that neither the configuration needs nor `reach` has: at once, or with
    /// the first usable configuration. What the kernel leaves open is told at this level.
    pub fn confine(&self, reach: LandlockReach, level: log::Level) {
        self.0.confine(reach, level);
    }

    /// Loads the files once nobody writes them; waits two seconds at most.
    pub async fn settle(&self) {
        // If somebody still writes the files, the answer to the next request says so.
        let _settled = self.0.settle().await;
    }

    /// Records what the server begins with; nothing while there is no usable configuration, whose faults are told.
    pub fn record_ready(&self) {
        self.0.record_ready();
    }

    /// The hosts, or those with a tag, in the order of servers.yml.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn hosts(&self, tag: Option<&str>) -> Result<Vec<HostSummary>, UnreadyError> {
        let loaded = self.0.current()?;
        let wanted = |host: &&Rc<Host>| {
            tag.is_none_or(|tag| host.tags.iter().any(|its| its.as_ref() == tag))
        };
        let hosts = loaded.inventory().hosts.iter().filter(wanted);
        Ok(hosts.map(|host| HostSummary::of(host)).collect())
    }

    /// All that a client may know of one host; `None` when no host has the alias.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn describe(&self, alias: &str) -> Result<Option<HostDescription>, UnreadyError> {
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

    /// What a client can ask of one host; `None` when no host has the alias.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn capabilities(&self, alias: &str) -> Result<Option<HostCapabilities>, UnreadyError> {
        let loaded = self.0.current()?;
        let host = loaded.inventory().hosts.get(alias);
        Ok(host.map(|host| loaded.capabilities(host)))
    }

    /// The decision on a request, without a run. [`Gate::run`] would decide so, too, but for the address of a host
    /// that must be looked up first.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn plan(&self, request: &RunRequest) -> Result<Plan, UnreadyError> {
        let loaded = self.0.current()?;
        let Some(host) = loaded.inventory().hosts.get(&request.alias) else {
            return Ok(Plan::UnknownHost(unknown_host(
                request,
                &loaded.inventory().hosts,
            )));
        };
        let decision = loaded.decide(host, &request.command);
        let planned = Planned::new(decision, request);
        Ok(Plan::Judged(Box::new(planned)))
    }

    /// How [`Gate::plan`] comes to its decision; `None` when no host has the alias.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn explain(&self, request: &RunRequest) -> Result<Option<Explanation>, UnreadyError> {
        let loaded = self.0.current()?;
        let host = loaded.inventory().hosts.get(&request.alias);
        Ok(host.map(|host| loaded.explain(host, &request.command)))
    }

    /// Judges the request and, if the policy allows it, runs it. See `gate/run.rs`.
    pub async fn run(
        &self,
        request: RunRequest,
        cancelled: Cancelled,
        observer: &Observer<'_>,
        person: Person<'_>,
    ) -> Outcome {
        let call = match self.call(request, cancelled).await {
            Ok(call) => call,
            Err(failure) => return Outcome::Failed(failure),
        };
        let shown = ShownOutput::of(&call);
        let options = RunOptions::observed(observer);
        shown.of_outcome(run::run(call, Consent::Asked(person), &options).await)
    }

    /// As [`Gate::run`], but whoever calls is answered after `patience` where the approver has not answered: the run
    /// goes on as a task.
    pub async fn run_or_adopt(
        &self,
        request: RunRequest,
        cancelled: Cancelled,
        observer: &Observer<'_>,
        person: Person<'_>,
        patience: Duration,
    ) -> Started {
        let call = match self.call(request, cancelled).await {
            Ok(call) => call,
            Err(failure) => return Started::Ended(Outcome::Failed(failure)),
        };
        let shown = ShownOutput::of(&call);
        let options = RunOptions::observed(observer);
        match run::run_or_adopt(call, Consent::Asked(person), &options, patience).await {
            Started::Ended(outcome) => Started::Ended(shown.of_outcome(outcome)),
            task @ Started::Task(_) => task,
        }
    }

    /// The request under the configuration that the files hold now.
    async fn call(&self, request: RunRequest, cancelled: Cancelled) -> Result<Call, Failure> {
        match self.0.settled(&cancelled).await {
            Ok(loaded) => Ok(Call {
                state: Rc::clone(&self.0),
                loaded,
                request: Rc::new(request),
                cancelled,
            }),
            Err(why) => Err(unjudged(&request, why)),
        }
    }

    /// The digest of the configuration in force.
    pub fn config_sha256(&self) -> Option<String> {
        self.0.digest()
    }

    /// How long a question to a person waits for the answer, under the configuration in force.
    pub fn patience(&self) -> Duration {
        let approvals = |loaded: Rc<Loaded>| loaded.policy().approvals().clone();
        let approvals = self.0.loaded().map(approvals).unwrap_or_default();
        Duration::from_secs(approvals.timeout_seconds.into())
    }

    /// Refuses a call that carries a person's answer to another call.
    pub fn refuse_answer(&self, request: &RunRequest) -> Outcome {
        let hash = mcp_ssh_policy::command_hash(&request.command);
        refuse(
            &self.0,
            &Refused {
                alias: &request.alias,
                hash: &hash,
                client: request.client.as_deref(),
                request_id: request.request_id.as_deref(),
                trace: request.trace.as_ref(),
            },
        );
        let (error, hint) = Unapproved::Invalid.in_brief();
        Outcome::Failed(Failure::new(request, error, Some(hint)))
    }

    /// Closes every connection, once the commands over it have ended. No command runs after that.
    pub async fn close(&self) {
        self.0.connections.close().await;
    }

    /// Starts the run as a task, which goes on after this has returned. See `gate/tasks`.
    pub async fn start_task(
        &self,
        request: RunRequest,
        cancelled: &Cancelled,
        person: Person<'_>,
    ) -> Started {
        match self.0.settled(cancelled).await {
            Ok(loaded) => tasks::start(&self.0, loaded, request, cancelled, person).await,
            Err(why) => Started::Ended(Outcome::Failed(unjudged(&request, why))),
        }
    }

    /// A task that runs, or that has ended and is kept.
    pub fn task(&self, task_id: &str) -> Option<Rc<Task>> {
        self.0.tasks.get(task_id)
    }

    /// Tells the run, the tag run or the task with this identifier to stop; `None` when there is none.
    pub fn cancel(&self, task_id: &str) -> Option<Cancelling> {
        let task = || Some(self.task(task_id)?.cancel());
        let told = self.0.runs.cancel(task_id).map(|()| Cancelling::Told);
        told.or_else(task)
    }

    /// Loads the configuration again, once nobody writes it. If the new configuration has a fault, or the
    /// files keep changing, the old one stays.
    pub async fn reload(&self) -> Reload {
        self.0.reload().await
    }

    /// Reloads each time the files change, from now on. Ends only if the system cannot report changes;
    /// then the next judgement finds them.
    pub fn follow_files(&self) -> impl Future<Output = ()> + 'static {
        Rc::clone(&self.0).follow_files()
    }

    /// Hears of reloads from now on.
    pub fn changes(&self) -> Changes {
        self.0.news.listen()
    }

    /// A number for the list of [`Gate::hosts`]: another list has another number.
    pub fn hosts_version(&self) -> u64 {
        self.0.news.hosts_version()
    }

    /// Ends all tasks, and their remote processes with them, and the runs that wait for a person's answer.
    pub async fn stop_tasks(&self) {
        self.0.halted.end();
        self.0.tasks.stop().await;
    }
}

/// A call that was not judged.
fn unjudged(request: &RunRequest, why: UnjudgedError) -> Failure {
    match why {
        UnjudgedError::Unready(unready) => Failure::new(request, unready.to_string(), None),
        UnjudgedError::Cancelled => Failure::cancelled(request),
    }
}

/// How much of its output the caller of a run is shown.
struct ShownOutput {
    state: Rc<GateState>,
    loaded: Rc<Loaded>,
    bound: Option<Bound>,
}

impl ShownOutput {
    fn of(call: &Call) -> Self {
        Self {
            state: Rc::clone(&call.state),
            loaded: Rc::clone(&call.loaded),
            bound: call.request.bound,
        }
    }

    fn of_outcome(&self, outcome: Outcome) -> Outcome {
        match self.bound {
            Some(bound) => tasks::shown(&self.state, &self.loaded, outcome, bound, Rest::Kept),
            None => outcome,
        }
    }
}
