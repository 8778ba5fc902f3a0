//! A command that runs on its channel: the request to the server, and the server's messages.
//!
//! Takes: an open channel. Gives: the exit status, the output and the state of the channel, as the messages of the
//! server bring them. Drops: output over the cap, and characters of a signal's name that may not be shown.

use super::login_shell::guarded;
use super::output::{CommandEnd, Exit, Fit, OutputBuffer, Stream};
use super::sudo::{SudoDialogue, SudoStep};
use super::sudo_end::SudoTalkEnd;
use crate::clock::Stopwatch;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::channel::{Channel, ChannelMsg, Sig};

/// A signal name from a server is cut to this many characters.
const MAX_SIGNAL_NAME: usize = 32;

/// A command on its channel.
pub(super) struct RunningCommand<'a> {
    /// The time since the command was asked for.
    pub(super) clock: Stopwatch,
    pub(super) channel: Channel,
    pub(super) live: &'a OutputBuffer,
    pub(super) exit: Option<Exit>,
    pub(super) state: ChannelState,
    pub(super) heard: Heard,
    /// The talk with sudo, where the command runs by sudo and is not being ended.
    pub(super) sudo: Option<SudoDialogue>,
    /// Whether the command's standard input is not ended yet.
    pub(super) is_input_open: bool,
}

/// Whether the server has said anything about the command, other than that it refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Nothing,
    Something,
}

/// The state of the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChannelState {
    Open,
    /// The server has closed the channel; russh has answered.
    Closed,
    /// The connection is gone.
    Lost,
}

/// What a message from the server means for the caller that waits.
pub(super) enum ExecNews {
    /// No news of its own: the caller looks at `exit` and `state`.
    None,
    /// The cap is met.
    Full,
    /// The server runs no command.
    Refused,
    /// The talk with sudo is over, for this reason.
    Sudo(SudoTalkEnd),
}

impl RunningCommand<'_> {
    /// Asks for the command, and gives it an empty standard input. Where it runs by sudo, the input stays open for the
    /// password.
    pub(super) async fn request(&mut self, line: &str) -> Result<(), SshError> {
        let line = guarded(line);
        self.channel.exec(line.as_bytes()).await.map_err(|error| {
            SshError::new(
                SshErrorKind::Closed,
                format!("before the command was sent: {error}"),
            )
        })?;
        if self.sudo.is_none() {
            self.close_input().await;
        }
        Ok(())
    }

    /// Ends the command's standard input.
    async fn close_input(&mut self) {
        if std::mem::take(&mut self.is_input_open) {
            // The end of input fails only with the connection, and the first wait will report that.
            let _lost = self.channel.eof().await;
        }
    }

    /// Does what the talk with sudo has come to.
    async fn step(&mut self, step: SudoStep) -> ExecNews {
        match step {
            SudoStep::None => {}
            SudoStep::Answer => {
                let password = self.sudo.as_ref().and_then(SudoDialogue::password);
                if let Some(password) = password {
                    // It fails only with the connection, and the next wait will report that.
                    let _lost = self.channel.input(&password.line()).await;
                }
                self.close_input().await;
            }
            SudoStep::Close => self.close_input().await,
            SudoStep::End(why) => {
                self.close_input().await;
                return ExecNews::Sudo(why);
            }
        }
        ExecNews::None
    }

    /// Gives sudo's question up, if it may still come.
    pub(super) async fn give_sudo_up(&mut self) -> ExecNews {
        match self.sudo.as_mut().map(SudoDialogue::give_up) {
            Some(step) => self.step(step).await,
            None => ExecNews::None,
        }
    }

    /// Ends the talk with sudo: no password is sent any more, and what was held back is text.
    pub(super) fn end_talk(&mut self, cap: u64) {
        if let Some(mut sudo) = self.sudo.take() {
            self.live.add(Stream::Err, &sudo.rest(), cap);
        }
    }

    /// How the command ended, if this program did not end it.
    pub(super) fn ended(&self) -> CommandEnd {
        match self.exit.clone() {
            Some(Exit::Status(status)) => CommandEnd::Exited(status),
            Some(Exit::Signal(signal)) => CommandEnd::Signalled(signal),
            None => CommandEnd::NoStatus,
        }
    }

    /// Waits for the server's next message and takes it in. To drop the wait loses no message.
    pub(super) async fn news(&mut self, cap: u64) -> ExecNews {
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
            ChannelMsg::Data { data } => return self.printed(&data, cap).await,
            ChannelMsg::ExtendedData { data, .. } => return self.complained(&data, cap).await,
            ChannelMsg::ExitStatus { exit_status } => self.exited(exit_status),
            ChannelMsg::ExitSignal { signal_name, .. } => {
                self.exit = Some(Exit::Signal(signal_text(&signal_name)));
            }
            ChannelMsg::Close => self.state = ChannelState::Closed,
            ChannelMsg::Failure => return ExecNews::Refused,
            _ => {}
        }
        ExecNews::None
    }

    /// Takes a status, unless a signal has ended the command: a status beside it says nothing, and 0 would be a success.
    fn exited(&mut self, status: u32) {
        if !matches!(self.exit, Some(Exit::Signal(_))) {
            self.exit = Some(Exit::Status(status));
        }
    }

    /// Takes standard output: what has printed is the command, so sudo asks no more.
    async fn printed(&mut self, data: &[u8], cap: u64) -> ExecNews {
        let news = self.keep(Stream::Out, data, cap);
        if !data.is_empty() {
            self.give_sudo_up().await;
            if let Some(sudo) = &mut self.sudo {
                sudo.printed(data);
            }
        }
        news
    }

    /// Takes standard error, where sudo asks.
    async fn complained(&mut self, data: &[u8], cap: u64) -> ExecNews {
        let Some(sudo) = &mut self.sudo else {
            return self.keep(Stream::Err, data, cap);
        };
        let (shown, step) = sudo.heard(data);
        match (self.keep(Stream::Err, &shown, cap), step) {
            (ExecNews::Full, _) => ExecNews::Full,
            (ExecNews::None | ExecNews::Refused | ExecNews::Sudo(_), step) => self.step(step).await,
        }
    }

    fn keep(&mut self, stream: Stream, data: &[u8], cap: u64) -> ExecNews {
        match self.live.add(stream, data, cap) {
            Fit::Whole => ExecNews::None,
            Fit::Over => ExecNews::Full,
        }
    }

    /// Takes in messages and drops output until `enough`, or until the channel is no longer open. Output must be
    /// taken in, since russh's task hands on no other message while a channel is full.
    pub(super) async fn discard_until(&mut self, enough: impl Fn(&Self) -> bool) {
        self.take_until(0, enough).await;
    }

    /// Takes in messages, and output up to the cap, until `enough`, or until the channel is no longer open.
    pub(super) async fn take_until(&mut self, cap: u64, enough: impl Fn(&Self) -> bool) {
        while self.state == ChannelState::Open && !enough(self) {
            self.news(cap).await;
        }
    }
}

/// The name of a signal, safe to show: the server may send any text as a name.
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

#[cfg(test)]
mod tests {
    use super::{MAX_SIGNAL_NAME, Sig, signal_text};

    #[test]
    fn a_name_of_a_signal_is_cut_at_its_bound() {
        let shown = |length: usize| signal_text(&Sig::Custom("x".repeat(length)));
        assert_eq!(shown(MAX_SIGNAL_NAME), "x".repeat(MAX_SIGNAL_NAME));
        assert_eq!(shown(MAX_SIGNAL_NAME + 1), "x".repeat(MAX_SIGNAL_NAME));
    }
}
