//! The PostgreSQL engine.
//!
//! Callers put operations into one bounded queue. A few workers, each with a connection of its own,
//! take what has gathered there and write it as one transaction: lock and read, decide, write,
//! commit, answer everyone. While one batch commits, the next gathers, so the batch grows with the
//! load and a hot account costs one row update a batch instead of one a request.

mod batch;
mod load;
pub(crate) mod rows;
mod write;

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Code, Ctx, Error, Result};
use store::Store;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::model::{Operation, Receipt};
use batch::{Lane, Reply};
pub(crate) use load::{HoldRow, refusal};

/// How the engine is set up.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Batches in flight at once. One is best when accounts are hot: a second batch would wait
    /// for the locks of the first until its commit is on disk, and share the callers with it.
    pub workers: u32,
    /// Most operations in one batch.
    pub batch_operations: usize,
    /// Most transfers in one batch.
    pub batch_transfers: usize,
    /// Operations that may wait; beyond that callers are told that the bank is busy.
    pub queue_operations: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { workers: 1, batch_operations: 512, batch_transfers: 4_096, queue_operations: 8_192 }
    }
}

/// Longest wait for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(55);
/// How often a batch may let callers in before it starts.
const MAX_STEPS_ASIDE: u32 = 16;

/// Settings of the engine's connections. Its statements are few and always go by primary key, so
/// they are planned once; and with arrays as input the planner would sometimes rather read a whole
/// table than look rows up.
const CONNECTION_SETTINGS: &[(&str, &str)] = &[
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_bitmapscan", "off"),
    ("jit", "off"),
    ("lock_timeout", "10s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "30s"),
];

/// The ledger. Cheap to clone; all clones share one queue.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    queue: mpsc::Sender<Job>,
}

/// An operation that waits for its batch.
struct Job {
    operation: Box<Operation>,
    answer: oneshot::Sender<Reply>,
}

struct Worker {
    store: Store,
    lane: Lane,
    clock: Clock,
    config: Config,
    queue: Arc<Mutex<mpsc::Receiver<Job>>>,
}

impl Ledger {
    /// Starts the engine's workers on the store's database. They end when the last clone is
    /// dropped.
    pub async fn start(store: &Store, clock: Clock, config: Config) -> Result<Self> {
        let pool = store.pool_with(config.workers, CONNECTION_SETTINGS).await?;
        let (sender, receiver) = mpsc::channel(config.queue_operations);
        let queue = Arc::new(Mutex::new(receiver));
        for _ in 0..config.workers {
            let (store, pool) = (store.clone(), pool.clone());
            let (clock, queue) = (clock.clone(), Arc::clone(&queue));
            let worker = move || Worker {
                store: store.clone(),
                lane: Lane::new(pool.clone()),
                clock: clock.clone(),
                config,
                queue: Arc::clone(&queue),
            };
            tokio::spawn(supervise(worker));
        }
        Ok(Self { store: store.clone(), clock, queue: sender })
    }

    /// Posts an operation, or refuses it. A repeated request gets the answer of the first time.
    ///
    /// [`Code::Busy`] means that nothing was started; [`Code::OutcomeUnknown`] that the connection
    /// broke at the commit: repeating the same operation finds out.
    pub async fn execute(&self, ctx: &Ctx, operation: Operation) -> Result<Receipt> {
        let id = operation.id;
        tracing::debug!(trace = %ctx.trace, operation = %id, kind = operation.kind, "asked");
        let (answer, answered) = oneshot::channel();
        let job = Job { operation: Box::new(operation), answer };
        self.queue.try_send(job).map_err(|_| Error::from(Code::Busy))?;
        match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
            Ok(Ok(reply)) => reply.into_receipt(id),
            // The worker that had it broke down, or does not answer.
            Ok(Err(_)) | Err(_) => Err(Code::OutcomeUnknown.into()),
        }
    }
}

/// Runs a worker, and another when it breaks down. The callers of the batch that broke it are told
/// that the outcome is unknown; those that wait in the queue do not notice.
async fn supervise(worker: impl Fn() -> Worker) {
    while let Err(panicked) = tokio::spawn(worker().run()).await {
        tracing::error!(%panicked, "a worker of the ledger broke down, starting another");
    }
}

impl Worker {
    async fn run(mut self) {
        while let Some(jobs) = self.gather().await {
            let (operations, answers): (Vec<_>, Vec<_>) =
                jobs.into_iter().map(|j| (*j.operation, j.answer)).unzip();
            let replies = self.lane.run(&self.clock, &operations).await;
            self.store.events_appended();
            for (answer, reply) in answers.into_iter().zip(replies) {
                // A caller that went away does not want its answer; the operation stands.
                drop(answer.send(reply));
            }
        }
    }

    /// Waits for one operation, then takes along what else waits, up to the bounds of a batch.
    ///
    /// Callers that were answered a moment ago are about to ask again. As long as the queue grows
    /// while this task steps aside, it is worth to step aside once more: no time passes when nobody
    /// else wants the processor, and a fuller batch shares one commit among more.
    async fn gather(&self) -> Option<Vec<Job>> {
        let mut queue = self.queue.lock().await;
        let first = queue.recv().await?;
        let mut waiting = queue.len();
        for _ in 0..MAX_STEPS_ASIDE {
            tokio::task::yield_now().await;
            let now = queue.len();
            if now == waiting || now >= self.config.batch_operations {
                break;
            }
            waiting = now;
        }
        let mut transfers = first.operation.transfers.len();
        let mut jobs = vec![first];
        while jobs.len() < self.config.batch_operations && transfers < self.config.batch_transfers {
            let Ok(job) = queue.try_recv() else { break };
            transfers = transfers.saturating_add(job.operation.transfers.len());
            jobs.push(job);
        }
        Some(jobs)
    }
}
