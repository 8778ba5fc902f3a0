//! ONE command, from the request to the record. Read this first.
//!
//! ```text
//! permit.rs    request -> host -> judge -> resolve -> a person's yes, where a rule asks -> permit -> intent written
//! execute.rs   permit -> channel -> exec -> outcome written -> result
//! ```

use super::call::{Call, RunOptions};
use super::execute::execute;
use super::permit::{Consent, permit};
use super::progress::Progress;
use super::result::Outcome;

/// Judges a call and, if the policy allows it, runs it.
pub async fn run(call: Call, consent: Consent<'_>, options: &RunOptions<'_>) -> Outcome {
    let permitted = match permit(call, consent).await {
        Ok(permitted) => permitted,
        Err(outcome) => return outcome,
    };
    (options.observer)(Progress::Permitted {
        task_id: permitted.parts().records.task_id(),
    });
    execute(permitted, options).await
}
