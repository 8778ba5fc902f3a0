//! Tasks and timers.
//!
//! Takes: futures. Gives: their results, all on one thread. Refuses: to run without an epoll instance.

use std::future::Future;
use std::io;
use std::time::Duration;

use smol::LocalExecutor;

use super::signals::{Signal, SignalListener};

pub use smol::Task;

thread_local! {
    static EXECUTOR: &'static LocalExecutor<'static> = Box::leak(Box::new(LocalExecutor::new()));
}

/// Runs `main`, and every task that it spawns, until `main` is done. A file that may not grow (`ulimit -f`) is an error of
/// write(2) meanwhile, and not the end of the process.
///
/// # Errors
/// When the operating system refuses an epoll instance.
pub fn block_on<T>(main: impl Future<Output = T>) -> io::Result<T> {
    let reactor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let _too_large = {
        let _entered = reactor.enter();
        SignalListener::listen(Signal::FileTooLarge)?
    };
    Ok(EXECUTOR.with(|executor| reactor.block_on(executor.run(main))))
}

/// Starts `future` as a task of this thread. Dropping the [`Task`] ends it; `detach` lets it go on.
pub fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> Task<T> {
    EXECUTOR.with(|executor| executor.spawn(future))
}

/// Waits for `duration`.
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The output of `future`, or `None` when `limit` has passed first; the future is dropped then.
pub async fn timeout<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, future).await.ok()
}
