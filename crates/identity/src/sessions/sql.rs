use kernel::{CustomerId, DeviceId, Moment, Result, SessionId};
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rules::Family;
use super::{Issued, Known, NewSession, Note};
use crate::ClientInfo;
use crate::cache::Live;
use crate::revocations::Reason;
use crate::tokens::Hash;

/// Adds a session. `None` when the user is not active.
pub(super) async fn insert(
    tx: &mut Tx,
    new: &NewSession,
    client: &ClientInfo,
    now: Moment,
) -> Result<Option<()>> {
    let refresh = new.refresh.as_ref();
    let (proof, words) = (&new.proof, new.proof.amr.words().join(" "));
    // A browser has no key: its cookie is read by no script.
    let key = client.key.as_ref().filter(|_| refresh.is_some());
    sqlx::query!(
        "INSERT INTO auth_session (id, user_id, user_epoch, everyone_epoch, kind, aal, amr,
             device_id, jkt, auth_time, idle_until, abs_until, at_hash, at_expires, rt_family_hash,
             rt_cur_hash, rt_succ_used, ip_prefix, ua, last_seen_bucket, place)
         SELECT $1, u.id, u.epoch, e.epoch, $13, $15, string_to_array($16, ' '), $17, $18, $3, $4,
             $5, $6, $7, $8, $9, $14, $10, $11, $12, $19
         FROM auth_user u, auth_everyone e WHERE u.id = $2 AND u.status = 'active'",
        new.id.uuid(),
        new.user.uuid(),
        now.datetime(),
        new.idle_until.datetime(),
        new.abs_until.datetime(),
        new.token.as_slice(),
        new.token_ends.datetime(),
        refresh.map(|r| r.family.as_slice()),
        refresh.map(|r| r.current.as_slice()),
        client.ip_prefix(),
        client.user_agent,
        super::rules::seen_bucket(now).datetime(),
        if refresh.is_some() { "mobile" } else { "browser" },
        refresh.map(|_| true),
        proof.aal.number(),
        words,
        proof.device.map(DeviceId::uuid),
        key.as_ref().map(|key| key.thumbprint().as_slice()),
        client.place,
    )
    .execute(&mut **tx)
    .await
    .map(|done| (done.rows_affected() == 1).then_some(()))
    .map_err(broken("opening a session"))
}

/// The user's living sessions but the `keep` seen last.
pub(super) async fn beyond(
    tx: &mut Tx,
    user: CustomerId,
    keep: i64,
    now: Moment,
) -> Result<Vec<SessionId>> {
    sqlx::query_scalar!(
        "SELECT id FROM auth_session
         WHERE user_id = $1 AND revoked_at IS NULL AND idle_until > $2
         ORDER BY last_seen_bucket DESC, id DESC OFFSET $3",
        user.uuid(),
        now.datetime(),
        keep,
    )
    .fetch_all(&mut **tx)
    .await
    .map(|ids| ids.into_iter().map(SessionId::from_uuid).collect())
    .map_err(broken("counting sessions"))
}

/// Marks sessions as ended. Gives those that were not before.
pub(super) async fn revoke(
    tx: &mut Tx,
    sessions: &[SessionId],
    reason: Reason,
    now: Moment,
) -> Result<Vec<SessionId>> {
    let ids: Vec<_> = sessions.iter().map(|s| s.uuid()).collect();
    sqlx::query_scalar!(
        "UPDATE auth_session SET revoked_at = $2, revoke_reason = $3
         WHERE id = ANY($1) AND revoked_at IS NULL RETURNING id",
        &ids,
        now.datetime(),
        reason.as_str(),
    )
    .fetch_all(&mut **tx)
    .await
    .map(|ids| ids.into_iter().map(SessionId::from_uuid).collect())
    .map_err(broken("ending a session"))
}

pub(super) struct Access {
    pub session: Uuid,
    pub user: Uuid,
    pub known: Known,
    pub key: Option<Vec<u8>>,
    pub expires: OffsetDateTime,
    /// The token was given out by the last refresh, and is the first of it to be presented.
    pub first_use: bool,
}

impl Access {
    pub fn live(&self) -> Result<Live> {
        Ok(Live {
            session: SessionId::from_uuid(self.session),
            user: CustomerId::from_uuid(self.user),
            assurance: self.known.assurance()?,
            key: self.key.as_deref().and_then(|key| key.try_into().ok()),
            expires: self.expires.into(),
            slides_until: None,
        })
    }
}

/// The living session of an access token.
pub(super) async fn by_access(pool: &PgPool, token: &Hash, now: Moment) -> Result<Option<Access>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id!", user_id AS "user!", aal AS "aal!", amr AS "amr!",
               auth_time AS "auth_time!", device_id, cooling_until, jkt,
               CASE WHEN at_hash = $1 THEN at_expires ELSE at_prev_expires END AS "expires!",
               (at_hash = $1 AND NOT rt_succ_used) AS "first_use!"
           FROM auth_living_session
           WHERE (at_hash = $1 OR at_prev_hash = $1) AND kind = 'mobile'
             AND CASE WHEN at_hash = $1 THEN at_expires ELSE at_prev_expires END > $2"#,
        token.as_slice(),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("looking up an access token"))?;
    Ok(row.map(|row| Access {
        session: row.id,
        user: row.user,
        known: Known {
            aal: row.aal,
            amr: row.amr,
            auth_time: row.auth_time,
            device: row.device_id,
            cooling_until: row.cooling_until,
        },
        key: row.jkt,
        expires: row.expires,
        first_use: row.first_use,
    }))
}

/// Notes that what the last refresh gave out is in use, since when. False when the token was
/// replaced or the session ended in the meantime.
pub(super) async fn mark_used(
    pool: &PgPool,
    session: Uuid,
    token: &Hash,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_session SET rt_succ_used = true, rt_used_at = coalesce(rt_used_at, $3)
         WHERE id = $1 AND at_hash = $2 AND revoked_at IS NULL",
        session,
        token.as_slice(),
        now.datetime(),
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("noting the first use of a token"))
}

pub(super) struct Locked {
    id: Uuid,
    user_id: Uuid,
    idle_until: OffsetDateTime,
    abs_until: OffsetDateTime,
    rt_cur_hash: Vec<u8>,
    rt_prev_hash: Option<Vec<u8>>,
    rt_rotated_at: Option<OffsetDateTime>,
    rt_succ_used: bool,
    rt_used_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
    jkt: Option<Vec<u8>>,
}

impl Locked {
    pub const fn session(&self) -> SessionId {
        SessionId::from_uuid(self.id)
    }

    pub const fn user(&self) -> CustomerId {
        CustomerId::from_uuid(self.user_id)
    }

    /// The thumbprint of the key that its tokens are bound to.
    pub fn key(&self) -> Option<&[u8]> {
        self.jkt.as_deref()
    }

    pub fn key_hash(&self) -> Option<Hash> {
        self.jkt.as_deref().and_then(|key| key.try_into().ok())
    }

    pub fn absolute(&self) -> Moment {
        self.abs_until.into()
    }

    pub fn family(&self, may_go_on: bool, now: Moment) -> Family<'_> {
        Family {
            current: &self.rt_cur_hash,
            previous: self.rt_prev_hash.as_deref().zip(self.rt_rotated_at.map(Moment::from)),
            // Of a use that was noted without its time nothing is said to have come before.
            successor_used: self
                .rt_succ_used
                .then(|| self.rt_used_at.map_or(Moment::EPOCH, Moment::from)),
            over: !may_go_on || self.revoked_at.is_some() || now >= self.idle_until.into(),
        }
    }
}

/// Locks the session of a family of refresh tokens.
pub(super) async fn lock(tx: &mut Tx, family: &Hash) -> Result<Option<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"SELECT id, user_id, idle_until, abs_until, rt_cur_hash AS "rt_cur_hash!",
               rt_prev_hash, rt_rotated_at, rt_succ_used AS "rt_succ_used!", rt_used_at, revoked_at,
               jkt
           FROM auth_session WHERE rt_family_hash = $1 FOR UPDATE"#,
        family.as_slice(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking a session"))
}

/// Whether the session may go on: whether its user, its device and the bank as a whole still let
/// it. Asked after the session is locked, in a statement of its own, so that it sees what was
/// committed while this one waited.
pub(super) async fn may_go_on(tx: &mut Tx, session: &Locked) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM auth_living_session WHERE id = $1) AS "may!""#,
        session.id,
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking whether a session may go on"))
}

/// Puts new tokens in the place of the current ones, which become the previous.
pub(super) async fn rotate(tx: &mut Tx, issued: &Issued, now: Moment) -> Result<()> {
    let (access, refresh) = (issued.access.hash(), issued.refresh.hash());
    sqlx::query!(
        "UPDATE auth_session
         SET at_prev_hash = at_hash, at_prev_expires = at_expires, at_hash = $2, at_expires = $3,
             rt_prev_hash = rt_cur_hash, rt_cur_hash = $4, rt_rotated_at = $5,
             rt_succ_used = false, rt_used_at = NULL, idle_until = $6
         WHERE id = $1",
        issued.session.uuid(),
        access.as_slice(),
        issued.ends.access.datetime(),
        refresh.as_slice(),
        now.datetime(),
        issued.ends.idle.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("rotating tokens"))
}

/// Gives out the current tokens again: they live as long as if they were new, unless somebody used
/// them: something may have ended them since. They follow from the token that was presented, so
/// they are the same, unless the bank has another key by now.
pub(super) async fn reissue(tx: &mut Tx, issued: &Issued) -> Result<()> {
    let (access, refresh) = (issued.access.hash(), issued.refresh.hash());
    sqlx::query!(
        "UPDATE auth_session
         SET at_hash = $2, at_expires = CASE WHEN rt_succ_used THEN at_expires ELSE $3 END,
             rt_cur_hash = $4, idle_until = $5
         WHERE id = $1",
        issued.session.uuid(),
        access.as_slice(),
        issued.ends.access.datetime(),
        refresh.as_slice(),
        issued.ends.idle.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("giving out tokens again"))
}

/// Notes when sessions were seen, and until when browsers' now live. Sessions that someone is just
/// changing are left out: they are seen again soon, and waiting here could deadlock.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
pub(super) async fn write_seen(pool: &PgPool, seen: &[(SessionId, Note)]) -> Result<()> {
    let ids: Vec<_> = seen.iter().map(|(id, _)| id.uuid()).collect();
    let at: Vec<_> = seen.iter().map(|(_, note)| note.bucket().datetime()).collect();
    let idle: Vec<_> = seen.iter().map(|(_, note)| note.idle().map(Moment::datetime)).collect();
    sqlx::query!(
        "WITH free AS (
             SELECT s.id, v.at, v.idle
             FROM auth_session s
             JOIN unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS v (id, at, idle)
                 ON v.id = s.id
             WHERE s.last_seen_bucket < v.at OR s.idle_until < v.idle
             FOR NO KEY UPDATE OF s SKIP LOCKED
         )
         UPDATE auth_session s
         SET last_seen_bucket = greatest(s.last_seen_bucket, free.at),
             idle_until = greatest(s.idle_until, free.idle)
         FROM free WHERE s.id = free.id",
        &ids,
        &at,
        &idle as &[Option<OffsetDateTime>],
    )
    .execute(pool)
    .await
    .map(|_| ())
    .map_err(broken("noting which sessions were seen"))
}

/// Makes every session of a user one of the past. Locks the user.
pub(super) async fn raise_epoch(tx: &mut Tx, user: CustomerId) -> Result<i64> {
    sqlx::query_scalar!(
        "UPDATE auth_user SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch",
        user.uuid(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("ending the sessions of a user"))
}

/// Lets one session of a user live on in their new epoch.
pub(super) async fn lift(
    tx: &mut Tx,
    user: CustomerId,
    session: SessionId,
    epoch: i64,
) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_session SET user_epoch = $3
         WHERE id = $2 AND user_id = $1 AND user_epoch + 1 = $3 AND revoked_at IS NULL",
        user.uuid(),
        session.uuid(),
        epoch,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("keeping one session of a user"))
}

/// Marks the sessions of a user as ended, but one. Gives those that still lived.
pub(super) async fn revoke_of(
    tx: &mut Tx,
    (user, but): (CustomerId, Option<SessionId>),
    reason: Reason,
    now: Moment,
) -> Result<Vec<SessionId>> {
    sqlx::query_scalar!(
        "UPDATE auth_session SET revoked_at = $2, revoke_reason = $3
         WHERE user_id = $1 AND revoked_at IS NULL AND idle_until > $2
           AND id IS DISTINCT FROM $4
         RETURNING id",
        user.uuid(),
        now.datetime(),
        reason.as_str(),
        but.map(SessionId::uuid),
    )
    .fetch_all(&mut **tx)
    .await
    .map(|ids| ids.into_iter().map(SessionId::from_uuid).collect())
    .map_err(broken("ending the sessions of a user"))
}

/// Makes every session there is one of the past.
pub(super) async fn raise_everyones_epoch(tx: &mut Tx) -> Result<()> {
    sqlx::query!("UPDATE auth_everyone SET epoch = epoch + 1")
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("ending every session"))
}

/// Whether a user has this session and nothing has ended it.
pub(super) async fn lives(
    tx: &mut Tx,
    user: CustomerId,
    session: SessionId,
    now: Moment,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM auth_living_session
               WHERE id = $1 AND user_id = $2 AND idle_until > $3) AS "lives!""#,
        session.uuid(),
        user.uuid(),
        now.datetime(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("looking for a session"))
}

pub(super) struct LivingRow {
    pub id: Uuid,
    pub kind: String,
    pub device_id: Option<Uuid>,
    pub device_name: Option<String>,
    pub ua: String,
    pub ip_prefix: String,
    pub place: Option<String>,
    pub auth_time: OffsetDateTime,
    pub aal: i16,
    pub last_seen: OffsetDateTime,
    pub idle_until: OffsetDateTime,
    pub abs_until: OffsetDateTime,
}

/// The living sessions of a user, the one used last first.
pub(super) async fn living(
    pool: &PgPool,
    user: CustomerId,
    now: Moment,
    limit: i64,
) -> Result<Vec<LivingRow>> {
    sqlx::query_as!(
        LivingRow,
        r#"SELECT s.id AS "id!", s.kind AS "kind!", s.device_id, d.name AS "device_name?",
               s.ua AS "ua!", s.ip_prefix AS "ip_prefix!", s.place, s.auth_time AS "auth_time!",
               s.aal AS "aal!", greatest(s.last_seen_bucket, s.auth_time) AS "last_seen!",
               s.idle_until AS "idle_until!", s.abs_until AS "abs_until!"
           FROM auth_living_session s LEFT JOIN auth_device d ON d.id = s.device_id
           WHERE s.user_id = $1 AND s.idle_until > $2
           ORDER BY "last_seen!" DESC, s.id DESC LIMIT $3"#,
        user.uuid(),
        now.datetime(),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing sessions"))
}

/// The session that a token belongs to, and its user: an access token, or any of a family of
/// refresh tokens.
pub(super) async fn of_token(
    tx: &mut Tx,
    access: Option<&Hash>,
    family: Option<&Hash>,
) -> Result<Option<(CustomerId, SessionId)>> {
    sqlx::query!(
        "SELECT id, user_id FROM auth_session
         WHERE (at_hash = $1 OR at_prev_hash = $1 OR rt_family_hash = $2) AND kind = 'mobile'",
        access.map(<[u8; 32]>::as_slice),
        family.map(<[u8; 32]>::as_slice),
    )
    .fetch_optional(&mut **tx)
    .await
    .map(|row| row.map(|r| (CustomerId::from_uuid(r.user_id), SessionId::from_uuid(r.id))))
    .map_err(broken("looking up the session of a token"))
}
