//! The rates of a day are asked for until they are there.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Ctx, Moment, Permissions};
use store::pause;
use tokio::sync::watch;

use super::{RateSource, Rates, rules};

/// How often it is looked whether something is missing.
const ROUND: Duration = Duration::from_secs(30);

/// Asks until the shutdown. Any number of nodes may do it: what one has kept, the others do not ask
/// for.
pub async fn follow(
    rates: Rates,
    source: Arc<dyn RateSource>,
    clock: Clock,
    mut shutdown: watch::Receiver<bool>,
) {
    let ctx = Ctx::system("rates", Permissions::NONE).with_clock(clock);
    let mut asked_at = None;
    loop {
        tokio::select! {
            () = round(&rates, source.as_ref(), &ctx, &mut asked_at) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
        if pause(ROUND, &mut shutdown).await {
            return;
        }
    }
}

async fn round(rates: &Rates, source: &dyn RateSource, ctx: &Ctx, asked_at: &mut Option<Moment>) {
    let missing = match rates.missing(ctx).await {
        Ok(missing) => missing,
        Err(error) => {
            tracing::error!(?error, "it is not known which rates are missing");
            return;
        }
    };
    let now = ctx.now();
    let pause = rules::pause_seconds(now.day(), &missing);
    let is_due = asked_at.is_none_or(|at| now >= at.plus_seconds(pause));
    if missing.is_empty() || !is_due {
        return;
    }
    *asked_at = Some(now);
    match rates.fetch(ctx, source).await {
        Ok(0) => tracing::debug!(?missing, "rates are not published yet"),
        Ok(new) => tracing::info!(new, "published rates were read"),
        // The last rates hold until they are too old, so it is no incident yet.
        Err(error) => tracing::warn!(?error, "published rates could not be read"),
    }
}
