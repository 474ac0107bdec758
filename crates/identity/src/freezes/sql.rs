use kernel::{CaseId, CustomerId, DeviceId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};

use super::UserStatus;
use crate::factors::Factor;

/// Locks a user. Gives their status.
pub(crate) async fn lock(tx: &mut Tx, user: CustomerId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT status FROM auth_user WHERE id = $1 FOR NO KEY UPDATE", user.uuid())
        .fetch_optional(&mut **tx)
        .await
        .map_err(broken("locking a user"))
}

pub(super) async fn status(pool: &PgPool, user: CustomerId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT status FROM auth_user WHERE id = $1", user.uuid())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading the status of a user"))
}

/// Changes the status of a user. A password is never later than a freeze that came after it, by
/// whichever node's clock: what was set before it is void.
pub(super) async fn set(tx: &mut Tx, user: CustomerId, to: UserStatus, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_user
         SET status = $2, frozen_at = CASE WHEN $2 = 'frozen'
             THEN greatest($3, password_changed_at) ELSE frozen_at END
         WHERE id = $1",
        user.uuid(),
        to.as_str(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("changing the status of a user"))
}

/// Notes that somebody said that a user must be stopped, whether or not they were already. Each
/// time is later than the one before.
pub(super) async fn stopped(tx: &mut Tx, user: CustomerId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_user SET stopped_at = greatest($2, stopped_at + interval '1 microsecond')
         WHERE id = $1",
        user.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("noting that a user must be stopped"))
}

/// The oldest open case about a frozen user.
pub(super) async fn open_case(tx: &mut Tx, user: CustomerId) -> Result<Option<CaseId>> {
    sqlx::query_scalar!(
        "SELECT id FROM case_file WHERE subject = $1 AND state = 'open' AND kind LIKE 'frozen%'
         ORDER BY opened_at, id LIMIT 1",
        user.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map(|id| id.map(CaseId::from_uuid))
    .map_err(broken("looking for a case"))
}

/// When a user was last frozen, and when their phone was set.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub frozen: Option<Moment>,
    pub phone_set: Option<Moment>,
}

pub(super) async fn times(tx: &mut Tx, user: CustomerId) -> Result<Times> {
    let row =
        sqlx::query!("SELECT frozen_at, phone_set_at FROM auth_user WHERE id = $1", user.uuid(),)
            .fetch_one(&mut **tx)
            .await
            .map_err(broken("asking since when a user is frozen"))?;
    Ok(Times {
        frozen: row.frozen_at.map(Moment::from),
        phone_set: row.phone_set_at.map(Moment::from),
    })
}

/// Has a user cool off until then.
pub(super) async fn cool_off(tx: &mut Tx, user: CustomerId, until: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_user SET cooling_until = greatest(cooling_until, $2) WHERE id = $1",
        user.uuid(),
        until.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("having a user cool off"))
}

/// The devices that a user bound since then and that are still bound.
pub(super) async fn new_devices(
    tx: &mut Tx,
    user: CustomerId,
    since: Moment,
) -> Result<Vec<DeviceId>> {
    sqlx::query_scalar!(
        "SELECT id FROM auth_device
         WHERE user_id = $1 AND state <> 'revoked' AND created_at >= $2 ORDER BY id",
        user.uuid(),
        since.datetime(),
    )
    .fetch_all(&mut **tx)
    .await
    .map(|ids| ids.into_iter().map(DeviceId::from_uuid).collect())
    .map_err(broken("looking for new devices"))
}

/// Takes from a user what they set up since then of a factor; of PINs, which are known as passwords
/// are, all. Gives how much that was.
pub(super) async fn take_new(
    tx: &mut Tx,
    user: CustomerId,
    factor: Factor,
    (since, now): (Moment, Moment),
) -> Result<u64> {
    let (user, since) = (user.uuid(), since.datetime());
    let done = match factor {
        Factor::Passkey => {
            sqlx::query!(
                "UPDATE auth_passkey SET removed_at = $3
                 WHERE owner_kind = 'customer' AND owner_id = $1 AND removed_at IS NULL
                   AND created_at >= $2",
                user,
                since,
                now.datetime(),
            )
            .execute(&mut **tx)
            .await
        }
        Factor::Totp => {
            sqlx::query!(
                "DELETE FROM auth_totp
                 WHERE user_id = $1 AND coalesce(confirmed_at, created_at) >= $2",
                user,
                since,
            )
            .execute(&mut **tx)
            .await
        }
        Factor::Pin => {
            sqlx::query!("DELETE FROM auth_pin WHERE user_id = $1", user).execute(&mut **tx).await
        }
        Factor::Recovery => {
            sqlx::query!(
                "DELETE FROM auth_recovery_code WHERE user_id = $1 AND created_at >= $2",
                user,
                since,
            )
            .execute(&mut **tx)
            .await
        }
        // Those of new devices go with them.
        Factor::DeviceKey => {
            sqlx::query!(
                "UPDATE auth_device SET confirm_key = NULL, confirm_key_set_at = NULL
                 WHERE user_id = $1 AND created_at < $2 AND confirm_key_set_at >= $2",
                user,
                since,
            )
            .execute(&mut **tx)
            .await
        }
        // It is the phone's.
        Factor::Sms => return Ok(0),
    };
    done.map(|done| done.rows_affected()).map_err(broken("taking new factors away"))
}

pub(super) async fn close_cases(tx: &mut Tx, user: CustomerId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE case_file SET state = 'closed', closed_at = $2, outcome = 'unfrozen'
         WHERE subject = $1 AND state = 'open' AND kind LIKE 'frozen%'",
        user.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("closing cases"))
}
