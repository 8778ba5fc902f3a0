//! One command, from the request to the end of the remote process.
//!
//! Takes: a permitted command line and its limits. Gives: a [`CommandOutput`]. Refuses: nothing that was permitted;
//! asks for no PTY, no environment, no forwarding and no standard input.
//!
//! A timeout, a cancellation and the output cap all end the command by [`ending`]. To drop the future ends nothing
//! on the host: cancel through the token.

mod ending;
mod login_shell;
pub(in crate::ssh) mod output;
mod reap;
mod running;

use std::fmt;
use std::future::pending;
use std::pin::{Pin, pin};
use std::time::Duration;

use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::runtime::sleep;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::channel::Channel;
use crate::ssh::transport::session::Session;
use mcp_ssh_policy::Permit;
use output::{CommandEnd, CommandOutput, OutputBuffer};
use running::{ChannelState, ExecNews, Heard, RunningCommand};

/// When the process has ended and a process in the background still holds its output open, so long a silence counts
/// as the end of the output. A slow line can carry the rest in this time.
const SILENCE_AFTER_EXIT: Duration = Duration::from_secs(5);

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
    /// # Errors
    /// When the command was not started. What happens after the start is in the [`CommandOutput`]. Invariant: the
    /// command runs at most once, since the permit comes back only if the server has refused the request.
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
            // The server does not read any more; it may have taken the request before.
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

impl RunningCommand<'_> {
    /// Reads until the command ends or must be ended.
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
                    // No command runs on the channel, but the server keeps it open.
                    self.shut(session).await;
                    let detail = "the server refused the exec request";
                    return Err(SshError::new(SshErrorKind::ExecRefused, detail));
                }
            }
        }
    }
}

/// Ends [`SILENCE_AFTER_EXIT`] after the process has exited; never ends before that.
async fn silence(has_exited: bool) -> Option<ExecNews> {
    if has_exited {
        sleep(SILENCE_AFTER_EXIT).await;
    } else {
        pending::<()>().await;
    }
    None
}
