//! The lines that wait until the client reads them, and the memory that they hold together with the calls under way.
//!
//! Takes: answers, news and questions, each as a line; calls as they begin. Gives: the lines one by one, to one
//! writer. Refuses: calls and answers beyond [`MAX_BYTES`]; a short error with the answer's id waits in place of
//! the answer. Beyond [`MAX_ERRORS`] of these errors the queue ends: a client that reads nothing counts as gone.
//!
//! Only [`Queue::told`] waits for the client, so the reader of stdin never does.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use smol::channel::{Receiver, Sender, bounded, unbounded};
use smol::lock::{Mutex, MutexGuardArc};

use super::response::Response;

/// The most bytes of all waiting answers and of the calls under way. An honest client that sends a thousand
/// requests before it reads fills a third of this.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most bytes of the calls under way: even then there is room for the answers to other calls.
const MAX_CALL_BYTES: usize = 20 * 1024 * 1024;
/// How many bytes a call holds while it waits for its turn: measured with two thousand calls.
const CALL_BYTES: usize = 8 * 1024;
/// How many copies of its line a call holds: among them the command as it was asked for, judged and to be sent.
const CALL_COPIES: usize = 4;
/// The longest line of a call: with a longer one its copies would be over [`MAX_CALL_BYTES`], on an idle server, too.
pub(super) const MAX_CALL_LINE: usize = (MAX_CALL_BYTES - CALL_BYTES) / CALL_COPIES;
/// How many errors may wait in place of answers.
const MAX_ERRORS: usize = 10_000;
/// The most bytes of these errors: each repeats an id, which may be as long as a line.
const MAX_ERROR_BYTES: usize = 4 * 1024 * 1024;
/// How many bytes a line holds beside its text, in the queue and at the allocator.
const LINE_BYTES: usize = 128;
/// With more waiting lines, no news is queued that the client can do without: the client has stopped reading, and
/// the room is for answers.
const MAX_LINES_BEFORE_NEWS: usize = 64;
/// The most bytes of a line that the client can do without.
const MAX_NEWS_BYTES: usize = 64 * 1024;

/// A line of text and its share of the room, which is given back when the line is dropped.
#[derive(Debug)]
pub(super) struct QueuedLine {
    text: Box<str>,
    _share: Option<Share>,
    _turn: Option<MutexGuardArc<()>>,
}

impl QueuedLine {
    /// The bytes that go out.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

/// The end of the queue that takes lines.
#[derive(Debug)]
pub(super) struct Queue {
    lines: Sender<QueuedLine>,
    answers: Rc<ByteBudget>,
    calls: Rc<ByteBudget>,
    errors: Rc<ByteBudget>,
    /// Nothing is sent; the sender is dropped when the client counts as gone.
    client: RefCell<Option<Sender<Infallible>>>,
    turns: Arc<Mutex<()>>,
}

/// The end of the queue that gives lines.
#[derive(Debug)]
pub(super) struct Lines {
    /// The lines.
    pub queue: Receiver<QueuedLine>,
    /// Fails when the client counts as gone.
    pub client: Receiver<Infallible>,
}

/// Both ends of a queue.
pub(super) fn queue() -> (Queue, Lines) {
    let (lines, queue) = unbounded();
    let (present, client) = bounded(1);
    let ours = Queue {
        lines,
        answers: ByteBudget::of(usize::MAX, MAX_BYTES),
        calls: ByteBudget::of(usize::MAX, MAX_CALL_BYTES),
        errors: ByteBudget::of(MAX_ERRORS, MAX_ERROR_BYTES),
        client: RefCell::new(Some(present)),
        turns: Arc::default(),
    };
    (ours, Lines { queue, client })
}

impl Queue {
    /// Queues an answer, or a short error in its place.
    pub fn answer(&self, response: &Response) {
        let line = response.line();
        if let Some(share) = self.answer_share(line.len()) {
            return self.put(line, Some(share), None);
        }
        let error = response.left_out(MAX_BYTES >> 20).line();
        match self.errors.share(error.len() + LINE_BYTES) {
            Some(share) => self.put(error, Some(share), None),
            None => self.give_up(),
        }
    }

    /// Queues a question; `None` when there is no room for it.
    pub fn question(&self, line: String) -> Option<()> {
        let share = self.answer_share(line.len())?;
        self.put(line, Some(share), None);
        Some(())
    }

    /// Queues news that must not be lost; waits until the news before it are written.
    pub async fn told(&self, line: String) {
        let turn = self.turns.lock_arc().await;
        self.put(line, None, Some(turn));
    }

    /// Queues news on which nothing depends; `None` when the client is slow or the line is too long.
    pub fn offered(&self, line: String) -> Option<()> {
        if line.len() > MAX_NEWS_BYTES || self.lines.len() >= MAX_LINES_BEFORE_NEWS {
            return None;
        }
        self.question(line)
    }

    /// The room of a call that came in a line of so many bytes, until the call is answered; `None` when there is no
    /// room.
    pub fn call(&self, line: usize) -> Option<Share> {
        let bytes = CALL_BYTES.saturating_add(line.saturating_mul(CALL_COPIES));
        let held = self.held().saturating_add(bytes);
        (held <= MAX_BYTES).then(|| self.calls.share(bytes))?
    }

    /// The room of an answer of so many bytes.
    fn answer_share(&self, length: usize) -> Option<Share> {
        let bytes = length.saturating_add(LINE_BYTES);
        let held = self.held().saturating_add(bytes);
        (held <= MAX_BYTES).then(|| self.answers.share(bytes))?
    }

    fn held(&self) -> usize {
        self.answers.bytes.get() + self.calls.bytes.get()
    }

    /// How many bytes of answers wait.
    pub fn bytes(&self) -> usize {
        self.answers.bytes.get()
    }

    /// Takes no more lines; the lines that wait are still given out.
    pub fn close(&self) {
        self.lines.close();
    }

    fn put(&self, text: String, share: Option<Share>, turn: Option<MutexGuardArc<()>>) {
        let line = QueuedLine {
            // The text must take no more memory than its share counts.
            text: text.into_boxed_str(),
            _share: share,
            _turn: turn,
        };
        if self.lines.try_send(line).is_err() {
            log::debug!("a message was dropped because stdout is closed");
        }
    }

    fn give_up(&self) {
        if self.client.take().is_some() {
            log::warn!(
                "the client reads nothing: {} MiB of answers wait for it, and {} errors in place of \
                 others; it is taken for gone",
                MAX_BYTES >> 20,
                self.errors.lines.get()
            );
            self.lines.close();
        }
    }
}

/// The room for one kind of lines or calls.
#[derive(Debug)]
struct ByteBudget {
    max_lines: usize,
    max_bytes: usize,
    lines: Cell<usize>,
    bytes: Cell<usize>,
}

/// The part of the room that one line or one call holds, until it is dropped.
#[derive(Debug)]
pub struct Share {
    room: Rc<ByteBudget>,
    bytes: usize,
}

impl ByteBudget {
    fn of(max_lines: usize, max_bytes: usize) -> Rc<Self> {
        Rc::new(Self {
            max_lines,
            max_bytes,
            lines: Cell::new(0),
            bytes: Cell::new(0),
        })
    }

    /// A share of so many bytes; `None` when there is no room.
    fn share(self: &Rc<Self>, bytes: usize) -> Option<Share> {
        let (lines, held) = (self.lines.get() + 1, self.bytes.get().saturating_add(bytes));
        if lines > self.max_lines || held > self.max_bytes {
            return None;
        }
        self.lines.set(lines);
        self.bytes.set(held);
        Some(Share {
            room: Rc::clone(self),
            bytes,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.lines.set(self.room.lines.get() - 1);
        self.room.bytes.set(self.room.bytes.get() - self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        LINE_BYTES, Lines, MAX_BYTES, MAX_CALL_BYTES, MAX_CALL_LINE, MAX_ERROR_BYTES, MAX_ERRORS,
        Queue, queue,
    };
    use crate::rpc::{RequestId, Response};
    use serde_json::Value;

    fn pong(id: &str) -> Response {
        Response::new(RequestId::Text(id.into()), Ok(Value::Null))
    }

    /// Queues answers until there is no room; gives how many they were.
    fn fill(queue: &Queue, answer: &Response) -> usize {
        let bytes = answer.line().len() + LINE_BYTES;
        let room = (MAX_BYTES - queue.held()) / bytes;
        (0..room).for_each(|_| queue.answer(answer));
        room
    }

    #[test]
    fn calls_and_answers_share_the_room() {
        let (queue, lines) = queue();
        let calls = || std::iter::from_fn(|| queue.call(200));
        let held: Vec<_> = calls().collect();
        // There is room for more calls than may be under way at once, and still room for answers.
        assert!(held.len() > 2048 && queue.calls.bytes.get() <= MAX_CALL_BYTES);
        assert!(queue.call(0).is_none());
        fill(&queue, &pong(&"x".repeat(64 * 1024)));
        assert!(queue.held() <= MAX_BYTES);
        assert!(lines.queue.len() > 100);
        drop(held);
        fill(&queue, &pong(""));
        assert!(
            queue.call(0).is_none(),
            "nothing is begun for who does not read"
        );
        next(&lines);
        assert!(queue.call(0).is_some());
    }

    #[test]
    fn the_longest_call_has_room_on_an_idle_server_and_a_longer_one_never() {
        let (queue, _lines) = queue();
        assert!(queue.call(MAX_CALL_LINE).is_some());
        assert!(queue.call(MAX_CALL_LINE + 1).is_none());
        assert!(queue.call(usize::MAX).is_none());
    }

    fn next(lines: &Lines) -> String {
        let line = lines.queue.try_recv().unwrap();
        String::from_utf8(line.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn beyond_the_bound_an_error_waits_and_room_is_given_back() {
        let (queue, lines) = queue();
        let answer = pong(&"x".repeat(64 * 1024));
        let room = fill(&queue, &answer);
        assert!(queue.bytes() <= MAX_BYTES);
        queue.answer(&answer);
        queue.answer(&pong("short"));
        for _ in 0..room {
            assert!(next(&lines).ends_with("\"result\":null}\n"));
        }
        assert_eq!(
            queue.bytes(),
            "short".len() + pong("").line().len() + LINE_BYTES
        );
        let error: Value = serde_json::from_str(&next(&lines)).unwrap();
        assert_eq!(error["id"].as_str().unwrap().len(), 64 * 1024);
        assert!(
            error["error"]["message"]
                .as_str()
                .unwrap()
                .contains("32 MiB"),
            "{error}"
        );
        assert!(next(&lines).contains("\"id\":\"short\""));
        assert_eq!((queue.bytes(), queue.errors.lines.get()), (0, 0));
        fill(&queue, &answer);
    }

    #[test]
    fn a_client_that_reads_nothing_is_gone() {
        for (id, most) in [(String::new(), MAX_ERRORS), ("x".repeat(1024 * 1024), 3)] {
            let (queue, lines) = queue();
            fill(&queue, &pong(&"x".repeat(64 * 1024)));
            fill(&queue, &pong(""));
            let answer = pong(&id);
            let given_up = || lines.client.is_closed();
            (0..most).for_each(|_| queue.answer(&answer));
            assert!(!given_up());
            assert!(queue.errors.bytes.get() <= MAX_ERROR_BYTES);
            queue.answer(&answer);
            assert!(given_up());
            let held = lines.queue.len();
            queue.answer(&answer);
            assert_eq!(lines.queue.len(), held, "nothing more is taken");
        }
    }

    #[test]
    fn news_goes_where_a_client_reads() {
        let (queue, lines) = queue();
        let news = || queue.offered("news\n".to_owned());
        while news().is_some() {}
        assert_eq!(lines.queue.len(), super::MAX_LINES_BEFORE_NEWS);
        next(&lines);
        assert!(news().is_some());
        let long = "x".repeat(super::MAX_NEWS_BYTES + 1);
        next(&lines);
        assert!(queue.offered(long).is_none());
    }

    /// News come one at a time and in order, each once the news before are written.
    #[test]
    fn what_must_not_be_lost_waits_for_its_turn() {
        let (queue, lines) = queue();
        let told = async {
            queue.told("one\n".to_owned()).await;
            queue.told("two\n".to_owned()).await;
            queue.close();
        };
        let read = async {
            let mut read = Vec::new();
            while let Ok(line) = lines.queue.recv().await {
                assert!(lines.queue.is_empty());
                read.push(String::from_utf8(line.as_bytes().to_vec()).unwrap());
            }
            read
        };
        let ((), read) = smol::future::block_on(smol::future::zip(told, read));
        assert_eq!(read, ["one\n", "two\n"]);
    }
}
