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

/// A process has ended but its output is held open, by something it left in the background:
/// silence of this length is the end of it. Long enough for a slow line to carry the rest.
const SILENCE_AFTER_EXIT: Duration = Duration::from_secs(5);

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

impl RunningCommand<'_> {
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
