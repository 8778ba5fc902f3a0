//! The keys of the terminal, one at a time.
//!
//! Takes: stdin, a terminal. Gives: each key as it is pressed, without an echo. Refuses: several bytes at once, which
//! are a paste, an arrow, or keys that were typed ahead.

use std::io;
use std::time::Duration;

use rustix::io::Errno;
use rustix::stdio::stdin;
use rustix::termios::{LocalModes, QueueSelector, SpecialCodeIndex, Termios, tcflush};

use crate::cli::terminal_modes::ChangedModes;
use crate::runtime::{Direction, Readiness, timeout};

/// Bytes that one read takes: no key has more.
const READ_BYTES: usize = 64;
/// `_POSIX_VDISABLE`: no key has this function (termios(3)).
const DISABLED: u8 = 0;
/// What comes within this time of a byte belongs to the byte: a paste, or the rest of an arrow.
const PASTE: Duration = Duration::from_millis(30);

/// The terminal in the mode of single keys, until this is dropped.
pub struct SingleKeys(ChangedModes);

/// The keys as they are pressed.
pub struct KeyReader(Readiness);

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPress {
    /// One byte.
    Pressed(u8),
    /// More than one byte at once: none of them counts.
    Several,
    /// The terminal is gone.
    End,
}

impl SingleKeys {
    /// Turns off lines and the echo. Ctrl-C stays SIGINT, and Ctrl-Z SIGTSTP. Keys that were pressed before are forgotten.
    ///
    /// # Errors
    /// When stdin is no terminal.
    pub fn open() -> io::Result<Self> {
        ChangedModes::begin(single).map(Self)
    }

    /// Drops the keys that were pressed before now.
    pub fn forget(&self) {
        // A terminal that is gone is told by the next read.
        let _flushed = tcflush(stdin(), QueueSelector::IFlush);
    }

    /// Takes the terminal over again, for instance after the program was stopped and goes on.
    pub fn resume(&self) {
        self.0.resume();
    }
}

fn single(modes: &mut Termios) {
    modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
    // Ctrl-\ would end the program: it is a key like another.
    modes.special_codes[SpecialCodeIndex::VQUIT] = DISABLED;
    modes.special_codes[SpecialCodeIndex::VMIN] = 1;
    modes.special_codes[SpecialCodeIndex::VTIME] = 0;
}

impl KeyReader {
    /// Watches stdin.
    ///
    /// # Errors
    /// When epoll is refused.
    pub fn open() -> io::Result<Self> {
        Readiness::watch(stdin(), Direction::Read).map(Self)
    }

    /// Whether more bytes come at once: no finger is so quick.
    async fn goes_on(&self) -> bool {
        timeout(PASTE, self.0.ready(Direction::Read))
            .await
            .is_some()
    }

    /// The next key.
    pub async fn next(&self) -> KeyPress {
        let first = self.read().await;
        match first {
            Some((1, key)) if !self.goes_on().await => return KeyPress::Pressed(key),
            Some(_) => {}
            None => return KeyPress::End,
        }
        while self.goes_on().await {
            if self.read().await.is_none() {
                return KeyPress::End;
            }
        }
        KeyPress::Several
    }

    /// How many bytes came together, and the first of them; nothing when the terminal is gone.
    async fn read(&self) -> Option<(usize, u8)> {
        loop {
            self.0.ready(Direction::Read).await.ok()?;
            let mut bytes = [0_u8; READ_BYTES];
            match rustix::io::read(stdin(), &mut bytes) {
                Ok(0) => return None,
                Ok(count) => return Some((count, bytes[0])),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return None,
            }
        }
    }
}
