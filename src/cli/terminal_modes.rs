//! The modes of the terminal: no other file changes them.
//!
//! Takes: what is to be otherwise for a while. Gives: [`ChangedModes`]; dropped, the terminal is as it was before, be it
//! after an answer, an error or a panic, or where a signal ends whoever waits for a key. Lends the terminal back while
//! the process is stopped, and touches it only in the foreground: elsewhere the kernel would stop the process again, and a
//! signal that ends it would wait. Refuses: a stdin that is no terminal. What nobody can answer, SIGKILL and SIGSTOP,
//! leaves it changed.

use std::cell::RefCell;
use std::io;

use rustix::process::{Signal as SentSignal, getpgrp, getpid, kill_process};
use rustix::stdio::stdin;
use rustix::termios::{
    OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetpgrp, tcsetattr,
};

use crate::runtime::{Signal, SignalListener};

thread_local! {
    /// Those in force. The terminal is the process's, and so is this.
    static CHANGED: RefCell<Option<BothModes>> = const { RefCell::new(None) };
}

struct BothModes {
    before: Termios,
    changed: Termios,
}

/// Other modes, until this is dropped.
#[derive(Debug)]
pub struct ChangedModes(());

impl ChangedModes {
    /// Changes them, and forgets what was typed before, which the terminal may have shown.
    ///
    /// # Errors
    /// When stdin is no terminal, or was taken away.
    pub fn begin(change: impl FnOnce(&mut Termios)) -> io::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut changed = before.clone();
        change(&mut changed);
        tcsetattr(stdin(), OptionalActions::Flush, &changed)?;
        CHANGED.set(Some(BothModes { before, changed }));
        Ok(Self(()))
    }

    /// Takes the terminal over again after the process was stopped: whoever had it meanwhile has set modes of their own.
    /// What was typed meanwhile is forgotten.
    pub fn resume(&self) {
        take_again();
    }
}

impl Drop for ChangedModes {
    fn drop(&mut self) {
        lend();
        CHANGED.set(None);
    }
}

/// Gives the terminal the modes that it had. What was typed unseen, and is not read yet, nobody else is to read and show.
/// It waits for nothing: output that somebody holds back with Ctrl-S would keep a signal waiting.
fn lend() {
    CHANGED.with_borrow(|modes| {
        if let Some(BothModes { before, .. }) = modes
            && is_in_foreground()
        {
            let _flushed = tcflush(stdin(), QueueSelector::IFlush);
            let _gone = tcsetattr(stdin(), OptionalActions::Now, before);
        }
    });
}

fn take_again() {
    CHANGED.with_borrow(|modes| {
        if let Some(BothModes { changed, .. }) = modes
            && is_in_foreground()
        {
            // A terminal that is gone is told by the next read.
            let _gone = tcsetattr(stdin(), OptionalActions::Now, changed);
            let _flushed = tcflush(stdin(), QueueSelector::IFlush);
        }
    });
}

/// Whether the terminal is this job's now. A shell's `bg` and `kill %1` let a stopped job go on without it; the next SIGCONT
/// of a shell's `fg` comes when it is.
fn is_in_foreground() -> bool {
    tcgetpgrp(stdin()).is_ok_and(|group| group == getpgrp())
}

/// SIGTSTP, which Ctrl-Z is, too: the process stops with the terminal as it was before.
#[derive(Debug)]
pub struct Pauses(Option<SignalListener>);

impl Pauses {
    /// Takes the signal over, unless whoever started the process has it ignored.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        let wanted = (!Signal::Pause.is_ignored()).then_some(Signal::Pause);
        wanted.map(SignalListener::listen).transpose().map(Self)
    }

    /// Stops whenever it comes. Never ends.
    pub async fn keep<T>(&mut self) -> T {
        let Some(pauses) = &mut self.0 else {
            return std::future::pending().await;
        };
        loop {
            pauses.next().await;
            lend();
            // This stops as SIGTSTP does, which is taken over: never where nobody is who could let the process go on.
            let _stopped = kill_process(getpid(), SentSignal::TTIN);
            take_again();
        }
    }
}
