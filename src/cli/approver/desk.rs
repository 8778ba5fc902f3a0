//! The questions that wait for the person, and the grants that stand.
//!
//! Takes: a question, with the way back for its answer. Gives: the questions in the order in which they came. Refuses:
//! more than [`MAX_WAITING`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{Receiver, Sender, bounded, unbounded};

use super::brief::brief;
use crate::approver::{ApproverDecision, ApproverQuestion};
use crate::cli::Terminal;
use crate::clock::Stopwatch;

/// The most questions that wait, of all servers together. A person who gets more stops reading.
const MAX_WAITING: usize = 16;
/// The most grants that are held: each is a connection.
const MAX_GRANTS: usize = 64;

/// What a person answers.
#[derive(Clone, Copy, Debug)]
pub struct PersonAnswer {
    pub decision: ApproverDecision,
    /// For how long, with [`ApproverDecision::Minutes`].
    pub minutes: Option<u32>,
}

/// A question that waits.
pub struct WaitingQuestion {
    pub number: u64,
    pub question: ApproverQuestion,
    /// The server's user, as the kernel gives it.
    pub uid: u32,
    pub since: Stopwatch,
    answer: Sender<PersonAnswer>,
}

/// A grant that stands as long as its connection is held.
pub struct HeldGrant {
    pub number: u64,
    pub question: ApproverQuestion,
    pub since: Stopwatch,
    /// Nothing: until it is withdrawn.
    pub lasts: Option<Duration>,
    withdraw: Sender<()>,
}

/// All of them.
pub struct Desk {
    waiting: RefCell<Vec<Rc<WaitingQuestion>>>,
    grants: RefCell<Vec<Rc<HeldGrant>>>,
    numbers: Cell<u64>,
    news: (Sender<String>, Receiver<String>),
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            waiting: RefCell::default(),
            grants: RefCell::default(),
            numbers: Cell::new(1),
            news: unbounded(),
        }
    }
}

impl WaitingQuestion {
    /// Gives the answer. A second one goes nowhere.
    pub fn answer(&self, answer: PersonAnswer) {
        let _heard = self.answer.try_send(answer);
    }
}

impl HeldGrant {
    /// Withdraws it.
    pub fn withdraw(&self) {
        let _heard = self.withdraw.try_send(());
    }
}

impl Desk {
    /// How many questions wait.
    pub fn waiting(&self) -> usize {
        self.waiting.borrow().len()
    }

    /// Whether one more may wait.
    pub fn is_full(&self) -> bool {
        self.waiting() >= MAX_WAITING
    }

    /// Takes up a question; the receiver hears its answer.
    pub fn enter(
        &self,
        question: ApproverQuestion,
        uid: u32,
    ) -> Option<(Rc<WaitingQuestion>, Receiver<PersonAnswer>)> {
        if self.is_full() {
            return None;
        }
        let (answer, heard) = bounded(1);
        let waiting = Rc::new(WaitingQuestion {
            number: self.number(),
            question,
            uid,
            since: Stopwatch::start(),
            answer,
        });
        self.waiting.borrow_mut().push(Rc::clone(&waiting));
        self.tell(format!("asked: {}", brief(&waiting.question)));
        Some((waiting, heard))
    }

    /// Lets go of a question, and says why.
    pub fn leave(&self, number: u64, what: &str) {
        let mut waiting = self.waiting.borrow_mut();
        let Some(place) = waiting.iter().position(|its| its.number == number) else {
            return;
        };
        let gone = waiting.remove(place);
        drop(waiting);
        self.tell(format!("{what}: {}", brief(&gone.question)));
    }

    /// The questions, the oldest first.
    pub fn questions(&self) -> Vec<Rc<WaitingQuestion>> {
        self.waiting.borrow().clone()
    }

    /// Holds a grant; the receiver hears of its withdrawal. Nothing when there are too many.
    pub fn hold(
        &self,
        question: ApproverQuestion,
        lasts: Option<Duration>,
    ) -> Option<(u64, Receiver<()>)> {
        let mut grants = self.grants.borrow_mut();
        if grants.len() >= MAX_GRANTS {
            return None;
        }
        let (withdraw, heard) = bounded(1);
        let number = self.number();
        grants.push(Rc::new(HeldGrant {
            number,
            question,
            since: Stopwatch::start(),
            lasts,
            withdraw,
        }));
        Some((number, heard))
    }

    /// Lets go of a grant, and says why.
    pub fn release(&self, number: u64, what: &str) {
        let mut grants = self.grants.borrow_mut();
        let Some(place) = grants.iter().position(|its| its.number == number) else {
            return;
        };
        let gone = grants.remove(place);
        drop(grants);
        self.tell(format!("{what}: {}", brief(&gone.question)));
    }

    /// The grants that stand.
    pub fn grants(&self) -> Vec<Rc<HeldGrant>> {
        self.grants.borrow().clone()
    }

    /// The next thing that happened, in one line.
    pub async fn news(&self) -> Option<String> {
        self.news.1.recv().await.ok()
    }

    /// Writes what happens, where no person watches.
    pub async fn log(&self, terminal: &mut Terminal) -> Result<(), String> {
        while let Some(line) = self.news().await {
            terminal.line(&line);
        }
        Ok(())
    }

    fn tell(&self, line: String) {
        let _heard = self.news.0.try_send(line);
    }

    fn number(&self) -> u64 {
        self.numbers.replace(self.numbers.get() + 1)
    }
}
