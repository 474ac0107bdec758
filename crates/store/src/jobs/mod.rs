//! Background jobs: enqueued in the transaction of the change they follow from, and run later by
//! any node, at least once.
//!
//! A job that runs is leased. The lease is renewed while its node lives; when it runs out, the job
//! becomes ready again. Whoever finishes a job must still hold its lease. Leases go by the
//! database's clock, which all nodes share; everything else goes by the bank's clock.

mod runner;

use std::pin::Pin;
use std::sync::Arc;

use kernel::{Code, Ctx, Error, JobId, Moment, Result};
use serde::Serialize;
use serde_json::Value;

use crate::audit::{self, Origin, Recorded};
use crate::{Store, Tx, broken, commit, in_batches};

pub use runner::Runner;

/// How long a job that is done stays, for whoever wonders.
const DONE_RETENTION_SECONDS: i64 = 86_400;
/// The most dead jobs shown.
const DEAD_SHOWN_MAX: i64 = 1_000;

/// A job to enqueue.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which handler runs it.
    pub kind: &'static str,
    /// What the handler needs to know.
    pub payload: Value,
    /// Jobs with the same key run one at a time. A job that waits to be tried again lets later
    /// ones pass.
    pub queue_key: Option<String>,
    /// Not before this moment; now when `None`.
    pub run_at: Option<Moment>,
    /// How often it is started before it is dead; at least 1.
    pub max_attempts: i16,
}

impl NewJob {
    /// A job that runs as soon as it can, whatever others run. `payload` is written as JSON.
    pub fn of(kind: &'static str, payload: &impl Serialize, max_attempts: i16) -> Result<Self> {
        let payload = serde_json::to_value(payload)
            .map_err(|e| Error::broken("writing what a job needs to know", e))?;
        Ok(Self { kind, payload, queue_key: None, run_at: None, max_attempts })
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// Which handler runs it.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: Value,
    /// Jobs with the same key run one at a time.
    pub queue_key: Option<String>,
    /// How often it was started, this time included.
    pub attempts: i16,
    /// How often it may be started.
    pub max_attempts: i16,
    /// When it was enqueued.
    pub created_at: Moment,
    /// The last failure, without its cause.
    pub last_error: Option<String>,
}

/// What runs a job. It may be called again with the same job.
pub type Handler =
    Arc<dyn Fn(Job) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// Makes a handler of a function.
pub fn handler<F, Fut>(f: F) -> Handler
where
    F: Fn(Job) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    Arc::new(move |job| Box::pin(f(job)))
}

/// Enqueues a job in the transaction of the change it belongs to. After the commit,
/// [`Store::jobs_enqueued`] starts it at once.
pub async fn enqueue(tx: &mut Tx, ctx: &Ctx, job: NewJob) -> Result<JobId> {
    let now = ctx.now();
    let id = JobId::generate(now, ctx.entropy());
    sqlx::query!(
        "INSERT INTO job (id, kind, payload, queue_key, run_at, max_attempts, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        job.kind,
        job.payload,
        job.queue_key,
        job.run_at.unwrap_or(now).datetime(),
        job.max_attempts,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("enqueueing a job"))?;
    Ok(id)
}

/// The dead jobs, latest first.
pub async fn dead(store: &Store) -> Result<Vec<Job>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, kind, payload, queue_key, attempts, max_attempts, created_at, last_error
         FROM job WHERE state = 'dead' ORDER BY finished_at DESC, id LIMIT $1",
        DEAD_SHOWN_MAX,
    )
    .fetch_all(store.pool())
    .await
    .map_err(broken("reading dead jobs"))?;
    Ok(rows.into_iter().map(Job::from).collect())
}

/// Makes a dead job ready again, with all its attempts, and tells the audit log in the same
/// transaction. Refused when there is none of that id.
pub async fn revive(store: &Store, ctx: &Ctx, id: JobId) -> Result<()> {
    let mut tx = store.begin().await?;
    let revived = sqlx::query_scalar!(
        "UPDATE job SET state = 'ready', attempts = 0, run_at = finished_at, finished_at = NULL
         WHERE id = $1 AND state = 'dead' RETURNING kind",
        id.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(broken("reviving a dead job"))?;
    let kind = revived.ok_or(Code::NotFound)?;
    let event = Recorded {
        at: ctx.now(),
        actor: audit::actor_text(&ctx.actor),
        origin: Origin::of(ctx),
        action: "job.revived".to_owned(),
        refusal: None,
        subject: None,
        object: format!("job:{id}"),
        facts: serde_json::json!({ "kind": kind }),
    };
    audit::append_recorded(&mut tx, &[event]).await?;
    commit(tx).await?;
    store.jobs_enqueued();
    Ok(())
}

/// Deletes the jobs that were done a day ago or longer. Dead jobs stay. Gives how many.
pub async fn clean(store: &Store, now: Moment) -> Result<u64> {
    let before = now.plus_seconds(DONE_RETENTION_SECONDS.saturating_neg());
    in_batches("cleaning jobs", |rows| {
        sqlx::query!(
            "DELETE FROM job WHERE id IN (
                 SELECT id FROM job WHERE state = 'done' AND finished_at < $1
                 ORDER BY finished_at LIMIT $2
             )",
            before.datetime(),
            rows,
        )
        .execute(store.pool())
    })
    .await
}

struct Row {
    id: uuid::Uuid,
    kind: String,
    payload: Value,
    queue_key: Option<String>,
    attempts: i16,
    max_attempts: i16,
    created_at: time::OffsetDateTime,
    last_error: Option<String>,
}

impl From<Row> for Job {
    fn from(row: Row) -> Self {
        Self {
            id: JobId::from_uuid(row.id),
            kind: row.kind,
            payload: row.payload,
            queue_key: row.queue_key,
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            created_at: Moment::from(row.created_at),
            last_error: row.last_error,
        }
    }
}

/// What an operator may read of a failure: what was being done, never with what.
fn shown(error: &Error) -> String {
    error.to_string()
}
