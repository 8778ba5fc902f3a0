//! One command, from the request to the end of the remote process.
//!
//! Takes: a permitted command line and its limits. Gives: a [`CommandOutput`]. Refuses: nothing that was permitted;
//! asks for no PTY, no environment, no forwarding and no standard input but
//! the password for sudo, where the permit says `become`.
//!
//! A timeout, a cancellation and the output cap all end the command by [`ending`]. To drop the future ends nothing
//! on the host: cancel through the token.

mod ending;
mod login_shell;
pub(in crate::ssh) mod output;
mod reap;
mod running;
pub(in crate::ssh) mod sudo;
pub(in crate::ssh) mod sudo_answer;
mod sudo_end;
pub(in crate::ssh) mod sudo_standing;

use std::borrow::Cow;
use std::fmt;
use std::future::pending;
use std::pin::{Pin, pin};
use std::time::Duration;

use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::runtime::{sleep, timeout};
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::channel::Channel;
use crate::ssh::transport::session::Session;
use login_shell::fit_for_windows;
use mcp_ssh_policy::Permit;
use output::{CommandEnd, CommandOutput, OutputBuffer};
use running::{ChannelState, ExecNews, Heard, RunningCommand};
use sudo::SudoDialogue;
use sudo_answer::SudoAnswer;
use sudo_end::SudoTalkEnd;

/// When the process has ended and a process in the background still holds its output open, so long a silence counts
/// as the end of the output. A slow line can carry the rest in this time.
const SILENCE_AFTER_EXIT: Duration = Duration::from_secs(5);

/// How long sudo may take to ask for its password. A host that takes longer is asked again by another call.
const SUDO_ASKS: Duration = Duration::from_secs(10);

/// How long sudo may take to end by itself, once its input is closed. It says why in that time.
const SUDO_ENDS: Duration = Duration::from_secs(1);

/// The limits of one command.
#[derive(Clone, Copy, Debug)]
pub struct ExecLimits {
    /// The most time from the request to the end.
    pub max_seconds: Duration,
    /// The most bytes that are kept of both streams together.
    pub max_output_bytes: u64,
}

/// No command was started.
#[derive(Debug)]
pub struct StartError {
    /// Why the command was not started.
    pub error: SshError,
    /// The permit, if the server has refused the exec request (`SSH_MSG_CHANNEL_FAILURE`, RFC 4254 section 6.5) and
    /// said nothing else: then nothing ran, and the permit may be used again.
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
    /// Runs one command by the remote user's shell. Kills the remote process when the time is up, the call is
    /// cancelled or the cap is met. To drop the future ends nothing on the host: use `cancelled`.
    ///
    /// Where the permit says `become`, `sudo` has the prompt with which sudo is to ask, and the answer.
    ///
    /// # Errors
    /// When the command was not started, or sudo did not get the password that it asks for. What happens after the start is
    /// in the [`CommandOutput`]. Invariant: the command runs at most once, since the permit comes back only if the server has
    /// refused the request.
    pub async fn run(
        self,
        session: &Session,
        permit: Permit,
        sudo: Option<SudoAnswer>,
        limits: ExecLimits,
        cancelled: &Cancelled,
        live: &OutputBuffer,
    ) -> Result<CommandOutput, StartError> {
        if !permit.addresses().contains(&session.peer()) {
            let detail = "the permit is for other addresses than this session's";
            return Err(SshError::new(SshErrorKind::WrongPeer, detail).into());
        }
        let line = sent(&permit, sudo.as_ref(), session)?;
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
            sudo: sudo.map(SudoDialogue::new),
            is_input_open: true,
        };
        let told = async { Err(stop.as_mut().await) };
        let requested = async { Ok(run.request(&line).await) };
        let ended = match smol::future::or(told, requested).await {
            Ok(requested) => {
                requested?;
                match run.watch(session, stop, limits.max_output_bytes).await {
                    Watched::Ended(ended) => ended,
                    Watched::Refused => return Err(run.refused(session, permit).await),
                    Watched::Sudo(why) => {
                        run.hear_sudo_out(limits.max_output_bytes).await;
                        let process = run.finish(session, permit.termination()).await;
                        return Err(why.error(process).into());
                    }
                }
            }
            // The server does not read any more; it may have taken the request before.
            Err(why) => why,
        };
        Ok(CommandOutput {
            ended,
            sudo: run.sudo.as_ref().map(SudoDialogue::standing),
            process: run.finish(session, permit.termination()).await,
            exit: run.exit,
            duration_ms: clock.elapsed_ms(),
            printed: live.finish(),
        })
    }
}

/// What watching a command has come to.
enum Watched {
    /// The command has ended, or must be ended.
    Ended(CommandEnd),
    /// The server runs no command.
    Refused,
    /// The talk with sudo is over, for this reason: the command must be ended.
    Sudo(SudoTalkEnd),
}

/// The text for the remote shell, if that reads it as it was judged.
fn sent<'p>(
    permit: &'p Permit,
    sudo: Option<&SudoAnswer>,
    session: &Session,
) -> Result<Cow<'p, str>, SshError> {
    let line = match (permit.becomes(), sudo) {
        (None, None) => Cow::Borrowed(permit.line()),
        (Some(_), Some(answer)) => {
            let line = permit.line_of_sudo(&answer.prompt);
            Cow::Owned(line.unwrap_or_default())
        }
        (Some(_), None) | (None, Some(_)) => {
            let detail = "the permit and the answer to sudo do not belong together";
            return Err(SshError::new(SshErrorKind::Internal, detail));
        }
    };
    if session.is_windows() {
        fit_for_windows(&line)?;
    }
    Ok(line)
}

impl RunningCommand<'_> {
    /// Reads until the command ends or must be ended.
    async fn watch(
        &mut self,
        session: &Session,
        mut stop: Pin<&mut impl Future<Output = CommandEnd>>,
        cap: u64,
    ) -> Watched {
        loop {
            match self.state {
                ChannelState::Open => {}
                ChannelState::Closed => {
                    self.end_talk(cap);
                    return Watched::Ended(self.ended());
                }
                ChannelState::Lost => return Watched::Ended(CommandEnd::Lost(session.last_word())),
            }
            let has_exited = self.exit.is_some();
            let patience = self.patience();
            let told = async { Heed::Stop(stop.as_mut().await) };
            let news = async { Heed::News(self.news(cap).await) };
            let silent = silence(has_exited, patience);
            match smol::future::or(told, smol::future::or(news, silent)).await {
                Heed::Stop(why) => return Watched::Ended(why),
                Heed::Silence => {
                    self.end_talk(cap);
                    return Watched::Ended(self.ended());
                }
                Heed::NoQuestion => {
                    self.give_sudo_up().await;
                }
                Heed::News(ExecNews::None) => {}
                Heed::News(ExecNews::Full) => return Watched::Ended(CommandEnd::Truncated),
                Heed::News(ExecNews::Refused) => return Watched::Refused,
                Heed::News(ExecNews::Sudo(why)) => return Watched::Sudo(why),
            }
        }
    }

    /// Takes in what sudo still says, now that nothing more is said to it.
    async fn hear_sudo_out(&mut self, cap: u64) {
        let words = self.take_until(cap, |run| run.exit.is_some());
        timeout(SUDO_ENDS, words).await;
    }

    /// How long sudo's question may still take; nothing where none is awaited.
    fn patience(&self) -> Option<Duration> {
        let is_awaited = self.sudo.as_ref().is_some_and(SudoDialogue::is_awaited);
        is_awaited.then(|| SUDO_ASKS.saturating_sub(self.clock.elapsed()))
    }

    /// The error of a server that runs no command, with the permit if the server has said nothing else.
    async fn refused(&self, session: &Session, permit: Permit) -> StartError {
        // No command runs on the channel, but the server keeps it open.
        self.shut(session).await;
        let detail = "the server refused the exec request";
        StartError {
            error: SshError::new(SshErrorKind::ExecRefused, detail),
            unused: (self.heard == Heard::Nothing).then_some(permit),
        }
    }
}

/// What a command that is watched is to be heeded for.
enum Heed {
    /// It must be ended.
    Stop(CommandEnd),
    /// The server has sent something.
    News(ExecNews),
    /// It has exited, and nothing more came for a while.
    Silence,
    /// sudo has not asked in time.
    NoQuestion,
}

/// Ends [`SILENCE_AFTER_EXIT`] after the process has exited, or when sudo has had its time to ask.
async fn silence(has_exited: bool, patience: Option<Duration>) -> Heed {
    if has_exited {
        sleep(SILENCE_AFTER_EXIT).await;
        return Heed::Silence;
    }
    match patience {
        Some(patience) => sleep(patience).await,
        None => pending().await,
    }
    Heed::NoQuestion
}
