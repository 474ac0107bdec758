use kernel::{Moment, Result};
use sqlx::PgPool;
use store::{broken, in_batches};

use crate::tokens::Hash;

/// Notes a proof. False when it was noted before, by whichever node.
pub(super) async fn note(pool: &PgPool, id: &Hash, kept_until: Moment) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO auth_dpop_proof (id, kept_until) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        id.as_slice(),
        kept_until.datetime(),
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("noting a proof of a key"))
}

pub(super) async fn clean(pool: &PgPool, now: Moment) -> Result<u64> {
    in_batches("deleting old proofs of keys", |rows| {
        sqlx::query!(
            "DELETE FROM auth_dpop_proof WHERE id IN (
                 SELECT id FROM auth_dpop_proof WHERE kept_until < $1
                 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            now.datetime(),
            rows,
        )
        .execute(pool)
    })
    .await
}
