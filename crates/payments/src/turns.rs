//! How many long readings of the books there are at once on this node, whoever asks by whichever
//! door: each holds all its lines in memory, several times over.

use std::time::Duration;

use kernel::{Code, Result};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::Payments;

/// Statements, documents, verifications and exports that are read at once.
pub(crate) const STATEMENTS_AT_ONCE: usize = 4;
/// How long one waits for its turn.
const WAIT_SECONDS: u64 = 5;

impl Payments {
    /// A place among those who read a statement. [`Code::Busy`] when none becomes free in time.
    /// Whoever has one asks for no other.
    pub(crate) async fn statement_place(&self) -> Result<SemaphorePermit<'_>> {
        turn(&self.statements, Duration::from_secs(WAIT_SECONDS)).await
    }
}

async fn turn(places: &Semaphore, wait: Duration) -> Result<SemaphorePermit<'_>> {
    match timeout(wait, places.acquire()).await {
        Ok(Ok(place)) => Ok(place),
        _ => Err(Code::Busy.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_comes_when_another_ends_or_not_in_time() {
        let places = Semaphore::new(1);
        let first = turn(&places, Duration::ZERO).await.unwrap();
        let refused = turn(&places, Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::Busy));
        let waiting = turn(&places, Duration::from_secs(5));
        let (second, ()) = tokio::join!(waiting, async { drop(first) });
        assert!(second.is_ok());
    }
}
