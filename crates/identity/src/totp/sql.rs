use kernel::{CustomerId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};

/// A program as it is stored.
pub(super) struct Stored {
    pub secret: Vec<u8>,
    pub confirmed: bool,
    pub last_step: i64,
}

pub(super) async fn read(pool: &PgPool, user: CustomerId) -> Result<Option<Stored>> {
    sqlx::query_as!(
        Stored,
        r#"SELECT secret, confirmed_at IS NOT NULL AS "confirmed!", last_step
           FROM auth_totp WHERE user_id = $1"#,
        user.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a program for codes"))
}

/// Keeps a new secret until it is confirmed. False when one is confirmed already.
pub(super) async fn propose(
    tx: &mut Tx,
    user: CustomerId,
    sealed: &[u8],
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO auth_totp AS t (user_id, secret, created_at, last_step)
         VALUES ($1, $2, $3, 0)
         ON CONFLICT (user_id) DO UPDATE SET secret = $2, created_at = $3, last_step = 0
         WHERE t.confirmed_at IS NULL",
        user.uuid(),
        sealed,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("keeping a new program for codes"))
}

/// Accepts a first code. False when the secret is another by now, or confirmed.
pub(super) async fn confirm(
    tx: &mut Tx,
    user: CustomerId,
    (sealed, step): (&[u8], i64),
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_totp SET confirmed_at = $4, last_step = $3
         WHERE user_id = $1 AND secret = $2 AND confirmed_at IS NULL",
        user.uuid(),
        sealed,
        step,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("confirming a program for codes"))
}

/// Takes a step for one use. False when it, or a later one, was used.
pub(super) async fn take_step(tx: &mut Tx, user: CustomerId, step: i64) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_totp SET last_step = $2
         WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2",
        user.uuid(),
        step,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("using a code up"))
}

/// False when there was none.
pub(super) async fn remove(tx: &mut Tx, user: CustomerId) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM auth_totp WHERE user_id = $1 AND confirmed_at IS NOT NULL",
        user.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("removing a program for codes"))
}
