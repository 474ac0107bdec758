//! The measured part of a bench: callers that each have one operation under way, between two runs
//! of the yardstick.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::{Error, Result};
use store::Store;

use super::figures::{Figures, Latencies, Thousandths, instant, per_second};
use super::sql;

/// Time before measuring begins: caches and connections warm up.
const WARM_UP: Duration = Duration::from_secs(2);

/// Asks for one operation after the other.
pub trait Caller: Send + 'static {
    /// Does one, and answers how long it took.
    fn call(&mut self) -> impl Future<Output = Result<Duration>> + Send;
}

/// What a load came to.
pub struct Measured {
    latencies: Latencies,
    /// How long the measured part was.
    elapsed: Duration,
    bytes_per_operation: u64,
}

/// Runs all callers for a time.
pub async fn run<C: Caller>(store: &Store, callers: Vec<C>, seconds: u64) -> Result<Measured> {
    let size = sql::ledger_bytes(store).await?;
    let (measuring, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let start = |caller| tokio::spawn(go_on(caller, Arc::clone(&measuring), Arc::clone(&stop)));
    let callers: Vec<_> = callers.into_iter().map(start).collect();
    tokio::time::sleep(WARM_UP).await;
    let begun = instant();
    measuring.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    measuring.store(false, Ordering::Relaxed);
    let elapsed = begun.elapsed();
    stop.store(true, Ordering::Relaxed);
    let mut latencies = Latencies::default();
    let mut all = 0_u64;
    for caller in callers {
        let (mine, count) = caller.await.map_err(|e| Error::broken("running a caller", e))??;
        latencies.merge(mine);
        all = all.saturating_add(count);
    }
    let grown = sql::ledger_bytes(store).await?.saturating_sub(size);
    let bytes_per_operation = grown.checked_div(all).unwrap_or(0);
    Ok(Measured { latencies, elapsed, bytes_per_operation })
}

/// One caller. Answers the latencies of the measured part, and how many calls there were with the
/// warm-up.
async fn go_on<C: Caller>(
    mut caller: C,
    measuring: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
) -> Result<(Latencies, u64)> {
    let mut latencies = Latencies::default();
    let mut count = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        let took = caller.call().await?;
        if measuring.load(Ordering::Relaxed) {
            latencies.add(took);
        }
        count = count.saturating_add(1);
    }
    Ok((latencies, count))
}

impl Measured {
    pub fn per_second(&self) -> u64 {
        per_second(self.latencies.count(), self.elapsed)
    }

    /// Adds the figures that every such bench has. `tpcb` is the yardstick before and after.
    pub fn add_to(mut self, figures: Figures, legs: u64, tpcb: (u64, u64)) -> Figures {
        let (before, after) = tpcb;
        let tpcb = before.saturating_add(after) / 2;
        let operations = self.per_second();
        figures
            .number("ops_per_s", operations)
            .number("legs_per_s", operations.saturating_mul(legs))
            .millis("p50_ms", self.latencies.percentile(500))
            .millis("p99_ms", self.latencies.percentile(990))
            .number("bytes_per_op", self.bytes_per_operation)
            .number("tpcb_tps", tpcb)
            .number("tpcb_before", before)
            .number("tpcb_after", after)
            .number("ratio_to_tpcb", Thousandths::ratio(operations, tpcb))
    }
}
