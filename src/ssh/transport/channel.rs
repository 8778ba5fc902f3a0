//! A session channel: open, and ready for one command or one subsystem.
//!
//! Takes: a [`Session`]. Gives: a [`Channel`] for one exec request, its signals and the server's messages about it.
//! Fails if the server opens no session.

use russh::ChannelOpenFailure;
use russh::client::Msg;

use super::session::Session;
use super::subsystem::SubsystemChannel;
use crate::ssh::error::{SshError, SshErrorKind};

pub(in crate::ssh) use russh::{ChannelMsg, Error as ChannelError, Sig};

/// A session channel, open and unused.
pub struct Channel(russh::Channel<Msg>);

impl Channel {
    /// Opens a channel. If the call is given up, the server may still open the channel: the session then takes no new
    /// command.
    ///
    /// # Errors
    /// [`SshErrorKind::ChannelRefused`], or that the connection is lost.
    pub async fn open(session: &Session) -> Result<Self, SshError> {
        let given_up = session.unless_finished();
        let opened = Self::request(session).await;
        given_up.finished();
        match opened {
            Ok(channel) => Ok(channel),
            Err(ChannelError::ChannelOpenFailure(reason)) => {
                let reason = ChannelOpenFailure::description(&reason);
                let detail = format!("the server opens no session: {reason}");
                Err(SshError::new(SshErrorKind::ChannelRefused, detail))
            }
            Err(error) => {
                let why = session.why_closed();
                let detail = format!("before the command was sent: {error}{why}");
                Err(SshError::new(SshErrorKind::Closed, detail))
            }
        }
    }

    /// Asks for a channel. The caller retires the session when the request is given up half-way.
    ///
    /// # Errors
    /// The error of the server or of the connection.
    pub(in crate::ssh) async fn request(session: &Session) -> Result<Self, ChannelError> {
        session.handle().channel_open_session().await.map(Self)
    }

    /// Asks the server to run `line` and to answer whether it does.
    ///
    /// # Errors
    /// That the connection is gone.
    pub(in crate::ssh) async fn exec(&self, line: &[u8]) -> Result<(), ChannelError> {
        self.0.exec(true, line).await
    }

    /// Asks the server to run the subsystem of this name (RFC 4254 section 6.5).
    ///
    /// # Errors
    /// That the connection is gone.
    pub(in crate::ssh) async fn subsystem(
        self,
        name: &str,
    ) -> Result<SubsystemChannel, ChannelError> {
        SubsystemChannel::request(self.0, name).await
    }

    /// Sends standard input to the command. The bytes are copied once, into the memory that is encrypted.
    ///
    /// # Errors
    /// That the connection is gone.
    pub(in crate::ssh) async fn input(&self, bytes: &[u8]) -> Result<(), ChannelError> {
        self.0.data(bytes).await
    }

    /// Tells the server that there is no standard input, or no more of it.
    ///
    /// # Errors
    /// That the connection is gone.
    pub(in crate::ssh) async fn eof(&self) -> Result<(), ChannelError> {
        self.0.eof().await
    }

    /// The server's next message; `None` once the connection is lost. To drop the wait loses no message.
    pub(in crate::ssh) async fn wait(&mut self) -> Option<ChannelMsg> {
        self.0.wait().await
    }

    /// Sends a signal to the command.
    ///
    /// # Errors
    /// That the connection is gone.
    pub(in crate::ssh) async fn signal(&self, signal: Sig) -> Result<(), ChannelError> {
        self.0.signal(signal).await
    }

    /// Closes the channel from this side.
    ///
    /// # Errors
    /// That the connection is gone.
    pub(in crate::ssh) async fn close(&self) -> Result<(), ChannelError> {
        self.0.close().await
    }
}
