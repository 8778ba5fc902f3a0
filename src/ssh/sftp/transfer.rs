//! Content: many requests at once, so that a far host is as fast as the line.
//!
//! Takes: an open file, and a reader or a writer of the caller. Gives: how many bytes were moved. Refuses: more data
//! than was asked for. Invariant: requests for at most [`MAX_WAITING`] bytes wait, whatever the size of the file.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use super::client::{RemoteFile, Sftp};
use super::error::{SftpError, SftpErrorKind};
use super::packet::{RequestPacket, SftpReply, request, status};

/// The most bytes that were asked for, or sent, and wait for a reply: 64 requests of 32 KiB, as OpenSSH's client has it.
const MAX_WAITING: u32 = 2 * 1024 * 1024;
/// How many requests there are at first: a small file takes no more.
const FIRST_WINDOW: usize = 2;

/// A piece of a file that was asked for.
struct WaitedPiece {
    id: u32,
    from: u64,
    wanted: usize,
    /// How many bytes have come.
    got: usize,
    /// Those of them that came before the piece was the first one.
    held: Vec<u8>,
    state: PieceState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PieceState {
    Waits,
    Whole,
    /// The file ends within the piece, or before it.
    Last,
}

/// Where the pieces go to, in their order.
struct PieceSink<'c> {
    content: &'c mut dyn Write,
    handed_on: u64,
}

impl PieceSink<'_> {
    fn take(&mut self, bytes: &[u8]) -> Result<(), SftpError> {
        self.content.write_all(bytes).map_err(|error| {
            SftpError::new(SftpErrorKind::Local, format!("what was read: {error}"))
        })?;
        self.handed_on += bytes.len() as u64;
        Ok(())
    }

    /// Takes what is there of the first pieces. Gives whether the file ends with the last of them.
    fn take_first(&mut self, pieces: &mut VecDeque<WaitedPiece>) -> Result<bool, SftpError> {
        while let Some(piece) = pieces.front_mut() {
            self.take(&std::mem::take(&mut piece.held))?;
            match piece.state {
                PieceState::Waits => break,
                PieceState::Whole => pieces.pop_front(),
                PieceState::Last => return Ok(true),
            };
        }
        Ok(false)
    }
}

impl Sftp<'_> {
    /// Reads up to `most` bytes of an open file, from the byte `from` on, and hands them on in their order. Gives how
    /// many they were.
    ///
    /// # Errors
    /// What the server says, and [`SftpErrorKind::Local`] if `content` takes no more.
    pub async fn read(
        &mut self,
        file: &RemoteFile,
        from: u64,
        most: u64,
        content: &mut dyn Write,
    ) -> Result<u64, SftpError> {
        let read = self.read_pieces(file, from, most, content).await;
        self.stream.abandon();
        read
    }

    async fn read_pieces(
        &mut self,
        file: &RemoteFile,
        from: u64,
        most: u64,
        content: &mut dyn Write,
    ) -> Result<u64, SftpError> {
        let end = from.saturating_add(most);
        let (mut pieces, mut next) = (VecDeque::new(), from);
        let mut sink = PieceSink {
            content,
            handed_on: 0,
        };
        let (mut window, most_at_once) = (FIRST_WINDOW, window(self.chunks.0));
        let mut has_end = false;
        loop {
            while !has_end && next < end && pieces.len() < window {
                let wanted = u64::from(self.chunks.0).min(end - next);
                pieces.push_back(self.ask(file, next, wanted).await?);
                next += wanted;
            }
            if pieces.is_empty() {
                return Ok(sink.handed_on);
            }
            let state = self.take_piece(file, &mut pieces, &mut sink).await?;
            has_end |= state == PieceState::Last;
            if state == PieceState::Whole {
                window = most_at_once.min(window + 1);
            }
            if sink.take_first(&mut pieces)? {
                return Ok(sink.handed_on);
            }
        }
    }

    async fn ask(
        &mut self,
        file: &RemoteFile,
        from: u64,
        wanted: u64,
    ) -> Result<WaitedPiece, SftpError> {
        let wanted = u32::try_from(wanted).unwrap_or(self.chunks.0);
        let packet = RequestPacket::new(request::READ).text(&file.0);
        let id = self.stream.send(packet.long(from).number(wanted)).await?;
        Ok(WaitedPiece {
            id,
            from,
            wanted: usize::try_from(wanted).unwrap_or(usize::MAX),
            got: 0,
            held: Vec::new(),
            state: PieceState::Waits,
        })
    }

    /// Receives data for one piece; that of the first piece is handed on from where it came in. Of a piece that came in
    /// part the rest is asked for.
    async fn take_piece(
        &mut self,
        file: &RemoteFile,
        pieces: &mut VecDeque<WaitedPiece>,
        sink: &mut PieceSink<'_>,
    ) -> Result<PieceState, SftpError> {
        let (id, reply) = self.stream.receive().await?;
        let mut numbered = pieces.iter_mut().enumerate();
        let Some((at, piece)) = numbered.find(|(_, piece)| piece.id == id) else {
            return Err(self.stream.breach("a reply is for no piece of the file"));
        };
        let missing = piece.wanted - piece.got;
        if matches!(reply, SftpReply::Status(status::END_OF_FILE, _)) {
            piece.state = PieceState::Last;
            return Ok(piece.state);
        }
        let SftpReply::Data(length) = reply else {
            return Err(self.refused("READ", b"", reply));
        };
        if length == 0 || length > missing {
            let what = "READ gives no data, or more than was asked for";
            return Err(self.stream.breach(what));
        }
        match at {
            0 => sink.take(self.stream.data())?,
            _ => piece.held.extend_from_slice(self.stream.data()),
        }
        piece.got += length;
        let missing = piece.wanted - piece.got;
        if missing == 0 {
            piece.state = PieceState::Whole;
        } else {
            let from = piece.from + piece.got as u64;
            piece.id = self.ask(file, from, missing as u64).await?.id;
        }
        Ok(piece.state)
    }

    /// Writes all of `content` to an open file, from its first byte on. Gives how many bytes they were.
    ///
    /// # Errors
    /// What the server says, and [`SftpErrorKind::Local`] if `content` cannot be read.
    pub async fn write(
        &mut self,
        file: &RemoteFile,
        content: &mut dyn Read,
    ) -> Result<u64, SftpError> {
        let written = self.write_pieces(file, content).await;
        self.stream.abandon();
        written
    }

    async fn write_pieces(
        &mut self,
        file: &RemoteFile,
        content: &mut dyn Read,
    ) -> Result<u64, SftpError> {
        let (mut written, mut waiting, mut is_at_end) = (0_u64, 0, false);
        let (chunk, window) = (self.chunks.1, window(self.chunks.1));
        let mut piece = vec![0; usize::try_from(chunk).unwrap_or(usize::MAX)];
        while !is_at_end || waiting > 0 {
            if !is_at_end && waiting < window {
                let read = filled(content, &mut piece).map_err(|error| {
                    let detail = format!("what is to be written: {error}");
                    SftpError::new(SftpErrorKind::Local, detail)
                })?;
                let read = piece.get(..read).unwrap_or_default();
                is_at_end = read.len() < piece.len();
                if !read.is_empty() {
                    let packet = RequestPacket::new(request::WRITE).text(&file.0);
                    self.stream.send(packet.long(written).text(read)).await?;
                    written += read.len() as u64;
                    waiting += 1;
                }
                continue;
            }
            match self.stream.receive().await? {
                (_, SftpReply::Status(status::OK, _)) => waiting -= 1,
                (_, other) => return Err(self.refused("WRITE", b"", other)),
            }
        }
        Ok(written)
    }
}

/// How many requests of this size wait at most.
fn window(chunk: u32) -> usize {
    usize::try_from(MAX_WAITING / chunk.max(1)).unwrap_or(1)
}

/// Reads until the buffer is full or the content ends. Gives how many bytes that were.
fn filled(content: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match content.read(room) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
