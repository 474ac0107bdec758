use kernel::{ChallengeId, CustomerId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rules::{LIFE_SECONDS, TRIES_MAX};
use crate::factors::Factor;
use crate::tokens::Hash;

/// A sign-in that begins to wait.
pub(super) struct New<'a> {
    pub id: ChallengeId,
    pub user: CustomerId,
    pub handle: Hash,
    pub key: Option<&'a Hash>,
    pub door: &'static str,
    pub methods: &'a [Factor],
    pub expires_at: Moment,
}

/// Writes it, with the user as they are now: the transaction holds their row.
pub(super) async fn insert(tx: &mut Tx, new: &New<'_>, now: Moment) -> Result<()> {
    let methods: Vec<String> = new.methods.iter().map(|m| m.as_str().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO auth_sign_in (id, user_id, handle_hash, jkt, door, user_epoch,
             password_changed_at, methods, created_at, expires_at)
         SELECT $1, u.id, $3, $4, $5, u.epoch, u.password_changed_at, $6, $7, $8
         FROM auth_user u WHERE u.id = $2",
        new.id.uuid(),
        new.user.uuid(),
        new.handle.as_slice(),
        new.key.map(<[u8; 32]>::as_slice),
        new.door,
        &methods,
        now.datetime(),
        new.expires_at.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("keeping a sign-in that waits"))
}

/// A sign-in that waits.
pub(super) struct Found {
    user_id: Uuid,
    pub key: Option<Vec<u8>>,
    pub door: String,
    methods: Vec<String>,
    expires_at: OffsetDateTime,
    sms: Option<Uuid>,
    over: bool,
}

impl Found {
    pub const fn user(&self) -> CustomerId {
        CustomerId::from_uuid(self.user_id)
    }

    pub fn is_open(&self, now: Moment) -> bool {
        !self.over && now < self.expires_at.into()
    }

    pub fn offers(&self, factor: Factor) -> bool {
        self.methods.iter().any(|m| m == factor.as_str())
    }

    /// The challenge of the code that was sent by SMS.
    pub fn sms(&self) -> Option<ChallengeId> {
        self.sms.map(ChallengeId::from_uuid)
    }
}

pub(super) async fn find(pool: &PgPool, id: ChallengeId, handle: &Hash) -> Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"SELECT user_id, jkt AS key, door, methods, expires_at, sms_challenge AS sms,
               ended_at IS NOT NULL AS "over!"
           FROM auth_sign_in WHERE id = $1 AND handle_hash = $2"#,
        id.uuid(),
        handle.as_slice(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a sign-in that waits"))
}

/// Notes which code was sent for it.
pub(super) async fn sent(pool: &PgPool, id: ChallengeId, code: ChallengeId) -> Result<()> {
    sqlx::query!("UPDATE auth_sign_in SET sms_challenge = $2 WHERE id = $1", id.uuid(), code.uuid())
        .execute(pool)
        .await
        .map(|_| ())
        .map_err(broken("noting which code a sign-in waits for"))
}

/// Counts an answer before it is looked at. `None` when no more is.
pub(super) async fn count_try(pool: &PgPool, id: ChallengeId, now: Moment) -> Result<Option<i32>> {
    sqlx::query_scalar!(
        "UPDATE auth_sign_in SET tries = tries + 1
         WHERE id = $1 AND tries < $2 AND ended_at IS NULL AND expires_at > $3
         RETURNING tries",
        id.uuid(),
        TRIES_MAX,
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("counting an answer of a sign-in"))
}

/// Ends a sign-in by letting its user in, whose row the transaction holds. False when it is over,
/// or the user is not as they were when the password was checked.
pub(super) async fn finish(tx: &mut Tx, id: ChallengeId, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_sign_in s SET ended_at = $2
         FROM auth_user u
         WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.id = s.user_id
           AND u.status = 'active' AND u.epoch = s.user_epoch
           AND u.password_changed_at = s.password_changed_at",
        id.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("finishing a sign-in"))
}

/// Ends the sign-ins of a user that wait.
pub(crate) async fn end_waiting(tx: &mut Tx, user: CustomerId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_sign_in SET ended_at = $2
         WHERE user_id = $1 AND ended_at IS NULL AND created_at > $3",
        user.uuid(),
        now.datetime(),
        now.plus_seconds(LIFE_SECONDS.saturating_neg()).datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("ending sign-ins that wait"))
}
