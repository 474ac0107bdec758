//! How often something may be asked.
//!
//! The count goes up before the thing it guards is done, in a transaction of its own: an attempt
//! counts even when the use case is rolled back. Windows are fixed, so that a counter is one row;
//! around the turn of a window twice the maximum can pass in a short time, which the maxima allow
//! for.

use kernel::{Code, Ctx, Error, Moment, Refusal, Result};
use sha2::{Digest, Sha256};

use crate::{Store, broken, in_batches};

/// The longest window. Counters are kept for two of these.
const WINDOW_MAX_SECONDS: i64 = 86_400;
const RETENTION_SECONDS: i64 = 2 * WINDOW_MAX_SECONDS;

/// At most `max` times in each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// What is counted; part of the counter's key.
    pub scope: &'static str,
    /// How many times in one window.
    pub max: i32,
    /// The length of the window, a day at most.
    pub window_seconds: i64,
}

/// Counts one more, and refuses with [`Code::TooManyRequests`] when that is above the maximum.
pub async fn take(store: &Store, ctx: &Ctx, rate: Rate, key: &str) -> Result<()> {
    let now = ctx.now();
    let start = window_start(rate, now)?;
    let n = sqlx::query_scalar!(
        "INSERT INTO rate_counter AS c (scope, key, window_start, n) VALUES ($1, $2, $3, 1)
         ON CONFLICT (scope, key, window_start)
         DO UPDATE SET n = least(c.n, 2147483646) + 1
         RETURNING n",
        rate.scope,
        hashed(rate, key),
        start.datetime(),
    )
    .fetch_one(store.pool())
    .await
    .map_err(broken("counting a request"))?;
    if n <= rate.max {
        return Ok(());
    }
    let left_micros = start.plus_seconds(rate.window_seconds).micros_since(now);
    let left_seconds = left_micros.saturating_add(999_999).div_euclid(1_000_000).max(1);
    Err(Refusal::new(Code::TooManyRequests).retry_after(left_seconds).into())
}

/// How often something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// In this window, with this time.
    pub now: i32,
    /// In the window before.
    pub before: i32,
}

impl Counted {
    /// How many of the window before were above the maximum.
    pub fn left_out_before(self, rate: Rate) -> i32 {
        self.before.saturating_sub(rate.max).max(0)
    }
}

/// Counts one more, and refuses nothing: for what is done less of, or otherwise, above the maximum.
pub async fn count(store: &Store, ctx: &Ctx, rate: Rate, key: &str) -> Result<Counted> {
    let start = window_start(rate, ctx.now())?;
    let before = start.plus_seconds(rate.window_seconds.saturating_neg());
    let counted = sqlx::query!(
        r#"INSERT INTO rate_counter AS c (scope, key, window_start, n) VALUES ($1, $2, $3, 1)
           ON CONFLICT (scope, key, window_start)
           DO UPDATE SET n = least(c.n, 2147483646) + 1
           RETURNING n, (SELECT b.n FROM rate_counter b
               WHERE b.scope = $1 AND b.key = $2 AND b.window_start = $4) AS "before?""#,
        rate.scope,
        hashed(rate, key),
        start.datetime(),
        before.datetime(),
    )
    .fetch_one(store.pool())
    .await
    .map_err(broken("counting something"))?;
    Ok(Counted { now: counted.n, before: counted.before.unwrap_or(0) })
}

/// Deletes the counters of windows that are over. Gives how many there were.
pub async fn clean(store: &Store, now: Moment) -> Result<u64> {
    let before = now.plus_seconds(RETENTION_SECONDS.saturating_neg());
    in_batches("cleaning request counters", |rows| {
        sqlx::query!(
            "DELETE FROM rate_counter WHERE ctid = ANY (ARRAY (
                 SELECT ctid FROM rate_counter WHERE window_start < $1 LIMIT $2
             ))",
            before.datetime(),
            rows,
        )
        .execute(store.pool())
    })
    .await
}

fn window_start(rate: Rate, now: Moment) -> Result<Moment> {
    if !(1..=WINDOW_MAX_SECONDS).contains(&rate.window_seconds) {
        return Err(Error::invariant("a rate's window is between a second and a day"));
    }
    let window_micros = rate.window_seconds.saturating_mul(1_000_000);
    Ok(now.plus_micros(now.micros().rem_euclid(window_micros).saturating_neg()))
}

fn hashed(rate: Rate, key: &str) -> String {
    let digest =
        Sha256::new().chain_update(rate.scope).chain_update([0]).chain_update(key).finalize();
    crate::hex::hex(&digest)
}
