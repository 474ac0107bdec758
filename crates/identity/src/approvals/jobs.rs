//! Proposals that nobody decided about in time are closed every minute.

use std::time::Duration;

use kernel::{Clock, Ctx, Permissions};
use store::pause;
use tokio::sync::watch;

use super::Approvals;

/// How often it is looked for them.
const ROUND: Duration = Duration::from_mins(1);

/// Closes them until the shutdown. Any number of nodes may do it.
pub async fn expire(approvals: Approvals, clock: Clock, mut shutdown: watch::Receiver<bool>) {
    let ctx = Ctx::system("approvals", Permissions::NONE).with_clock(clock);
    loop {
        match approvals.expire(&ctx).await {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "proposals were closed that nobody decided on"),
            Err(error) => tracing::error!(?error, "proposals that are over were not closed"),
        }
        if pause(ROUND, &mut shutdown).await {
            return;
        }
    }
}
