//! Every fee is looked at: those of today from time to time, those of a day that is over until
//! everything of it is confirmed.

use std::time::Duration;

use kernel::{Clock, Ctx, Permissions};
use store::pause;
use tokio::sync::watch;

use crate::Payments;

/// How often it is looked.
const ROUND: Duration = Duration::from_mins(10);

/// Looks at fees until the shutdown. Any number of nodes may do it: each look says the same.
pub async fn check(payments: Payments, clock: Clock, mut shutdown: watch::Receiver<bool>) {
    let ctx = Ctx::system("fee-accuracy", Permissions::NONE).with_clock(clock);
    loop {
        tokio::select! {
            () = round(&payments, &ctx) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
        if pause(ROUND, &mut shutdown).await {
            return;
        }
    }
}

async fn round(payments: &Payments, ctx: &Ctx) {
    let days = match payments.days_to_check(ctx).await {
        Ok(days) => days,
        Err(error) => {
            tracing::error!(?error, "it is not known of which days fees are to be looked at");
            return;
        }
    };
    for day in days {
        if let Err(error) = payments.check_fees(ctx, day).await {
            tracing::error!(?error, %day, "the fees of a day could not be looked at");
        }
    }
}
