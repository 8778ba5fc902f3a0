//! One connection of a server: its question, the person's answer, and the grant that the connection stands for.
//!
//! ```text
//! hello -> question -> answer -> end            once, no
//!                             -> held -> end    for the session, for minutes: the end withdraws the grant
//! ```

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::Receiver;
use smol::future::{or, pending};

use super::desk::{Desk, PersonAnswer};
use super::hook;
use crate::approver::{
    ApproverAnswer, ApproverDecision, ApproverHello, ApproverQuestion, LineStream, digest_of,
    held_word, taken_word,
};
use crate::runtime::{sleep, timeout};

/// How long a server may take to put its question.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that has connected.
pub struct ApproverConnection {
    pub desk: Rc<Desk>,
    /// The program that answers in place of the person.
    pub hook: Option<PathBuf>,
    pub lines: LineStream,
    /// The server's user, as the kernel gives it.
    pub uid: u32,
}

/// How a question leaves the desk.
enum Left {
    Answered(PersonAnswer),
    /// The server has taken it back, or has ended.
    TakenBack,
    /// The hook gave no answer.
    Unanswered,
}

/// How a grant ends.
enum Released {
    Withdrawn,
    Lapsed,
    /// The server has ended, or its configuration is another.
    Over,
}

impl ApproverConnection {
    /// Serves the one question of the connection.
    pub async fn serve(mut self) {
        let place = self.desk.reserve();
        let full = place.is_none();
        let hello = ApproverHello::new(self.desk.waiting(), full);
        let told = match serde_json::to_vec(&hello) {
            Ok(line) => self.lines.write(&line).await.is_ok(),
            Err(_) => false,
        };
        if full || !told {
            return;
        }
        let Some(Ok(Some(line))) = timeout(PATIENCE, self.lines.read()).await else {
            return;
        };
        let Ok(question) = serde_json::from_slice::<ApproverQuestion>(&line) else {
            return;
        };
        drop(place);
        let Some((waiting, heard)) = self.desk.enter(question.clone(), self.uid) else {
            return;
        };
        let left = self.left(&heard, &line, &question.nonce).await;
        self.desk.leave(waiting.number, told_of(&left));
        if let Left::Answered(answer) = left {
            self.answer(question, &line, answer).await;
        }
    }

    /// Waits for the answer, or for the end of the connection.
    async fn left(&mut self, heard: &Receiver<PersonAnswer>, line: &[u8], nonce: &str) -> Left {
        let answered = async {
            match (&self.hook, heard) {
                (None, heard) => match heard.recv().await {
                    Ok(answer) => Left::Answered(answer),
                    Err(_) => Left::Unanswered,
                },
                (Some(program), _) => match hook::ask(program, line, nonce).await {
                    Some(answer) => Left::Answered(answer),
                    None => Left::Unanswered,
                },
            }
        };
        let taken_back = async {
            self.lines.news().await;
            Left::TakenBack
        };
        or(taken_back, answered).await
    }

    /// Whether the server has taken the answer, and has heard that its grant is held.
    async fn is_taken(&mut self, nonce: &str) -> bool {
        match timeout(PATIENCE, self.lines.read()).await {
            Some(Ok(Some(word))) if word == taken_word(nonce) => {
                self.lines.write(&held_word(nonce)).await.is_ok()
            }
            Some(_) | None => false,
        }
    }

    async fn answer(mut self, question: ApproverQuestion, line: &[u8], answer: PersonAnswer) {
        let lasts = match answer.decision {
            ApproverDecision::Once | ApproverDecision::Refuse => None,
            ApproverDecision::Session => Some(None),
            ApproverDecision::Minutes => {
                let seconds = 60 * u64::from(answer.minutes.unwrap_or_default());
                Some(Some(Duration::from_secs(seconds)))
            }
        };
        let answer = ApproverAnswer {
            nonce: question.nonce.clone(),
            digest: digest_of(line),
            decision: answer.decision,
            minutes: answer.minutes,
        };
        let Ok(answer) = serde_json::to_vec(&answer) else {
            return;
        };
        if self.lines.write(&answer).await.is_err() {
            return;
        }
        // The end of the connection is the end of an answer that grants no more than one run.
        let Some(lasts) = lasts else { return };
        if !self.is_taken(&question.nonce).await {
            return;
        }
        let Some((number, withdrawn)) = self.desk.hold(question, lasts) else {
            return;
        };
        let withdrawn = async {
            let _heard = withdrawn.recv().await;
            Released::Withdrawn
        };
        let over = async {
            self.lines.news().await;
            Released::Over
        };
        let lapsed = async {
            match lasts {
                Some(lasts) => sleep(lasts).await,
                None => pending().await,
            }
            Released::Lapsed
        };
        let what = match or(or(withdrawn, over), lapsed).await {
            Released::Withdrawn => "grant withdrawn",
            Released::Lapsed => "grant lapsed",
            Released::Over => "grant ended with the server or its configuration",
        };
        self.desk.release(number, what);
    }
}

fn told_of(left: &Left) -> &'static str {
    match left {
        Left::TakenBack => "taken back or lapsed",
        Left::Unanswered => "not answered",
        Left::Answered(answer) => match answer.decision {
            ApproverDecision::Once => "approved once",
            ApproverDecision::Session => "approved for the session",
            ApproverDecision::Minutes => "approved for minutes",
            ApproverDecision::Refuse => "refused",
        },
    }
}
