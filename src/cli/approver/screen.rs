//! The person's terminal: one question at a time, and one key for its answer.
//!
//! Takes: the questions of the [`Desk`] and the keys. Gives: answers. Refuses: keys that come before a question can have
//! been read, and a yes to a question whose end was not shown.

use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use rustix::stdio::stdin;
use rustix::termios::tcgetwinsize;
use smol::future::or;

use super::brief::brief;
use super::desk::{Desk, HeldGrant, PersonAnswer, WaitingQuestion};
use super::keys::{KeyPress, SingleKeys};
use crate::approver::{ApproverDecision, MAX_MINUTES};
use crate::cli::{Paint, Terminal};
use crate::clock::Stopwatch;
use crate::gate::visible_text;

/// SingleKeys within this time of a question were meant for something else.
const UNREAD: Duration = Duration::from_millis(500);
/// Hosts that a question names; of more it says how many they are.
const MAX_HOSTS_SHOWN: usize = 40;
/// The size of a terminal that does not tell its own.
const USUAL_SIZE: (usize, usize) = (80, 24);
/// Rows of a page that are left for the words below it.
const ROWS_BELOW: usize = 4;

const KEYS: &str = "[y] yes, once   [s] for this session   [m] for some minutes   [n] no\n\
                    [space] next question   [l] what waits   [g] what is granted   [q] end";

/// The terminal, and what is on it.
pub struct Screen<'t> {
    desk: Rc<Desk>,
    terminal: &'t mut Terminal,
    keys: SingleKeys,
    shown: Option<ShownQuestion>,
    typed: Option<TypedNumber>,
}

/// The question that the keys answer.
struct ShownQuestion {
    question: Rc<WaitingQuestion>,
    /// What did not fit on the page.
    rest: VecDeque<String>,
    since: Stopwatch,
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
        Ok(Self {
            desk,
            terminal,
            keys: SingleKeys::open()?,
            shown: None,
            typed: None,
        })
    }

    /// Puts questions until the person ends it.
    ///
    /// # Errors
    /// None; the type is that of the other ways to end.
    pub async fn show(mut self) -> Result<(), String> {
        loop {
            self.choose();
            let desk = Rc::clone(&self.desk);
            let news = async { desk.news().await.map(ScreenEvent::News) };
            let key = async { Some(ScreenEvent::KeyPress(self.keys.next().await)) };
            match or(news, key).await {
                Some(ScreenEvent::News(line)) => self.say(&line, Paint::Bold),
                Some(ScreenEvent::KeyPress(KeyPress::Pressed(b'q'))) if self.typed.is_none() => {
                    return Ok(());
                }
                Some(ScreenEvent::KeyPress(KeyPress::Pressed(key))) => self.press(key),
                Some(ScreenEvent::KeyPress(KeyPress::Several)) => {
                    self.say("several keys at once: none of them counts", Paint::Yellow);
                }
                Some(ScreenEvent::KeyPress(KeyPress::End)) | None => return Ok(()),
            }
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
        if self.shown.take().is_some() {
            // Minutes were meant for that question.
            self.typed = None;
        }
        if let Some(first) = waiting.first() {
            self.present(Rc::clone(first), waiting.len());
        }
    }

    /// Shows a question from its beginning. SingleKeys that were pressed before are dropped.
    fn present(&mut self, question: Rc<WaitingQuestion>, waiting: usize) {
        let (columns, _) = size();
        let mut lines = VecDeque::from(vec![String::new()]);
        let title = format!("question {} ({waiting} waiting)", question.number);
        lines.push_back(title);
        for (name, text) in told(&question) {
            lines.extend(wrapped(&format!("  {name:<8} {text}"), columns));
        }
        self.shown = Some(ShownQuestion {
            question,
            rest: lines,
            since: Stopwatch::start(),
        });
        self.page();
        self.keys.forget();
    }

    /// Shows as much of the question as fits on the terminal.
    fn page(&mut self) {
        let (_, rows) = size();
        let Some(shown) = &mut self.shown else { return };
        let fit = rows.saturating_sub(ROWS_BELOW).max(1);
        let count = shown.rest.len().min(fit);
        let lines: Vec<String> = shown.rest.drain(..count).collect();
        let whole = shown.rest.is_empty();
        for line in lines {
            self.terminal.error(&line);
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
        if shown.since.elapsed() < UNREAD {
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
            self.present(Rc::clone(next), waiting.len());
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
    News(String),
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

/// What the person is told of a question: the line comes last, since it may fill pages.
fn told(waiting: &WaitingQuestion) -> Vec<(&'static str, String)> {
    let question = &waiting.question;
    let joined = |texts: &[String]| {
        let shown = texts
            .iter()
            .take(MAX_HOSTS_SHOWN)
            .map(|text| visible_text(text));
        let shown = shown.collect::<Vec<String>>().join(", ");
        match texts.len().saturating_sub(MAX_HOSTS_SHOWN) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    };
    let hosts = match &question.tag {
        None => joined(&question.hosts),
        Some(tag) => {
            let count = question.hosts.len();
            format!(
                "{count} of the tag {}: {}",
                visible_text(tag),
                joined(&question.hosts)
            )
        }
    };
    let age = waiting.since.elapsed().as_secs();
    let lapses = u64::from(question.expires_in).saturating_sub(age);
    let client = question.client.as_deref().unwrap_or("gives no name");
    vec![
        ("hosts", hosts),
        ("user", joined(&question.users)),
        ("rule", joined(&question.rules)),
        ("client", visible_text(client)),
        (
            "server",
            format!("{}, user {}", visible_text(&question.server), waiting.uid),
        ),
        ("age", format!("{age} s; it lapses in {lapses} s")),
        ("command", visible_text(&question.line)),
    ]
}

/// A text in rows of the terminal; a letter that is not ASCII may be two columns wide.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut used = 0;
    for letter in text.chars() {
        let width = if letter.is_ascii() { 1 } else { 2 };
        if used + width > columns {
            rows.push(String::new());
            used = 0;
        }
        if let Some(row) = rows.last_mut() {
            row.push(letter);
        }
        used += width;
    }
    rows
}

/// Columns and rows of the terminal.
fn size() -> (usize, usize) {
    match tcgetwinsize(stdin()) {
        Ok(size) if size.ws_col >= 20 && size.ws_row > 0 => {
            (usize::from(size.ws_col), usize::from(size.ws_row))
        }
        Ok(_) | Err(_) => USUAL_SIZE,
    }
}
