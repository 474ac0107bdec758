use kernel::{CustomerId, Moment, Result};
use sqlx::PgExecutor;
use store::{Tx, broken};

/// Puts these codes in the place of whatever the user had.
pub(super) async fn replace(
    tx: &mut Tx,
    user: CustomerId,
    hashes: &[Vec<u8>],
    now: Moment,
) -> Result<()> {
    remove(tx, user).await?;
    sqlx::query!(
        "INSERT INTO auth_recovery_code (user_id, code_hash, created_at)
         SELECT $1, h, $3 FROM unnest($2::bytea[]) AS u (h)",
        user.uuid(),
        hashes,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("keeping recovery codes"))
}

pub(super) async fn remove(tx: &mut Tx, user: CustomerId) -> Result<()> {
    sqlx::query!("DELETE FROM auth_recovery_code WHERE user_id = $1", user.uuid())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("removing recovery codes"))
}

/// Uses a code up. False when it is none of the user's, or was used.
pub(super) async fn take(
    tx: &mut Tx,
    user: CustomerId,
    hash: &[u8; 32],
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_recovery_code SET used_at = $3
         WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
        user.uuid(),
        hash.as_slice(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("using a recovery code up"))
}

/// How many are left.
pub(super) async fn left(conn: impl PgExecutor<'_>, user: CustomerId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "left!" FROM auth_recovery_code
           WHERE user_id = $1 AND used_at IS NULL"#,
        user.uuid(),
    )
    .fetch_one(conn)
    .await
    .map_err(broken("counting recovery codes"))
}
