//! The keys of the terminal, one at a time.
//!
//! Takes: stdin, a terminal. Gives: each key as it is pressed, without an echo. Refuses: several bytes at once, which
//! are a paste, an arrow, or keys that were typed ahead.

use std::io;
use std::time::Duration;

use rustix::io::Errno;
use rustix::stdio::stdin;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcsetattr,
};

use crate::runtime::{Direction, Readiness, timeout};

/// Bytes that one read takes: no key has more.
const READ_BYTES: usize = 64;
/// `_POSIX_VDISABLE`: no key has this function (termios(3)).
const DISABLED: u8 = 0;
/// What comes within this time of a byte belongs to the byte: a paste, or the rest of an arrow.
const PASTE: Duration = Duration::from_millis(30);

/// The terminal in the mode of single keys, until this is dropped.
pub struct SingleKeys {
    before: Termios,
    single: Termios,
    readiness: Readiness,
}

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
    /// Turns off lines and the echo. Ctrl-C stays SIGINT, and Ctrl-Z SIGTSTP.
    ///
    /// # Errors
    /// When stdin is no terminal.
    pub fn open() -> io::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut single = before.clone();
        single.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        // Ctrl-\ would end the program without giving the terminal its mode back: it is a key like another.
        single.special_codes[SpecialCodeIndex::VQUIT] = DISABLED;
        single.special_codes[SpecialCodeIndex::VMIN] = 1;
        single.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin(), OptionalActions::Now, &single)?;
        let readiness = Readiness::watch(stdin(), Direction::Read)?;
        Ok(Self {
            before,
            single,
            readiness,
        })
    }

    /// Drops the keys that were pressed before now.
    pub fn forget(&self) {
        // A terminal that is gone is told by the next read.
        let _flushed = tcflush(stdin(), QueueSelector::IFlush);
    }

    /// Whether more bytes come at once: no finger is so quick.
    async fn goes_on(&self) -> bool {
        timeout(PASTE, self.readiness.ready(Direction::Read))
            .await
            .is_some()
    }

    /// Takes the terminal over again, for instance after the program was stopped and goes on.
    pub fn resume(&self) {
        // A terminal that is gone is told by the next read.
        let _set = tcsetattr(stdin(), OptionalActions::Now, &self.single);
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
            self.readiness.ready(Direction::Read).await.ok()?;
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

impl Drop for SingleKeys {
    fn drop(&mut self) {
        let _restored = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}
