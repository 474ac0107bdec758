use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{ChallengeId, Ctx, CustomerId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use uuid::Uuid;

use super::ResetMethod;
use super::rules::TRIES_MAX;
use crate::sealed::Index;
use crate::tokens::Hash;

/// A reset that begins.
pub(super) struct New<'a> {
    pub challenge: ChallengeId,
    pub key: Hash,
    pub jkt: Option<&'a [u8; 32]>,
    pub phone: Index,
}

/// A reset under way.
pub(super) struct Reset {
    pub id: Uuid,
    pub challenge: Uuid,
    phone_index: Vec<u8>,
    user: Option<Uuid>,
    code_proven: bool,
    proven: bool,
}

impl Reset {
    /// Whose phone it is, if it is an active user's.
    pub fn user(&self) -> Option<CustomerId> {
        self.user.map(CustomerId::from_uuid)
    }

    /// Whose it is, once the code was right.
    pub fn proven_user(&self) -> Option<CustomerId> {
        self.code_proven.then(|| self.user().unwrap_or(CustomerId::from_uuid(Uuid::nil())))
    }

    /// Whether both proofs were shown.
    pub const fn is_proven(&self) -> bool {
        self.proven
    }

    /// By what second proofs are counted.
    pub fn rate_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.phone_index)
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    ctx: &Ctx,
    new: &New<'_>,
    expires_at: Moment,
) -> Result<()> {
    let id = ChallengeId::generate(ctx.now(), ctx.entropy());
    sqlx::query!(
        "INSERT INTO auth_reset
             (id, challenge_id, key_hash, jkt, phone_index, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        new.challenge.uuid(),
        new.key.as_slice(),
        new.jkt.map(<[u8; 32]>::as_slice),
        new.phone.as_slice(),
        ctx.now().datetime(),
        expires_at.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("beginning a password reset"))
}

/// The reset of a key, while it is open, for whoever also has the device key it was begun with.
pub(super) async fn open(
    pool: &PgPool,
    (key, jkt): (&Hash, Option<&[u8; 32]>),
    now: Moment,
) -> Result<Option<Reset>> {
    sqlx::query_as!(
        Reset,
        r#"SELECT r.id, r.challenge_id AS challenge, r.phone_index, u.id AS "user?",
               r.code_proven_at IS NOT NULL AS "code_proven!", r.proven_at IS NOT NULL AS "proven!"
           FROM auth_reset r
           LEFT JOIN auth_user u ON u.phone_index = r.phone_index AND u.status = 'active'
           WHERE r.key_hash = $1 AND (r.jkt IS NULL OR r.jkt = $2) AND r.expires_at > $3
             AND r.done_at IS NULL AND r.cancelled_at IS NULL"#,
        key.as_slice(),
        jkt.map(<[u8; 32]>::as_slice),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a password reset"))
}

/// The code to the phone was right. False when the reset is over.
pub(super) async fn prove_code(tx: &mut Tx, reset: Uuid, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_reset SET code_proven_at = $2
         WHERE id = $1 AND code_proven_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL",
        reset,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("proving the phone of a password reset"))
}

/// Counts a second proof before it is looked at. False when the reset takes none (any more).
pub(super) async fn count_try(pool: &PgPool, reset: Uuid, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_reset SET tries = tries + 1
         WHERE id = $1 AND tries < $2 AND code_proven_at IS NOT NULL AND proven_at IS NULL
           AND done_at IS NULL AND cancelled_at IS NULL AND expires_at > $3",
        reset,
        TRIES_MAX,
        now.datetime(),
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("counting a proof of a password reset"))
}

/// The second proof was right. False when the reset is over, or was proven already.
pub(super) async fn prove(
    tx: &mut Tx,
    reset: Uuid,
    method: ResetMethod,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_reset SET proven_at = $3, method = $2
         WHERE id = $1 AND code_proven_at IS NOT NULL AND proven_at IS NULL
           AND done_at IS NULL AND cancelled_at IS NULL AND expires_at > $3",
        reset,
        method.as_str(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("proving a password reset"))
}

/// Whether a user's program for codes, or their recovery codes, were there by then. The codes are
/// made all at once.
pub(super) async fn is_settled(
    tx: &mut Tx,
    user: CustomerId,
    method: ResetMethod,
    by: Moment,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT CASE $2
               WHEN 'totp' THEN EXISTS (
                   SELECT FROM auth_totp WHERE user_id = $1 AND confirmed_at <= $3)
               WHEN 'recovery_code' THEN EXISTS (
                   SELECT FROM auth_recovery_code WHERE user_id = $1 AND created_at <= $3)
               ELSE false END AS "settled!""#,
        user.uuid(),
        method.as_str(),
        by.datetime(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking since when a factor is set up"))
}

/// Sets the password of an active user, whose row is locked from here on. What is set after a
/// freeze is later than it, by whichever node's clock.
pub(super) async fn set_password(
    tx: &mut Tx,
    user: CustomerId,
    (hash, cooling_until): (&str, Moment),
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_user SET password_hash = $2,
             password_changed_at = greatest($3, frozen_at + interval '1 microsecond'),
             cooling_until = greatest(cooling_until, $4)
         WHERE id = $1 AND status = 'active'",
        user.uuid(),
        hash,
        now.datetime(),
        cooling_until.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("resetting a password"))
}

/// Ends a reset that is proven: of callers at the same time one gets what it was proven by.
pub(super) async fn finish(tx: &mut Tx, key: &Hash, now: Moment) -> Result<Option<String>> {
    sqlx::query_scalar!(
        r#"UPDATE auth_reset SET done_at = $2
           WHERE key_hash = $1 AND proven_at IS NOT NULL AND done_at IS NULL
             AND cancelled_at IS NULL AND expires_at > $2
           RETURNING method AS "method!""#,
        key.as_slice(),
        now.datetime(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("ending a password reset"))
}

/// Ends every reset of a user that is under way, and what an employee gave out for one.
pub(crate) async fn cancel(tx: &mut Tx, user: CustomerId, now: Moment) -> Result<()> {
    sqlx::query!(
        "WITH given AS (
             UPDATE auth_assisted_recovery SET used_at = $2
             WHERE user_id = $1 AND used_at IS NULL)
         UPDATE auth_reset SET cancelled_at = $2
         WHERE phone_index = (SELECT phone_index FROM auth_user WHERE id = $1)
           AND done_at IS NULL AND cancelled_at IS NULL",
        user.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("ending the password resets of a user"))
}

pub(super) async fn give_assisted(
    tx: &mut Tx,
    user: CustomerId,
    hash: &[u8; 32],
    (now, expires_at): (Moment, Moment),
) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth_assisted_recovery (user_id, code_hash, given_at, expires_at)
         SELECT id, $2, $3, $4 FROM auth_user WHERE id = $1 AND status = 'active'
         ON CONFLICT (user_id) DO UPDATE
         SET code_hash = $2, given_at = $3, expires_at = $4, used_at = NULL",
        user.uuid(),
        hash.as_slice(),
        now.datetime(),
        expires_at.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
}

pub(super) async fn take_assisted(
    tx: &mut Tx,
    user: CustomerId,
    hash: &[u8; 32],
    now: Moment,
) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "UPDATE auth_assisted_recovery SET used_at = $3
         WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL AND expires_at > $3",
        user.uuid(),
        hash.as_slice(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
}
