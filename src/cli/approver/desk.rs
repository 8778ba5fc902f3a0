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
    answered: Cell<bool>,
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
    /// Places that are kept for questions on their way.
    kept: Cell<usize>,
    numbers: Cell<u64>,
    news: (Sender<DeskNews>, Receiver<DeskNews>),
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            waiting: RefCell::default(),
            grants: RefCell::default(),
            kept: Cell::new(0),
            numbers: Cell::new(1),
            news: unbounded(),
        }
    }
}

/// A place for a question that is on its way, until this is dropped.
pub struct KeptPlace(Rc<Desk>);

impl Drop for KeptPlace {
    fn drop(&mut self) {
        self.0.kept.set(self.0.kept.get() - 1);
    }
}

/// Something that happened to a question or a grant.
pub struct DeskNews {
    /// Of which one.
    pub number: u64,
    /// In one line.
    pub text: String,
}

impl WaitingQuestion {
    /// Gives the answer. A second one goes nowhere.
    pub fn answer(&self, answer: PersonAnswer) {
        self.answered.set(true);
        let _heard = self.answer.try_send(answer);
    }

    /// Whether the person has answered.
    pub fn is_answered(&self) -> bool {
        self.answered.get()
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

    /// Keeps a place for a question that is on its way; nothing when there is none.
    pub fn reserve(self: &Rc<Self>) -> Option<KeptPlace> {
        if self.waiting() + self.kept.get() >= MAX_WAITING {
            return None;
        }
        self.kept.set(self.kept.get() + 1);
        Some(KeptPlace(Rc::clone(self)))
    }

    /// Takes up a question; the receiver hears its answer.
    pub fn enter(
        &self,
        question: ApproverQuestion,
        uid: u32,
    ) -> Option<(Rc<WaitingQuestion>, Receiver<PersonAnswer>)> {
        if self.waiting() >= MAX_WAITING {
            return None;
        }
        let (answer, heard) = bounded(1);
        let waiting = Rc::new(WaitingQuestion {
            number: self.number(),
            question,
            uid,
            since: Stopwatch::start(),
            answer,
            answered: Cell::new(false),
        });
        self.waiting.borrow_mut().push(Rc::clone(&waiting));
        self.tell(waiting.number, "asked", &waiting.question);
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
        self.tell(number, what, &gone.question);
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
        self.tell(number, what, &gone.question);
    }

    /// The grants that stand.
    pub fn grants(&self) -> Vec<Rc<HeldGrant>> {
        self.grants.borrow().clone()
    }

    /// The next thing that happened, in one line.
    pub async fn news(&self) -> Option<DeskNews> {
        self.news.1.recv().await.ok()
    }

    /// Writes what happens, where no person watches.
    pub async fn log(&self, terminal: &mut Terminal) -> Result<(), String> {
        while let Some(news) = self.news().await {
            terminal.line(&news.text);
        }
        Ok(())
    }

    fn tell(&self, number: u64, what: &str, question: &ApproverQuestion) {
        let text = format!("{what}: {}", brief(question));
        let _heard = self.news.0.try_send(DeskNews { number, text });
    }

    fn number(&self) -> u64 {
        self.numbers.replace(self.numbers.get() + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Desk, MAX_GRANTS, MAX_WAITING};
    use crate::approver::ApproverQuestion;

    fn question() -> ApproverQuestion {
        let text = r#"{"nonce": "n", "hosts": ["web"], "tag": null, "users": ["ops"], "line": "id", "rules": [],
            "client": null, "server": "s", "config_sha256": "c", "expires_in": 9}"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn so_many_questions_wait_with_those_on_their_way() {
        let desk = Rc::new(Desk::default());
        let places: Vec<_> = (1..MAX_WAITING).map(|_| desk.reserve().unwrap()).collect();
        let (waiting, _answer) = desk.enter(question(), 0).unwrap();
        assert!(desk.reserve().is_none());
        desk.leave(waiting.number, "withdrawn");
        drop(desk.reserve().unwrap());
        drop(places);
        let entered: Vec<_> = (0..MAX_WAITING)
            .map(|_| desk.enter(question(), 0).unwrap())
            .collect();
        assert!(desk.enter(question(), 0).is_none());
        assert_eq!(desk.questions().len(), entered.len());
    }

    #[test]
    fn so_many_grants_are_held() {
        let desk = Desk::default();
        let held: Vec<_> = (0..MAX_GRANTS)
            .map(|_| desk.hold(question(), None).unwrap())
            .collect();
        assert!(desk.hold(question(), None).is_none());
        desk.release(held[0].0, "withdrawn");
        assert!(desk.hold(question(), None).is_some());
    }
}
