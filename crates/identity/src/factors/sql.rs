use kernel::{Code, CustomerId, DeviceId, Method, Moment, Result, SessionId};
use sqlx::{PgExecutor, PgPool};
use store::{Tx, broken};

use super::{Enrolled, Factor};

pub(crate) async fn enrolled(conn: impl PgExecutor<'_>, user: CustomerId) -> Result<Enrolled> {
    sqlx::query_as!(
        Enrolled,
        r#"SELECT
               EXISTS (SELECT FROM auth_passkey WHERE owner_kind = 'customer' AND owner_id = $1
                   AND removed_at IS NULL) AS "passkey!",
               EXISTS (SELECT FROM auth_totp
                   WHERE user_id = $1 AND confirmed_at IS NOT NULL) AS "totp!",
               EXISTS (SELECT FROM auth_recovery_code
                   WHERE user_id = $1 AND used_at IS NULL) AS "recovery!""#,
        user.uuid(),
    )
    .fetch_one(conn)
    .await
    .map_err(broken("asking what a user can prove who they are with"))
}

/// Locks an active user.
pub(super) async fn lock_user(tx: &mut Tx, user: CustomerId) -> Result<()> {
    sqlx::query_scalar!(
        "SELECT id FROM auth_user WHERE id = $1 AND status = 'active' FOR NO KEY UPDATE",
        user.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking a user"))?
    .ok_or(Code::SignInRequired)?;
    Ok(())
}

/// The living sessions that were opened with a factor, but for one.
pub(super) async fn opened_with(
    tx: &mut Tx,
    user: CustomerId,
    factor: Factor,
    but: Option<SessionId>,
) -> Result<Vec<SessionId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM auth_session
         WHERE user_id = $1 AND revoked_at IS NULL AND $2 = ANY (amr)
           AND ($3::uuid IS NULL OR id <> $3)
         ORDER BY id",
        user.uuid(),
        factor.method().as_str(),
        but.map(SessionId::uuid),
    )
    .fetch_all(&mut **tx)
    .await
    .map_err(broken("looking for what a factor opened"))?;
    Ok(ids.into_iter().map(SessionId::from_uuid).collect())
}

/// Has a user cool off until then, unless this session of theirs is on a device that has cooled
/// off, or was opened by a passkey that has. False when it is.
pub(super) async fn cool_off(
    tx: &mut Tx,
    (user, session): (CustomerId, Option<SessionId>),
    until: Moment,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_user SET cooling_until = greatest(cooling_until, $3)
         WHERE id = $1 AND NOT EXISTS (
             SELECT FROM auth_living_session s
             WHERE s.id = $2 AND s.user_id = $1 AND coalesce(s.cooling_until <= $4, true)
               AND (s.device_id IS NOT NULL OR $5 = ANY (s.amr)))",
        user.uuid(),
        session.map(SessionId::uuid),
        until.datetime(),
        now.datetime(),
        Method::Presence.as_str(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("having a user cool off"))
}

/// Ends everybody's sign-ins, confirmations and resets that wait.
pub(super) async fn end_everyones_waiting(tx: &mut Tx, now: Moment) -> Result<()> {
    let now = now.datetime();
    let what = "ending everybody's sign-ins, confirmations and resets";
    sqlx::query!(
        "UPDATE auth_sign_in SET ended_at = $1 WHERE ended_at IS NULL AND expires_at > $1",
        now,
    )
    .execute(&mut **tx)
    .await
    .map_err(broken(what))?;
    sqlx::query!(
        "UPDATE auth_step_up SET ended_at = $1
         WHERE ended_at IS NULL AND used_at IS NULL AND expires_at > $1",
        now,
    )
    .execute(&mut **tx)
    .await
    .map_err(broken(what))?;
    sqlx::query!(
        "UPDATE auth_reset SET cancelled_at = $1
         WHERE done_at IS NULL AND cancelled_at IS NULL AND expires_at > $1",
        now,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken(what))
}

/// The key with which a bound device confirms, when it has one.
pub(super) async fn confirm_point(
    pool: &PgPool,
    user: CustomerId,
    device: DeviceId,
) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "SELECT confirm_key FROM auth_device
         WHERE id = $1 AND user_id = $2 AND state IN ('cooling', 'active')",
        device.uuid(),
        user.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map(Option::flatten)
    .map_err(broken("reading the key of a device"))
}

/// Gives a bound app the key with which it confirms. False when there is no such device, or the key
/// is the one that signs its requests.
pub(super) async fn set_confirm_key(
    tx: &mut Tx,
    (user, device): (CustomerId, DeviceId),
    (point, now): (&[u8], Moment),
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_device SET confirm_key = $3, confirm_key_set_at = $4
         WHERE id = $1 AND user_id = $2 AND kind = 'app' AND state IN ('cooling', 'active')
           AND public_key <> $3",
        device.uuid(),
        user.uuid(),
        point,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("giving a device its key for confirmations"))
}
