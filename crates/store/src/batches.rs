use std::time::Duration;

use kernel::Result;
use sqlx::postgres::PgQueryResult;
use tokio::time::{Instant, sleep};

use crate::broken;

/// The most rows one statement deletes: few enough that it ends well within its time limit and
/// holds no lock for long.
const BATCH_ROWS: i64 = 5_000;
/// How long to rest between two batches, so that customers' requests go on.
const PAUSE_MILLIS: u64 = 10;
/// How long one call may go on: what is left then is for the next hour.
const CALL_SECONDS: u64 = 600;

/// Deletes what is old, so many rows at a time, until a batch comes out short: then nothing is
/// left. `delete` gets the most rows it may delete. Gives how many were deleted in all.
pub async fn in_batches<F, Fut>(doing: &'static str, mut delete: F) -> Result<u64>
where
    F: FnMut(i64) -> Fut,
    Fut: Future<Output = sqlx::Result<PgQueryResult>>,
{
    let began = Instant::now();
    let mut total = 0_u64;
    loop {
        let deleted = delete(BATCH_ROWS).await.map_err(broken(doing))?.rows_affected();
        total = total.saturating_add(deleted);
        if deleted < BATCH_ROWS.unsigned_abs() {
            return Ok(total);
        }
        if began.elapsed() >= Duration::from_secs(CALL_SECONDS) {
            tracing::warn!(counter.cleanups_cut_short = 1, doing, total, "old rows are left");
            return Ok(total);
        }
        sleep(Duration::from_millis(PAUSE_MILLIS)).await;
    }
}
