use std::time::Duration;

use kernel::{Error, Result};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Ends when `shutdown` is true or its sender is gone.
pub async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // The error says that the sender is gone, which also means to stop.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// Whether `shutdown` is true or its sender is gone.
pub fn stopping(shutdown: &watch::Receiver<bool>) -> bool {
    *shutdown.borrow() || shutdown.has_changed().is_err()
}

/// Waits, and not longer than until the shutdown. Gives whether it is time to stop.
pub async fn pause(wait: Duration, shutdown: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(wait) => false,
        () = stopped(shutdown) => true,
    }
}

/// Runs a handler in a task of its own, so that its panic or its endless wait stays its own. It is
/// ended when the limit is reached or when this future is dropped.
pub async fn guarded<F>(limit: Duration, handling: F) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut task = JoinSet::new();
    task.spawn(handling);
    match tokio::time::timeout(limit, task.join_next()).await {
        Ok(Some(Ok(result))) => result,
        Ok(Some(Err(panic))) => Err(Error::broken("running a handler that panicked", panic)),
        Ok(None) => Err(Error::invariant("a handler's task is missing")),
        Err(late) => Err(Error::broken("running a handler that took too long", late)),
    }
}

/// Takes a file's lock, waiting for it at most this long. Dropping the file gives it back.
pub async fn locked(file: std::fs::File, limit: Duration) -> std::io::Result<std::fs::File> {
    const POLL_MILLIS: u64 = 20;
    let taken = async {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(std::fs::TryLockError::Error(error)) => return Err(error),
                Err(std::fs::TryLockError::WouldBlock) => {
                    tokio::time::sleep(Duration::from_millis(POLL_MILLIS)).await;
                }
            }
        }
    };
    match tokio::time::timeout(limit, taken).await {
        Ok(result) => result.map(|()| file),
        Err(late) => Err(std::io::Error::new(std::io::ErrorKind::TimedOut, late)),
    }
}
