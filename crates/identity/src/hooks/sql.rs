use kernel::{HookId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};

use super::Receiver;

pub(super) async fn insert(tx: &mut Tx, id: HookId, url: &str, now: Moment) -> Result<()> {
    sqlx::query!(
        "INSERT INTO hook_receiver (id, url, created_at) VALUES ($1, $2, $3)",
        id.uuid(),
        url,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("adding a receiver of security events"))
}

pub(super) async fn all(pool: &PgPool) -> Result<Vec<Receiver>> {
    sqlx::query!("SELECT id, url, created_at FROM hook_receiver WHERE ended_at IS NULL ORDER BY id")
        .fetch_all(pool)
        .await
        .map(|rows| {
            rows.into_iter()
                .map(|row| Receiver {
                    id: HookId::from_uuid(row.id),
                    url: row.url,
                    created_at: row.created_at.into(),
                })
                .collect()
        })
        .map_err(broken("listing receivers of security events"))
}

/// False when there is no such receiver, or not any more.
pub(super) async fn end(tx: &mut Tx, id: HookId, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE hook_receiver SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
        id.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("ending a receiver of security events"))
}
