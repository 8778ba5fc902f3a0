//! What a client or a person may ask of the gate about files.
//!
//! Takes: a [`FileRequest`]. Gives: the [`FileOutcome`]. Refuses: every request while there is no usable configuration.

use std::rc::Rc;
use std::time::Duration;

use super::request::FileRequest;
use super::result::{FailedFile, FileOutcome};
use super::touch::touch;
use super::work::FileCall;
use crate::cancel::Cancelled;
use crate::gate::Gate;
use crate::gate::approval::{Person, Refused, refuse};
use crate::gate::in_force::UnjudgedError;
use crate::gate::progress::Observer;
use mcp_ssh_policy::Unapproved;

impl Gate {
    /// Judges a request about a file and, if the policy allows it, does it. Whoever calls is answered after `patience`
    /// where the approver has not answered: the answer counts for the same request. See `gate/file`.
    pub async fn touch_file(
        &self,
        request: FileRequest,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
        person: Person<'_>,
        patience: Option<Duration>,
    ) -> FileOutcome {
        match self.0.settled(&cancelled).await {
            Ok(loaded) => {
                let call = FileCall {
                    state: Rc::clone(&self.0),
                    loaded,
                    request,
                    cancelled,
                    observer,
                };
                touch(call, person, patience).await
            }
            Err(UnjudgedError::Unready(unready)) => {
                let failure = FailedFile::new(&request, unready.to_string(), None);
                FileOutcome::Failed(Box::new(failure))
            }
            Err(UnjudgedError::Cancelled) => {
                FileOutcome::Failed(Box::new(FailedFile::cancelled(&request)))
            }
        }
    }

    /// As [`Gate::refuse_answer`], of a request about a file.
    pub fn refuse_file_answer(&self, request: &FileRequest) -> FileOutcome {
        refuse(
            &self.0,
            &Refused {
                alias: &request.alias,
                hash: &request.hash(),
                client: request.client.as_deref(),
                request_id: request.request_id.as_deref(),
                trace: request.trace.as_ref(),
            },
        );
        let (error, hint) = Unapproved::Invalid.in_brief_of_files();
        FileOutcome::Failed(Box::new(FailedFile::new(request, error, Some(hint))))
    }
}
