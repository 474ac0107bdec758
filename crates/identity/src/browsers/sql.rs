use kernel::{Moment, Result, SessionId};
use sqlx::PgPool;
use store::broken;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::sessions::Note;
use crate::tokens::Hash;

pub(super) struct Found {
    pub session: Uuid,
    pub user: Uuid,
    pub idle_until: OffsetDateTime,
    pub abs_until: OffsetDateTime,
}

/// The living session of a browser's token.
pub(super) async fn by_token(pool: &PgPool, token: &Hash, now: Moment) -> Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        "SELECT s.id AS session, s.user_id AS user, s.idle_until, s.abs_until
         FROM auth_session s JOIN auth_user u ON u.id = s.user_id
         WHERE s.at_hash = $1 AND s.kind = 'browser' AND s.idle_until > $2
           AND s.revoked_at IS NULL AND u.status = 'active' AND u.epoch = s.user_epoch",
        token.as_slice(),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("looking up a browser's token"))
}

/// Lets a session live on. False when it ended in the meantime.
pub(super) async fn extend(
    pool: &PgPool,
    session: SessionId,
    note: &Note,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_session
         SET idle_until = greatest(idle_until, $2),
             last_seen_bucket = greatest(last_seen_bucket, $3)
         WHERE id = $1 AND revoked_at IS NULL AND idle_until > $4",
        session.uuid(),
        note.idle().map(Moment::datetime),
        note.bucket().datetime(),
        now.datetime(),
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("letting a session live on"))
}
