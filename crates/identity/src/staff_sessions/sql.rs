use kernel::{Moment, PasskeyId, Result, StaffId, StaffSessionId};
use sqlx::PgPool;
use sqlx::types::time::OffsetDateTime;
use store::{Tx, broken};
use uuid::Uuid;

use crate::ClientInfo;
use crate::tokens::Hash;

pub(super) struct New {
    pub id: StaffSessionId,
    pub staff: StaffId,
    pub token: Hash,
    pub passkey: PasskeyId,
    pub aal: i16,
    pub idle_until: Moment,
    pub abs_until: Moment,
}

/// Opens a session of an employee who works. False when they do not.
pub(super) async fn insert(
    tx: &mut Tx,
    new: &New,
    client: &ClientInfo,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO staff_session (id, staff_id, staff_epoch, token_hash, passkey_id, aal,
             proved_at, began_at, seen_at, idle_until, abs_until, ip_prefix, ua)
         SELECT $1, m.id, m.epoch, $3, $4, $5, $6, $6, $6, $7, $8, $9, $10
         FROM staff m WHERE m.id = $2 AND m.status = 'active' FOR NO KEY UPDATE",
        new.id.uuid(),
        new.staff.uuid(),
        new.token.as_slice(),
        new.passkey.uuid(),
        new.aal,
        now.datetime(),
        new.idle_until.datetime(),
        new.abs_until.datetime(),
        client.ip_prefix(),
        client.user_agent,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("opening a session of an employee"))
}

pub(super) struct Living {
    pub id: Uuid,
    pub staff: Uuid,
    pub aal: i16,
    pub proved_at: OffsetDateTime,
    pub idle_until: OffsetDateTime,
    pub abs_until: OffsetDateTime,
    pub roles: Vec<String>,
    pub customer: Option<Uuid>,
}

/// The living session of a token, with what its employee may be asked about now. The token before
/// a fresh proof does not rise with it: whoever carries it proved themselves when they signed in.
pub(super) async fn by_token(pool: &PgPool, token: &Hash, now: Moment) -> Result<Option<Living>> {
    sqlx::query_as!(
        Living,
        r#"SELECT s.id, s.staff_id AS staff, s.idle_until, s.abs_until, m.roles,
             CASE WHEN s.token_hash = $1 THEN s.proved_at ELSE s.began_at END AS "proved_at!",
             CASE WHEN s.token_hash = $1 THEN s.aal ELSE least(s.aal, 2::smallint) END AS "aal!",
             coalesce(m.customer_id,
                 (SELECT u.id FROM auth_user u WHERE u.phone_index = m.phone_index)) AS customer
         FROM staff_session s
         JOIN staff m ON m.id = s.staff_id AND m.status = 'active' AND m.epoch = s.staff_epoch
         JOIN auth_passkey p ON p.id = s.passkey_id AND p.removed_at IS NULL
         WHERE (s.token_hash = $1 OR s.former_hash = $1 AND s.former_until > $2)
             AND s.ended_at IS NULL AND s.idle_until > $2"#,
        token.as_slice(),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("recognising a session of an employee"))
}

/// Lets a session live on. False when it ended meanwhile.
pub(super) async fn extend(
    pool: &PgPool,
    id: Uuid,
    idle_until: Moment,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE staff_session
         SET idle_until = greatest(idle_until, $2), seen_at = greatest(seen_at, $3)
         WHERE id = $1 AND ended_at IS NULL AND idle_until > $3",
        id,
        idle_until.datetime(),
        now.datetime(),
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("letting a session of an employee live on"))
}

/// Notes that the passkey was used in a session, and puts another token in the place of the one
/// before, which is good until then for what is on its way. When the session ends; `None` when it
/// ended meanwhile.
pub(super) async fn prove(
    tx: &mut Tx,
    (id, staff): (StaffSessionId, StaffId),
    (passkey, aal): (PasskeyId, i16),
    (token, former_until): (&Hash, Moment),
    now: Moment,
) -> Result<Option<Moment>> {
    sqlx::query_scalar!(
        "UPDATE staff_session SET proved_at = $5, passkey_id = $3, aal = $4,
             former_hash = token_hash, former_until = $7, token_hash = $6
         WHERE id = $1 AND staff_id = $2 AND ended_at IS NULL AND idle_until > $5
         RETURNING abs_until",
        id.uuid(),
        staff.uuid(),
        passkey.uuid(),
        aal,
        now.datetime(),
        token.as_slice(),
        former_until.datetime(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map(|ends| ends.map(Moment::from))
    .map_err(broken("noting a fresh proof of an employee"))
}

/// Ends one session of an employee. False when it was over.
pub(super) async fn end(
    tx: &mut Tx,
    (id, staff): (StaffSessionId, StaffId),
    reason: &str,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE staff_session SET ended_at = $4, end_reason = $3
         WHERE id = $1 AND staff_id = $2 AND ended_at IS NULL",
        id.uuid(),
        staff.uuid(),
        reason,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("ending a session of an employee"))
}

pub(super) struct Listed {
    pub id: Uuid,
    pub began_at: OffsetDateTime,
    pub seen_at: OffsetDateTime,
    pub ip_prefix: String,
    pub ua: String,
    pub passkey: String,
}

pub(super) async fn list(pool: &PgPool, staff: StaffId, now: Moment) -> Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        "SELECT s.id, s.began_at, s.seen_at, s.ip_prefix, s.ua, p.name AS passkey
         FROM staff_session s
         JOIN staff m ON m.id = s.staff_id AND m.status = 'active' AND m.epoch = s.staff_epoch
         JOIN auth_passkey p ON p.id = s.passkey_id AND p.removed_at IS NULL
         WHERE s.staff_id = $1 AND s.ended_at IS NULL AND s.idle_until > $2
         ORDER BY s.seen_at DESC LIMIT 100",
        staff.uuid(),
        now.datetime(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing sessions of an employee"))
}
