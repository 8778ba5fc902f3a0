//! Cancellation as a value: one [`Canceller`] ends what holds a [`Cancelled`] token.
//!
//! Dropping a future cannot say goodbye to a remote process, so work that owns one is
//! told to stop and finishes its own clean-up.

use smol::channel::{Receiver, Sender, bounded};

/// The side that says stop. Dropping it says nothing.
#[derive(Clone, Debug)]
pub struct Canceller(Sender<()>);

/// The side that hears it; cheap to clone, any number may wait.
#[derive(Clone, Debug)]
pub struct Cancelled {
    heard: Receiver<()>,
    // Holding a sender keeps the channel open when every `Canceller` is gone.
    open: Sender<()>,
}

/// A connected pair.
pub fn pair() -> (Canceller, Cancelled) {
    let (sender, heard) = bounded(1);
    let cancelled = Cancelled {
        heard,
        open: sender.clone(),
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
    /// Another side that can say stop.
    pub fn canceller(&self) -> Canceller {
        Canceller(self.open.clone())
    }

    /// Waits until the canceller says stop.
    pub async fn wait(&self) {
        // Nothing is ever sent: the only thing that ends this wait is the close.
        while self.heard.recv().await.is_ok() {}
    }

    /// True once the canceller has said stop.
    pub fn is_cancelled(&self) -> bool {
        self.heard.is_closed()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cancel_is_heard_by_every_clone_and_dropping_the_canceller_is_not_a_cancel() {
        let (canceller, token) = super::pair();
        let other = token.clone();
        assert!(!token.is_cancelled());
        canceller.cancel();
        assert!(other.is_cancelled());
        smol::future::block_on(async { futures(token.wait(), other.wait()).await });

        let (canceller, token) = super::pair();
        drop(canceller);
        assert!(!token.is_cancelled());
    }

    async fn futures(one: impl Future<Output = ()>, two: impl Future<Output = ()>) {
        smol::future::zip(one, two).await;
    }
}
