//! Sending, until the shutdown.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Ctx, Permissions, Result};
use store::pause;
use tokio::sync::watch;

use super::Step;
use super::rules::wait_after;
use super::sending::{Turn, turn};
use crate::Accounting;
use crate::ports::CoreBanking;

/// How often it is looked for something to send.
const ROUND: Duration = Duration::from_millis(500);
/// How often a batch is asked for that is being processed.
const PROCESSING_ROUND: Duration = Duration::from_millis(200);
/// How long to wait before trying to become the one that sends.
const STANDBY: Duration = Duration::from_secs(2);

/// Sends what was written down until the shutdown. Any number of nodes may run it: one of them is
/// active, another takes over when it goes away. Neither loses or repeats anything by it.
pub async fn send(
    accounting: Accounting,
    abs: Arc<dyn CoreBanking>,
    clock: Clock,
    mut shutdown: watch::Receiver<bool>,
) {
    let ctx = Ctx::system("abs", Permissions::NONE).with_clock(clock);
    while !*shutdown.borrow() {
        let sent = match turn(&accounting.store).await {
            Ok(Some(mut turn)) => {
                rounds(&accounting, (&ctx, abs.as_ref()), &mut turn, &mut shutdown).await
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = sent {
            tracing::error!(?error, "the turn to send to the ABS is lost");
        }
        if pause(STANDBY, &mut shutdown).await {
            return;
        }
    }
}

async fn rounds(
    accounting: &Accounting,
    (ctx, abs): (&Ctx, &dyn CoreBanking),
    turn: &mut Turn,
    shutdown: &mut watch::Receiver<bool>,
) -> Result<()> {
    let mut failures = 0_u32;
    loop {
        turn.check().await?;
        let wait = match accounting.send_next(ctx, abs).await {
            Ok(step) => {
                failures = 0;
                match step {
                    Step::Went => Duration::ZERO,
                    Step::Waits => PROCESSING_ROUND,
                    Step::Idle => {
                        map_again(accounting, ctx).await;
                        ROUND
                    }
                }
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(counter.abs_failures = 1, failures, ?error, "the ABS is not told");
                wait_after(failures)
            }
        };
        if pause(wait, shutdown).await {
            return Ok(());
        }
    }
}

async fn map_again(accounting: &Accounting, ctx: &Ctx) {
    match accounting.map_again(ctx).await {
        Ok(0) => {}
        Ok(mapped) => tracing::info!(mapped, "documents got their line in the chart"),
        Err(error) => tracing::error!(?error, "documents without a line were not looked at"),
    }
}
