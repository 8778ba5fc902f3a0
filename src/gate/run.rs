//! ONE command, from the request to the record. Read this first.
//!
//! ```text
//! permit.rs    request -> host -> judge -> resolve -> a person's yes, where a rule asks -> permit -> intent written
//! execute.rs   permit -> channel -> exec -> outcome written -> result
//! ```

use std::time::Duration;

use super::call::{Call, RunOptions};
use super::execute::execute;
use super::permit::{Consent, JudgedCall, PermittedRun, judge};
use super::progress::{Progress, attend};
use super::result::Outcome;
use super::tasks::{Awaited, Started, adopt};
use crate::runtime::timeout;

/// Judges a call and, if the policy allows it, runs it. Waits for the approver as long as its question stands.
pub async fn run(call: Call, consent: Consent<'_>, options: &RunOptions<'_>) -> Outcome {
    let permitted = match judge(call, consent).await {
        Ok(JudgedCall::Permitted(run)) => Ok(*run),
        Ok(JudgedCall::Waiting(run)) => attended(&mut Awaited::new(*run), options).await,
        Err(outcome) => Err(outcome),
    };
    match permitted {
        Ok(run) => finish(run, options).await,
        Err(outcome) => outcome,
    }
}

/// As [`run`], for a caller who waits `patience` for the approver at most: then the run goes on as a task.
pub async fn run_or_adopt(
    call: Call,
    consent: Consent<'_>,
    options: &RunOptions<'_>,
    patience: Duration,
) -> Started {
    let permitted = match judge(call, consent).await {
        Ok(JudgedCall::Permitted(run)) => Ok(*run),
        Ok(JudgedCall::Waiting(run)) => {
            let mut awaited = Awaited::new(*run);
            match timeout(patience, attended(&mut awaited, options)).await {
                Some(permitted) => permitted,
                None => return adopt(awaited).await,
            }
        }
        Err(outcome) => Err(outcome),
    };
    Started::Ended(match permitted {
        Ok(run) => finish(run, options).await,
        Err(outcome) => outcome,
    })
}

/// Waits for the approver's answer.
async fn attended(
    awaited: &mut Awaited,
    options: &RunOptions<'_>,
) -> Result<PermittedRun, Outcome> {
    let task_id = awaited.task_id().to_owned();
    attend(awaited.permitted(), &task_id, options.observer).await
}

async fn finish(run: PermittedRun, options: &RunOptions<'_>) -> Outcome {
    (options.observer)(Progress::Permitted {
        task_id: run.parts().records.task_id(),
        addresses: run.addresses(),
    });
    execute(run, options).await
}
