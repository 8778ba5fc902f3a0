//! The touch of a FIDO key: a person has to touch it for each login, and that takes time.
//!
//! Takes: what an agent is asked. Gives: its answer, [`TouchNews`] for whoever tells the person, and the time of the
//! waits, which does not count as time of the connection. Refuses: to wait for ever, and two touches at once.
//!
//! OpenSSH's agent answers nobody while it waits for a touch. So a silent agent is given up only if no login of this
//! program waits for one.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use smol::channel::{Receiver, Sender, unbounded};

use crate::clock::Stopwatch;
use crate::runtime;

mod line;

pub(super) use line::{LineBefore, TouchTurn, whole_line};

/// How long a person has for one touch: so long a key itself waits, too (CTAP 2.1, section 6.1.2).
pub(super) const TOUCH: Duration = Duration::from_secs(30);
/// How long a login waits until those before it are touched for.
pub(super) const QUEUE: Duration = Duration::from_secs(60);
/// How often a wait is looked at whose connection has no other time left.
const LOOK: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests;

/// What a login waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TouchNews {
    /// Another login waits for a touch.
    Queued(LineBefore),
    /// A touch is wanted now.
    Wanted {
        /// How many logins wait behind this one.
        behind: usize,
    },
    /// The wait is over.
    Over,
}

/// Whoever hears for what the login at a host waits.
#[derive(Clone)]
pub(super) struct TouchTeller<'a> {
    /// The host's alias.
    pub(super) host: &'a str,
    pub(super) news: Sender<TouchNews>,
}

impl TouchTeller<'_> {
    pub(super) fn tell(&self, news: TouchNews) {
        // It is heard as long as the signature is waited for.
        let _heard = self.news.try_send(news);
    }

    /// The turn of this login to be touched for. `None` if it has not come within [`QUEUE`].
    pub(super) async fn turn(&self) -> Option<TouchTurn> {
        let turn = TouchTurn::in_line(self.host);
        if let Some(before) = turn.before() {
            self.tell(TouchNews::Queued(before));
        }
        runtime::timeout(QUEUE, turn.come()).await?;
        self.tell(TouchNews::Wanted {
            behind: turn.behind(),
        });
        Some(turn)
    }
}

/// Where a signer tells its news, and where they are heard.
pub(super) fn news() -> (Sender<TouchNews>, Receiver<TouchNews>) {
    unbounded()
}

/// Whether a login waits for a touch.
fn is_under_way() -> bool {
    whole_line().is_some()
}

/// The agent's answer. `None` when it was silent for `limit` while no login waited for a touch.
pub(super) async fn unless_silent<T>(
    limit: Duration,
    answer: impl Future<Output = T>,
) -> Option<T> {
    let mut answer = pin!(answer);
    let mut touched = is_under_way();
    loop {
        if let Some(answer) = runtime::timeout(limit, answer.as_mut()).await {
            return Some(answer);
        }
        let touches = is_under_way();
        if !touched && !touches {
            return None;
        }
        touched = touches;
    }
}

/// How long a login has waited for touches.
#[derive(Default)]
pub(in crate::ssh) struct TouchWait {
    since: Cell<Option<Stopwatch>>,
    before: Cell<Duration>,
}

impl TouchWait {
    /// The time of all waits, at most that of one turn and one touch: sshd itself gives a login two minutes.
    pub(in crate::ssh) fn total(&self) -> Duration {
        let now = self.since.get().map(|since| since.elapsed());
        (self.before.get() + now.unwrap_or_default()).min(QUEUE + TOUCH)
    }

    pub(super) fn hear(&self, news: &TouchNews) {
        match news {
            TouchNews::Queued(_) | TouchNews::Wanted { .. } => {
                if self.since.get().is_none() {
                    self.since.set(Some(Stopwatch::start()));
                }
            }
            TouchNews::Over => {
                let over = self.since.take().map(|since| since.elapsed());
                self.before
                    .set(self.before.get() + over.unwrap_or_default());
            }
        }
    }
}

/// The output of `work`, or `None` when `limit` has passed besides the waits for touches.
pub(in crate::ssh) async fn within<T>(
    limit: Duration,
    wait: &TouchWait,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    let (mut left, mut granted) = (limit, Duration::ZERO);
    loop {
        if let Some(done) = runtime::timeout(left, work.as_mut()).await {
            return Some(done);
        }
        let waited = wait.total();
        if waited == granted {
            return None;
        }
        // A wait that has just begun would be looked at again and again.
        left = waited.saturating_sub(granted).max(LOOK);
        granted = waited;
    }
}
