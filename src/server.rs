//! From stdin to stdout: one task reads and answers, one writes, and each command runs in a task of its own.
//!
//! Takes: a [`Gate`]. Gives: an answer to each request; it returns at most [`END_LIMIT`] after the client is gone or
//! a signal came. Refuses: a request whose id is under way already.
//!
//! The reader waits only for stdin. So an answer that the client does not read cannot hold up a cancellation or
//! the end of stdin.
//!
//! The server ends at the end of stdin, when stdout is closed or never read, at SIGTERM and at SIGINT. It reloads
//! the configuration at SIGHUP and when a file has changed.

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
    self, Delivery, INVALID_REQUEST, InFlight, Message, Notification, Request, RequestId, Response,
    RunningRequest,
};
use crate::runtime::{Signal, SignalListener, SignalListeners, Task, sleep, spawn, timeout};

/// How long the server may take, when it stops, to kill the remote processes and to close the connections.
const STOP_LIMIT: Duration = Duration::from_millis(1300);
/// How long after that the client may read none of the last responses.
const FLUSH_LIMIT: Duration = Duration::from_millis(400);
/// How long the whole stop may take: less than the two seconds after which clients kill the server.
const END_LIMIT: Duration = Duration::from_millis(1700);

/// Serves one client on stdin and stdout until it is gone or a signal says stop.
///
/// # Errors
/// When epoll, a signal handler, stdin or stdout fails. A closed stdin or stdout is no error.
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
        // Somebody may write the files just now, and their first half is nobody's policy.
        server.gate.settle().await;
        server.gate.record_ready();
        // News begin only here: the first configuration is no change.
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

/// Makes `Ok` of an error that only says that the client has closed its end; a socket says so by a reset.
fn unless_gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(()),
        other => other,
    }
}

/// The answer to a request: its result, or an error.
type RequestOutcome = Result<serde_json::Value, rpc::Error>;

/// The side that ended first.
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
    /// Reads and answers until the end of stdin. A stdin that ends without a message had no client: a container
    /// whose standard input nobody opened looks like that, and its log would be empty.
    async fn read(self: &Rc<Self>, mut input: StdinLines) -> io::Result<()> {
        let mut heard = false;
        loop {
            match input.next(|| self.output.longest_line()).await? {
                Frame::Line(line) => self.receive(line),
                Frame::TooLong(most) => {
                    let why = format!(
                        "the line is longer than {} MiB and was skipped: `mcp-ssh put` writes files that need more",
                        most >> 20
                    );
                    self.output
                        .send(&Response::unidentified(INVALID_REQUEST, why));
                }
                Frame::End => {
                    if !heard {
                        log::warn!(
                            "stdin is closed, no client: ending; Compose: stdin_open: true; docker run: -i"
                        );
                    }
                    return Ok(());
                }
            }
            heard = true;
            // A client that never pauses must not keep the commands from running.
            yield_now().await;
        }
    }

    fn receive(self: &Rc<Self>, line: Vec<u8>) {
        let bytes = line.len();
        let message = rpc::parse(&line);
        // The line may be long, and the message that was read of it is as long again.
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
        let share = self.output.call(bytes);
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

    /// Stops the remote work within [`STOP_LIMIT`], then lets `writing` finish as long as the client reads.
    async fn stop(&self, writing: impl Future<Output = io::Result<()>>) {
        let begun = Stopwatch::start();
        self.mcp.tell_end(&self.output);
        let work = async {
            zip(self.in_flight.stop(), self.gate.stop_tasks()).await;
            // A request may have started a task meanwhile, so the tasks are stopped once more.
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

    /// Ends when the client has stopped to read, or [`END_LIMIT`] after the stop has `begun`.
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

/// The outcome of `work`. A panic becomes the error of this request and touches no other request.
async fn contained(work: impl Future<Output = RequestOutcome>) -> RequestOutcome {
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    outcome.unwrap_or_else(|_| Err(mcp::fault()))
}

/// Ends when a signal comes that would end the process: the commands under way and the trail have an end then. SIGTERM,
/// SIGINT and SIGQUIT count also where whoever started the process has them ignored. It is a task: a dozen signals are not
/// asked for anew whenever the server is woken.
fn stop_signal() -> io::Result<Task<io::Result<()>>> {
    let mut terminate = SignalListener::listen(Signal::Terminate)?;
    let mut interrupt = SignalListener::listen(Signal::Interrupt)?;
    let mut quit = SignalListener::listen(Signal::Quit)?;
    let others = Signal::ENDING.into_iter();
    let mut others = SignalListeners::listen(others.filter(|wanted| *wanted != Signal::Hangup))?;
    Ok(spawn(async move {
        let asked = or(terminate.next(), or(interrupt.next(), quit.next()));
        or(asked, async {
            let _which = others.next().await;
        })
        .await;
        Ok(())
    }))
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
    // The receiver is made here, so that a change before the task begins is heard, too.
    let changes = server.gate.changes();
    spawn(async move { server.mcp.tell_changes(changes, &server.output).await })
}

/// Lets the name of the process say what is in force, as long as the task is held. SIGHUP must be caught before,
/// since `mcp-ssh reload` signals a process with such a name.
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
