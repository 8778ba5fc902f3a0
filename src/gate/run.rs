//! ONE command, from the request to the record. Read this first.
//!
//! ```text
//! request -> host -> judge -> resolve -> permit -> intent written
//!         -> turn -> key and secrets -> connect -> exec -> outcome written -> result
//! ```
//!
//! The order is the security of the program: no lookup before the policy has said yes, no
//! packet before the address is permitted, no command before the record of it is written. The
//! [`Permit`] is surrendered to the audit and comes back only once the record is out. A denial
//! at any step is written, too, and told with a reason and a hint.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use smol::future::or;

use crate::audit::{AuditFault, Origin};
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::config::{Alias, Host};
use crate::policy::{Decision, Permit, Verdict};
use crate::runtime::sleep;
use crate::secret::Secret;
use crate::ssh::{Endpoint, ExecLimits, Fault, Session, SshError};

use super::Inner;
use super::live::LiveOutput;
use super::loaded::{Loaded, known_hosts_name};
use super::login::login;
use super::progress::{Observer, Permitted, Progress};
use super::record::{Ran, Records};
use super::result::{Failure, Outcome, Request, RunResult};
use super::task;

/// What a caller may add to the policy's limits: means to watch, and to end.
pub(super) struct Terms<'a> {
    /// Ends it.
    pub cancelled: &'a Cancelled,
    /// Hears how it gets on.
    pub observer: &'a Observer<'a>,
    /// Bytes of output that the caller has room for; where the policy allows less, that holds.
    pub room: u64,
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
        records: Records::new(&gate.audit, request, origin),
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
    Failure::new(request, error, Some("call ssh_list_hosts for the aliases"))
}

/// How a run ends without a result.
pub(super) enum End {
    /// The policy said no.
    Denied(Box<Decision>),
    /// It was allowed and could not be run.
    Failed(SshError),
    /// It was allowed and could not be recorded.
    Unrecorded(AuditFault),
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

impl From<AuditFault> for End {
    fn from(fault: AuditFault) -> Self {
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
        let addresses = match decision.verdict() {
            Verdict::Allow => self.resolve(host, &decision).await?,
            Verdict::Ask | Verdict::Deny => Vec::new(),
        };
        let permit = policy.permit(decision.clone(), &addresses)?;
        let address = permit.address();
        let permit = self.records.intent(&decision, permit)?.release();
        (self.terms.observer)(Progress::Permitted(Permitted {
            task_id: self.records.task_id(),
            live: &self.live,
        }));
        let ran = self.in_turn(host, permit).await;
        Ok(self.records.outcome(address, ran)?)
    }

    /// Waits for a turn, runs the line, and tells meanwhile how it gets on.
    async fn in_turn(&self, host: &Host, permit: Permit) -> Result<Ran, SshError> {
        let told = async {
            self.terms.cancelled.wait().await;
            None
        };
        let turn = async { Some(self.gate.turns.acquire().await) };
        let Some(_turn) = or(told, turn).await else {
            return Err(SshError::new(Fault::Cancelled, "cancelled before it began"));
        };
        (self.terms.observer)(Progress::Started);
        let interval = permit.limits().task_progress_interval;
        let reports = self.report(Duration::from_secs(interval.into()));
        or(self.execute(host, permit), reports).await
    }

    /// Tells again and again that the command runs; never ends.
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

    /// The host's addresses; that there are none is recorded, for nothing after it will be.
    async fn resolve(&self, host: &Host, decision: &Decision) -> Result<Vec<IpAddr>, End> {
        match self.gate.resolver.resolve(&host.host.to_string()).await {
            Ok(addresses) => Ok(addresses),
            Err(error) => {
                self.records.unresolved(decision)?;
                Err(error.into())
            }
        }
    }

    /// Connects and runs the permitted line. The only place that does.
    async fn execute(&self, host: &Host, permit: Permit) -> Result<Ran, SshError> {
        let cancelled = self.terms.cancelled;
        let login = login(self.loaded, host).map_err(|fault| self.records.login_fault(fault))?;
        let known_hosts = self
            .loaded
            .known_hosts()
            .map_err(|fault| SshError::new(Fault::HostKeyUnknown, fault.headline()))?;
        let endpoint = Endpoint {
            alias: permit.alias().to_owned(),
            name: known_hosts_name(host),
            port: host.port,
            address: permit.address(),
            username: login.username,
            connect_timeout: host.connect_timeout,
            keepalive: host.keepalive.unwrap_or(Duration::ZERO),
        };
        let session = Session::connect(&endpoint, &login.identity, &known_hosts, cancelled).await?;
        let limits = permit.limits();
        let exec_limits = ExecLimits {
            max_seconds: Duration::from_secs(limits.max_seconds.into()),
            max_output_bytes: limits.max_output_bytes.min(self.terms.room),
        };
        let secrets: Rc<[Secret]> = login.secrets.into();
        let live = self.live.open(Rc::clone(&secrets));
        let output = session
            .exec_live(permit, exec_limits, cancelled, live)
            .await;
        session.close().await;
        Ok(Ran {
            output: output?,
            secrets,
            limits,
            room: self.terms.room,
        })
    }
}
