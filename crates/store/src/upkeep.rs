//! What the database needs from time to time: partitions for the coming months, and an end to what
//! nobody needs any more. Any number of nodes may do it.

use std::time::Duration;

use kernel::{Clock, Moment, Result};
use tokio::sync::watch;

use crate::tasks::{pause, stopped, stopping};
use crate::{Store, jobs, outbox, partitions, rates};

const PERIOD_SECONDS: u64 = 3_600;
/// How long events stay that every consumer has read, for whoever must look into an incident.
const EVENT_RETENTION_SECONDS: i64 = 7 * 86_400;

/// Does all of it once.
pub async fn once(store: &Store, now: Moment) -> Result<()> {
    partitions::ensure(store, now).await?;
    let events =
        outbox::trim(store, now.plus_seconds(EVENT_RETENTION_SECONDS.saturating_neg())).await?;
    let jobs = jobs::clean(store, now).await?;
    let counters = rates::clean(store, now).await?;
    tracing::debug!(events, jobs, counters, "cleaned up");
    Ok(())
}

/// Does all of it every hour, until `shutdown` becomes true or its sender is gone.
pub async fn run(store: Store, clock: Clock, mut shutdown: watch::Receiver<bool>) {
    while !stopping(&shutdown) {
        // Whatever it is interrupted at was one statement, or is rolled back.
        tokio::select! {
            done = once(&store, clock.now()) => {
                if let Err(error) = done {
                    tracing::error!(?error, "upkeep of the database failed");
                }
            }
            () = stopped(&mut shutdown) => return,
        }
        pause(Duration::from_secs(PERIOD_SECONDS), &mut shutdown).await;
    }
}
