use kernel::{CustomerId, DeviceId, Moment, Result, SessionId};
use sqlx::{PgExecutor, PgPool};
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rules::Past;
use super::{Device, DeviceKind, DeviceState, Knowing};
use crate::revocations::Reason;
use crate::tokens::Hash;

pub(super) struct Row {
    id: Uuid,
    user_id: Uuid,
    kind: String,
    state: String,
    cooling_until: Option<OffsetDateTime>,
    name: String,
    platform: String,
    ip_prefix: String,
    place: Option<String>,
    created_at: OffsetDateTime,
    last_seen: OffsetDateTime,
}

impl Row {
    fn device(self) -> Result<Device> {
        Ok(Device {
            id: DeviceId::from_uuid(self.id),
            customer: CustomerId::from_uuid(self.user_id),
            kind: DeviceKind::of_row(&self.kind)?,
            state: DeviceState::of_row(&self.state)?,
            cooling_until: self.cooling_until.map(Moment::from),
            name: self.name,
            platform: self.platform,
            network: self.ip_prefix,
            place: self.place,
            created_at: self.created_at.into(),
            last_seen: self.last_seen.into(),
        })
    }
}

fn devices(rows: Vec<Row>) -> Result<Vec<Device>> {
    rows.into_iter().map(Row::device).collect()
}

/// Locks a user and tells of their past. `None` when the user is not active.
pub(super) async fn past(tx: &mut Tx, user: CustomerId) -> Result<Option<Past>> {
    const DOING: &str = "locking the user of a device";
    let created = sqlx::query_scalar!(
        "SELECT created_at FROM auth_user WHERE id = $1 AND status = 'active' FOR NO KEY UPDATE",
        user.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken(DOING))?;
    let Some(created_at) = created else { return Ok(None) };
    // After the lock, so that of two first devices the second knows of the first.
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM auth_device WHERE user_id = $1) AS "had!""#,
        user.uuid(),
    )
    .fetch_one(&mut **tx)
    .await
    .map(|had_device| Some(Past { created_at: created_at.into(), had_device }))
    .map_err(broken(DOING))
}

pub(super) async fn insert(tx: &mut Tx, device: &Device, knowing: &Knowing) -> Result<()> {
    let (key, token) = match knowing {
        Knowing::Key(key) => (Some(key), None),
        Knowing::Token(token) => (None, Some(token.hash())),
    };
    sqlx::query!(
        "INSERT INTO auth_device (id, user_id, kind, state, cooling_until, jkt, public_key,
             token_hash, name, platform, ip_prefix, created_at, last_seen, place)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13)",
        device.id.uuid(),
        device.customer.uuid(),
        device.kind.as_str(),
        device.state.as_str(),
        device.cooling_until.map(Moment::datetime),
        key.map(|key| key.thumbprint().to_vec()),
        key.map(|key| key.point().to_vec()),
        token.as_ref().map(Hash::as_slice),
        device.name,
        device.platform,
        device.network,
        device.created_at.datetime(),
        device.place,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("binding a device"))
}

/// Gives the bound devices that a cookie tells another one. Rows are locked in their order: two
/// customers may be binding one browser at once.
pub(super) async fn replace_token(tx: &mut Tx, old: &Hash, new: &Hash) -> Result<()> {
    sqlx::query!(
        "WITH theirs AS (
             SELECT id FROM auth_device WHERE token_hash = $1 AND state <> 'revoked'
             ORDER BY id FOR NO KEY UPDATE)
         UPDATE auth_device d SET token_hash = $2 FROM theirs WHERE d.id = theirs.id",
        old.as_slice(),
        new.as_slice(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("giving a browser another cookie"))
}

/// The bound devices that a cookie tells, or those of one user.
pub(super) async fn by_token(
    db: impl PgExecutor<'_>,
    token: &Hash,
    user: Option<CustomerId>,
) -> Result<Vec<Device>> {
    sqlx::query_as!(
        Row,
        "SELECT id, user_id, kind, state, cooling_until, name, platform, ip_prefix, place,
             created_at, last_seen
         FROM auth_device
         WHERE token_hash = $1 AND state <> 'revoked' AND user_id = coalesce($2, user_id)
         ORDER BY last_seen DESC, id DESC LIMIT 10",
        token.as_slice(),
        user.map(CustomerId::uuid),
    )
    .fetch_all(db)
    .await
    .map_err(broken("looking up a browser"))
    .and_then(devices)
}

/// The bound devices with a key, or those of one user.
pub(super) async fn by_key(
    db: impl PgExecutor<'_>,
    thumbprint: &Hash,
    user: Option<CustomerId>,
) -> Result<Vec<Device>> {
    sqlx::query_as!(
        Row,
        "SELECT id, user_id, kind, state, cooling_until, name, platform, ip_prefix, place,
             created_at, last_seen
         FROM auth_device
         WHERE jkt = $1 AND state <> 'revoked' AND user_id = coalesce($2, user_id)
         ORDER BY last_seen DESC, id DESC LIMIT 10",
        thumbprint.as_slice(),
        user.map(CustomerId::uuid),
    )
    .fetch_all(db)
    .await
    .map_err(broken("looking up a device by its key"))
    .and_then(devices)
}

/// The bound devices of a user, the one seen last first.
pub(super) async fn of_user(pool: &PgPool, user: CustomerId, limit: i64) -> Result<Vec<Device>> {
    sqlx::query_as!(
        Row,
        r#"SELECT d.id, d.user_id, d.kind, d.state, d.cooling_until, d.name, d.platform,
               d.ip_prefix, d.place, d.created_at, greatest(d.last_seen, s.seen) AS "last_seen!"
           FROM auth_device d LEFT JOIN LATERAL (
               SELECT max(last_seen_bucket) AS seen FROM auth_session WHERE device_id = d.id
           ) s ON true
           WHERE d.user_id = $1 AND d.state <> 'revoked'
           ORDER BY "last_seen!" DESC, d.id DESC LIMIT $2"#,
        user.uuid(),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing devices"))
    .and_then(devices)
}

/// A bound device of a user.
pub(super) async fn by_id(
    db: impl PgExecutor<'_>,
    user: CustomerId,
    device: DeviceId,
) -> Result<Option<Device>> {
    sqlx::query_as!(
        Row,
        "SELECT id, user_id, kind, state, cooling_until, name, platform, ip_prefix, place,
             created_at, last_seen
         FROM auth_device WHERE id = $1 AND user_id = $2 AND state <> 'revoked'",
        device.uuid(),
        user.uuid(),
    )
    .fetch_optional(db)
    .await
    .map_err(broken("reading a device"))?
    .map(Row::device)
    .transpose()
}

/// Names a device. False when the user has no such device.
pub(super) async fn rename(
    tx: &mut Tx,
    user: CustomerId,
    device: DeviceId,
    name: &str,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_device SET name = $3 WHERE id = $1 AND user_id = $2 AND state <> 'revoked'",
        device.uuid(),
        user.uuid(),
        name,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("naming a device"))
}

/// Notes that a device was used to sign in.
pub(crate) async fn seen(tx: &mut Tx, device: DeviceId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_device SET last_seen = greatest(last_seen, $2) WHERE id = $1",
        device.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("noting the use of a device"))
}

/// Unbinds a device. False when the user has no such device any more.
pub(super) async fn revoke(
    tx: &mut Tx,
    (user, device): (CustomerId, DeviceId),
    reason: Reason,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_device SET state = 'revoked', ended_at = $3, end_reason = $4
         WHERE id = $1 AND user_id = $2 AND state <> 'revoked'",
        device.uuid(),
        user.uuid(),
        now.datetime(),
        reason.as_str(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("unbinding a device"))
}

/// The living sessions on a device, and those whose tokens its key holds.
pub(super) async fn sessions(tx: &mut Tx, device: DeviceId) -> Result<Vec<SessionId>> {
    sqlx::query_scalar!(
        "SELECT s.id FROM auth_session s JOIN auth_device d ON d.user_id = s.user_id
         WHERE d.id = $1 AND s.revoked_at IS NULL AND (s.device_id = d.id OR s.jkt = d.jkt)
         ORDER BY s.id",
        device.uuid(),
    )
    .fetch_all(&mut **tx)
    .await
    .map(|ids| ids.into_iter().map(SessionId::from_uuid).collect())
    .map_err(broken("looking for the sessions of a device"))
}

/// Locks a user, as the first of what is locked.
pub(super) async fn lock_user(tx: &mut Tx, user: CustomerId) -> Result<()> {
    sqlx::query_scalar!("SELECT id FROM auth_user WHERE id = $1 FOR NO KEY UPDATE", user.uuid())
        .fetch_optional(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("locking the user of a device"))
}
