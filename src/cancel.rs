//! Cancellation as a value: one [`Canceller`] ends what holds a [`Cancelled`] token.
//!
//! Takes: work that may have to stop. Gives: its result, or `None` when it was cancelled first
//! ([`Cancelled::race`]). A dropped future cannot end a remote process. So work that owns a process is not
//! dropped: it waits for the token itself, and cleans up when it is told to stop.

use std::sync::Arc;

use smol::channel::{Receiver, Sender, bounded};
use smol::future::or;

/// The side that says stop. To drop it says nothing.
#[derive(Clone, Debug)]
pub struct Canceller(Sender<()>);

/// The side that hears stop. Clones are cheap, and any number of them may wait.
#[derive(Clone, Debug)]
pub struct Cancelled {
    heard: Receiver<()>,
    // This sender keeps the channel open when every `Canceller` is dropped.
    open: Sender<()>,
    /// The token of the whole work, if this one is of a part: its cancellation counts, too.
    parent: Option<Arc<Cancelled>>,
}

/// A canceller and its token.
pub fn pair() -> (Canceller, Cancelled) {
    below(None)
}

fn below(parent: Option<Arc<Cancelled>>) -> (Canceller, Cancelled) {
    let (sender, heard) = bounded(1);
    let cancelled = Cancelled {
        heard,
        open: sender.clone(),
        parent,
    };
    (Canceller(sender), cancelled)
}

impl Canceller {
    /// Says stop, once and for all; later calls change nothing.
    pub fn cancel(&self) {
        self.0.close();
    }
}

impl Cancelled {
    /// Another canceller of this token.
    pub fn canceller(&self) -> Canceller {
        Canceller(self.open.clone())
    }

    /// A pair for a part of the work: its canceller stops the part alone; whoever stops this token stops the
    /// part, too.
    pub fn child(&self) -> (Canceller, Self) {
        below(Some(Arc::new(self.clone())))
    }

    /// The result of `work`, or `None` when the canceller has said stop first; the work is dropped then. The
    /// token is asked before the work: work that is already cancelled does not begin.
    pub fn race<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = Option<T>> {
        // The work is on the heap: it may be large, and each future that held it by value would be as large.
        let work = Box::pin(work);
        let told = async {
            self.wait().await;
            None
        };
        or(told, async { Some(work.await) })
    }

    /// Waits until the canceller says stop.
    pub async fn wait(&self) {
        match &self.parent {
            None => self.own().await,
            Some(parent) => or(self.own(), Box::pin(parent.wait())).await,
        }
    }

    /// Waits for the token's own canceller.
    async fn own(&self) {
        // Nothing is ever sent on the channel, so only its close ends this wait.
        while self.heard.recv().await.is_ok() {}
    }

    /// True once the canceller has said stop.
    pub fn is_cancelled(&self) -> bool {
        let parent = self.parent.as_ref();
        self.heard.is_closed() || parent.is_some_and(|parent| parent.is_cancelled())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use smol::future::block_on;

    #[test]
    fn cancel_is_heard_by_every_clone_and_dropping_the_canceller_is_not_a_cancel() {
        let (canceller, token) = super::pair();
        let other = token.clone();
        assert!(!token.is_cancelled());
        canceller.cancel();
        assert!(other.is_cancelled());
        block_on(async { futures(token.wait(), other.wait()).await });

        let (canceller, token) = super::pair();
        drop(canceller);
        assert!(!token.is_cancelled());
    }

    #[test]
    fn a_race_gives_the_result_unless_it_was_cancelled_before() {
        let (canceller, token) = super::pair();
        let begun = Cell::new(false);
        let work = || async { begun.replace(true) };
        assert_eq!(block_on(token.race(work())), Some(false));
        canceller.cancel();
        begun.set(false);
        assert_eq!(block_on(token.race(work())), None);
        assert!(!begun.get());
    }

    #[test]
    fn a_child_stops_with_its_parent_and_its_parent_not_with_it() {
        let (canceller, parent) = super::pair();
        let (alone, first) = parent.child();
        let (_kept, second) = parent.child();
        alone.cancel();
        block_on(first.wait());
        assert!(first.is_cancelled() && !second.is_cancelled() && !parent.is_cancelled());
        canceller.cancel();
        block_on(second.wait());
        assert!(second.is_cancelled() && parent.is_cancelled());
    }

    async fn futures(one: impl Future<Output = ()>, two: impl Future<Output = ()>) {
        smol::future::zip(one, two).await;
    }
}
