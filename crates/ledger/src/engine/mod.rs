//! The PostgreSQL engine.
//!
//! Callers put operations into one bounded queue. A few workers, each with a connection of its own,
//! take what has gathered there and write it as one transaction: read, decide, write, commit,
//! answer everyone. The batch grows with the load, and a hot account costs one row update a batch
//! instead of one a request.
//!
//! A batch that only moves money is decided without locks, on what it reads and on the book of the
//! batch ahead of it in this node. Its last statement changes the accounts where each still stands
//! as it was read (`last_at` tells versions apart); if one does not, because another node was
//! quicker or the batch ahead failed, the batch is decided again under locks. So it is with the
//! counters of limits: each must stand as it was read. Everything else (holds, openings, changes of
//! status) goes under locks at once.

mod batch;
mod load;
mod order;
pub(crate) mod rows;
mod write;

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Code, Ctx, Error, Result};
use store::audit::Origin;
use store::{Store, Tx};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::model::{Operation, Receipt};
use batch::{Fault, Lane, Reply};
pub(crate) use load::{CounterRow, HoldRow, read_counters, refusal};
use order::{Ahead, Announcer};

/// How the engine is set up.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Batches on their way at once, one behind the other; see `order`. More than two would only
    /// wait.
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
        Self { workers: 2, batch_operations: 512, batch_transfers: 4_096, queue_operations: 8_192 }
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
    // Also ends a circle that the database cannot see: a batch here waits for the one ahead of it,
    // which waits for another node, which waits for an id of the batch here.
    ("lock_timeout", "2s"),
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

/// What workers take from, one at a time: the queue, and the place behind the last batch.
struct Intake {
    queue: mpsc::Receiver<Job>,
    last: Option<Ahead>,
}

struct Worker {
    store: Store,
    lane: Lane,
    clock: Clock,
    config: Config,
    intake: Arc<Mutex<Intake>>,
}

impl Ledger {
    /// Starts the engine's workers on the store's database. They end when the last clone is
    /// dropped.
    pub async fn start(store: &Store, clock: Clock, config: Config) -> Result<Self> {
        let pool = store.pool_with(config.workers, CONNECTION_SETTINGS).await?;
        let (sender, receiver) = mpsc::channel(config.queue_operations);
        let intake = Arc::new(Mutex::new(Intake { queue: receiver, last: None }));
        for _ in 0..config.workers {
            let (store, pool) = (store.clone(), pool.clone());
            let (clock, intake) = (clock.clone(), Arc::clone(&intake));
            let worker = move || Worker {
                store: store.clone(),
                lane: Lane::new(pool.clone()),
                clock: clock.clone(),
                config,
                intake: Arc::clone(&intake),
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
        let operation = Operation { origin: Some(Origin::of(ctx)), ..operation };
        let job = Job { operation: Box::new(operation), answer };
        self.queue.try_send(job).map_err(|_| Error::from(Code::Busy))?;
        match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
            Ok(Ok(reply)) => reply.into_receipt(id),
            // The worker that had it broke down, or does not answer.
            Ok(Err(_)) | Err(_) => Err(Code::OutcomeUnknown.into()),
        }
    }
}

impl Ledger {
    /// Posts an operation in a transaction that decides more, so that both are one commit: what
    /// happens to the accounts meanwhile is decided after it, and sees it. The accounts stay locked
    /// until then, so the commit has to be near. A refusal is for the caller to roll back.
    pub async fn execute_within(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        operation: Operation,
    ) -> Result<Receipt> {
        let id = operation.id;
        tracing::debug!(trace = %ctx.trace, operation = %id, kind = operation.kind, "asked within");
        let operation = Operation { origin: Some(Origin::of(ctx)), ..operation };
        let decided = batch::locked(tx, &self.clock, std::slice::from_ref(&operation)).await;
        let decision = decided.map_err(within)?.pop();
        let decision = decision.ok_or(Error::invariant("an operation was not decided"))?;
        Reply::Decided(decision).into_receipt(id)
    }
}

/// Why a transaction of a caller cannot go on.
fn within(fault: Fault) -> Error {
    match fault {
        Fault::Row(error) | Fault::Before(error) | Fault::AtCommit(error) => {
            Error::broken("writing an operation in a transaction that decides more", error)
        }
        Fault::Race => Error::invariant("an operation lost a race in spite of its locks"),
        Fault::Invariant(what) => Error::invariant(what),
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
        while let Some((jobs, (ahead, behind))) = self.gather().await {
            let (operations, answers): (Vec<_>, Vec<_>) =
                jobs.into_iter().map(|j| (*j.operation, j.answer)).unzip();
            let replies = self.lane.run(&self.clock, &operations, (ahead, &behind)).await;
            self.store.events_appended();
            for (answer, reply) in answers.into_iter().zip(replies) {
                // A caller that went away does not want its answer; the operation stands.
                drop(answer.send(reply));
            }
        }
    }

    /// Waits for one operation, then takes along what else waits, up to the bounds of a batch, and
    /// a place behind the last batch.
    ///
    /// Nothing is gathered before the batch ahead has decided: until then this one could not
    /// either, and what arrives meanwhile shares its commit.
    async fn gather(&self) -> Option<(Vec<Job>, (Option<Ahead>, Announcer))> {
        let mut intake = self.intake.lock().await;
        if let Some(ahead) = &mut intake.last {
            ahead.has_decided().await;
        }
        let first = intake.queue.recv().await?;
        self.let_callers_in(&intake.queue).await;
        let mut transfers = first.operation.transfers.len();
        let mut jobs = vec![first];
        while jobs.len() < self.config.batch_operations && transfers < self.config.batch_transfers {
            let Ok(job) = intake.queue.try_recv() else { break };
            transfers = transfers.saturating_add(job.operation.transfers.len());
            jobs.push(job);
        }
        let (behind, place) = order::place();
        let ahead = intake.last.replace(place);
        Some((jobs, (ahead, behind)))
    }

    /// Callers that were answered a moment ago are about to ask again: as long as the queue grows
    /// while this task steps aside, it is worth to step aside once more. No time passes when nobody
    /// else wants the processor.
    async fn let_callers_in(&self, queue: &mpsc::Receiver<Job>) {
        let mut waiting = queue.len();
        for _ in 0..MAX_STEPS_ASIDE {
            tokio::task::yield_now().await;
            let now = queue.len();
            if now == waiting || now >= self.config.batch_operations {
                break;
            }
            waiting = now;
        }
    }
}
