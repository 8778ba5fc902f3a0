//! A channel with a subsystem of the server: bytes in both directions.
//!
//! Takes: an open channel of russh and the name of the subsystem (RFC 4254 section 6.5). Gives: a
//! [`SubsystemChannel`]. Fails if the server has no such subsystem.
//!
//! russh hands on no message of a connection while the queue of one channel is full, and the window of a channel grows
//! by such a message. So whoever sends must hear at the same time: [`SubsystemChannel::hear`] does both.

use std::pin::Pin;
use std::rc::Rc;

use russh::client::Msg;
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Error};

/// What is on its way to the server.
type Sending = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// A channel on which a subsystem runs, or is asked for.
pub(in crate::ssh) struct SubsystemChannel {
    reading: ChannelReadHalf,
    writing: Rc<ChannelWriteHalf<Msg>>,
    sending: Option<Sending>,
}

/// What was heard, or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ssh) enum SubsystemNews {
    /// The bytes stand behind those that were there.
    Data,
    /// All that was to be sent is sent.
    Sent,
    /// The server runs the subsystem.
    Accepted,
    /// The server has no such subsystem.
    Refused,
    /// The server sends no more, or has closed the channel.
    Ended,
    /// The connection is gone.
    Lost,
}

/// How a channel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ssh) enum Finish {
    /// The server has closed it.
    Closed,
    /// The server ended the subsystem by itself, or the connection is lost.
    Unclear,
}

impl SubsystemChannel {
    /// Asks for the subsystem; [`SubsystemNews::Accepted`] or [`SubsystemNews::Refused`] is the answer.
    ///
    /// # Errors
    /// That the connection is gone.
    pub(super) async fn request(channel: russh::Channel<Msg>, name: &str) -> Result<Self, Error> {
        channel.request_subsystem(true, name).await?;
        let (reading, writing) = channel.split();
        Ok(Self {
            reading,
            writing: Rc::new(writing),
            sending: None,
        })
    }

    /// Whether something is on its way to the server.
    pub(in crate::ssh) fn is_sending(&self) -> bool {
        self.sending.is_some()
    }

    /// Begins to send; [`SubsystemChannel::hear`] goes on with it. Only for a channel that sends nothing.
    pub(in crate::ssh) fn begin_to_send(&mut self, bytes: Vec<u8>) {
        let writing = Rc::clone(&self.writing);
        self.sending = Some(Box::pin(async move { writing.data_bytes(bytes).await }));
    }

    /// Sends what is on its way, and waits for the next news. Data is added to `unread`; what the subsystem says on
    /// its standard error is dropped. To drop the wait loses nothing.
    pub(in crate::ssh) async fn hear(&mut self, unread: &mut Vec<u8>) -> SubsystemNews {
        let Self {
            reading, sending, ..
        } = self;
        let sent = async {
            match sending.as_mut() {
                Some(sending) => Err(sending.await),
                None => std::future::pending().await,
            }
        };
        let heard = async { Ok(heard(reading, unread).await) };
        match smol::future::or(heard, sent).await {
            Ok(news) => news,
            Err(sent) => {
                self.sending = None;
                sent.map_or(SubsystemNews::Lost, |()| SubsystemNews::Sent)
            }
        }
    }

    /// Sends what is on its way, tells the server that no more comes, and waits until it closes the channel.
    pub(in crate::ssh) async fn finish(&mut self, unread: &mut Vec<u8>) -> Finish {
        while self.is_sending() {
            if matches!(
                self.hear(unread).await,
                SubsystemNews::Ended | SubsystemNews::Lost
            ) {
                return Finish::Unclear;
            }
            unread.clear();
        }
        if self.writing.eof().await.is_err() {
            return Finish::Unclear;
        }
        while let Some(message) = self.reading.wait().await {
            if matches!(message, ChannelMsg::Close) {
                return Finish::Closed;
            }
        }
        Finish::Unclear
    }

    /// Closes the channel from this side.
    ///
    /// # Errors
    /// That the connection is gone.
    pub(in crate::ssh) async fn close(&self) -> Result<(), Error> {
        self.writing.close().await
    }
}

async fn heard(reading: &mut ChannelReadHalf, unread: &mut Vec<u8>) -> SubsystemNews {
    loop {
        let Some(message) = reading.wait().await else {
            return SubsystemNews::Lost;
        };
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the other messages are requests of ours, or flow control that russh has dealt with"
        )]
        match message {
            ChannelMsg::Data { data } => {
                unread.extend_from_slice(&data);
                return SubsystemNews::Data;
            }
            ChannelMsg::Success => return SubsystemNews::Accepted,
            ChannelMsg::Failure => return SubsystemNews::Refused,
            ChannelMsg::Eof | ChannelMsg::Close => return SubsystemNews::Ended,
            _ => {}
        }
    }
}
