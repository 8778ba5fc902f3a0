//! `notifications/progress` for one request.
//!
//! Takes: the request's progress token, and the steps of its work. Gives: notifications whose number always rises, at
//! most two a second and the end of the first host at once, with a message from 2025-03-26 on. Invariant: only the work
//! sends them, and the work ends before the response is queued, so none comes after the response.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::lifecycle::Revision;
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::gate;
use crate::rpc::stdio::Output;
use crate::rpc::{Error, Notification, given, whole};
use crate::runtime::sleep;

/// The least time between two notifications of one request: more would only fill the client's input.
const INTERVAL: Duration = Duration::from_millis(500);

/// The token by which a request asks for progress.
#[derive(Clone, Debug)]
pub(super) struct ProgressToken(Value);

impl ProgressToken {
    /// The token in `params._meta`, if there is one.
    ///
    /// # Errors
    /// -32602 when the token is neither a string nor an integer.
    pub fn read(params: &Map<String, Value>) -> Result<Option<Self>, Error> {
        let meta = params.get("_meta").and_then(Value::as_object);
        match meta.and_then(|meta| given(meta, "progressToken")) {
            None => Ok(None),
            Some(token) if token.is_string() || token.is_i64() || whole(token).is_some() => {
                Ok(Some(Self(token.clone())))
            }
            Some(_) => Err(Error::invalid_params(
                "`params._meta.progressToken` must be a string or an integer",
            )),
        }
    }
}

/// Reports the progress of one request to the client.
pub(super) struct Reporter {
    output: Output,
    token: ProgressToken,
    revision: Revision,
    cancelled: Cancelled,
    /// Where the work's own numbers begin: behind those of the wait for a person.
    waited: Cell<u64>,
    last: Cell<Option<(u64, Stopwatch)>>,
    late: RefCell<Option<(u64, Map<String, Value>)>>,
}

impl Reporter {
    /// A reporter that has reported nothing yet.
    pub fn new(
        output: Output,
        token: ProgressToken,
        revision: Revision,
        cancelled: Cancelled,
    ) -> Self {
        Self {
            output,
            token,
            revision,
            cancelled,
            waited: Cell::new(0),
            last: Cell::new(None),
            late: RefCell::new(None),
        }
    }

    /// Sends a notification of a step, unless the last one was sent too short a time ago.
    pub fn hear(&self, progress: &gate::Progress<'_>) {
        match progress {
            gate::Progress::AwaitingApproval {
                task_id,
                elapsed_ms,
            } => {
                let seconds = elapsed_ms / 1000;
                // Of a tag run some hosts may be done already.
                let least = self.last.get().map_or(0, |(last, _)| last + 1);
                let number = seconds.max(least);
                let message = format!(
                    "waiting for a person's approval for {seconds} s; ssh_cancel takes task_id {task_id}"
                );
                self.report(number, None, &message);
                self.waited.set(number + 1);
            }
            gate::Progress::Permitted { task_id, .. } => {
                let message = format!("allowed; ssh_cancel takes task_id {task_id}");
                self.report(self.after(0), None, &message);
            }
            gate::Progress::Connecting { alias, stage } => {
                if let Some(told) = gate::touch_told(alias, stage) {
                    self.waited.set(self.after(1));
                    self.report(self.after(0), None, &told);
                }
            }
            gate::Progress::Started => {}
            gate::Progress::Running { elapsed_ms, .. } => {
                let seconds = elapsed_ms / 1000;
                self.report(
                    self.after(seconds),
                    None,
                    &format!("running for {seconds} s"),
                );
            }
            gate::Progress::FannedOut { task_id, total } => {
                let message = format!("{total} hosts; ssh_cancel takes task_id {task_id}");
                self.report(self.after(0), Some(self.after(*total as u64)), &message);
            }
            gate::Progress::HostDone {
                result,
                done,
                total,
            } => {
                let message = format!("{} done ({done} of {total})", result.alias);
                let (done, total) = (self.after(*done as u64), Some(self.after(*total as u64)));
                if done == self.after(1) {
                    // The first one shows what the command does: it waits for no interval.
                    self.send(done, self.params(done, total, &message));
                } else {
                    self.report(done, total, &message);
                }
            }
        }
    }

    fn after(&self, number: u64) -> u64 {
        self.waited.get() + number
    }

    fn report(&self, number: u64, total: Option<u64>, message: &str) {
        if self.last.get().is_some_and(|(last, _)| number <= last) {
            return;
        }
        let params = self.params(number, total, message);
        match self.last.get() {
            Some((_, at)) if at.elapsed() < INTERVAL => {
                self.late.replace(Some((number, params)));
            }
            Some(_) | None => self.send(number, params),
        }
    }

    /// Sends the newest step that came too soon, as soon as it may be sent; never ends.
    pub async fn catch_up<T>(&self) -> T {
        loop {
            sleep(INTERVAL).await;
            if let Some((number, params)) = self.late.take() {
                self.send(number, params);
            }
        }
    }

    fn params(&self, number: u64, total: Option<u64>, message: &str) -> Map<String, Value> {
        let mut params = Map::new();
        params.insert("progressToken".to_owned(), self.token.0.clone());
        params.insert("progress".to_owned(), number.into());
        if let Some(total) = total {
            params.insert("total".to_owned(), json!(total));
        }
        if self.revision >= Revision::V2025_03_26 {
            params.insert("message".to_owned(), message.into());
        }
        params
    }

    fn send(&self, number: u64, params: Map<String, Value>) {
        // A client that has cancelled the request does not know the token any more.
        if self.cancelled.is_cancelled() {
            return;
        }
        self.late.take();
        self.last.set(Some((number, Stopwatch::start())));
        self.output.offer(Notification {
            method: "notifications/progress".to_owned(),
            params,
        });
    }
}
