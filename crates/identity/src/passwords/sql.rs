use kernel::{CustomerId, Moment, Result, SessionId};
use sqlx::PgPool;
use store::{Tx, broken};

/// The hash of a user's password.
pub(super) async fn hash_of(pool: &PgPool, user: CustomerId) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT password_hash FROM auth_user WHERE id = $1 AND status = 'active'",
        user.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a password hash"))
}

/// Puts a new hash in the place of the one that was checked. False when that is another one now.
/// What is set after a freeze is later than it, by whichever node's clock.
pub(super) async fn replace(
    tx: &mut Tx,
    user: CustomerId,
    (old, new): (&str, &str),
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_user SET password_hash = $3,
             password_changed_at = greatest($4, frozen_at + interval '1 microsecond')
         WHERE id = $1 AND password_hash = $2 AND status = 'active'",
        user.uuid(),
        old,
        new,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("changing a password"))
}

/// Ends the access tokens of an app's session: it goes on with what a refresh gives.
pub(super) async fn end_access(tx: &mut Tx, session: SessionId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_session SET at_expires = least(at_expires, $2),
             at_prev_expires = CASE WHEN at_prev_hash IS NOT NULL
                 THEN least(at_prev_expires, $2) END
         WHERE id = $1 AND kind = 'mobile'",
        session.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("ending the access tokens of a session"))
}
