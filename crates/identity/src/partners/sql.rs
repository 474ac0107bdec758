use kernel::{Moment, PartnerId, Result};
use sqlx::PgPool;
use store::{Tx, broken};

use crate::tokens::Hash;

pub(super) async fn insert(
    tx: &mut Tx,
    (id, name): (PartnerId, &str),
    secret: &Hash,
    now: Moment,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO auth_partner (id, name, secret_hash, created_at) VALUES ($1, $2, $3, $4)",
        id.uuid(),
        name,
        secret.as_slice(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("adding a partner"))
}

pub(super) async fn all(pool: &PgPool) -> Result<Vec<(PartnerId, String, Moment)>> {
    sqlx::query!("SELECT id, name, created_at FROM auth_partner WHERE ended_at IS NULL ORDER BY id")
        .fetch_all(pool)
        .await
        .map(|rows| {
            let rows = rows.into_iter();
            rows.map(|r| (PartnerId::from_uuid(r.id), r.name, r.created_at.into())).collect()
        })
        .map_err(broken("listing partners"))
}

/// False when there is no such partner, or not any more.
pub(super) async fn end(tx: &mut Tx, id: PartnerId, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_partner SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
        id.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("ending a partner"))
}

/// The hash of a partner's secret.
pub(super) async fn secret_of(pool: &PgPool, id: PartnerId) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "SELECT secret_hash FROM auth_partner WHERE id = $1 AND ended_at IS NULL",
        id.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("looking up a partner"))
}
