//! stdin to stdout: one task reads and answers, one writes, one runs each command.
//!
//! Takes: a [`Gate`]. Gives: nothing, after the client is gone or a signal came, at most
//! [`END_LIMIT`] later. Refuses: an id that is under way already.
//!
//! Reading waits for nothing but stdin: no answer that the client does not read holds up a
//! cancellation or the end of stdin.
//!
//! Ends on: end of stdin, stdout closed or never read, SIGTERM, SIGINT. SIGHUP reloads, as do changed files.

use std::future::ready;
use std::io;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use smol::future::{FutureExt, or, yield_now, zip};

use crate::clock::Stopwatch;
use crate::gate::{Gate, Reloaded};
use crate::mcp::{self, Handled, Mcp, RequestWork};
use crate::process_name::ProcessName;
use crate::rpc::stdio::{self, Frame, Output, StdinLines};
use crate::rpc::{
    self, BeginError, Delivery, INVALID_REQUEST, InFlight, Message, Notification, Request,
    RequestId, Response, RunningRequest,
};
use crate::runtime::{Signal, SignalListener, Task, sleep, spawn, timeout};

/// How long running commands may take to kill their remote processes when the server stops, and
/// the connections to be closed.
const STOP_LIMIT: Duration = Duration::from_millis(1300);
/// How long the client may take none of the last responses after that.
const FLUSH_LIMIT: Duration = Duration::from_millis(400);
/// How long all of it may take: it stays under the two seconds after which clients kill us.
const END_LIMIT: Duration = Duration::from_millis(1700);

/// Serves one client on stdin and stdout until it is gone or a signal says stop.
///
/// # Errors
/// When epoll, a signal handler, stdin or stdout fail in another way than by being closed.
pub async fn serve(gate: Gate) -> io::Result<()> {
    let (output, writer) = stdio::output()?;
    let server = Rc::new(Server {
        mcp: Mcp::new(gate.clone()),
        gate,
        in_flight: InFlight::default(),
        output,
    });
    let input = StdinLines::open()?;
    let stopped = stop_signal()?;
    let reloads = reload_on_hangup(server.gate.clone())?;
    let mut writing = spawn(writer.run());
    let _following = spawn(server.gate.follow_files());
    let _naming = name_process(server.gate.clone());

    let reading = async {
        // Files that somebody writes just now: their first half is nobody's policy.
        server.gate.settle().await;
        // What the server begins with is no change to anybody.
        let _telling = tell_changes(Rc::clone(&server));
        server.read(input).await
    };
    let reading = or(reading, or(stopped, reloads));
    let ended = or(async { EndedSide::Reading(reading.await) }, async {
        EndedSide::Writing((&mut writing).await)
    })
    .await;
    match ended {
        EndedSide::Reading(result) => {
            server.stop(writing).await;
            unless_gone(result)
        }
        EndedSide::Writing(result) => {
            server.stop(ready(Ok(()))).await;
            unless_gone(result)
        }
    }
}

/// A client that closes its end first says goodbye in one of the usual ways; a socket says
/// it as a reset.
fn unless_gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(()),
        other => other,
    }
}

/// What a request is answered with.
type RequestOutcome = Result<serde_json::Value, rpc::Error>;

/// Which side ended first.
enum EndedSide {
    Reading(io::Result<()>),
    Writing(io::Result<()>),
}

/// Everything a request can reach.
struct Server {
    mcp: Mcp,
    gate: Gate,
    in_flight: InFlight,
    output: Output,
}

impl Server {
    /// Reads and answers until the end of stdin.
    async fn read(self: &Rc<Self>, mut input: StdinLines) -> io::Result<()> {
        loop {
            match input.next(|| self.output.longest_line()).await? {
                Frame::Line(line) => self.receive(line),
                Frame::TooLong(most) => {
                    let why = format!("the line is longer than {} MiB and was skipped", most >> 20);
                    self.output
                        .send(&Response::unidentified(INVALID_REQUEST, why));
                }
                Frame::End => return Ok(()),
            }
            // A client that never pauses must not starve the commands that run.
            yield_now().await;
        }
    }

    fn receive(self: &Rc<Self>, line: Vec<u8>) {
        let bytes = line.len();
        let message = rpc::parse(&line);
        // It may be long, and what was read of it is another time as long.
        drop(line);
        match message {
            Ok(Message::Request(request)) => self.request(request, bytes),
            Ok(Message::Notification(notification)) => self.notification(&notification),
            Ok(Message::Response(answer)) => self.mcp.hear(answer),
            Ok(Message::Unanswerable(why)) => log::debug!("a line was ignored: {why}"),
            Err(response) => self.output.send(&response),
        }
    }

    fn request(self: &Rc<Self>, request: Request, bytes: usize) {
        let id = request.id.clone();
        if self.in_flight.contains(&id) {
            let why = "a request with this `id` is still under way; use a new one";
            self.answer(id, Err(rpc::Error::invalid_request(why)));
            return;
        }
        let handled = std::panic::catch_unwind(AssertUnwindSafe(|| self.mcp.handle(request)));
        match handled {
            Ok(Handled::Done(outcome)) => self.answer(id, outcome),
            Ok(Handled::Run(work)) => self.start(id, bytes, work),
            Err(_) => self.answer(id, Err(mcp::fault())),
        }
    }

    /// Starts work as a task of its own, so that reading goes on.
    fn start(self: &Rc<Self>, id: RequestId, bytes: usize, work: Box<dyn RequestWork>) {
        let share = self.output.call(bytes).ok_or(BeginError::Full);
        match share.and_then(|share| self.in_flight.begin(id.clone(), share)) {
            Ok(running) => spawn(Rc::clone(self).run(id, work, running)).detach(),
            Err(unstarted) => {
                let error = rpc::Error::invalid_request(unstarted.to_string());
                self.answer(id, Err(error));
            }
        }
    }

    /// Runs the work of a request and answers, unless the client cancelled the request.
    async fn run(
        self: Rc<Self>,
        id: RequestId,
        work: Box<dyn RequestWork>,
        running: RunningRequest,
    ) {
        let work = async {
            work.run(&self.gate, running.cancelled(), &self.output)
                .await
        };
        let outcome = contained(work).await;
        match running.delivery() {
            Delivery::Wanted => self.answer(id, outcome),
            Delivery::Withdrawn => {}
        }
    }

    fn notification(&self, notification: &Notification) {
        if notification.method != "notifications/cancelled" {
            return;
        }
        let id = notification.params.get("requestId");
        if let Some(id) = id.and_then(RequestId::from_json) {
            self.in_flight.cancel(&id);
        }
    }

    fn answer(&self, id: RequestId, outcome: RequestOutcome) {
        self.output.send(&Response::new(id, outcome));
    }

    /// Stops the remote work, then lets `writing` finish as long as the client reads; each within its
    /// limit.
    async fn stop(&self, writing: impl Future<Output = io::Result<()>>) {
        let begun = Stopwatch::start();
        self.mcp.tell_end(&self.output);
        let work = async {
            zip(self.in_flight.stop(), self.gate.stop_tasks()).await;
            // Once more for a task that a request has started meanwhile.
            self.gate.stop_tasks().await;
            self.gate.close().await;
        };
        if timeout(STOP_LIMIT, work).await.is_none() {
            log::warn!("some commands did not end in time and were abandoned");
        }
        self.output.close();
        let stalled = async {
            self.stalled(begun).await;
            None
        };
        let stdout = or(async { Some(writing.await) }, stalled).await;
        if !matches!(stdout, Some(Ok(()))) {
            log::debug!("the last responses could not be written");
        }
    }

    /// Ends when the client has stopped to read, or when all took too long since it `begun`.
    async fn stalled(&self, begun: Stopwatch) {
        loop {
            let unread = self.output.unread();
            let left = END_LIMIT.saturating_sub(begun.elapsed());
            sleep(left.min(FLUSH_LIMIT)).await;
            if self.output.unread() == unread || begun.elapsed() >= END_LIMIT {
                return;
            }
        }
    }
}

/// The outcome of `work`; a panic in it becomes this request's error and nobody else's.
async fn contained(work: impl Future<Output = RequestOutcome>) -> RequestOutcome {
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    outcome.unwrap_or_else(|_| Err(mcp::fault()))
}

/// Ends when SIGTERM or SIGINT comes.
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    let mut terminate = SignalListener::listen(Signal::Terminate)?;
    let mut interrupt = SignalListener::listen(Signal::Interrupt)?;
    Ok(async move {
        or(terminate.next(), interrupt.next()).await;
        Ok(())
    })
}

/// Reloads the configuration at each SIGHUP; never ends.
fn reload_on_hangup(gate: Gate) -> io::Result<impl Future<Output = io::Result<()>>> {
    let mut hangup = SignalListener::listen(Signal::Hangup)?;
    Ok(async move {
        loop {
            hangup.next().await;
            gate.reload().await;
        }
    })
}

/// Tells the client of reloads, as long as the task is held.
fn tell_changes(server: Rc<Server>) -> Task<()> {
    // From now on, not only from when the task begins.
    let changes = server.gate.changes();
    spawn(async move { server.mcp.tell_changes(changes, &server.output).await })
}

/// Has the process's name say what is in force, as long as the task is held. SIGHUP is caught by then.
fn name_process(gate: Gate) -> Task<()> {
    let mut changes = gate.changes();
    let mut name = ProcessName::new(gate.config_sha256().as_deref());
    spawn(async move {
        loop {
            if let Err(error) = name.give() {
                log::warn!("`mcp-ssh reload` will not find this process: {error}");
            }
            let refused = changes.next().await.reloaded == Reloaded::Refused;
            name = name.after_load(gate.config_sha256().as_deref(), refused);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::contained;
    use crate::rpc::INTERNAL_ERROR;

    #[test]
    fn a_panic_becomes_the_error_of_its_request() {
        let outcome = smol::future::block_on(contained(async { panic!("of a test") }));
        assert_eq!(outcome.unwrap_err().code, INTERNAL_ERROR);
        let outcome = smol::future::block_on(contained(async { Ok(7.into()) }));
        assert_eq!(outcome.unwrap(), 7);
    }
}
