//! One command, from the request to the end of the remote process.
//!
//! Takes: a permitted command line and its limits. Gives: a [`CommandOutput`]. Refuses: nothing that
//! was permitted; but no PTY, no environment, no forwarding and no standard input are asked for.
//!
//! Timeout, cancellation and the output cap all end the same way: by [`ending`]. A future that is
//! merely dropped ends nothing at the other side: cancel through the token.

mod ending;
mod login_shell;
pub(in crate::ssh) mod output;
mod reap;

use std::fmt;
use std::future::pending;
use std::pin::{Pin, pin};
use std::time::Duration;

use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::runtime::sleep;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::channel::{Channel, ChannelMsg, Sig};
use crate::ssh::transport::session::Session;
use login_shell::guarded;
use mcp_ssh_policy::Permit;
use output::{CommandEnd, CommandOutput, Exit, Fit, OutputBuffer, Stream};

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

/// No command was started.
#[derive(Debug)]
pub struct StartError {
    /// Why.
    pub error: SshError,
    /// The permit, given back: the server has refused the exec request (`SSH_MSG_CHANNEL_FAILURE`,
    /// RFC 4254 section 6.5) and said nothing else, so nothing ran.
    pub unused: Option<Permit>,
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl std::error::Error for StartError {}

impl From<SshError> for StartError {
    fn from(error: SshError) -> Self {
        Self {
            error,
            unused: None,
        }
    }
}

impl From<StartError> for SshError {
    fn from(unstarted: StartError) -> Self {
        unstarted.error
    }
}

impl Channel {
    /// Runs one command by the remote user's shell and sees to its end: when the time is up, the
    /// call is cancelled or the cap is met, the remote process is killed. Merely dropping the
    /// future ends nothing at the other side: use `cancelled`.
    ///
    /// # Errors
    /// When the command was not started. Whatever happens after that is in the [`CommandOutput`]. It runs at
    /// most once: the permit comes back only where the server has refused the request.
    pub async fn run(
        self,
        session: &Session,
        permit: Permit,
        limits: ExecLimits,
        cancelled: &Cancelled,
        live: &OutputBuffer,
    ) -> Result<CommandOutput, StartError> {
        if !permit.addresses().contains(&session.peer()) {
            let detail = "the permit is for other addresses than this session's";
            return Err(SshError::new(SshErrorKind::WrongPeer, detail).into());
        }
        let clock = Stopwatch::start();
        let _running = session.begin();
        let mut stop = pin!(async {
            match cancelled.race(sleep(limits.max_seconds)).await {
                None => CommandEnd::Cancelled,
                Some(()) => CommandEnd::TimedOut,
            }
        });
        let mut run = RunningCommand {
            clock,
            channel: self,
            live,
            exit: None,
            state: ChannelState::Open,
            heard: Heard::Nothing,
        };
        let told = async { Err(stop.as_mut().await) };
        let requested = async { Ok(run.request(permit.line()).await) };
        let ended = match smol::future::or(told, requested).await {
            Ok(requested) => {
                requested?;
                match run.watch(session, stop, limits.max_output_bytes).await {
                    Ok(ended) => ended,
                    Err(error) => {
                        let unused = (run.heard == Heard::Nothing).then_some(permit);
                        return Err(StartError { error, unused });
                    }
                }
            }
            // The server takes nothing in; it may have taken the request.
            Err(why) => why,
        };
        let process = run.finish(session, permit.termination()).await;
        Ok(CommandOutput {
            ended,
            exit: run.exit,
            process,
            duration_ms: clock.elapsed_ms(),
            printed: live.finish(),
        })
    }
}

/// A command on its channel.
struct RunningCommand<'a> {
    /// Since the command was asked for.
    clock: Stopwatch,
    channel: Channel,
    live: &'a OutputBuffer,
    exit: Option<Exit>,
    state: ChannelState,
    heard: Heard,
}

/// Whether the server has said anything of the command, but that it refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    Nothing,
    Something,
}

/// The state of the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChannelState {
    Open,
    /// By the server; russh has answered.
    Closed,
    /// The connection is gone.
    Lost,
}

/// What a message from the server means for the one who waits.
enum ExecNews {
    /// Look at `exit` and `state`.
    None,
    /// The cap is met.
    Full,
    /// The server runs no command.
    Refused,
}

impl RunningCommand<'_> {
    /// Asks for the command, and gives it an empty standard input.
    async fn request(&self, line: &str) -> Result<(), SshError> {
        let line = guarded(line);
        self.channel.exec(line.as_bytes()).await.map_err(|error| {
            SshError::new(
                SshErrorKind::Closed,
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
        mut stop: Pin<&mut impl Future<Output = CommandEnd>>,
        cap: u64,
    ) -> Result<CommandEnd, SshError> {
        loop {
            match self.state {
                ChannelState::Open => {}
                ChannelState::Closed => return Ok(self.ended()),
                ChannelState::Lost => return Ok(CommandEnd::Lost(session.last_word())),
            }
            let silence = silence(self.exit.is_some());
            let told = async { Err(stop.as_mut().await) };
            let heard = smol::future::or(async { Some(self.news(cap).await) }, silence);
            match smol::future::or(told, async { Ok(heard.await) }).await {
                Err(why) => return Ok(why),
                Ok(None) => return Ok(self.ended()),
                Ok(Some(ExecNews::None)) => {}
                Ok(Some(ExecNews::Full)) => return Ok(CommandEnd::Truncated),
                Ok(Some(ExecNews::Refused)) => {
                    // Nothing runs on it, but the server keeps it open.
                    self.shut(session).await;
                    let detail = "the server refused the exec request";
                    return Err(SshError::new(SshErrorKind::ExecRefused, detail));
                }
            }
        }
    }

    /// How the command ended by itself.
    fn ended(&self) -> CommandEnd {
        match self.exit.clone() {
            Some(Exit::Status(status)) => CommandEnd::Exited(status),
            Some(Exit::Signal(signal)) => CommandEnd::Signalled(signal),
            None => CommandEnd::NoStatus,
        }
    }

    /// Waits for the server's next message and takes it in. Dropping the wait loses nothing.
    async fn news(&mut self, cap: u64) -> ExecNews {
        let Some(message) = self.channel.wait().await else {
            self.state = ChannelState::Lost;
            return ExecNews::None;
        };
        let is_refusal = matches!(message, ChannelMsg::Failure);
        if !is_refusal && !matches!(message, ChannelMsg::WindowAdjusted { .. }) {
            self.heard = Heard::Something;
        }
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
            ChannelMsg::Close => self.state = ChannelState::Closed,
            ChannelMsg::Failure => return ExecNews::Refused,
            _ => {}
        }
        ExecNews::None
    }

    fn keep(&mut self, stream: Stream, data: &[u8], cap: u64) -> ExecNews {
        match self.live.add(stream, data, cap) {
            Fit::Whole => ExecNews::None,
            Fit::Over => ExecNews::Full,
        }
    }

    /// Takes in messages and drops output until `enough`, or until the channel is no longer open.
    /// Output has to be taken in: russh's task hands on nothing else while a channel is full.
    async fn discard_until(&mut self, enough: impl Fn(&Self) -> bool) {
        while self.state == ChannelState::Open && !enough(self) {
            self.news(0).await;
        }
    }
}

/// Ends a while after the process has; never while it runs.
async fn silence(has_exited: bool) -> Option<ExecNews> {
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
