//! Packets over the channel: each request has an id, and each reply is for a request that waits.
//!
//! Takes: an open channel. Gives: an [`SftpStream`], on which requests are sent and replies received. Refuses: packets
//! over [`MAX_PACKET`], replies that nobody waits for, and more unread bytes than [`MAX_UNREAD`]. After a breach
//! nothing more is read or sent.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use super::error::{SftpError, SftpErrorKind};
use super::packet::{FieldReader, RequestPacket, SftpReply, VERSION, data, request};
use crate::cancel::Cancelled;
use crate::runtime::{sleep, timeout};
use crate::ssh::transport::channel::Channel;
use crate::ssh::transport::session::{CommandGuard, Session, UnfinishedGuard};
use crate::ssh::transport::subsystem::{Finish, SubsystemChannel, SubsystemNews};

/// The longest packet of a server: OpenSSH's limit.
const MAX_PACKET: usize = 256 * 1024;
/// The most bytes that a server may send before somebody reads them: the replies to all requests that wait at once
/// are half of this.
const MAX_UNREAD: usize = 4 * 1024 * 1024;
/// The most bytes of requests that wait to go out together; a longer request goes out alone.
const MAX_UNSENT: usize = 16 * 1024;
/// How long the server may take to close the channel.
const CLOSE: Duration = Duration::from_millis(500);
/// How many bytes of a reply stand before its body.
const TYPE_AND_ID: usize = 5;
/// The version of the protocol.
const THREE: u32 = 3;

/// Whether somebody still waits for the reply to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waited {
    For,
    NoMore,
}

/// When the work must stop, and why.
type Stop = Pin<Box<dyn Future<Output = SftpErrorKind>>>;

/// The packets of one channel.
pub(super) struct SftpStream<'s> {
    session: &'s Session,
    channel: SubsystemChannel,
    _running: CommandGuard<'s>,
    unfinished: UnfinishedGuard<'s>,
    /// The requests that go out together, once nothing else is on its way.
    unsent: Vec<u8>,
    unread: Vec<u8>,
    /// How much of `unread` has been read, with the packet that was given last.
    read: usize,
    /// Where the body of that packet begins, behind its id.
    body: usize,
    stop: Stop,
    last_id: u32,
    requests: BTreeMap<u32, Waited>,
    broken: Option<SftpError>,
}

impl<'s> SftpStream<'s> {
    /// Asks for the subsystem, and agrees on version 3. Gives the body of the server's `VERSION` behind the number.
    pub async fn open(
        channel: Channel,
        session: &'s Session,
        limit: Duration,
        cancelled: &Cancelled,
    ) -> Result<(Self, Vec<u8>), SftpError> {
        let running = session.begin();
        let requested = channel.subsystem("sftp").await;
        let channel = requested.map_err(|error| {
            let detail = format!("before `sftp` was asked for: {error}");
            SftpError::new(SftpErrorKind::Closed, detail)
        })?;
        let cancelled = cancelled.clone();
        let mut stream = Self {
            session,
            channel,
            _running: running,
            unfinished: session.unless_finished(),
            unsent: Vec::new(),
            unread: Vec::new(),
            read: 0,
            body: 0,
            stop: Box::pin(async move {
                match cancelled.race(sleep(limit)).await {
                    None => SftpErrorKind::Cancelled,
                    Some(()) => SftpErrorKind::OutOfTime,
                }
            }),
            last_id: 0,
            requests: BTreeMap::new(),
            broken: None,
        };
        match stream.greet().await {
            Ok(extensions) => Ok((stream, extensions)),
            Err(error) => {
                stream.end().await;
                Err(error)
            }
        }
    }

    async fn greet(&mut self) -> Result<Vec<u8>, SftpError> {
        while self.hear().await? != SubsystemNews::Accepted {}
        self.begin_to_send(RequestPacket::new(request::INIT), THREE)
            .await?;
        let (kind, mut fields) = self.packet().await?;
        match fields.number() {
            Some(THREE) if kind == VERSION => Ok(fields.0.to_owned()),
            _ => Err(self.breach("no version 3 in the answer to the first packet")),
        }
    }

    /// Sends one request; gives its id. Returns before the request is sent: the next receipt goes on with it.
    pub async fn send(&mut self, packet: RequestPacket) -> Result<u32, SftpError> {
        self.last_id = self.last_id.wrapping_add(1);
        let id = self.last_id;
        self.begin_to_send(packet, id).await?;
        self.requests.insert(id, Waited::For);
        Ok(id)
    }

    /// Receives the next reply to a request that somebody waits for.
    pub async fn receive(&mut self) -> Result<(u32, SftpReply), SftpError> {
        loop {
            let (kind, mut fields) = self.packet().await?;
            let (id, reply) = (fields.number(), SftpReply::parse(kind, fields.0));
            let Some((id, waited)) = id.and_then(|id| self.requests.remove_entry(&id)) else {
                return Err(self.breach("a reply has the id of no request"));
            };
            let Some(reply) = reply else {
                return Err(self.breach(&format!("a reply of type {kind} is not well-formed")));
            };
            if waited == Waited::For {
                return Ok((id, reply));
            }
        }
    }

    /// The bytes of the [`SftpReply::Data`] that was received last; nothing may have been asked for meanwhile.
    pub fn data(&self) -> &[u8] {
        let body = self.unread.get(self.body..self.read);
        body.and_then(data).unwrap_or_default()
    }

    /// Sends one request and receives its reply. No other request may be waited for.
    pub async fn call(&mut self, packet: RequestPacket) -> Result<SftpReply, SftpError> {
        self.send(packet).await?;
        let (_, reply) = self.receive().await?;
        Ok(reply)
    }

    /// Nobody waits any more for the replies to what was sent.
    pub fn abandon(&mut self) {
        for waited in self.requests.values_mut() {
            *waited = Waited::NoMore;
        }
    }

    /// Abandons what was sent, and gives the next requests this time, although the call was cancelled or its time is
    /// up: they leave the host as it was.
    pub fn clean_up_within(&mut self, limit: Duration) {
        self.abandon();
        self.stop = Box::pin(async move {
            sleep(limit).await;
            SftpErrorKind::OutOfTime
        });
    }

    /// The server has broken the protocol. Nothing is read or sent after that.
    pub fn breach(&mut self, what: &str) -> SftpError {
        let error = SftpError::new(SftpErrorKind::Protocol, what);
        self.broken = Some(error.clone());
        error
    }

    /// Ends the subsystem and closes the channel. A session whose server does not answer that takes no new command, as
    /// does one whose stream was dropped without this.
    pub async fn end(mut self) {
        let closed = self.broken.is_none() && {
            let closed = timeout(CLOSE, self.channel.finish(&mut self.unread)).await;
            closed == Some(Finish::Closed)
        };
        if closed {
            self.unfinished.finished();
        } else {
            // The close fails only with the connection, and waits only while the connection is stuck.
            timeout(CLOSE, self.channel.close()).await;
        }
    }

    async fn begin_to_send(&mut self, packet: RequestPacket, id: u32) -> Result<(), SftpError> {
        let packet = packet.finish(id);
        while self.unsent.len() + packet.len() > MAX_UNSENT
            && (self.channel.is_sending() || !self.unsent.is_empty())
        {
            self.hear().await?;
        }
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        match self.unsent.is_empty() {
            true => self.unsent = packet,
            false => self.unsent.extend_from_slice(&packet),
        }
        Ok(())
    }

    /// The next packet: its type, and the rest, which stays in `unread` until the next one is asked for.
    async fn packet(&mut self) -> Result<(u8, FieldReader<'_>), SftpError> {
        // Each byte is moved once at most, on average.
        if self.read * 2 >= self.unread.len() {
            self.unread.drain(..self.read);
            (self.read, self.body) = (0, 0);
        }
        let length = loop {
            let mut fields = FieldReader(self.unread.get(self.read..).unwrap_or_default());
            if let Some(length) = fields.number() {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                if !(1..=MAX_PACKET).contains(&length) {
                    let unread = self.unread.iter().skip(self.read);
                    let start: Vec<u8> = unread.take(64).copied().collect();
                    let start = String::from_utf8_lossy(&start);
                    let what = format!("a packet of {length} bytes; the first are {start:?}");
                    return Err(self.breach(&what));
                }
                if fields.0.len() >= length {
                    break length;
                }
            }
            self.hear().await?;
        };
        let packet = self.read + 4;
        self.read = packet + length;
        self.body = packet + TYPE_AND_ID;
        let packet = self.unread.get(packet..self.read).unwrap_or_default();
        let (kind, rest) = packet.split_first().unwrap_or((&0, packet));
        Ok((*kind, FieldReader(rest)))
    }

    /// Waits for news of the channel, and goes on with what is to be sent.
    async fn hear(&mut self) -> Result<SubsystemNews, SftpError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        if !self.channel.is_sending() && !self.unsent.is_empty() {
            let together = std::mem::take(&mut self.unsent);
            self.channel.begin_to_send(together);
        }
        let stop = async { Err(self.stop.as_mut().await) };
        let heard = async { Ok(self.channel.hear(&mut self.unread).await) };
        let news = match smol::future::or(stop, heard).await {
            Ok(news) => news,
            Err(kind) => {
                // A future that is done is not asked again.
                self.stop = Box::pin(std::future::ready(kind));
                return Err(SftpError::new(kind, "before the server had answered"));
            }
        };
        let (kind, why) = match news {
            SubsystemNews::Data if self.unread.len() - self.read > MAX_UNREAD => {
                return Err(self.breach("more bytes than were asked for"));
            }
            SubsystemNews::Data | SubsystemNews::Sent | SubsystemNews::Accepted => return Ok(news),
            SubsystemNews::Refused => {
                let why = "the server has no subsystem `sftp`".to_owned();
                (SftpErrorKind::NoSubsystem, why)
            }
            SubsystemNews::Ended => {
                let why = "the server ended the subsystem `sftp`".to_owned();
                (SftpErrorKind::Closed, why)
            }
            SubsystemNews::Lost => {
                let why = format!("the connection is lost{}", self.session.why_closed());
                (SftpErrorKind::Closed, why)
            }
        };
        let error = SftpError::new(kind, why);
        self.broken = Some(error.clone());
        Err(error)
    }
}
