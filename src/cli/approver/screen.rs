//! The person's terminal: one question at a time, and one key for its answer.
//!
//! Takes: the questions of the [`Desk`] and the keys. Gives: answers. Refuses: keys that come before a question can have
//! been read, and a yes to a question whose end was not shown.

use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{Receiver, unbounded};
use smol::future::or;

use super::brief::brief;
use super::desk::{Desk, DeskNews, HeldGrant, PersonAnswer, WaitingQuestion};
use super::keys::{KeyPress, KeyReader, SingleKeys};
use super::layout::{ScreenRow, question_rows, size};
use crate::approver::{ApproverDecision, MAX_MINUTES};
use crate::cli::{Paint, Terminal};
use crate::clock::Stopwatch;
use crate::runtime::{Signal, SignalListener, Task, spawn};

/// Keys within this time of a question were meant for something else.
const UNREAD: Duration = Duration::from_secs(1);
/// That time for a question in the place of another one that went away by itself: the key may be meant for that one.
const UNREAD_IN_PLACE: Duration = Duration::from_secs(3);
/// The smallest terminal on which a question can be read to its end, in columns and rows.
const LEAST_SIZE: (usize, usize) = (40, 8);

const KEYS: &str = "[y] yes, once   [s] for this session   [m] for some minutes   [n] no\n\
                    [space] next question   [l] what waits   [g] what is granted   [q] end";

/// The terminal, and what is on it.
pub struct Screen<'t> {
    desk: Rc<Desk>,
    terminal: &'t mut Terminal,
    /// With this the terminal is put back: the task that reads may outlast it.
    keys: SingleKeys,
    pressed: Receiver<KeyPress>,
    _reading: Task<()>,
    shown: Option<ShownQuestion>,
    typed: Option<TypedNumber>,
}

/// The question that the keys answer.
struct ShownQuestion {
    question: Rc<WaitingQuestion>,
    /// What did not fit on the page.
    rest: VecDeque<ScreenRow>,
    since: Stopwatch,
    /// How long no key counts.
    unread: Duration,
    /// The terminal's, for which it was laid out.
    size: (usize, usize),
}

/// A number that is being typed.
struct TypedNumber {
    digits: String,
    purpose: NumberPurpose,
}

#[derive(Clone, Copy)]
enum NumberPurpose {
    /// Minutes that the answer counts.
    Minutes,
    /// The grant to withdraw.
    Withdrawal,
}

impl<'t> Screen<'t> {
    /// Takes over the terminal.
    ///
    /// # Errors
    /// When stdin is no terminal.
    pub fn open(desk: Rc<Desk>, terminal: &'t mut Terminal) -> io::Result<Self> {
        let (keys, reader) = (SingleKeys::open()?, KeyReader::open()?);
        let (press, pressed) = unbounded();
        let reading = spawn(async move {
            loop {
                let key = reader.next().await;
                if press.send(key).await.is_err() || key == KeyPress::End {
                    return;
                }
            }
        });
        Ok(Self {
            desk,
            terminal,
            keys,
            pressed,
            _reading: reading,
            shown: None,
            typed: None,
        })
    }

    /// Puts questions until the person ends it.
    ///
    /// # Errors
    /// When signals cannot be heard.
    pub async fn show(mut self) -> Result<(), String> {
        let resumed = SignalListener::listen(Signal::Continue);
        let mut resumed = resumed.map_err(|error| error.to_string())?;
        loop {
            self.choose();
            let (desk, pressed) = (Rc::clone(&self.desk), self.pressed.clone());
            let news = async { desk.news().await.map(ScreenEvent::News) };
            let key = async { pressed.recv().await.ok().map(ScreenEvent::KeyPress) };
            let continued = async {
                resumed.next().await;
                Some(ScreenEvent::Resumed)
            };
            match or(continued, or(news, key)).await {
                Some(ScreenEvent::Resumed) => {
                    self.keys.resume();
                    self.again();
                }
                Some(ScreenEvent::News(news)) => self.hear(&news),
                Some(ScreenEvent::KeyPress(KeyPress::Pressed(b'q'))) if self.typed.is_none() => {
                    return Ok(());
                }
                Some(ScreenEvent::KeyPress(KeyPress::Pressed(key))) => self.press(key),
                Some(ScreenEvent::KeyPress(KeyPress::Several)) => {
                    self.rest_first();
                    self.say("several keys at once: none of them counts", Paint::Yellow);
                }
                Some(ScreenEvent::KeyPress(KeyPress::End)) | None => return Ok(()),
            }
        }
    }

    /// Says what happened. While a question is shown, only what happened to that one: other lines would push it away.
    fn hear(&mut self, news: &DeskNews) {
        let shown = self.shown.as_ref().map(|shown| shown.question.number);
        if shown.is_none_or(|shown| shown == news.number) {
            self.say(&news.text, Paint::Bold);
        }
    }

    /// Shows the oldest question, unless one is shown that still waits.
    fn choose(&mut self) {
        let waiting = self.desk.questions();
        let still_waits = |shown: &ShownQuestion| {
            waiting
                .iter()
                .any(|its| its.number == shown.question.number)
        };
        if self.shown.as_ref().is_some_and(still_waits) {
            return;
        }
        let gone = self.shown.take();
        if gone.is_some() {
            // Minutes were meant for that question.
            self.typed = None;
        }
        let by_itself = gone.is_some_and(|gone| !gone.question.is_answered());
        let unread = if by_itself { UNREAD_IN_PLACE } else { UNREAD };
        if let Some(first) = waiting.first() {
            self.present(Rc::clone(first), waiting.len(), unread);
        }
    }

    /// Shows a question from its beginning. Keys that were pressed before are dropped.
    fn present(&mut self, question: Rc<WaitingQuestion>, waiting: usize, unread: Duration) {
        let size = size();
        let heading = format!("question {} ({waiting} waiting)", question.number);
        let heading = [String::new(), heading].map(|text| ScreenRow {
            margin: String::new(),
            text,
            paint: None,
        });
        let mut rows = VecDeque::from(heading);
        rows.extend(question_rows(&question, size.0));
        self.shown = Some(ShownQuestion {
            question,
            rest: rows,
            since: Stopwatch::start(),
            unread,
            size,
        });
        self.page();
        self.keys.forget();
        while self.pressed.try_recv().is_ok() {}
    }

    /// Shows the question once more, for instance on a terminal of another size.
    fn again(&mut self) {
        if let Some(shown) = self.shown.take() {
            self.present(shown.question, self.desk.waiting(), UNREAD);
        }
    }

    /// Shows as much of the question as fits on the terminal.
    fn page(&mut self) {
        let Some(shown) = &mut self.shown else { return };
        let (columns, rows) = shown.size;
        if columns < LEAST_SIZE.0 || rows < LEAST_SIZE.1 {
            self.terminal
                .error("this terminal is too small for a question: make it larger, then [space]");
            return;
        }
        // The words below, each line of which may take two rows, and the line that is typed.
        let below = 1 + KEYS
            .lines()
            .map(|line| line.len().div_ceil(columns))
            .sum::<usize>();
        let count = shown.rest.len().min(rows.saturating_sub(below + 1).max(1));
        let lines: Vec<ScreenRow> = shown.rest.drain(..count).collect();
        let whole = shown.rest.is_empty();
        for line in lines {
            let text = match line.paint {
                Some(paint) => self.terminal.painted(&line.text, paint),
                None => line.text,
            };
            self.terminal.error(&format!("{}{text}", line.margin));
        }
        if whole {
            self.terminal.error(KEYS);
        } else {
            self.say(
                "[space] shows the rest; it is answered once its end is shown",
                Paint::Yellow,
            );
        }
    }

    /// From now on no key counts for a while.
    fn rest_first(&mut self) {
        if let Some(shown) = &mut self.shown {
            shown.unread = shown.unread.max(shown.since.elapsed() + UNREAD);
        }
    }

    fn press(&mut self, key: u8) {
        if self.typed.is_some() {
            return self.type_digit(key);
        }
        match key {
            b'l' => return self.list_questions(),
            b'g' => return self.list_grants(),
            b'w' => return self.begin_number(NumberPurpose::Withdrawal),
            _ => {}
        }
        let Some(shown) = &self.shown else { return };
        if shown.size != size() {
            return self.again();
        }
        if shown.since.elapsed() < shown.unread {
            // A key that is held down comes again and again: none counts before there was a rest.
            self.rest_first();
            return self.say("that key came too early: it does not count", Paint::Yellow);
        }
        let whole = shown.rest.is_empty();
        match key {
            b'n' => self.answer(ApproverDecision::Refuse, None),
            b' ' | b'\t' if !whole => self.page(),
            b' ' | b'\t' => self.next_question(),
            b'y' | b's' | b'm' if !whole => {
                self.say("read it to its end first: [space]", Paint::Yellow);
            }
            b'y' => self.answer(ApproverDecision::Once, None),
            b's' => self.answer(ApproverDecision::Session, None),
            b'm' => self.begin_number(NumberPurpose::Minutes),
            _ => self.terminal.error(KEYS),
        }
    }

    fn answer(&mut self, decision: ApproverDecision, minutes: Option<u32>) {
        if let Some(shown) = &self.shown {
            shown.question.answer(PersonAnswer { decision, minutes });
        }
    }

    fn next_question(&mut self) {
        let waiting = self.desk.questions();
        let now = self.shown.as_ref().map(|shown| shown.question.number);
        let place = waiting.iter().position(|its| Some(its.number) == now);
        let next = place.map_or(0, |place| (place + 1) % waiting.len().max(1));
        if let Some(next) = waiting.get(next) {
            self.present(Rc::clone(next), waiting.len(), UNREAD);
        }
    }

    fn begin_number(&mut self, purpose: NumberPurpose) {
        let what = match purpose {
            NumberPurpose::Minutes => {
                format!("for how many minutes? 1 to {MAX_MINUTES}, then Enter")
            }
            NumberPurpose::Withdrawal => "which grant? its number, then Enter".to_owned(),
        };
        self.typed = Some(TypedNumber {
            digits: String::new(),
            purpose,
        });
        self.terminal.error(&what);
    }

    /// A digit goes on, Enter ends the number, everything else gives it up.
    fn type_digit(&mut self, key: u8) {
        let Some(mut typed) = self.typed.take() else {
            return;
        };
        match key {
            b'0'..=b'9' if typed.digits.len() < 6 => {
                typed.digits.push(key.into());
                self.terminal.error(&format!("> {}", typed.digits));
                self.typed = Some(typed);
            }
            b'\n' | b'\r' => self.take_number(&typed),
            _ => self.say("given up", Paint::Yellow),
        }
    }

    fn take_number(&mut self, typed: &TypedNumber) {
        match (typed.purpose, typed.digits.parse::<u32>()) {
            (NumberPurpose::Minutes, Ok(minutes @ 1..=MAX_MINUTES)) => {
                self.answer(ApproverDecision::Minutes, Some(minutes));
            }
            (NumberPurpose::Withdrawal, Ok(number)) => {
                let grants = self.desk.grants();
                let grant = grants
                    .iter()
                    .find(|grant| grant.number == u64::from(number));
                match grant {
                    Some(grant) => grant.withdraw(),
                    None => self.say("there is no such grant", Paint::Yellow),
                }
            }
            (NumberPurpose::Minutes, _) | (NumberPurpose::Withdrawal, Err(_)) => {
                self.say("that is no number that counts", Paint::Yellow);
            }
        }
    }

    fn list_questions(&mut self) {
        let waiting = self.desk.questions();
        if waiting.is_empty() {
            self.terminal.error("nothing waits");
        }
        for question in waiting {
            let age = question.since.elapsed().as_secs();
            let line = format!(
                "{:>4}  {age:>4} s  {}",
                question.number,
                brief(&question.question)
            );
            self.terminal.error(&line);
        }
    }

    fn list_grants(&mut self) {
        let grants = self.desk.grants();
        if grants.is_empty() {
            self.terminal.error("nothing is granted");
            return;
        }
        for grant in grants {
            let line = format!(
                "{:>4}  {:<12}  {}",
                grant.number,
                left(&grant),
                brief(&grant.question)
            );
            self.terminal.error(&line);
        }
        self.terminal.error("[w] withdraws one");
    }

    fn say(&mut self, text: &str, paint: Paint) {
        let text = self.terminal.painted(text, paint);
        self.terminal.error(&text);
    }
}

enum ScreenEvent {
    /// The program was stopped, and goes on.
    Resumed,
    News(DeskNews),
    KeyPress(KeyPress),
}

/// How long a grant still stands.
fn left(grant: &HeldGrant) -> String {
    match grant.lasts {
        None => "session".to_owned(),
        Some(lasts) => {
            let left = lasts.saturating_sub(grant.since.elapsed());
            format!("{} min left", left.as_secs().div_ceil(60))
        }
    }
}
