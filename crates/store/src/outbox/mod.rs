//! The event log: what happened is written in the transaction in which it happens, and read later
//! by consumers, each at its own pace.
//!
//! The order is by transaction and then by number. A transaction takes its place with its first
//! write, not with its commit, so a reader waits for every older transaction that is still open:
//! nothing is skipped, and one long write transaction anywhere on the server delays all readers.
//! Two transactions that touched the same thing may stand in either order; handlers go by the
//! subject's state, not by the order of events.

mod batches;
mod relay;

use std::pin::Pin;
use std::sync::Arc;

use kernel::{Error, Moment, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Store, Tx, broken, in_batches};

pub use batches::{BatchHandler, BatchRelay, Within};
pub use relay::Relay;

/// An event to append.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What happened, such as `operation.posted`.
    pub kind: &'static str,
    /// What it happened to.
    pub subject: Uuid,
    /// When.
    pub at: Moment,
    /// What a consumer cannot read by the subject's id.
    pub payload: Option<Value>,
}

/// Where an event stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    /// The transaction that wrote it.
    pub xid: i64,
    /// The number within the log.
    pub seq: i64,
}

/// An event that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Where it stands in the log.
    pub cursor: Cursor,
    /// What happened.
    pub kind: String,
    /// What it happened to.
    pub subject: Uuid,
    /// When.
    pub at: Moment,
    /// More about it.
    pub payload: Option<Value>,
}

/// What a relay does with each event. It may be called again with the same event.
pub type Handler =
    Arc<dyn Fn(Event) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// Makes a handler of a function.
pub fn handler<F, Fut>(f: F) -> Handler
where
    F: Fn(Event) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    Arc::new(move |event| Box::pin(f(event)))
}

/// Appends events in the transaction of the change they tell of.
pub async fn append(tx: &mut Tx, events: &[NewEvent]) -> Result<()> {
    let at: Vec<OffsetDateTime> = events.iter().map(|e| e.at.datetime()).collect();
    let kind: Vec<&str> = events.iter().map(|e| e.kind).collect();
    let subject: Vec<Uuid> = events.iter().map(|e| e.subject).collect();
    let payload: Vec<Option<Value>> = events.iter().map(|e| e.payload.clone()).collect();
    // The checked macros take no arrays with gaps.
    sqlx::query(
        "INSERT INTO outbox (at, kind, subject, payload)
         SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::uuid[], $4::jsonb[])",
    )
    .bind(&at)
    .bind(&kind)
    .bind(&subject)
    .bind(&payload)
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("appending events"))
}

/// The next events of a consumer, of transactions before which none is open any more. A consumer
/// without a cursor begins at the oldest event.
pub async fn read(store: &Store, consumer: &str, limit: i64) -> Result<Vec<Event>> {
    let mut conn = store.pool().acquire().await.map_err(broken("reading events"))?;
    read_on(&mut conn, consumer, limit).await
}

/// Moves a consumer forward, to after this event; never back.
pub async fn advance(store: &Store, consumer: &str, to: Cursor) -> Result<()> {
    let mut conn = store.pool().acquire().await.map_err(broken("moving a consumer forward"))?;
    advance_on(&mut conn, consumer, to).await
}

/// Gives a consumer its cursor, so that nothing it has not read is trimmed.
pub async fn register(store: &Store, consumer: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO outbox_cursor (consumer) VALUES ($1) ON CONFLICT (consumer) DO NOTHING",
        consumer,
    )
    .execute(store.pool())
    .await
    .map(|_| ())
    .map_err(broken("registering a consumer"))
}

/// Deletes events older than this that every consumer has read. Deletes nothing while no consumer
/// is registered. Gives how many.
///
/// Only the front of the log is looked at: older events stand before younger ones, but for the
/// differences between the clocks of nodes, which another call makes up for.
pub async fn trim(store: &Store, older_than: Moment) -> Result<u64> {
    in_batches("trimming events", |rows| {
        sqlx::query!(
            "DELETE FROM outbox WHERE ctid = ANY (ARRAY (
                 SELECT oldest.place FROM (
                     SELECT o.ctid AS place, o.at FROM outbox o
                     WHERE (o.xid, o.seq) <= (
                         SELECT c.xid, c.seq FROM outbox_cursor c ORDER BY c.xid, c.seq LIMIT 1
                     )
                     ORDER BY o.xid, o.seq LIMIT $2
                 ) oldest
                 WHERE oldest.at < $1
             ))",
            older_than.datetime(),
            rows,
        )
        .execute(store.pool())
    })
    .await
}

async fn read_on(conn: &mut PgConnection, consumer: &str, limit: i64) -> Result<Vec<Event>> {
    const DOING: &str = "reading events";
    let cursor = sqlx::query!(
        r#"SELECT xid::text AS "xid!", seq,
                  xid >= pg_snapshot_xmax(pg_current_snapshot()) AS "ahead!"
           FROM outbox_cursor WHERE consumer = $1"#,
        consumer,
    )
    .fetch_optional(&mut *conn)
    .await
    .map_err(broken(DOING))?;
    let (xid, seq) = match cursor {
        // Transaction numbers begin anew when a dump is restored into another cluster. Going on
        // would silently skip events until the numbers catch up.
        Some(c) if c.ahead => return Err(Error::invariant("a consumer is ahead of the database")),
        Some(c) => (c.xid, c.seq),
        None => ("0".to_owned(), 0),
    };
    let rows = sqlx::query!(
        r#"SELECT xid::text::bigint AS "xid!", seq, kind, subject, at, payload
           FROM outbox
           WHERE (xid, seq) > ($1::text::xid8, $2::bigint)
             AND xid < pg_snapshot_xmin(pg_current_snapshot())
           ORDER BY outbox.xid, outbox.seq LIMIT $3"#,
        xid,
        seq,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(broken(DOING))?;
    let events = rows.into_iter().map(|row| Event {
        cursor: Cursor { xid: row.xid, seq: row.seq },
        kind: row.kind,
        subject: row.subject,
        at: Moment::from(row.at),
        payload: row.payload,
    });
    Ok(events.collect())
}

async fn advance_on(conn: &mut PgConnection, consumer: &str, to: Cursor) -> Result<()> {
    sqlx::query!(
        "INSERT INTO outbox_cursor AS c (consumer, xid, seq) VALUES ($1, $2::text::xid8, $3)
         ON CONFLICT (consumer) DO UPDATE SET xid = excluded.xid, seq = excluded.seq
         WHERE (c.xid, c.seq) < (excluded.xid, excluded.seq)",
        consumer,
        to.xid.to_string(),
        to.seq,
    )
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(broken("moving a consumer forward"))
}
