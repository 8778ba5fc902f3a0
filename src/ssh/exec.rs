//! One command, from the request to the end of the remote process.
//!
//! Takes: a permitted command line and its limits. Gives: an [`Output`]. Refuses: nothing that
//! was permitted; but no PTY, no environment, no forwarding and no standard input are asked for.
//!
//! Timeout, cancellation and the output cap all end the same way: SIGKILL to the remote process
//! group, a bounded wait for the server to say that the process is gone, then the channel's
//! close; where the server says nothing, the connection goes. A session of root's, to which
//! OpenSSH delivers no signals, is seen to by [`super::reap`]. SIGTERM is not tried first: a
//! shell dies of it, sshd then takes no further signal for the session, and a child of that
//! shell which ignores SIGTERM would live on. A future that is merely dropped ends nothing at
//! the other side: cancel through the token.
//!
//! Under sudo and its like SIGTERM does come first: SIGKILL would end sudo alone, and its command, which
//! is another user's, would live on; sudo passes SIGTERM on. Whatever holds the output after the
//! shell has ended gets no signal any more: the [`Output`] says that it may run on.

use std::future::pending;
use std::pin::{Pin, pin};
use std::time::Duration;

use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelOpenFailure, Sig};

use super::error::{Fault, SshError};
use super::login_shell::guarded;
use super::output::{Ended, Exit, Fit, Live, Output, Process, Stream};
use super::reap::reap;
use super::session::{Session, Signals};
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::policy::{Permit, Termination};
use crate::runtime::{sleep, timeout};

/// How long a killed process may take to be reported: several round trips around the world.
const DEATH: Duration = Duration::from_millis(1000);
/// The same for a session of root's, whose killer is started by a login shell: those can be slow.
const DEATH_OF_ROOT_S: Duration = Duration::from_millis(1500);
/// How long one kill is waited for before the next.
const KILL_AGAIN: Duration = Duration::from_millis(200);
/// How long sudo may take to pass SIGTERM on, and its command to end of it.
const RELAY: Duration = Duration::from_millis(300);
/// How long the rest of the channel may take after that.
const CLOSE: Duration = Duration::from_millis(500);
/// A process has ended but its output is held open, by something it left in the background:
/// silence of this length is the end of it. Long enough for a slow line to carry the rest.
const SILENCE_AFTER_EXIT: Duration = Duration::from_secs(5);
/// A signal name from a server is cut to this many characters.
const MAX_SIGNAL_NAME: usize = 32;

/// How much of a command is waited for and kept.
#[derive(Clone, Copy, Debug)]
pub struct ExecLimits {
    /// From the request to the end.
    pub max_seconds: Duration,
    /// Of both streams together.
    pub max_output_bytes: u64,
}

/// A session channel, open and unused.
pub struct Slot(Channel<Msg>);

impl Slot {
    /// Opens a channel. One that is given up may still be opened by the server, with nothing in
    /// it: the session takes no new command then.
    ///
    /// # Errors
    /// [`Fault::ChannelRefused`], or that the connection is gone.
    pub async fn open(session: &Session) -> Result<Self, SshError> {
        let given_up = session.unless_finished();
        let opened = session.handle().channel_open_session().await;
        given_up.finished();
        match opened {
            Ok(channel) => Ok(Self(channel)),
            Err(russh::Error::ChannelOpenFailure(reason)) => {
                let reason = ChannelOpenFailure::description(&reason);
                let detail = format!("the server opens no session: {reason}");
                Err(SshError::new(Fault::ChannelRefused, detail))
            }
            Err(error) => {
                let why = session.why_closed();
                let detail = format!("before the command was sent: {error}{why}");
                Err(SshError::new(Fault::Closed, detail))
            }
        }
    }

    /// Runs one command by the remote user's shell and sees to its end: when the time is up, the
    /// call is cancelled or the cap is met, the remote process is killed. Merely dropping the
    /// future ends nothing at the other side: use `cancelled`.
    ///
    /// # Errors
    /// When the command was not started. Whatever happens after that is in the [`Output`].
    pub async fn run(
        self,
        session: &Session,
        permit: Permit,
        limits: ExecLimits,
        cancelled: &Cancelled,
        live: &Live,
    ) -> Result<Output, SshError> {
        if permit.address() != session.peer() {
            let detail = "the permit is for another address than this session's";
            return Err(SshError::new(Fault::WrongPeer, detail));
        }
        let clock = Stopwatch::start();
        let _running = session.begin();
        let told = async {
            cancelled.wait().await;
            Ended::Cancelled
        };
        let late = async {
            sleep(limits.max_seconds).await;
            Ended::TimedOut
        };
        let mut stop = pin!(smol::future::or(told, late));
        let mut run = Run {
            clock,
            channel: self.0,
            live,
            exit: None,
            door: Door::Open,
        };
        let told = async { Err(stop.as_mut().await) };
        let requested = async { Ok(run.request(permit.line()).await) };
        let ended = match smol::future::or(told, requested).await {
            Ok(requested) => {
                requested?;
                run.watch(session, stop, limits.max_output_bytes).await?
            }
            // The server takes nothing in; it may have taken the request.
            Err(why) => why,
        };
        let process = run.finish(session, permit.termination()).await;
        Ok(Output {
            ended,
            exit: run.exit,
            process,
            duration_ms: clock.elapsed_ms(),
            printed: live.finish(),
        })
    }
}

/// A command on its channel.
struct Run<'a> {
    /// Since the command was asked for.
    clock: Stopwatch,
    channel: Channel<Msg>,
    live: &'a Live,
    exit: Option<Exit>,
    door: Door,
}

/// The state of the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Open,
    /// By the server; russh has answered.
    Closed,
    /// The connection is gone.
    Lost,
}

/// What a message from the server means for the one who waits.
enum News {
    /// Look at `exit` and `door`.
    None,
    /// The cap is met.
    Full,
    /// The server runs no command.
    Refused,
}

impl Run<'_> {
    /// Asks for the command, and gives it an empty standard input.
    async fn request(&self, line: &str) -> Result<(), SshError> {
        let line = guarded(line);
        self.channel
            .exec(true, line.as_bytes())
            .await
            .map_err(|error| {
                SshError::new(
                    Fault::Closed,
                    format!("before the command was sent: {error}"),
                )
            })?;
        // Fails only with the connection, which the first wait will report.
        let _lost = self.channel.eof().await;
        Ok(())
    }

    /// Reads until the command ends or has to be ended.
    async fn watch(
        &mut self,
        session: &Session,
        mut stop: Pin<&mut impl Future<Output = Ended>>,
        cap: u64,
    ) -> Result<Ended, SshError> {
        loop {
            match self.door {
                Door::Open => {}
                Door::Closed => return Ok(self.ended()),
                Door::Lost => return Ok(Ended::Lost(session.last_word())),
            }
            let silence = silence(self.exit.is_some());
            let told = async { Err(stop.as_mut().await) };
            let heard = smol::future::or(async { Some(self.news(cap).await) }, silence);
            match smol::future::or(told, async { Ok(heard.await) }).await {
                Err(why) => return Ok(why),
                Ok(None) => return Ok(self.ended()),
                Ok(Some(News::None)) => {}
                Ok(Some(News::Full)) => return Ok(Ended::Truncated),
                Ok(Some(News::Refused)) => {
                    // Nothing runs on it, but the server keeps it open.
                    self.shut(session).await;
                    let detail = "the server refused the exec request";
                    return Err(SshError::new(Fault::ExecRefused, detail));
                }
            }
        }
    }

    /// How the command ended by itself.
    fn ended(&self) -> Ended {
        match self.exit.clone() {
            Some(Exit::Status(status)) => Ended::Exited(status),
            Some(Exit::Signal(signal)) => Ended::Signalled(signal),
            None => Ended::NoStatus,
        }
    }

    /// Waits for the server's next message and takes it in. Dropping the wait loses nothing.
    async fn news(&mut self, cap: u64) -> News {
        let Some(message) = self.channel.wait().await else {
            self.door = Door::Lost;
            return News::None;
        };
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the other messages are requests of ours, or flow control that russh has dealt with"
        )]
        match message {
            ChannelMsg::Data { data } => return self.keep(Stream::Out, &data, cap),
            ChannelMsg::ExtendedData { data, .. } => return self.keep(Stream::Err, &data, cap),
            ChannelMsg::ExitStatus { exit_status } => self.exit = Some(Exit::Status(exit_status)),
            ChannelMsg::ExitSignal { signal_name, .. } => {
                self.exit = Some(Exit::Signal(signal_text(&signal_name)));
            }
            ChannelMsg::Close => self.door = Door::Closed,
            ChannelMsg::Failure => return News::Refused,
            _ => {}
        }
        News::None
    }

    fn keep(&mut self, stream: Stream, data: &[u8], cap: u64) -> News {
        match self.live.add(stream, data, cap) {
            Fit::Whole => News::None,
            Fit::Over => News::Full,
        }
    }

    /// Sees to it that nothing is left: neither the process nor the channel.
    async fn finish(&mut self, session: &Session, termination: Termination) -> Process {
        let must_be_ended = self.door == Door::Open && self.exit.is_none();
        if must_be_ended {
            let limit = match session.signals() {
                Signals::Delivered => DEATH,
                Signals::PerhapsIgnored => DEATH_OF_ROOT_S,
            };
            timeout(limit, self.end(session, termination)).await;
        }
        if self.door == Door::Open && self.exit.is_some() {
            timeout(CLOSE, self.discard_until(|_| false)).await;
        }
        // The server closes a channel when nothing holds the output any more.
        let held_open = self.door != Door::Closed;
        if self.door == Door::Open {
            self.shut(session).await;
        }
        match &self.exit {
            Some(_) if held_open => Process::MayRunOn,
            Some(exit) if must_be_ended && !reached_all(termination, exit) => Process::MayRunOn,
            Some(_) => Process::Gone,
            None => {
                session.cut();
                Process::Unconfirmed
            }
        }
    }

    /// Asks sudo or its like to end its command, where there may be one, and kills what is left until
    /// the process is gone: a server that is still starting it has nobody to kill.
    async fn end(&mut self, session: &Session, termination: Termination) {
        if termination != Termination::Direct {
            self.signal(session, Sig::TERM, RELAY).await;
        }
        while self.door == Door::Open && self.exit.is_none() {
            self.signal(session, Sig::KILL, KILL_AGAIN).await;
        }
    }

    /// Sends one signal, and waits a while for the end of the process.
    async fn signal(&mut self, session: &Session, signal: Sig, patience: Duration) {
        // Fails only with the connection, which the wait will report.
        let _lost = self.channel.signal(signal.clone()).await;
        let since = self.clock.elapsed();
        let gone = self.discard_until(|run| run.exit.is_some());
        match session.signals() {
            Signals::Delivered => {
                timeout(patience, gone).await;
            }
            Signals::PerhapsIgnored => {
                reaped(reap(session, since, &signal), gone, patience).await;
            }
        }
    }

    /// Takes in messages and drops output until `enough`, or until the channel is no longer open.
    /// Output has to be taken in: russh's task hands on nothing else while a channel is full.
    async fn discard_until(&mut self, enough: impl Fn(&Self) -> bool) {
        while self.door == Door::Open && !enough(self) {
            self.news(0).await;
        }
    }

    /// Closes the channel from our side. russh forgets it then and keeps a little of its memory,
    /// so the session takes no new command.
    async fn shut(&self, session: &Session) {
        session.retire();
        // It fails only with the connection, and waits only while the connection is stuck.
        timeout(CLOSE, self.channel.close()).await;
    }
}

/// Whether a signal that ended the command, and closed the output, ended all of it.
fn reached_all(termination: Termination, exit: &Exit) -> bool {
    match termination {
        Termination::Direct => true,
        Termination::Relayed => !matches!(exit, Exit::Signal(signal) if signal == "KILL"),
        Termination::RelayedUnseen => false,
    }
}

/// Signals what gets no signals; ends when the process is `gone`, or a while after that, and never
/// while it is still under way.
async fn reaped(
    reaping: impl Future<Output = ()>,
    gone: impl Future<Output = ()>,
    patience: Duration,
) {
    let mut reaping = pin!(reaping);
    let mut done = false;
    let again = async {
        reaping.as_mut().await;
        done = true;
        sleep(patience).await;
    };
    smol::future::or(gone, again).await;
    if !done {
        reaping.await;
    }
}

/// Ends a while after the process has; never while it runs.
async fn silence(has_exited: bool) -> Option<News> {
    if has_exited {
        sleep(SILENCE_AFTER_EXIT).await;
    } else {
        pending::<()>().await;
    }
    None
}

/// The name of a signal, fit to be shown: the server may send anything as one.
fn signal_text(signal: &Sig) -> String {
    let name = match signal {
        Sig::ABRT => "ABRT",
        Sig::ALRM => "ALRM",
        Sig::FPE => "FPE",
        Sig::HUP => "HUP",
        Sig::ILL => "ILL",
        Sig::INT => "INT",
        Sig::KILL => "KILL",
        Sig::PIPE => "PIPE",
        Sig::QUIT => "QUIT",
        Sig::SEGV => "SEGV",
        Sig::TERM => "TERM",
        Sig::USR1 => "USR1",
        Sig::Custom(name) => name,
    };
    name.chars()
        .filter(|character| character.is_ascii_alphanumeric() || "@.-_".contains(*character))
        .take(MAX_SIGNAL_NAME)
        .collect()
}
