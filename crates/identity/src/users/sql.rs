use kernel::{CustomerId, Moment, Result};
use sqlx::{PgExecutor, PgPool};
use store::{Tx, broken};
use uuid::Uuid;

use super::Standing;
use super::rules::{FORGET_SECONDS, Guard, WAIT_SECONDS};
use crate::freezes::UserStatus;
use crate::sealed::Index;

pub(super) struct Known {
    pub id: Uuid,
    pub password_hash: String,
}

pub(super) async fn by_phone(pool: &PgPool, phone: &Index) -> Result<Option<Known>> {
    sqlx::query_as!(
        Known,
        "SELECT id, password_hash FROM auth_user WHERE phone_index = $1 AND status <> 'closed'",
        phone.as_slice(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("looking up a user"))
}

pub(crate) async fn id_of(conn: impl PgExecutor<'_>, phone: &Index) -> Result<Option<CustomerId>> {
    sqlx::query_scalar!("SELECT id FROM auth_user WHERE phone_index = $1", phone.as_slice())
        .fetch_optional(conn)
        .await
        .map(|id| id.map(CustomerId::from_uuid))
        .map_err(broken("looking up whose phone it is"))
}

/// The phone of a user, sealed.
pub(super) async fn phone_of(pool: &PgPool, user: CustomerId) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT phone_sealed FROM auth_user WHERE id = $1", user.uuid())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading a user's phone"))
}

/// Adds a user. False when the phone is a user's already.
pub(super) async fn insert(
    tx: &mut Tx,
    id: CustomerId,
    (phone, sealed): (&Index, &[u8]),
    password_hash: &str,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO auth_user
             (id, phone_index, phone_sealed, password_hash, status, created_at, password_changed_at)
         VALUES ($1, $2, $3, $4, 'active', $5, $5) ON CONFLICT (phone_index) DO NOTHING",
        id.uuid(),
        phone.as_slice(),
        sealed,
        password_hash,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("adding a user"))
}

/// Whether a phone's user signed in at this place since then.
pub(super) async fn signed_in_at(
    pool: &PgPool,
    phone: &Index,
    ip_prefix: &str,
    since: Moment,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM auth_session s JOIN auth_user u ON u.id = s.user_id
               WHERE u.phone_index = $1 AND s.ip_prefix = $2 AND s.auth_time > $3)
               AS "signed_in!""#,
        phone.as_slice(),
        ip_prefix,
        since.datetime(),
    )
    .fetch_one(pool)
    .await
    .map_err(broken("asking where a user signed in"))
}

pub(super) async fn standing(
    pool: &PgPool,
    user: CustomerId,
    (ip_prefix, since): (&str, Moment),
    now: Moment,
) -> Result<Standing> {
    sqlx::query_as!(
        Standing,
        r#"SELECT EXISTS (
                   SELECT FROM auth_session s
                   WHERE s.user_id = u.id AND s.ip_prefix = $2 AND s.auth_time > $3)
                   AS "familiar_place!",
               coalesce(u.cooling_until > $4, false) AS "recovering!"
           FROM auth_user u WHERE u.id = $1"#,
        user.uuid(),
        ip_prefix,
        since.datetime(),
        now.datetime(),
    )
    .fetch_one(pool)
    .await
    .map_err(broken("asking how a user stands"))
}

/// How many attempts are remembered.
pub(super) async fn failures(tx: &mut Tx, guard: &Guard) -> Result<i32> {
    sqlx::query_scalar!(
        "SELECT failures FROM auth_sign_in_guard WHERE subject = $1",
        guard.key.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await
    .map(|failures| failures.unwrap_or(0))
    .map_err(broken("reading how often somebody tried"))
}

/// Counts a sign-in attempt, before the password is looked at. False when it must wait. Nobody
/// waits for the free ones, not even by the difference of two nodes' clocks.
pub(super) async fn count_attempt(tx: &mut Tx, guard: &Guard, now: Moment) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO auth_sign_in_guard AS g (subject, failures, tried_at, wait_until)
         VALUES ($1, 1, $2, $2)
         ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN g.tried_at > $3 THEN least(g.failures + 1, 1000) ELSE 1 END,
             wait_until = $2 + make_interval(secs => coalesce(($4::int[])[
                 CASE WHEN g.tried_at > $3
                     THEN least(g.failures + 1 - $5::int, cardinality($4)) END], 0)),
             tried_at = $2
         WHERE g.failures <= $5::int OR g.wait_until <= $2",
        guard.key.as_slice(),
        now.datetime(),
        now.plus_seconds(FORGET_SECONDS.saturating_neg()).datetime(),
        &WAIT_SECONDS,
        guard.free,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("counting a sign-in"))
}

pub(super) async fn waits_until(tx: &mut Tx, guard: &Guard) -> Result<Option<Moment>> {
    sqlx::query_scalar!(
        "SELECT wait_until FROM auth_sign_in_guard WHERE subject = $1",
        guard.key.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await
    .map(|until| until.map(Moment::from))
    .map_err(broken("reading how long a sign-in waits"))
}

/// A right password: the wrong ones before it are forgotten, but not those of strangers elsewhere,
/// who would otherwise begin anew each time the customer comes in.
pub(super) async fn succeeded(tx: &mut Tx, guard: &Guard) -> Result<()> {
    sqlx::query!(
        "WITH gone AS (
             DELETE FROM auth_sign_in_guard WHERE subject = $1 AND (failures <= 1 OR NOT $2))
         UPDATE auth_sign_in_guard SET failures = failures - 1
         WHERE subject = $1 AND failures > 1 AND $2",
        guard.key.as_slice(),
        guard.shared,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("forgetting failed sign-ins"))
}

/// A user whose row is locked.
pub(super) struct Locked {
    pub password_hash: String,
    pub status: UserStatus,
    /// They were frozen since the password was set.
    pub password_void: bool,
}

/// Locks a user. Gives how they stand then.
pub(super) async fn lock(tx: &mut Tx, user: CustomerId) -> Result<Option<Locked>> {
    let row = sqlx::query!(
        r#"SELECT password_hash, status,
               coalesce(password_changed_at <= frozen_at, false) AS "password_void!"
           FROM auth_user WHERE id = $1 FOR NO KEY UPDATE"#,
        user.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking a user"))?;
    row.map(|row| {
        Ok(Locked {
            password_hash: row.password_hash,
            status: UserStatus::of_row(&row.status)?,
            password_void: row.password_void,
        })
    })
    .transpose()
}

/// Puts the hash of the same password, made with today's parameters, in the place of the old one.
pub(super) async fn replace_hash(tx: &mut Tx, user: Uuid, password_hash: &str) -> Result<()> {
    sqlx::query!("UPDATE auth_user SET password_hash = $2 WHERE id = $1", user, password_hash)
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("replacing a password hash"))
}
