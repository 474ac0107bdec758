//! Days are closed when they are over, and compared document by document.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Ctx, Day, Permissions};
use store::pause;
use tokio::sync::watch;

use super::Closing;
use crate::Accounting;
use crate::ports::CoreBanking;

/// How often it is looked whether a day can be closed.
const ROUND: Duration = Duration::from_mins(1);
/// How long to wait after the books differed: a person has to look first.
const DIFFERS_ROUND: Duration = Duration::from_mins(10);

/// Closes days until the shutdown. Any number of nodes may do it.
pub async fn close(
    accounting: Accounting,
    abs: Arc<dyn CoreBanking>,
    clock: Clock,
    mut shutdown: watch::Receiver<bool>,
) {
    let ctx = Ctx::system("day-close", Permissions::NONE).with_clock(clock);
    loop {
        let wait = round(&accounting, &ctx, abs.as_ref()).await;
        if pause(wait, &mut shutdown).await {
            return;
        }
    }
}

/// Tries to close the next day, and says how long to wait before the next try.
async fn round(accounting: &Accounting, ctx: &Ctx, abs: &dyn CoreBanking) -> Duration {
    match accounting.close_next(ctx, abs).await {
        Ok(None | Some((_, Closing::NotOver))) => ROUND,
        Ok(Some((day, Closing::Closed))) => {
            tracing::info!(%day, "the day is closed in both books");
            compare(accounting, ctx, abs, day).await;
            Duration::ZERO
        }
        Ok(Some((day, Closing::Differs(breaks)))) => {
            let breaks = breaks.len();
            tracing::error!(counter.day_differs = 1, %day, breaks, "the day stays open");
            // The sums say that something is wrong; the documents say what.
            compare(accounting, ctx, abs, day).await;
            DIFFERS_ROUND
        }
        Ok(Some((day, waits))) => {
            tracing::warn!(%day, ?waits, "the day cannot be closed yet");
            ROUND
        }
        Err(error) => {
            tracing::warn!(?error, "the day could not be closed");
            ROUND
        }
    }
}

async fn compare(accounting: &Accounting, ctx: &Ctx, abs: &dyn CoreBanking, day: Day) {
    match accounting.reconcile_abs(ctx, abs, (day, day)).await {
        Ok(run) if run.found == 0 => tracing::info!(%day, run.agreed, "all documents agree"),
        Ok(run) => tracing::error!(counter.breaks = run.found, %day, "documents differ"),
        Err(error) => tracing::warn!(?error, "documents were not compared"),
    }
}
