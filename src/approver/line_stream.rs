//! Lines over a Unix-domain socket.
//!
//! Takes: a connected socket. Gives: one line at a time, and whether anything came that nobody has read. Refuses: a
//! line over [`MAX_LINE_BYTES`], and bytes after the last newline.

use std::io::{self, ErrorKind};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

use crate::runtime::UnixStream;

/// The longest message: a line of 2,000 characters and 1,000 hosts fit well.
const MAX_LINE_BYTES: usize = 256 * 1024;
/// Bytes asked for in one read.
const READ_BYTES: usize = 4096;

/// Lines over one connection.
#[derive(Debug)]
pub struct LineStream {
    socket: UnixStream,
    unread: Vec<u8>,
}

impl LineStream {
    /// Of a connected socket.
    pub fn new(socket: UnixStream) -> Self {
        Self {
            socket,
            unread: Vec::new(),
        }
    }

    /// The user at the other end, as the kernel gives it.
    ///
    /// # Errors
    /// What getsockopt(2) says.
    pub fn peer_uid(&self) -> io::Result<u32> {
        Ok(self.socket.peer_cred()?.uid())
    }

    /// The next line, without its newline; nothing at the end of the stream.
    ///
    /// # Errors
    /// What read(2) says; a line that is too long or has no end.
    pub async fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut searched = 0;
        loop {
            let fresh = self.unread.get(searched..).unwrap_or_default();
            if let Some(place) = fresh.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.unread.drain(..=searched + place).collect();
                line.pop();
                return Ok(Some(line));
            }
            searched = self.unread.len();
            if searched > MAX_LINE_BYTES {
                return Err(ErrorKind::InvalidData.into());
            }
            if self.receive().await? == 0 {
                return match self.unread.is_empty() {
                    true => Ok(None),
                    false => Err(ErrorKind::UnexpectedEof.into()),
                };
            }
        }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// What write(2) says.
    pub async fn write(&self, line: &[u8]) -> io::Result<()> {
        let bytes = [line, b"\n"].concat();
        let mut left = bytes.as_slice();
        while !left.is_empty() {
            self.socket.writable().await?;
            match self.socket.try_write(left) {
                Ok(count) => left = left.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether the other end has closed the stream, or has sent what nobody has read.
    pub fn has_news(&self) -> bool {
        let mut polled = [PollFd::new(&self.socket, PollFlags::IN)];
        let ready = retry_on_intr(|| poll(&mut polled, Some(&Timespec::default())));
        // What cannot be asked is no longer as it was.
        !self.unread.is_empty() || ready.map_or(true, |count| count > 0)
    }

    /// Waits until the other end closes the stream or sends something.
    pub async fn news(&mut self) {
        // An error is news, too.
        let _received = self.receive().await;
    }

    async fn receive(&mut self) -> io::Result<usize> {
        let mut bytes = [0; READ_BYTES];
        loop {
            self.socket.readable().await?;
            match self.socket.try_read(&mut bytes) {
                Ok(count) => {
                    let received = bytes.get(..count).unwrap_or_default();
                    self.unread.extend_from_slice(received);
                    return Ok(count);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl AsFd for LineStream {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use smol::future::zip;

    use super::{LineStream, MAX_LINE_BYTES};
    use crate::runtime::{UnixStream, block_on};

    /// What is read of a line of so many bytes.
    fn read(length: usize) -> Result<usize, ErrorKind> {
        block_on(async {
            let (ours, theirs) = UnixStream::pair().unwrap();
            let (mut reader, writer) = (LineStream::new(ours), LineStream::new(theirs));
            let line = vec![b'x'; length];
            let write = async {
                // The reader may have given up.
                let _written = writer.write(&line).await;
            };
            let read = async {
                let read = reader.read().await;
                drop(reader);
                read
            };
            let (read, ()) = zip(read, write).await;
            read.map(|line| line.map_or(0, |line| line.len()))
                .map_err(|error| error.kind())
        })
        .unwrap()
    }

    #[test]
    fn a_line_may_be_so_long_and_one_that_never_ends_is_refused() {
        assert_eq!(read(MAX_LINE_BYTES), Ok(MAX_LINE_BYTES));
        assert_eq!(read(2 * MAX_LINE_BYTES), Err(ErrorKind::InvalidData));
    }
}
