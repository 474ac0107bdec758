use kernel::{ChallengeId, CustomerId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Asker;
use super::rules::{Act, LIFE_SECONDS, RESEND_SECONDS, SENDS_MAX, TRIES_MAX};
use crate::factors::Factor;

/// A confirmation that is asked for.
pub(super) struct New<'a> {
    pub id: ChallengeId,
    pub asker: Asker,
    pub act: &'a Act,
    pub shown: Vec<u8>,
    pub methods: &'a [Factor],
    pub expires_at: Moment,
}

/// A confirmation as it stands.
pub(super) struct Found {
    purpose: String,
    pub shown: Vec<u8>,
    pub payload_hash: Vec<u8>,
    methods: Vec<String>,
    expires_at: OffsetDateTime,
    pub sent_count: i32,
    sent_at: Option<OffsetDateTime>,
    over: bool,
}

impl Found {
    pub fn is_open(&self, now: Moment) -> bool {
        !self.over && now < self.expires_at()
    }

    pub fn is_payment(&self) -> bool {
        self.purpose == "payment"
    }

    pub fn offers(&self, factor: Factor) -> bool {
        self.methods.iter().any(|m| m == factor.as_str())
    }

    pub fn expires_at(&self) -> Moment {
        self.expires_at.into()
    }

    /// Seconds until another code may be sent, when that is not yet.
    pub fn wait_to_send(&self, now: Moment) -> Option<i64> {
        let next = Moment::from(self.sent_at?).plus_seconds(RESEND_SECONDS);
        (next > now).then(|| next.micros_since(now).saturating_add(999_999).div_euclid(1_000_000))
    }
}

pub(super) async fn insert(tx: &mut Tx, new: &New<'_>, now: Moment) -> Result<()> {
    let methods: Vec<String> = new.methods.iter().map(|m| m.as_str().to_owned()).collect();
    let hash = new.act.hash();
    sqlx::query!(
        "INSERT INTO auth_step_up (id, user_id, session_id, purpose, shown, payload_hash, methods,
             created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id.uuid(),
        new.asker.user.uuid(),
        new.asker.session.uuid(),
        new.act.purpose(),
        new.shown,
        hash.as_slice(),
        &methods,
        now.datetime(),
        new.expires_at.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("asking for a confirmation"))
}

pub(super) async fn find(
    pool: &PgPool,
    (id, asker): (ChallengeId, Asker),
) -> Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"SELECT purpose, shown, payload_hash, methods, expires_at, sent_count, sent_at,
               (ended_at IS NOT NULL OR proven_at IS NOT NULL) AS "over!"
           FROM auth_step_up WHERE id = $1 AND user_id = $2 AND session_id = $3"#,
        id.uuid(),
        asker.user.uuid(),
        asker.session.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a confirmation"))
}

/// Counts that a code is sent. `None` when no more may be.
pub(super) async fn send(
    tx: &mut Tx,
    (id, asker): (ChallengeId, Asker),
    now: Moment,
) -> Result<Option<i32>> {
    sqlx::query_scalar!(
        "UPDATE auth_step_up SET sent_count = sent_count + 1, sent_at = $4
         WHERE id = $1 AND user_id = $2 AND session_id = $3 AND sent_count < $5
           AND ended_at IS NULL AND proven_at IS NULL AND expires_at > $4
           AND (sent_at IS NULL OR sent_at <= $6)
         RETURNING sent_count",
        id.uuid(),
        asker.user.uuid(),
        asker.session.uuid(),
        now.datetime(),
        SENDS_MAX,
        now.plus_seconds(RESEND_SECONDS.saturating_neg()).datetime(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("sending the code of a confirmation"))
}

/// What is needed to send a code.
pub(super) struct ToSend {
    pub user_id: Uuid,
    pub shown: Vec<u8>,
    pub payload_hash: Vec<u8>,
    pub sent_count: i32,
}

pub(super) async fn to_send(
    pool: &PgPool,
    id: ChallengeId,
    sent_count: i32,
    now: Moment,
) -> Result<Option<ToSend>> {
    sqlx::query_as!(
        ToSend,
        "SELECT c.user_id, c.shown, c.payload_hash, c.sent_count
         FROM auth_step_up c JOIN auth_session s ON s.id = c.session_id
         WHERE c.id = $1 AND c.sent_count = $2 AND c.expires_at > $3 AND c.ended_at IS NULL
           AND c.proven_at IS NULL AND s.revoked_at IS NULL",
        id.uuid(),
        sent_count,
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a confirmation to send its code"))
}

/// Counts an answer before it is looked at. `None` when no more is.
pub(super) async fn count_try(
    pool: &PgPool,
    (id, asker): (ChallengeId, Asker),
    now: Moment,
) -> Result<Option<i32>> {
    sqlx::query_scalar!(
        "UPDATE auth_step_up SET tries = tries + 1
         WHERE id = $1 AND user_id = $2 AND session_id = $3 AND tries < $5 AND expires_at > $4
           AND ended_at IS NULL AND proven_at IS NULL
         RETURNING tries",
        id.uuid(),
        asker.user.uuid(),
        asker.session.uuid(),
        now.datetime(),
        TRIES_MAX,
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("counting an answer"))
}

/// Marks a confirmation as given. False when it is over.
pub(super) async fn prove(
    tx: &mut Tx,
    (id, asker): (ChallengeId, Asker),
    factor: Factor,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_step_up SET proven_at = $5, method = $4
         WHERE id = $1 AND user_id = $2 AND session_id = $3 AND expires_at > $5
           AND ended_at IS NULL AND proven_at IS NULL",
        id.uuid(),
        asker.user.uuid(),
        asker.session.uuid(),
        factor.as_str(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("keeping a confirmation"))
}

/// Uses a confirmation of an act up. False when there is none.
pub(super) async fn consume(
    tx: &mut Tx,
    (id, asker): (ChallengeId, Asker),
    hash: &[u8; 32],
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_step_up SET used_at = $5
         WHERE id = $1 AND user_id = $2 AND session_id = $3 AND payload_hash = $4
           AND proven_at > $6 AND used_at IS NULL AND ended_at IS NULL",
        id.uuid(),
        asker.user.uuid(),
        asker.session.uuid(),
        hash.as_slice(),
        now.datetime(),
        now.plus_seconds(LIFE_SECONDS.saturating_neg()).datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("using a confirmation up"))
}

/// The same, but what was used up for this act may be shown for it again.
pub(super) async fn claim(
    pool: &PgPool,
    (id, asker): (ChallengeId, Asker),
    hash: &[u8; 32],
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_step_up SET used_at = coalesce(used_at, $5)
         WHERE id = $1 AND user_id = $2 AND session_id = $3 AND payload_hash = $4
           AND (used_at IS NOT NULL OR (proven_at > $6 AND ended_at IS NULL))",
        id.uuid(),
        asker.user.uuid(),
        asker.session.uuid(),
        hash.as_slice(),
        now.datetime(),
        now.plus_seconds(LIFE_SECONDS.saturating_neg()).datetime(),
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("claiming a confirmation"))
}

/// Whether a change of security settings was confirmed in a session since then.
pub(super) async fn proven_since(pool: &PgPool, asker: Asker, since: Moment) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM auth_step_up
               WHERE session_id = $2 AND purpose = 'security' AND user_id = $1
                 AND proven_at > $3) AS "proven!""#,
        asker.user.uuid(),
        asker.session.uuid(),
        since.datetime(),
    )
    .fetch_one(pool)
    .await
    .map_err(broken("asking when somebody last confirmed"))
}

pub(super) async fn note_payment_confirmed(
    tx: &mut Tx,
    user: CustomerId,
    now: Moment,
) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_user SET payment_confirmed_at = $2 WHERE id = $1",
        user.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("noting that a payment was confirmed"))
}

pub(super) async fn payment_confirmed_at(
    pool: &PgPool,
    user: CustomerId,
) -> Result<Option<Moment>> {
    sqlx::query_scalar!("SELECT payment_confirmed_at FROM auth_user WHERE id = $1", user.uuid())
        .fetch_optional(pool)
        .await
        .map(|at| at.flatten().map(Moment::from))
        .map_err(broken("reading when a payment was last confirmed"))
}

/// Ends what a user was asked to confirm and did not yet do.
pub(crate) async fn end_waiting(tx: &mut Tx, user: CustomerId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_step_up SET ended_at = $2
         WHERE user_id = $1 AND ended_at IS NULL AND used_at IS NULL AND created_at > $3
           AND NOT (purpose = 'security' AND proven_at IS NOT NULL)",
        user.uuid(),
        now.datetime(),
        now.plus_seconds(LIFE_SECONDS.saturating_mul(-2)).datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("ending what waits to be confirmed"))
}
