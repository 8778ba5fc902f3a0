//! A request about a file under way: its host, its policy, its records, and the connection.
//!
//! Takes: a [`FileCall`]. Gives: a [`FileWork`], which judges the path as it was asked for, and has work done over a channel
//! of the host. Refuses: an alias that no host has, addresses that are not permitted, and a look that is not on record.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use super::error::FileError;
use super::looking::Looking;
use super::records::FileRecords;
use super::request::FileRequest;
use super::result::FailedFile;
use crate::audit::Origin;
use crate::cancel::Cancelled;
use crate::config::{Alias, Host};
use crate::gate::call::{LISTED, or_rather};
use crate::gate::dial::{self, Dial, JumpChain};
use crate::gate::dial_error::NoRouteError;
use crate::gate::identifier::new_id;
use crate::gate::loaded::Loaded;
use crate::gate::progress::{Observer, Progress};
use crate::gate::redact::Redactor;
use crate::gate::runs::Entered;
use crate::gate::state::GateState;
use crate::gate::time::TimeLimit;
use crate::ssh::{HostFiles, SftpErrorKind, SshError, SshErrorKind};
use mcp_ssh_policy::{FileDecision, FilePolicy, HostPolicy, LookPermit, Verdict};

/// A request that is to be judged. A configuration that comes later changes nothing for it.
pub struct FileCall {
    pub state: Rc<GateState>,
    pub loaded: Rc<Loaded>,
    pub request: FileRequest,
    pub cancelled: Cancelled,
    /// Hears how it gets on: that a connection is made, and that a person has not answered.
    pub observer: Rc<Observer<'static>>,
}

/// A request under way.
pub struct FileWork {
    pub call: FileCall,
    pub host: Rc<Host>,
    pub policy: Rc<HostPolicy>,
    pub files: FilePolicy,
    pub records: FileRecords,
    _entered: Entered,
}

impl FileWork {
    /// Finds the host, and opens the records of the request.
    pub fn begin(call: FileCall) -> Result<Self, Box<FailedFile>> {
        let hosts = &call.loaded.inventory().hosts;
        let Some(host) = hosts.get(&call.request.alias) else {
            return Err(Box::new(unknown_host(&call)));
        };
        let host = Rc::clone(host);
        let task_id = new_id().map_err(|error| {
            let error = format!("the system gives no random numbers: {error}");
            Box::new(FailedFile::new(&call.request, error, None))
        })?;
        let origin = Origin {
            task_id: task_id.clone(),
            config_sha256: call.loaded.digest().to_owned(),
            client: call.request.client.clone(),
            request_id: call.request.request_id.clone(),
            trace: call.request.trace.clone(),
        };
        let alias: &str = host.alias.as_ref();
        Ok(Self {
            _entered: call.state.runs.enter(&task_id, &call.cancelled),
            policy: call.loaded.host_policy(&host),
            files: call.loaded.policy().files_for_host(alias, &host.tags),
            records: FileRecords::new(call.state.audit, &call.request, origin),
            host,
            call,
        })
    }

    /// The decision on the path as it was asked for.
    pub fn judge(&self) -> Result<FileDecision, FileError> {
        let request = &self.call.request;
        let decision = self.files.judge(request.deed.access(), &request.path);
        match decision.verdict() {
            Verdict::Deny => Err(Box::new(decision).into()),
            Verdict::Allow | Verdict::Ask => Ok(decision),
        }
    }

    pub fn looking<'a>(&'a self, redactor: &'a Redactor) -> Looking<'a> {
        Looking {
            request: &self.call.request,
            policy: &self.files,
            records: &self.records,
            redactor,
        }
    }

    /// Does `work` over a channel of the host. A server that has refused the subsystem over an old connection is asked
    /// once more, over a new one.
    pub async fn over<R>(
        &self,
        asked: FileDecision,
        work: impl AsyncFnOnce(&mut HostFiles<'_>, &Redactor) -> Result<R, FileError>,
    ) -> Result<R, FileError> {
        // The content of a few files at most is held at once.
        let turn = self.call.state.file_turns.acquire();
        let turn = self.call.cancelled.race(turn).await;
        let _turn = turn.ok_or_else(|| cancelled("while other files were read"))?;
        let call = &self.call;
        if !call
            .state
            .still_grants(&call.loaded, &self.host, &asked)
            .await
        {
            // Nothing of it has been done, so what the policy says now holds.
            let error =
                "the configuration has changed while this waited for its turn: nothing was done";
            return Err(FileError::Unfit(
                error.to_owned(),
                "call again: it is judged anew",
            ));
        }
        let (chain, addresses) = Box::pin(self.resolve(&asked)).await?;
        let look = self.policy.permit_look(asked, &addresses)?;
        let look = self.records.look(look)?.release();
        let time = TimeLimit::of(self.policy.limits(), self.call.request.timeout_seconds);
        let limit = Duration::from_secs(time.seconds().into());
        let mut is_new = false;
        loop {
            let open = Box::pin(self.dial(&chain, &look)).await?;
            let (address, secrets) = (open.peer(), open.own().clone());
            let connection = Some(open.connection());
            self.records.learn(|known| {
                known.address = Some(address);
                known.connection = connection;
            });
            let redactor = Rc::new(Redactor::new(secrets.iter().map(Rc::as_ref)));
            self.records.hide(Rc::clone(&redactor));
            let mut lease = open.for_files();
            let refused = match lease.open(&look, limit, &self.call.cancelled).await {
                Ok(mut files) => {
                    let done = Box::pin(work(&mut files, &redactor)).await;
                    files.end().await;
                    return done;
                }
                Err(error) => error,
            };
            let is_refused = refused.kind() == SftpErrorKind::NoSubsystem;
            if !is_refused || is_new || !lease.was_spent() {
                return Err(refused.into());
            }
            is_new = true;
        }
    }

    async fn dial(&self, chain: &JumpChain, look: &LookPermit) -> Result<FileChannel, FileError> {
        let FileCall {
            state,
            loaded,
            cancelled,
            observer,
            ..
        } = &self.call;
        let dial = Dial {
            loaded,
            connections: &state.connections,
            cancelled,
            still_permitted: &|address| state.still_permits(&self.host.alias, address),
            passed: &|alias, stage| observer(Progress::Connecting { alias, stage }),
            told: |error| self.records.unconnected(error),
            records: (state.audit, self.records.origin()),
        };
        Ok(dial.open(chain, &self.host, look.addresses()).await?)
    }

    /// The jump hosts and the host's addresses. Where there are none, that is recorded, and it ends.
    async fn resolve(&self, asked: &FileDecision) -> Result<(JumpChain, Vec<IpAddr>), FileError> {
        let FileCall {
            state,
            loaded,
            cancelled: cancelling,
            ..
        } = &self.call;
        let found = dial::find(state.finder(), loaded, &self.policy, &self.host);
        let found = cancelling.race(found).await;
        match found.ok_or_else(|| cancelled("while its name was looked up"))? {
            Ok(found) => Ok(found),
            Err(NoRouteError::Denied(denial)) => {
                Err(Box::new(asked.clone().denied(*denial)).into())
            }
            Err(NoRouteError::Unresolved(error)) => {
                self.records.unresolved(asked)?;
                Err(error.into())
            }
        }
    }
}

/// A channel on the host.
type FileChannel = crate::ssh::LeasedChannel<dial::ConnectionKey, crate::gate::login::LoginSecrets>;

pub fn cancelled(when: &str) -> FileError {
    let detail = format!("cancelled {when}");
    SshError::new(SshErrorKind::Cancelled, detail).into()
}

/// A request that names no host of the inventory.
fn unknown_host(call: &FileCall) -> FailedFile {
    let (hosts, alias) = (&call.loaded.inventory().hosts, &call.request.alias);
    // The agent's word may be anything: only what could be an alias is repeated.
    let error = match Alias::parse(alias) {
        Ok(parsed) => {
            let aliases: Vec<&str> = hosts.iter().map(|host| host.alias.as_ref()).collect();
            format!("there is no host `{parsed}`{}", or_rather(alias, &aliases))
        }
        Err(_) => "there is no host of that alias".to_owned(),
    };
    FailedFile::new(&call.request, error, Some(LISTED))
}
