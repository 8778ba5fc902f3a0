//! One request about a file, from the request to the record.
//!
//! ```text
//! request -> host -> judge the path -> resolve, jump hosts first -> look on record -> connect -> look -> judge again
//!         -> where an entry asks: disconnect, a person's yes, look again, and nothing may have changed
//!         -> permit -> intent on record -> open, read or write -> outcome on record
//! ```

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use super::consent::{Asking, Patience};
use super::doing::Doing;
use super::error::FileError;
use super::looking::{LookedFile, Looking};
use super::records::FileRecords;
use super::request::FileRequest;
use super::result::{FailedFile, FileDone, FileOutcome};
use crate::audit::Origin;
use crate::cancel::Cancelled;
use crate::config::{Alias, Host};
use crate::gate::approval::{Person, may_be_asked, nobody};
use crate::gate::call::{LISTED, or_rather};
use crate::gate::dial::{self, Dial, JumpChain, NoRouteError};
use crate::gate::identifier::new_id;
use crate::gate::loaded::Loaded;
use crate::gate::progress::Observer;
use crate::gate::redact::Redactor;
use crate::gate::runs::Entered;
use crate::gate::state::GateState;
use crate::gate::time::TimeLimit;
use crate::ssh::{HostFiles, SftpErrorKind, SshError, SshErrorKind};
use mcp_ssh_policy::{
    FileApproval, FileDecision, FilePolicy, HostPolicy, LookPermit, Verdict,
};

/// A request that is to be judged. A configuration that comes later changes nothing for it.
pub struct FileCall {
    pub state: Rc<GateState>,
    pub loaded: Rc<Loaded>,
    pub request: FileRequest,
    pub cancelled: Cancelled,
}

/// Judges a request and, if the policy allows it, does it.
pub async fn touch(
    call: FileCall,
    person: Person<'_>,
    patience: Patience,
    observer: &Observer<'_>,
) -> FileOutcome {
    let work = match FileWork::begin(call) {
        Ok(work) => work,
        Err(failure) => return FileOutcome::Failed(failure),
    };
    let ended = Box::pin(work.go(person, patience, observer)).await;
    work.records.told(&work.call.request, ended)
}

/// A request under way.
pub(super) struct FileWork {
    pub call: FileCall,
    pub host: Rc<Host>,
    pub policy: Rc<HostPolicy>,
    pub files: FilePolicy,
    pub records: FileRecords,
    _entered: Entered,
}

/// What the first look has come to.
enum FirstLook {
    Done(FileDone),
    Asks(Box<LookedFile>, Box<Redactor>),
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

    async fn go(
        &self,
        person: Person<'_>,
        patience: Patience,
        observer: &Observer<'_>,
    ) -> Result<FileDone, FileError> {
        let asked = self.judge()?;
        if asked.verdict() == Verdict::Ask && !may_be_asked(&self.call.loaded, person) {
            return Err(Box::new(asked.unapproved(nobody(&self.call.loaded))).into());
        }
        let first = async |files: &mut HostFiles<'_>, redactor: Redactor| {
            let looked = self.looking(&redactor).look(files).await?;
            match looked.decision.verdict() {
                Verdict::Allow => {
                    let done = self.done(files, &looked, None, &redactor).await?;
                    Ok(FirstLook::Done(done))
                }
                Verdict::Ask => Ok(FirstLook::Asks(Box::new(looked), Box::new(redactor))),
                Verdict::Deny => Err(Box::new(looked.decision).into()),
            }
        };
        let (looked, redactor) = match self.over(asked.clone(), first).await? {
            FirstLook::Done(done) => return Ok(done),
            FirstLook::Asks(looked, redactor) => (looked, redactor),
        };
        let asking = Asking::of(self, *looked, &redactor)?;
        drop(redactor);
        let approval = asking.approval(person, patience, observer).await?;
        let again = async |files: &mut HostFiles<'_>, redactor: Redactor| {
            let looked = self.looking(&redactor).look(files).await?;
            asking.is_still(&looked)?;
            self.done(files, &looked, Some(approval), &redactor).await
        };
        self.over(asked, again).await
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

    /// Has the work done that is permitted, once that is on record.
    async fn done(
        &self,
        files: &mut HostFiles<'_>,
        looked: &LookedFile,
        approval: Option<FileApproval>,
        redactor: &Redactor,
    ) -> Result<FileDone, FileError> {
        let decision = looked.decision.clone();
        let permit = match approval {
            Some(approval) => decision.permit_approved(approval)?,
            None => decision.permit()?,
        };
        let permit = self.records.intent(&looked.decision, permit)?;
        let doing = Doing {
            request: &self.call.request,
            records: &self.records,
            redactor,
        };
        doing.run(files, looked, permit).await
    }

    /// Does `work` over a channel of the host. A server that has refused the subsystem over an old connection is asked
    /// once more, over a new one.
    pub async fn over<R>(
        &self,
        asked: FileDecision,
        work: impl AsyncFnOnce(&mut HostFiles<'_>, Redactor) -> Result<R, FileError>,
    ) -> Result<R, FileError> {
        // The content of a few files at most is held at once.
        let turn = self.call.state.file_turns.acquire();
        let turn = self.call.cancelled.race(turn).await;
        let _turn = turn.ok_or_else(|| cancelled("while other files were read"))?;
        let (chain, addresses) = Box::pin(self.resolve(&asked)).await?;
        let look = self.policy.permit_look(asked, &addresses)?;
        let look = self.records.look(look)?.release();
        let time = TimeLimit::of(self.policy.limits(), self.call.request.timeout_seconds);
        let limit = Duration::from_secs(time.seconds().into());
        let mut is_new = false;
        loop {
            let open = Box::pin(self.dial(&chain, &look)).await?;
            let (address, secrets) = (open.peer(), open.own().clone());
            self.records.learn(|known| known.address = Some(address));
            let mut lease = open.for_files();
            let refused = match lease.open(&look, limit, &self.call.cancelled).await {
                Ok(mut files) => {
                    let redactor = Redactor::new(secrets.iter().map(Rc::as_ref));
                    let done = Box::pin(work(&mut files, redactor)).await;
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

    async fn dial(&self, chain: &JumpChain, look: &LookPermit) -> Result<Channel, FileError> {
        let FileCall {
            state,
            loaded,
            cancelled,
            ..
        } = &self.call;
        let dial = Dial {
            loaded,
            connections: &state.connections,
            cancelled,
            still_permitted: &|address| state.still_permits(&self.host.alias, address),
            told: |error| self.records.unconnected(error),
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
        let by = (&state.resolver, &state.connections);
        let found = dial::find(by, loaded, &self.policy, &self.host);
        let found = cancelling.race(found).await;
        match found.ok_or_else(|| cancelled("while its name was looked up"))? {
            Ok(found) => Ok(found),
            Err(NoRouteError::Denied(denial)) => Err(Box::new(asked.clone().denied(*denial)).into()),
            Err(NoRouteError::Unresolved(error)) => {
                self.records.unresolved(asked)?;
                Err(error.into())
            }
        }
    }
}

/// A channel on the host.
type Channel = crate::ssh::LeasedChannel<dial::ConnectionKey, crate::gate::login::LoginSecrets>;

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
