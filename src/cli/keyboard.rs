//! What a person types at the terminal, byte by byte or line by line.
//!
//! Takes: stdin, a terminal. Gives: a byte or a line, or that the process was stopped meanwhile, so that the question is
//! asked again. It only waits where a signal can end the waiting: the future is dropped then. Refuses: more than a
//! terminal gives as one line.

use std::io;

use rustix::io::Errno;
use rustix::stdio::stdin;
use smol::future::or;
use zeroize::Zeroizing;

use crate::runtime::{Direction, Readiness, Signal, SignalListener};

/// The most bytes of an answer: what a terminal gives as one line.
pub const MAX_ANSWER_BYTES: usize = 4096;

/// The keyboard, for one question.
pub struct Keyboard {
    readiness: Readiness,
    resumed: SignalListener,
}

/// What came.
#[derive(Debug)]
pub enum TypedByte {
    Byte(u8),
    /// The process was stopped, and goes on.
    Resumed,
    /// The terminal gives no more.
    End,
}

/// What came.
#[derive(Debug)]
pub enum TypedLine {
    /// Without its end.
    Line(Vec<u8>),
    TooLong,
    /// The process was stopped, and goes on: what was typed of the line is forgotten.
    Resumed,
    /// The terminal gives no more.
    End,
}

impl Keyboard {
    /// Watches stdin.
    ///
    /// # Errors
    /// When epoll or the signal is refused.
    pub fn open() -> io::Result<Self> {
        Ok(Self {
            resumed: SignalListener::listen(Signal::Continue)?,
            readiness: Readiness::watch(stdin(), Direction::Read)?,
        })
    }

    /// The next byte. What the standard library reads it would keep.
    ///
    /// # Errors
    /// The error of read(2).
    pub async fn byte(&mut self) -> io::Result<TypedByte> {
        let mut pressed = Zeroizing::new([0; 1]);
        loop {
            let resumed = async {
                self.resumed.next().await;
                Ok(false)
            };
            let ready = async { self.readiness.ready(Direction::Read).await.map(|()| true) };
            if !or(resumed, ready).await? {
                return Ok(TypedByte::Resumed);
            }
            match rustix::io::read(stdin(), &mut pressed[..]) {
                Ok(0) => return Ok(TypedByte::End),
                Ok(_) => {
                    let [byte] = *pressed;
                    return Ok(TypedByte::Byte(byte));
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next line.
    ///
    /// # Errors
    /// The error of read(2).
    pub async fn line(&mut self) -> io::Result<TypedLine> {
        let mut line = Vec::new();
        loop {
            match self.byte().await? {
                TypedByte::Byte(b'\n') => return Ok(TypedLine::Line(line)),
                TypedByte::Byte(_) if line.len() == MAX_ANSWER_BYTES => {
                    return Ok(TypedLine::TooLong);
                }
                TypedByte::Byte(byte) => line.push(byte),
                TypedByte::Resumed => return Ok(TypedLine::Resumed),
                TypedByte::End if line.is_empty() => return Ok(TypedLine::End),
                TypedByte::End => return Ok(TypedLine::Line(line)),
            }
        }
    }
}
