use kernel::{ChallengeId, CustomerId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rules::{BLOCK_SECONDS, CHALLENGE_SECONDS, CODE_SECONDS, Guard, RESEND_SECONDS};
use super::rules::{SENDS_MAX, TICKET_SECONDS, TRIES_MAX};
use super::{Asked, Purpose};
use crate::tokens::Hash;

/// A contact as a challenge keeps it.
pub(super) struct SealedContact {
    pub id: Uuid,
    pub channel: String,
    pub contact_sealed: String,
}

pub(super) struct Challenge {
    pub index: Vec<u8>,
    pub channel: String,
    pub guard: Vec<u8>,
    pub contact_sealed: String,
    pub session: Option<Uuid>,
    expires_at: OffsetDateTime,
    created_at: OffsetDateTime,
    pub sent_count: i32,
    verified_at: Option<OffsetDateTime>,
    pub purpose: String,
}

impl Challenge {
    /// Whether its latest code still counts.
    pub fn is_open(&self, now: Moment) -> bool {
        self.verified_at.is_none() && now < self.expires_at.into()
    }

    /// Whether another code may be sent for it.
    pub fn may_be_sent_again(&self, now: Moment) -> bool {
        let end = Moment::from(self.created_at).plus_seconds(CHALLENGE_SECONDS);
        self.verified_at.is_none() && now < end && self.sent_count < SENDS_MAX
    }
}

pub(super) async fn challenge(pool: &PgPool, id: ChallengeId) -> Result<Option<Challenge>> {
    let row = sqlx::query!(
        "SELECT purpose, channel, contact_index, contact_sealed, guard, session_id, expires_at,
             created_at, sent_count, verified_at
         FROM auth_challenge WHERE id = $1",
        id.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a challenge"))?;
    Ok(row.map(|row| Challenge {
        index: row.contact_index,
        channel: row.channel,
        guard: row.guard,
        contact_sealed: row.contact_sealed,
        session: row.session_id,
        expires_at: row.expires_at,
        created_at: row.created_at,
        sent_count: row.sent_count,
        verified_at: row.verified_at,
        purpose: row.purpose,
    }))
}

pub(super) async fn guard(pool: &PgPool, subject: &[u8]) -> Result<Guard> {
    let row = sqlx::query!(
        "SELECT sent_at, blocked_until FROM auth_code_guard WHERE subject = $1",
        subject,
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading what is known of a contact's codes"))?;
    Ok(row.map_or_else(Guard::default, |row| Guard {
        sent_at: row.sent_at.map(Moment::from),
        blocked_until: row.blocked_until.map(Moment::from),
    }))
}

/// Takes the right to send one code now. False when it must wait: of callers at the same time one
/// gets it.
pub(super) async fn claim_sending(tx: &mut Tx, subject: &[u8], now: Moment) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO auth_code_guard AS g (subject, sent_at) VALUES ($1, $2)
         ON CONFLICT (subject) DO UPDATE SET sent_at = $2
         WHERE (g.sent_at IS NULL OR g.sent_at <= $3)
           AND (g.blocked_until IS NULL OR g.blocked_until <= $2)",
        subject,
        now.datetime(),
        now.plus_seconds(RESEND_SECONDS.saturating_neg()).datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("claiming to send a code"))
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: ChallengeId,
    asked: &Asked,
    sealed: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO auth_challenge (id, purpose, channel, contact_index, contact_sealed, guard,
             session_id, created_at, expires_at, sent_count, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $8)",
        id.uuid(),
        asked.purpose.as_str(),
        asked.to.channel(),
        asked.index.as_slice(),
        sealed,
        asked.guard.as_slice(),
        asked.session,
        now.datetime(),
        now.plus_seconds(CODE_SECONDS).datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("adding a challenge"))
}

/// Counts one more code of a challenge, whose former codes end. Gives its number; `None` when the
/// challenge was answered or sent again in the meantime.
pub(super) async fn send_again(
    tx: &mut Tx,
    id: ChallengeId,
    sent_count: i32,
    now: Moment,
) -> Result<Option<i32>> {
    sqlx::query_scalar!(
        "UPDATE auth_challenge
         SET sent_count = sent_count + 1, sent_at = $3, expires_at = $4
         WHERE id = $1 AND sent_count = $2 AND verified_at IS NULL
         RETURNING sent_count",
        id.uuid(),
        sent_count,
        now.datetime(),
        now.plus_seconds(CODE_SECONDS).datetime(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("sending a challenge again"))
}

/// Counts a try, before anything is compared: parallel guesses each count, and the one that
/// reaches the maximum blocks. Gives the number of the try; `None` when it is blocked. A block that
/// is over, and tries longer ago than a block lasts, count no more.
pub(super) async fn count_try(pool: &PgPool, subject: &[u8], now: Moment) -> Result<Option<i32>> {
    sqlx::query_scalar!(
        "INSERT INTO auth_code_guard AS g (subject, tries, tried_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             tries = CASE WHEN g.blocked_until IS NULL AND g.tried_at > $3
                          THEN g.tries + 1 ELSE 1 END,
             blocked_until = CASE WHEN g.blocked_until IS NULL AND g.tried_at > $3
                                   AND g.tries + 1 >= $4 THEN $5::timestamptz END,
             tried_at = $2
         WHERE g.blocked_until IS NULL OR g.blocked_until <= $2
         RETURNING tries",
        subject,
        now.datetime(),
        now.plus_seconds(BLOCK_SECONDS.saturating_neg()).datetime(),
        TRIES_MAX,
        now.plus_seconds(BLOCK_SECONDS).datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("counting a try of a code"))
}

/// Marks a challenge as answered with its code number `sent_count` and gives it a ticket. False
/// when another answer was first.
pub(super) async fn verify(
    tx: &mut Tx,
    id: ChallengeId,
    sent_count: i32,
    ticket: &Hash,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_challenge SET verified_at = $3, ticket_hash = $4, ticket_until = $5
         WHERE id = $1 AND sent_count = $2 AND verified_at IS NULL AND expires_at > $3",
        id.uuid(),
        sent_count,
        now.datetime(),
        ticket.as_slice(),
        now.plus_seconds(TICKET_SECONDS).datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("marking a challenge as answered"))
}

/// A right code: the wrong ones before it are forgotten.
pub(super) async fn forget_tries(tx: &mut Tx, subject: &[u8]) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_code_guard SET tries = 0, tried_at = NULL, blocked_until = NULL
         WHERE subject = $1",
        subject,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("forgetting wrong codes"))
}

/// The contact that a ticket proves, while it is good.
pub(super) async fn ticket_contact(
    pool: &PgPool,
    purpose: Purpose,
    ticket: &Hash,
    now: Moment,
) -> Result<Option<SealedContact>> {
    sqlx::query_as!(
        SealedContact,
        "SELECT id, channel, contact_sealed FROM auth_challenge
         WHERE ticket_hash = $1 AND purpose = $2 AND used_at IS NULL AND ticket_until > $3",
        ticket.as_slice(),
        purpose.as_str(),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a ticket"))
}

/// Uses a ticket up. `None` when it is not good (any more): of users at the same time one gets it.
pub(super) async fn use_ticket(
    tx: &mut Tx,
    purpose: Purpose,
    ticket: &Hash,
    now: Moment,
) -> Result<Option<SealedContact>> {
    sqlx::query_as!(
        SealedContact,
        "UPDATE auth_challenge SET used_at = $3
         WHERE ticket_hash = $1 AND purpose = $2 AND used_at IS NULL AND ticket_until > $3
         RETURNING id, channel, contact_sealed",
        ticket.as_slice(),
        purpose.as_str(),
        now.datetime(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("using a ticket"))
}

/// A code that is to be sent.
pub(super) struct ToSend {
    pub contact: SealedContact,
    pub purpose: String,
    /// Whose phone the contact is.
    pub user: Option<CustomerId>,
}

/// Where a code is to be sent: a challenge whose latest code is number `sent_count` and still good.
pub(super) async fn to_send(
    pool: &PgPool,
    id: ChallengeId,
    sent_count: i32,
    now: Moment,
) -> Result<Option<ToSend>> {
    let row = sqlx::query!(
        r#"SELECT id, channel, contact_sealed, purpose, (
               SELECT u.id FROM auth_user u
               WHERE u.phone_index = c.contact_index AND u.status = 'active') AS "user?"
           FROM auth_challenge c
           WHERE id = $1 AND sent_count = $2 AND verified_at IS NULL AND expires_at > $3"#,
        id.uuid(),
        sent_count,
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading which code to send"))?;
    Ok(row.map(|row| ToSend {
        contact: SealedContact {
            id: row.id,
            channel: row.channel,
            contact_sealed: row.contact_sealed,
        },
        purpose: row.purpose,
        user: row.user.map(CustomerId::from_uuid),
    }))
}
