//! One request about a file, from the request to the record.
//!
//! ```text
//! request -> host -> judge the path -> resolve, jump hosts first -> look on record -> connect -> look -> judge again
//!         -> where an entry asks: disconnect, a person's yes, look again, and nothing may have changed
//!         -> permit -> intent on record -> open, read or write -> outcome on record
//! ```

use std::rc::Rc;

use super::consent::{FileAsking, Patience};
use super::doing::Doing;
use super::error::FileError;
use super::looking::LookedFile;
use super::result::{FileDone, FileOutcome};
use super::work::{FileCall, FileWork};
use crate::gate::approval::{Person, may_be_asked, nobody};
use crate::gate::redact::Redactor;
use crate::ssh::HostFiles;
use mcp_ssh_policy::{FileApproval, FileDecision, Verdict};

/// Judges a request and, if the policy allows it, does it.
pub async fn touch(call: FileCall, person: Person<'_>, patience: Patience) -> FileOutcome {
    let work = match FileWork::begin(call) {
        Ok(work) => Rc::new(work),
        Err(failure) => return FileOutcome::Failed(failure),
    };
    let ended = Box::pin(work.go(person, patience)).await;
    work.records.told(&work.call.request, ended)
}

/// What the first look has come to.
pub enum FirstLook {
    /// It is done.
    Done(FileDone),
    /// A person is to be asked.
    Asks(Box<FileAsking>),
}

impl FileWork {
    async fn go(
        self: &Rc<Self>,
        person: Person<'_>,
        patience: Patience,
    ) -> Result<FileDone, FileError> {
        let asked = self.judge()?;
        if asked.verdict() == Verdict::Ask && !may_be_asked(&self.call.loaded, person) {
            return Err(Box::new(asked.unapproved(nobody(&self.call.loaded))).into());
        }
        match self.first(asked).await? {
            FirstLook::Done(done) => Ok(done),
            FirstLook::Asks(asking) => {
                let observer = self.call.observer.as_ref();
                let approval = asking.approval(person, patience, observer).await?;
                self.approved(&asking, approval).await
            }
        }
    }

    /// Looks, and has it done where nobody is asked.
    pub async fn first(self: &Rc<Self>, asked: FileDecision) -> Result<FirstLook, FileError> {
        let first = async |files: &mut HostFiles<'_>, redactor: &Redactor| {
            let looked = self.looking(redactor).look(files).await?;
            match looked.decision.verdict() {
                Verdict::Allow => {
                    let done = self.done(files, &looked, None, redactor).await?;
                    Ok(FirstLook::Done(done))
                }
                Verdict::Ask => {
                    let asking = FileAsking::of(Rc::clone(self), looked, redactor)?;
                    Ok(FirstLook::Asks(Box::new(asking)))
                }
                Verdict::Deny => Err(Box::new(looked.decision).into()),
            }
        };
        self.over(asked, first).await
    }

    /// Looks again, and has it done if nothing has changed since the person was asked.
    pub async fn approved(
        &self,
        asking: &FileAsking,
        approval: FileApproval,
    ) -> Result<FileDone, FileError> {
        let again = async |files: &mut HostFiles<'_>, redactor: &Redactor| {
            let looked = self.looking(redactor).look(files).await?;
            asking.is_still(&looked)?;
            self.done(files, &looked, Some(approval), redactor).await
        };
        self.over(self.judge()?, again).await
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
}
