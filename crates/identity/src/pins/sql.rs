use kernel::{CustomerId, DeviceId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};

use super::rules::TRIES_MAX;

/// Sets the PIN of a device, and forgets the wrong tries. False when the device is not the user's,
/// or is not one that a PIN is for.
pub(super) async fn set(
    tx: &mut Tx,
    user: CustomerId,
    device: DeviceId,
    (pin_hash, now): (&str, Moment),
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO auth_pin (device_id, user_id, pin_hash, set_at)
         SELECT d.id, d.user_id, $3, $4 FROM auth_device d
         WHERE d.id = $1 AND d.user_id = $2 AND d.state IN ('cooling', 'active')
         ON CONFLICT (device_id) DO UPDATE
         SET pin_hash = excluded.pin_hash, set_at = excluded.set_at, tries = 0
         WHERE auth_pin.user_id = excluded.user_id",
        device.uuid(),
        user.uuid(),
        pin_hash,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("setting a PIN"))
}

/// False when there was none.
pub(super) async fn remove(tx: &mut Tx, user: CustomerId, device: DeviceId) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM auth_pin WHERE device_id = $1 AND user_id = $2",
        device.uuid(),
        user.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("removing a PIN"))
}

/// A PIN whose try was counted.
pub(super) struct Counted {
    pub pin_hash: String,
    /// With this one.
    pub tries: i32,
}

/// Counts a try before it is looked at, and gives what it is to be compared with. `None` when there
/// is no PIN on the device, or its tries are used up.
pub(super) async fn count_try(
    pool: &PgPool,
    user: CustomerId,
    device: DeviceId,
) -> Result<Option<Counted>> {
    sqlx::query_as!(
        Counted,
        "UPDATE auth_pin SET tries = tries + 1
         WHERE device_id = $1 AND user_id = $2 AND tries < $3
         RETURNING pin_hash, tries",
        device.uuid(),
        user.uuid(),
        TRIES_MAX,
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("counting a try of a PIN"))
}

/// A right PIN: the wrong ones before it are forgotten. False when it was changed or removed
/// meanwhile.
pub(super) async fn forget_tries(tx: &mut Tx, device: DeviceId, pin_hash: &str) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_pin SET tries = 0 WHERE device_id = $1 AND pin_hash = $2",
        device.uuid(),
        pin_hash,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("forgetting wrong PINs"))
}

/// How many wrong tries there were on a device, if it has a PIN.
pub(super) async fn tries(pool: &PgPool, device: DeviceId) -> Result<Option<i32>> {
    sqlx::query_scalar!("SELECT tries FROM auth_pin WHERE device_id = $1", device.uuid())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading how a PIN stands"))
}
