use kernel::{Error, Moment, Result};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use store::{Store, Tx, broken};
use uuid::Uuid;

use super::Reason;

/// The advisory lock of the log. The number is arbitrary; it must only be no other lock's.
const LOG_LOCK: i64 = 0x6175_7468_5f72_6576;
/// Where it is told that the log has grown.
const CHANNEL: &str = "auth_revocation";

pub(super) struct Mark<'a> {
    pub at: Moment,
    pub reason: Reason,
    pub actor: &'a str,
}

pub(super) async fn append(
    tx: &mut Tx,
    kind: &str,
    subjects: &[Uuid],
    mark: &Mark<'_>,
) -> Result<()> {
    const DOING: &str = "recording a revocation";
    // A statement of its own: the numbers must be drawn after the lock is held.
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOG_LOCK)
        .execute(&mut **tx)
        .await
        .map_err(broken(DOING))?;
    sqlx::query!(
        "INSERT INTO auth_revocation (kind, subject_id, at, reason, actor)
         SELECT $1, subject_id, $3, $4, $5 FROM unnest($2::uuid[]) AS subject_id",
        kind,
        subjects,
        mark.at.datetime(),
        mark.reason.as_str(),
        mark.actor,
    )
    .execute(&mut **tx)
    .await
    .map_err(broken(DOING))?;
    // The fast way, and only that: nothing is in it, and whoever misses it reads the log anyway.
    sqlx::query!(r#"SELECT pg_notify($1, '') AS "sent!: ()""#, CHANNEL)
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken(DOING))
}

/// What nodes listen to between two readings of the log.
pub(super) struct Bell(PgListener);

impl Bell {
    pub async fn open(store: &Store) -> Result<Self> {
        const DOING: &str = "listening for revocations";
        // A connection of its own: a listener keeps what it listens on.
        let pool = store.pool_with(1, &[]).await?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(broken(DOING))?;
        listener.listen(CHANNEL).await.map_err(broken(DOING))?;
        Ok(Self(listener))
    }

    /// Waits until something is written to the log, or might have been while nothing was heard.
    pub async fn ring(&mut self) -> Result<()> {
        let heard = self.0.try_recv().await.map_err(broken("listening for revocations"))?;
        heard.map(|_| ()).ok_or(Error::invariant("the line to listen on was cut"))
    }
}

pub(super) struct Revocation {
    pub seq: i64,
    pub kind: String,
    pub subject_id: Uuid,
}

/// The connection over which a node reads the log.
pub(super) struct Line(PgPool);

impl Line {
    pub async fn open(store: &Store) -> Result<Self> {
        store.pool_with(1, &[]).await.map(Self)
    }

    /// The number of the latest entry.
    pub async fn head(&self) -> Result<i64> {
        sqlx::query_scalar!(r#"SELECT coalesce(max(seq), 0) AS "head!" FROM auth_revocation"#)
            .fetch_one(&self.0)
            .await
            .map_err(broken("reading the end of the log of revocations"))
    }

    /// The entries after a number, in order.
    pub async fn after(&self, last: i64, limit: i64) -> Result<Vec<Revocation>> {
        sqlx::query_as!(
            Revocation,
            "SELECT seq, kind, subject_id FROM auth_revocation
             WHERE seq > $1 ORDER BY seq LIMIT $2",
            last,
            limit,
        )
        .fetch_all(&self.0)
        .await
        .map_err(broken("reading the log of revocations"))
    }
}
