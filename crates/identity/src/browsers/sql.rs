use kernel::{CustomerId, Moment, Result, SessionId};
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::sessions::{self, Note};
use crate::tokens::Hash;

pub(super) struct Found {
    pub session: Uuid,
    pub user: Uuid,
    pub known: sessions::Known,
    pub idle_until: OffsetDateTime,
    pub abs_until: OffsetDateTime,
}

/// The living session of a browser's token.
pub(super) async fn by_token(pool: &PgPool, token: &Hash, now: Moment) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id!", user_id AS "user!", aal AS "aal!", amr AS "amr!",
               auth_time AS "auth_time!", device_id, cooling_until, idle_until AS "idle_until!",
               abs_until AS "abs_until!"
           FROM auth_living_session
           WHERE at_hash = $1 AND kind = 'browser' AND idle_until > $2"#,
        token.as_slice(),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("looking up a browser's token"))?;
    Ok(row.map(|row| Found {
        session: row.id,
        user: row.user,
        known: sessions::Known {
            aal: row.aal,
            amr: row.amr,
            auth_time: row.auth_time,
            device: row.device_id,
            cooling_until: row.cooling_until,
        },
        idle_until: row.idle_until,
        abs_until: row.abs_until,
    }))
}

/// Whose session a browser's token is or was, and how they stand.
pub(super) async fn user_of(pool: &PgPool, token: &Hash) -> Result<Option<(CustomerId, String)>> {
    let row = sqlx::query!(
        "SELECT u.id, u.status FROM auth_session s JOIN auth_user u ON u.id = s.user_id
         WHERE s.at_hash = $1 AND s.kind = 'browser'",
        token.as_slice(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("asking whose session a token was of"))?;
    Ok(row.map(|row| (CustomerId::from_uuid(row.id), row.status)))
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

/// Puts a new token in the place of a living session's. When the session ends, if there is one.
pub(super) async fn renew(tx: &mut Tx, session: SessionId, token: &Hash) -> Result<Option<Moment>> {
    let ends = sqlx::query_scalar!(
        "UPDATE auth_session SET at_hash = $2
         WHERE id = $1 AND kind = 'browser' AND revoked_at IS NULL
         RETURNING abs_until",
        session.uuid(),
        token.as_slice(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("renewing the token of a browser"))?;
    Ok(ends.map(Moment::from))
}
