//! ONE command, from the request to the record. Read this first.
//!
//! ```text
//! request -> host -> judge -> resolve, jump hosts first -> a person's yes, where a rule asks
//!         -> permit -> intent written
//!         -> a channel: over a connection that is there, or key and secrets, connect, for each
//!            jump host and the host -> exec -> outcome written -> result
//! ```
//!
//! The order is the security of the program: no lookup before the policy has said yes, no
//! question before the network policy has said yes, too, no packet before the address is
//! permitted, no command before the record of it is written. The
//! [`Permit`] is surrendered to the audit and comes back only once the record is out. A denial
//! at any step is written, too, and told with a reason and a hint.

use std::cell::Cell;
use std::net::IpAddr;
use std::time::Duration;

use smol::future::or;

use crate::audit::{AuditError, Origin};
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::config::{Alias, Host};
use crate::runtime::sleep;
use crate::ssh::{ExecLimits, SshError, SshErrorKind};
use mcp_ssh_policy::{Approval, Decision, Grant, HostPolicy, Permit, Unapproved, Verdict};

use super::Inner;
use super::approval::{Approver, Consultation, Means, Unmet};
use super::approval_question::Question;
use super::dial::{self, Dial, Way};
use super::live::LiveOutput;
use super::loaded::Loaded;
use super::progress::{Observer, Permitted, Progress};
use super::record::{Ran, Records};
use super::result::{Failure, Outcome, Request, RunResult};
use super::task;
use super::time::TimeLimit;

/// What a caller may add to the policy's limits: means to watch, and to end.
pub(super) struct Terms<'a> {
    /// Ends it.
    pub cancelled: &'a Cancelled,
    /// Hears how it gets on.
    pub observer: &'a Observer<'a>,
    /// Where a person's yes comes from.
    pub consent: Consent<'a>,
    /// Bytes of output that the caller has room for; where the policy allows less, that holds.
    pub room: u64,
}

/// Where a person's yes comes from, if a rule asks for one.
pub(super) enum Consent<'a> {
    /// The person is asked in the course of the run.
    Asked(&'a dyn Approver),
    /// The person was asked before, about several hosts at once.
    Told(Cell<Option<Result<Approval, Unapproved>>>),
}

impl Consent<'_> {
    fn means(&self) -> Means {
        match self {
            Self::Asked(approver) => approver.means(),
            Self::Told(_) => Means::Asks,
        }
    }
}

/// Judges the request and, if the policy allows it, runs it.
pub(super) async fn run(
    gate: &Inner,
    loaded: &Loaded,
    request: &Request,
    terms: &Terms<'_>,
) -> Outcome {
    let Some(host) = loaded.inventory().hosts.get(&request.alias) else {
        return Outcome::Failed(unknown_host(request));
    };
    let origin = match task::new_id() {
        Ok(task_id) => Origin {
            task_id,
            config_sha256: loaded.digest().to_owned(),
            client: request.client.clone(),
            request_id: request.request_id.clone(),
        },
        Err(error) => {
            let error = format!("the system gives no random numbers: {error}");
            return Outcome::Failed(Failure::new(request, error, None));
        }
    };
    let _entered = gate.runs.enter(&origin.task_id, terms.cancelled);
    let run = Run {
        gate,
        loaded,
        request,
        terms,
        live: LiveOutput::default(),
        records: Records::new(&gate.audit, request, origin, loaded.policy().recorded()),
    };
    let ended = run.go(host).await;
    run.records.told(ended)
}

/// A request that names no host of the inventory.
pub(super) fn unknown_host(request: &Request) -> Failure {
    // The agent's word may be anything: only what could be an alias is repeated.
    let error = match Alias::parse(&request.alias) {
        Ok(alias) => format!("there is no host `{alias}`"),
        Err(_) => "there is no host of that alias".to_owned(),
    };
    Failure::new(
        request,
        error,
        Some("see ssh_list_hosts, in a terminal `mcp-ssh hosts`"),
    )
}

/// How a run ends without a result.
pub(super) enum End {
    /// The policy said no.
    Denied(Box<Decision>),
    /// It was allowed and could not be run.
    Failed(SshError),
    /// It was allowed and could not be recorded.
    Unrecorded(AuditError),
}

impl End {
    /// A question without a yes.
    fn unmet(unmet: Unmet, decision: &Decision) -> Self {
        match unmet {
            Unmet::Unapproved(why) => Self::Denied(Box::new(decision.clone().unapproved(why))),
            Unmet::Unrecorded(fault) => Self::Unrecorded(fault),
            Unmet::Cancelled => {
                let detail = "cancelled while a person was asked";
                Self::Failed(SshError::new(SshErrorKind::Cancelled, detail))
            }
        }
    }
}

impl From<Box<Decision>> for End {
    fn from(decision: Box<Decision>) -> Self {
        Self::Denied(decision)
    }
}

impl From<SshError> for End {
    fn from(error: SshError) -> Self {
        Self::Failed(error)
    }
}

impl From<AuditError> for End {
    fn from(fault: AuditError) -> Self {
        Self::Unrecorded(fault)
    }
}

struct Run<'a> {
    gate: &'a Inner,
    loaded: &'a Loaded,
    request: &'a Request,
    terms: &'a Terms<'a>,
    live: LiveOutput,
    records: Records<'a>,
}

impl Run<'_> {
    async fn go(&self, host: &Host) -> Result<RunResult, End> {
        let policy = self.loaded.host_policy(host);
        let decision = policy.judge(&self.request.command);
        self.records.suspicion(&decision)?;
        let approval = match decision.verdict() {
            Verdict::Ask => Some(Box::pin(self.approval(host, &policy, &decision)).await?),
            Verdict::Allow | Verdict::Deny => None,
        };
        let (way, addresses) = match decision.verdict() {
            // After a person was asked the addresses may be others than before.
            Verdict::Allow | Verdict::Ask => {
                Box::pin(self.resolve(host, &policy, &decision)).await?
            }
            Verdict::Deny => (Way::default(), Vec::new()),
        };
        let permit = match approval {
            Some(approval) => policy.permit_approved(decision.clone(), approval, &addresses)?,
            None => policy.permit(decision.clone(), &addresses)?,
        };
        let first = permit.addresses().first().copied();
        let permit = self.records.intent(&decision, permit)?.release();
        (self.terms.observer)(Progress::Permitted(Permitted {
            task_id: self.records.task_id(),
            live: &self.live,
        }));
        let interval = permit.limits().task_progress_interval;
        let reports = self.report(Duration::from_secs(interval.into()));
        let ran = or(Box::pin(self.execute(host, &way, permit)), reports).await;
        Ok(self.records.outcome(first, ran)?)
    }

    /// A person's yes. Nobody is asked about what the network policy denies anyway.
    async fn approval(
        &self,
        host: &Host,
        policy: &HostPolicy,
        decision: &Decision,
    ) -> Result<Approval, End> {
        let no = |why| End::unmet(Unmet::Unapproved(why), decision);
        let yes = |grant| Approval::of(decision, grant).ok_or_else(|| no(Unapproved::Invalid));
        let remembers = || self.gate.approvals.remembers(decision, self.loaded);
        let told = match &self.terms.consent {
            Consent::Told(told) => told.take(),
            Consent::Asked(_) => None,
        };
        if let Some(Ok(approval)) = told {
            return Ok(approval);
        }
        let means = self.terms.consent.means();
        // What came with this very call counts before what was said earlier.
        if means != Means::Answered && remembers() {
            return yes(Grant::Session);
        }
        if means == Means::Nobody {
            return Err(no(Unapproved::Unasked));
        }
        let (_, addresses) = self.resolve(host, policy, decision).await?;
        policy.reach(decision, &addresses)?;
        let approver = match (&self.terms.consent, told) {
            (Consent::Asked(approver), _) => *approver,
            (Consent::Told(_), Some(Err(why))) => return Err(no(why)),
            (Consent::Told(_), _) => return Err(no(Unapproved::Unasked)),
        };
        let consultation = Consultation {
            gate: self.gate,
            loaded: self.loaded,
            approver,
            cancelled: self.terms.cancelled,
            hash: decision.hash(),
            origin: self.records.origin(),
        };
        let question = Question::of(decision, self.loaded);
        let held = consultation.hold(&question).await;
        yes(held.map_err(|unmet| End::unmet(unmet, decision))?)
    }

    /// The way to the host and its addresses; that there are none is recorded, and that this is the
    /// end of it.
    async fn resolve(
        &self,
        host: &Host,
        policy: &HostPolicy,
        decision: &Decision,
    ) -> Result<(Way<'_>, Vec<IpAddr>), End> {
        let found = dial::find(self.gate, self.loaded, policy, decision, host);
        let told = async {
            self.terms.cancelled.wait().await;
            let detail = "cancelled while its name was looked up";
            Err(End::Failed(SshError::new(SshErrorKind::Cancelled, detail)))
        };
        let found = or(told, found).await;
        if let Err(End::Failed(error)) = &found {
            self.records.unresolved(decision, error)?;
        }
        found
    }

    /// Opens a channel when its turn has come, and runs the permitted line. The only place that does.
    /// A server that has refused the command over an old connection is asked once more, over a new one.
    async fn execute(
        &self,
        host: &Host,
        way: &Way<'_>,
        mut permit: Permit,
    ) -> Result<Ran, SshError> {
        let cancelled = self.terms.cancelled;
        let dial = Dial {
            loaded: self.loaded,
            connections: &self.gate.connections,
            cancelled,
            still_permitted: &|address| self.gate.still_permits(&host.alias, address),
            told: |undialled| self.records.undialled(undialled),
        };
        let limits = permit.limits();
        let time = TimeLimit::of(limits, self.request.timeout_seconds);
        let exec_limits = ExecLimits {
            max_seconds: Duration::from_secs(time.seconds().into()),
            max_output_bytes: limits.max_output_bytes.min(self.terms.room),
        };
        loop {
            let open = dial.open(way, host, permit.addresses()).await?;
            let (address, secrets) = (open.peer(), open.own().clone());
            (self.terms.observer)(Progress::Started);
            let live = self.live.open(secrets.clone());
            // Thousands may wait for their turn, and only those that have it need room for this.
            let exec = Box::pin(open.exec(permit, exec_limits, cancelled, live));
            match exec.await {
                Ok(output) => {
                    let room = self.terms.room;
                    return Ok(Ran {
                        output,
                        secrets,
                        limits,
                        time,
                        room,
                        address,
                    });
                }
                Err(unstarted) => permit = unstarted.unused.ok_or(unstarted.error)?,
            }
        }
    }

    /// Tells again and again that the command is under way; never ends.
    async fn report<T>(&self, interval: Duration) -> T {
        let started = Stopwatch::start();
        loop {
            sleep(interval).await;
            let (elapsed_ms, bytes_read) = (started.elapsed_ms(), self.live.bytes());
            self.records.progress(elapsed_ms, bytes_read);
            (self.terms.observer)(Progress::Running {
                elapsed_ms,
                bytes_read,
            });
        }
    }
}
