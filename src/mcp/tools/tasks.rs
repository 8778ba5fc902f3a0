//! The tools that take a `task_id`. It is unguessable, so whoever knows it may use it.

use serde_json::json;

use super::{Handled, failed};
use crate::gate::{Cancelling, Gate, LineRange, Task};
use crate::mcp::lifecycle::Revision;
use crate::mcp::schema;
use crate::rpc::{Error, quoted};

/// Answers `ssh_get_task_status`.
pub(super) fn status(gate: &Gate, revision: Revision, task_id: &str) -> Result<Handled, Error> {
    with_task(gate, revision, task_id, |task| {
        schema::success(revision, &task.status()).map(Handled::Answered)
    })
}

/// Answers `ssh_get_task_result`.
pub(super) fn result(gate: &Gate, revision: Revision, task_id: &str) -> Result<Handled, Error> {
    with_task(gate, revision, task_id, |task| {
        let shown = task.result(|result| schema::success(revision, result));
        match shown {
            Some(result) => result.map(Handled::Answered),
            None => Ok(failed(
                revision,
                format!(
                    "the task has not ended; call ssh_get_task_status every {} s, or \
                     ssh_get_task_output for what it has printed so far",
                    task.poll_frequency()
                ),
            )),
        }
    })
}

/// Answers `ssh_get_task_output`.
pub(super) fn output(
    gate: &Gate,
    revision: Revision,
    task_id: &str,
    range: LineRange,
) -> Result<Handled, Error> {
    with_task(gate, revision, task_id, |task| {
        schema::success(revision, &task.output(range)).map(Handled::Answered)
    })
}

/// Answers `ssh_cancel_async_task`.
pub(super) fn cancel_task(
    gate: &Gate,
    revision: Revision,
    task_id: &str,
) -> Result<Handled, Error> {
    with_task(gate, revision, task_id, |task| {
        cancelled(revision, task_id, task.cancel())
    })
}

/// Answers `ssh_cancel`.
pub(super) fn cancel(gate: &Gate, revision: Revision, task_id: &str) -> Result<Handled, Error> {
    match gate.cancel(task_id) {
        Some(cancelling) => cancelled(revision, task_id, cancelling),
        None => Ok(failed(
            revision,
            format!(
                "nothing that runs has the task_id {}: it has ended or never was, so there is \
                 nothing to cancel",
                quoted(task_id)
            ),
        )),
    }
}

fn cancelled(revision: Revision, task_id: &str, cancelling: Cancelling) -> Result<Handled, Error> {
    let message = match cancelling {
        Cancelling::Told => "told to stop; its remote process is being killed",
        Cancelling::Ended => "it had ended before; ssh_get_task_result has its result",
    };
    let answer = json!({
        "task_id": task_id,
        "cancelled": cancelling == Cancelling::Told,
        "message": message,
    });
    schema::success(revision, &answer).map(Handled::Answered)
}

fn with_task(
    gate: &Gate,
    revision: Revision,
    task_id: &str,
    answer: impl FnOnce(&Task) -> Result<Handled, Error>,
) -> Result<Handled, Error> {
    match gate.task(task_id) {
        Some(task) => answer(&task),
        None => Ok(failed(
            revision,
            format!(
                "no task has the task_id {}: its result was kept for task_result_ttl and is gone, or \
                 it never was; ssh_run_async starts a new one",
                quoted(task_id)
            ),
        )),
    }
}
