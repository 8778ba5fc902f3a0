//! Questions whose caller was answered before the person was: the answer waits for the same request to come again.
//!
//! Takes: a question that is before the approver, and what waits for its answer. Gives: the answer, to the first request
//! of which the question would be the same, once. Refuses: more than [`MAX_LATE`]. An answer that nobody comes for is
//! forgotten.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{Receiver, bounded};

use super::question::QuestionDigest;
use crate::runtime::{sleep, spawn};
use mcp_ssh_policy::{Grant, Unapproved};

/// The most questions whose answers are waited for or kept.
const MAX_LATE: usize = 16;

/// A person's answer: how far a yes goes, or why there is none.
pub type PersonAnswered = Result<Grant, Unapproved>;

/// The questions whose callers were answered. Clones share them.
#[derive(Clone, Default)]
pub struct LateAnswers(Rc<RefCell<HashMap<QuestionDigest, Rc<LateQuestion>>>>);

/// One of them.
pub struct LateQuestion {
    answer: RefCell<Option<PersonAnswered>>,
    /// Nobody sends on it. It closes when the answer is there.
    answered: Receiver<Infallible>,
}

impl LateQuestion {
    /// Waits for the answer; nothing where another request has taken it.
    pub async fn answer(&self) -> Option<PersonAnswered> {
        // Nobody sends on it.
        while self.answered.recv().await.is_ok() {}
        self.answer.borrow_mut().take()
    }
}

impl LateAnswers {
    /// The question, if it is waited for already or its answer is kept.
    pub fn find(&self, digest: &QuestionDigest) -> Option<Rc<LateQuestion>> {
        self.0.borrow().get(digest).map(Rc::clone)
    }

    /// Whether there is room for another.
    pub fn has_room(&self) -> bool {
        self.0.borrow().len() < MAX_LATE
    }

    /// Waits for the answer in the background, and keeps it for so long.
    pub fn keep(
        &self,
        digest: QuestionDigest,
        asked: Pin<Box<dyn Future<Output = PersonAnswered>>>,
        keep: Duration,
    ) {
        let (present, answered) = bounded(1);
        let question = Rc::new(LateQuestion {
            answer: RefCell::new(None),
            answered,
        });
        self.0.borrow_mut().insert(digest, Rc::clone(&question));
        let late = self.clone();
        spawn(async move {
            let answer = asked.await;
            *question.answer.borrow_mut() = Some(answer);
            drop(present);
            sleep(keep).await;
            late.forget(&digest, &question);
        })
        .detach();
    }

    /// Forgets a question whose answer was taken.
    pub fn forget(&self, digest: &QuestionDigest, question: &Rc<LateQuestion>) {
        let mut late = self.0.borrow_mut();
        if late
            .get(digest)
            .is_some_and(|kept| Rc::ptr_eq(kept, question))
        {
            late.remove(digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use super::{LateAnswers, MAX_LATE};
    use crate::runtime::block_on;

    #[test]
    fn so_many_answers_are_waited_for_and_one_that_is_taken_makes_room() {
        let late = LateAnswers::default();
        let digest = |number: usize| [u8::try_from(number).unwrap(); 32];
        block_on(async {
            for number in 0..MAX_LATE {
                assert!(late.has_room());
                late.keep(digest(number), Box::pin(pending()), Duration::ZERO);
            }
            assert!(!late.has_room());
            let first = late.find(&digest(0)).unwrap();
            late.forget(&digest(0), &first);
            assert!(late.has_room());
        })
        .unwrap();
    }
}
