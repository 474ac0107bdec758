use kernel::{Moment, Result};
use sqlx::PgPool;
use store::broken;

use crate::engine::HoldRow;
use crate::model::Hold;

pub async fn due(pool: &PgPool, now: Option<Moment>, limit: i64) -> Result<Vec<Hold>> {
    sqlx::query_as!(
        HoldRow,
        "SELECT * FROM hold WHERE state = 1 AND expires_at <= COALESCE($1, clock_timestamp())
         ORDER BY expires_at LIMIT $2",
        now.map(Moment::datetime),
        limit
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading holds that are due"))?
    .into_iter()
    .map(HoldRow::into_hold)
    .collect()
}
