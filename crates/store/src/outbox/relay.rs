use std::time::Duration;

use kernel::{Clock, Entropy, Error, JobId, Moment, Result};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;

use super::{Cursor, Event, Handler, advance_on, read_on, register};
use crate::jobs::{self, Job};
use crate::tasks::{guarded, pause, stopping};
use crate::{Store, broken};

/// The most events read at once.
const BATCH: i64 = 100;
/// How long to wait for a wake-up before looking again.
pub(super) const POLL_MILLIS: u64 = 200;
/// How long to wait before trying to become the one relay of a consumer, or after an incident.
pub(super) const STANDBY_MILLIS: u64 = 1_000;
/// How often an event is handed over before it is dead.
const TRIES: i16 = 5;
/// The wait after the first failure; it doubles with each.
const RETRY_MILLIS: u64 = 100;
/// How long a handler may take.
const HANDLER_TIMEOUT_SECONDS: u64 = 30;
/// The family of advisory locks of relays.
const LOCK_CLASS: i32 = 0x6f62;

/// Hands the events of the log to one consumer, in order, each at least once. Any number of nodes
/// may run the same consumer: one of them is active, another takes over when it goes away.
///
/// Exclusive is who holds an advisory lock on a connection of its own. A row lock would not do: it
/// makes its transaction a writing one, behind which no consumer could read.
pub struct Relay {
    store: Store,
    clock: Clock,
    consumer: &'static str,
    handler: Handler,
}

impl Relay {
    /// A relay for a consumer.
    pub const fn new(store: Store, clock: Clock, consumer: &'static str, handler: Handler) -> Self {
        Self { store, clock, consumer, handler }
    }

    /// The kind of the jobs that keep this consumer's dead events, and their handler: with it in a
    /// runner, a revived job hands its event over again.
    pub fn dead_letters(&self) -> (String, jobs::Handler) {
        let handler = self.handler.clone();
        let revived = jobs::handler(move |job: Job| {
            let started = from_json(&job.payload).map(|event| handler(event));
            async move { started?.await }
        });
        (dead_kind(self.consumer), revived)
    }

    /// Runs until `shutdown` becomes true or its sender is gone. The event at hand is finished.
    pub async fn run(self, mut shutdown: watch::Receiver<bool>) {
        while !stopping(&shutdown) {
            let relayed = match hold(&self.store, self.consumer).await {
                Ok(Some(conn)) => self.relay(conn, &mut shutdown).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = relayed {
                tracing::error!(consumer = self.consumer, ?error, "the relay broke and tries anew");
            }
            pause(Duration::from_millis(STANDBY_MILLIS), &mut shutdown).await;
        }
    }

    /// Everything about the cursor goes over the connection with the lock: when that is lost, the
    /// next statement fails, and this relay does not move a cursor that is another's by now.
    async fn relay(
        &self,
        mut conn: PgConnection,
        shutdown: &mut watch::Receiver<bool>,
    ) -> Result<()> {
        let mut wake = self.store.events_wake();
        while !stopping(shutdown) {
            wake.mark_unchanged();
            let events = read_on(&mut conn, self.consumer, BATCH).await?;
            if events.is_empty() {
                let poll = Duration::from_millis(POLL_MILLIS);
                tokio::select! {
                    _ = wake.changed() => {}
                    _ = pause(poll, shutdown) => {}
                }
                continue;
            }
            let mut done = None;
            for event in events {
                match self.hand_over(&event, shutdown).await {
                    Handed::Done => done = Some(event.cursor),
                    Handed::Stopped => break,
                    Handed::Dead(error) => {
                        self.bury(&mut conn, &event, &error).await?;
                        done = None;
                    }
                }
            }
            if let Some(cursor) = done {
                advance_on(&mut conn, self.consumer, cursor).await?;
            }
        }
        Ok(())
    }

    async fn hand_over(&self, event: &Event, shutdown: &mut watch::Receiver<bool>) -> Handed {
        let limit = Duration::from_secs(HANDLER_TIMEOUT_SECONDS);
        let mut wait = Duration::from_millis(RETRY_MILLIS);
        let mut tries = 1_i16;
        loop {
            if stopping(shutdown) {
                return Handed::Stopped;
            }
            let Err(error) = guarded(limit, (self.handler)(event.clone())).await else {
                return Handed::Done;
            };
            tracing::warn!(
                consumer = self.consumer, kind = event.kind, subject = %event.subject, tries,
                ?error, "an event could not be handled",
            );
            if tries >= TRIES {
                return Handed::Dead(error);
            }
            pause(wait, shutdown).await;
            wait = wait.saturating_mul(2);
            tries = tries.saturating_add(1);
        }
    }

    /// Keeps an event that cannot be handled as a dead job and moves on: one bad event must not
    /// stop all that come after it.
    async fn bury(&self, conn: &mut PgConnection, event: &Event, error: &Error) -> Result<()> {
        const DOING: &str = "keeping an event that cannot be handled";
        let now = self.clock.now();
        let mut tx = conn.begin().await.map_err(broken(DOING))?;
        sqlx::query!(
            "INSERT INTO job (id, kind, payload, state, run_at, attempts, max_attempts,
                              last_error, created_at, finished_at)
             VALUES ($1, $2, $3, 'dead', $4, $5, $5, $6, $4, $4)",
            JobId::generate(now, Entropy).uuid(),
            dead_kind(self.consumer),
            to_json(event),
            now.datetime(),
            TRIES,
            error.to_string(),
        )
        .execute(&mut *tx)
        .await
        .map_err(broken(DOING))?;
        advance_on(&mut tx, self.consumer, event.cursor).await?;
        tx.commit().await.map_err(broken(DOING))?;
        tracing::error!(
            counter.dead_events = 1, consumer = self.consumer, kind = event.kind,
            subject = %event.subject, "an event is dead",
        );
        Ok(())
    }
}

/// A connection that holds the consumer's lock, unless another one does. It is not of the pool:
/// dropping it must end the lock.
pub(super) async fn hold(store: &Store, consumer: &str) -> Result<Option<PgConnection>> {
    const DOING: &str = "taking the lock of a consumer";
    register(store, consumer).await?;
    let options = store.pool().connect_options();
    let mut conn = PgConnection::connect_with(&options).await.map_err(broken(DOING))?;
    let held = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_lock($1, hashtext($2)) AS "held!""#,
        LOCK_CLASS,
        consumer,
    )
    .fetch_one(&mut conn)
    .await
    .map_err(broken(DOING))?;
    Ok(held.then_some(conn))
}

enum Handed {
    Done,
    Dead(Error),
    Stopped,
}

fn dead_kind(consumer: &str) -> String {
    format!("outbox.{consumer}")
}

fn to_json(event: &Event) -> Value {
    json!({
        "cursor": event.cursor,
        "kind": event.kind,
        "subject": event.subject,
        "at_micros": event.at.micros(),
        "payload": event.payload,
    })
}

fn from_json(value: &Value) -> Result<Event> {
    const MALFORMED: Error = Error::invariant("a dead event cannot be read");
    let field = |name| value.get(name).cloned().ok_or(MALFORMED);
    let malformed = |_| MALFORMED;
    let cursor: Cursor = serde_json::from_value(field("cursor")?).map_err(malformed)?;
    Ok(Event {
        cursor,
        kind: serde_json::from_value(field("kind")?).map_err(malformed)?,
        subject: serde_json::from_value(field("subject")?).map_err(malformed)?,
        at: Moment::from_micros(field("at_micros")?.as_i64().ok_or(MALFORMED)?),
        payload: serde_json::from_value(field("payload")?).map_err(malformed)?,
    })
}
