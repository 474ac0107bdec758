use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kernel::Result;
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;

use super::relay::{POLL_MILLIS, STANDBY_MILLIS, hold};
use super::{Event, advance_on, read_on};
use crate::tasks::{pause, stopping};
use crate::{Store, broken};

/// The most events handed over at once.
const BATCH: i64 = 500;

/// The transaction in which the cursor moves past a batch.
pub type Within<'a> = &'a mut PgConnection;

type Handling<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// What is done with a batch of events, in the transaction in which the cursor moves past them:
/// each event counts exactly once.
pub type BatchHandler = Arc<dyn for<'a> Fn(Within<'a>, &'a [Event]) -> Handling<'a> + Send + Sync>;

/// Hands the events of the log to one consumer in batches. For what only writes to the database and
/// is asked for by many events: one transaction for all of them. A batch that fails is tried again
/// until it succeeds: nothing is left out.
pub struct BatchRelay {
    store: Store,
    consumer: &'static str,
    handler: BatchHandler,
}

impl BatchRelay {
    /// A relay for a consumer.
    pub const fn new(store: Store, consumer: &'static str, handler: BatchHandler) -> Self {
        Self { store, consumer, handler }
    }

    /// Runs until `shutdown` becomes true or its sender is gone.
    pub async fn run(self, mut shutdown: watch::Receiver<bool>) {
        while !stopping(&shutdown) {
            let relayed = match hold(&self.store, self.consumer).await {
                Ok(Some(conn)) => self.relay(conn, &mut shutdown).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = relayed {
                tracing::error!(consumer = self.consumer, ?error, "the relay broke and tries anew");
            }
            pause(Duration::from_millis(STANDBY_MILLIS), &mut shutdown).await;
        }
    }

    /// Hands over everything there is, and ends: for tests and commands. False when another relay
    /// of this consumer is at it.
    pub async fn once(&self) -> Result<bool> {
        let Some(mut conn) = hold(&self.store, self.consumer).await? else { return Ok(false) };
        while self.batch(&mut conn).await? > 0 {}
        Ok(true)
    }

    async fn relay(
        &self,
        mut conn: PgConnection,
        shutdown: &mut watch::Receiver<bool>,
    ) -> Result<()> {
        let mut wake = self.store.events_wake();
        while !stopping(shutdown) {
            wake.mark_unchanged();
            if self.batch(&mut conn).await? == 0 {
                tokio::select! {
                    _ = wake.changed() => {}
                    _ = pause(Duration::from_millis(POLL_MILLIS), shutdown) => {}
                }
            }
        }
        Ok(())
    }

    async fn batch(&self, conn: &mut PgConnection) -> Result<usize> {
        const DOING: &str = "handing over a batch of events";
        let events = read_on(conn, self.consumer, BATCH).await?;
        let Some(last) = events.last() else { return Ok(0) };
        let mut tx = conn.begin().await.map_err(broken(DOING))?;
        (self.handler)(&mut tx, &events).await?;
        advance_on(&mut tx, self.consumer, last.cursor).await?;
        tx.commit().await.map_err(broken(DOING))?;
        Ok(events.len())
    }
}
