//! One batch: one transaction.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kernel::{AccountId, Clock, Code, Error, Moment, OperationId, Result};
use sqlx::pool::PoolConnection;
use sqlx::{Acquire, PgConnection, PgPool, Postgres, Transaction};
use tokio::time::timeout;

use super::load::Touched;
use super::order::{Ahead, Announcer};
use super::write::{self, Batch};
use crate::model::{Account, Operation, Receipt, TransferKind};
use crate::rules::{Book, Decision, decide};

/// Tries of a batch that lost a race with another node.
const TRIES: u32 = 3;
/// Longest wait for a connection: the database may be restarting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest time from the begin of a transaction to its commit: a server that stopped answering must
/// not hold everyone. Longer than the lock and statement timeouts of the connection.
const WRITE_TIMEOUT: Duration = Duration::from_secs(35);
/// Longest wait for the answer to a commit.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a caller is told.
#[derive(Clone, Debug)]
pub enum Reply {
    Decided(Decision),
    /// Nothing was written.
    NotStarted,
    /// The connection broke at the commit.
    Unknown,
    /// The operation cannot be written; the others of its batch were.
    Broken(&'static str),
}

impl Reply {
    pub fn into_receipt(self, id: OperationId) -> Result<Receipt> {
        match self {
            Self::Decided(Decision::Posted { at, entries }) => {
                Ok(Receipt { id, at, replayed: false, entries })
            }
            Self::Decided(Decision::Refused { refusal, .. }) => Err(refusal.into()),
            Self::Decided(Decision::Replayed(known)) => match known.refusal {
                Some(refusal) => Err(refusal.into()),
                None => Ok(Receipt { id, at: known.at, replayed: true, entries: Vec::new() }),
            },
            Self::Decided(Decision::Rejected(code)) => Err(code.into()),
            Self::NotStarted => Err(Code::Busy.into()),
            Self::Unknown => Err(Code::OutcomeUnknown.into()),
            Self::Broken(what) => Err(Error::invariant(what)),
        }
    }
}

/// Why a batch did not get through.
#[derive(Debug)]
pub enum Fault {
    /// Another node won a race (a serialization failure, a deadlock, an id that appeared
    /// meanwhile): deciding again will see what it did.
    Race,
    /// A row was not accepted: one operation of the batch is at fault.
    Row(sqlx::Error),
    /// The database could not be asked; nothing was written.
    Before(sqlx::Error),
    /// The database did not answer the commit.
    AtCommit(sqlx::Error),
    /// Something in the database is not as it must be.
    Invariant(&'static str),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let database = error.as_database_error();
        let taken = database.and_then(sqlx::error::DatabaseError::constraint).unwrap_or_default();
        let code = database.and_then(sqlx::error::DatabaseError::code);
        match code.as_deref() {
            // serialization_failure, deadlock_detected
            Some("40001" | "40P01") => Self::Race,
            // unique_violation: an operation's id or an exclusive reference appeared meanwhile.
            // Any other (an account number) will be as taken the next time.
            Some("23505") if taken.starts_with("operation") => Self::Race,
            // data exceptions and integrity violations
            Some(code) if code.starts_with("22") || code.starts_with("23") => Self::Row(error),
            _ => Self::Before(error),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Broken(broken) => Self::Invariant(broken.doing()),
            Error::Refused(_) => Self::Invariant("a stored row was refused"),
        }
    }
}

/// A worker's way to the database. It keeps its connection from batch to batch: giving it back to
/// the pool would cost a round trip each time, while the next batch waits.
pub struct Lane {
    pool: PgPool,
    kept: Option<PoolConnection<Postgres>>,
}

impl Lane {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool, kept: None }
    }

    /// Carries a batch through and answers every operation of it, in order.
    pub async fn run(
        &mut self,
        clock: &Clock,
        operations: &[Operation],
        (mut ahead, behind): (Option<Ahead>, &Announcer),
    ) -> Vec<Reply> {
        if Touched::only_moves(operations) {
            match self.overtake(clock, operations, (&mut ahead, behind)).await {
                Ok(decisions) => {
                    behind.done(true);
                    return decisions.into_iter().map(Reply::Decided).collect();
                }
                Err(fault @ Fault::AtCommit(_)) => {
                    behind.done(false);
                    return vec![reply(&fault); operations.len()];
                }
                // What it was decided on is not so: decide again, under locks.
                Err(fault) => {
                    tracing::info!(?fault, counter.ledger_overtaken = 1, "deciding under locks");
                    behind.done(false);
                }
            }
        } else if let Some(ahead) = &mut ahead {
            ahead.committed().await;
        }
        let replies = self.run_locked(clock, operations).await;
        behind.done(true);
        replies
    }

    /// Decides without locks, on the book of the batch ahead, and commits if everything it read
    /// still stands.
    async fn overtake(
        &mut self,
        clock: &Clock,
        operations: &[Operation],
        order: (&mut Option<Ahead>, &Announcer),
    ) -> std::result::Result<Vec<Decision>, Fault> {
        let mut conn = self.connection().await?;
        let done = carry_through(write_ahead(&mut conn, clock, operations, order)).await;
        self.put_by(conn, &done);
        done
    }

    async fn connection(&mut self) -> std::result::Result<PoolConnection<Postgres>, Fault> {
        match self.kept.take() {
            Some(conn) => Ok(conn),
            None => connect(&self.pool).await,
        }
    }

    /// Keeps a connection for the next batch, unless the server behind it may be gone: giving that
    /// one back would ask a server that may not answer, closing it asks nobody.
    fn put_by<T>(&mut self, conn: PoolConnection<Postgres>, done: &std::result::Result<T, Fault>) {
        match done {
            Err(Fault::Before(_) | Fault::AtCommit(_)) => drop(conn.detach()),
            _ => self.kept = Some(conn),
        }
    }

    async fn run_locked(&mut self, clock: &Clock, operations: &[Operation]) -> Vec<Reply> {
        match self.attempt(clock, operations).await {
            Ok(decisions) => decisions.into_iter().map(Reply::Decided).collect(),
            // One operation cannot be written: each goes alone, so that only that one is refused.
            Err(Fault::Race | Fault::Row(_) | Fault::Invariant(_)) if operations.len() > 1 => {
                let mut replies = Vec::with_capacity(operations.len());
                for operation in operations {
                    replies.push(self.alone(clock, operation).await);
                }
                replies
            }
            Err(fault) => vec![reply(&fault); operations.len()],
        }
    }

    async fn alone(&mut self, clock: &Clock, operation: &Operation) -> Reply {
        match self.attempt(clock, std::slice::from_ref(operation)).await {
            Ok(mut decisions) => decisions.pop().map_or(Reply::NotStarted, Reply::Decided),
            Err(fault) => reply(&fault),
        }
    }

    async fn attempt(
        &mut self,
        clock: &Clock,
        operations: &[Operation],
    ) -> std::result::Result<Vec<Decision>, Fault> {
        let mut tries = TRIES;
        loop {
            let rested = self.kept.is_some();
            let mut conn = self.connection().await?;
            let done = carry_through(write_locked(&mut conn, clock, operations)).await;
            self.put_by(conn, &done);
            tries = tries.saturating_sub(1);
            match done {
                Err(Fault::Race) if tries > 0 => {
                    tracing::warn!(counter.ledger_races = 1, "a batch lost a race");
                }
                // The server went away while the connection rested: nothing was written, and a new
                // connection may find it back.
                Err(Fault::Before(error)) if tries > 0 && rested => {
                    tracing::warn!(%error, counter.ledger_reconnects = 1, "reconnecting");
                }
                done => return done,
            }
        }
    }
}

async fn connect(pool: &PgPool) -> std::result::Result<PoolConnection<Postgres>, Fault> {
    match timeout(CONNECT_TIMEOUT, pool.acquire()).await {
        Ok(conn) => conn.map_err(Fault::Before),
        Err(_) => Err(Fault::Before(sqlx::Error::PoolTimedOut)),
    }
}

fn reply(fault: &Fault) -> Reply {
    let doing = "a batch of operations did not get through";
    match fault {
        Fault::Race => {
            tracing::error!(tries = TRIES, "{doing}: it lost every race");
            Reply::NotStarted
        }
        Fault::Before(error) => {
            tracing::error!(%error, "{doing}: nothing was written");
            Reply::NotStarted
        }
        Fault::AtCommit(error) => {
            tracing::error!(%error, "{doing}: the commit was not answered");
            Reply::Unknown
        }
        Fault::Row(error) => {
            tracing::error!(%error, "{doing}: a row was not accepted");
            Reply::Broken("writing an operation that the database does not accept")
        }
        Fault::Invariant(what) => {
            tracing::error!(what, "{doing}: an invariant does not hold");
            Reply::Broken(what)
        }
    }
}

/// Bounds the time of a transaction that writes a batch, and commits it.
async fn carry_through<'c>(
    written: impl Future<Output = std::result::Result<Written<'c>, Fault>>,
) -> std::result::Result<Vec<Decision>, Fault> {
    let written = timeout(WRITE_TIMEOUT, written).await;
    let (tx, decisions) = written.unwrap_or(Err(Fault::Before(sqlx::Error::PoolTimedOut)))?;
    commit(tx).await?;
    Ok(decisions)
}

async fn commit(tx: Transaction<'_, Postgres>) -> std::result::Result<(), Fault> {
    match timeout(COMMIT_TIMEOUT, tx.commit()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(match Fault::from(error) {
            Fault::Before(error) => Fault::AtCommit(error),
            other => other,
        }),
        Err(_) => Err(Fault::AtCommit(sqlx::Error::PoolTimedOut)),
    }
}

type Written<'c> = (Transaction<'c, Postgres>, Vec<Decision>);

/// Everything up to the commit: lock, decide, write.
async fn write_locked<'c>(
    conn: &'c mut PgConnection,
    clock: &Clock,
    operations: &[Operation],
) -> std::result::Result<Written<'c>, Fault> {
    let mut tx = conn.begin().await?;
    let decisions = locked(&mut tx, clock, operations).await?;
    Ok((tx, decisions))
}

/// Locks, decides and writes in a transaction that is open.
pub async fn locked(
    conn: &mut PgConnection,
    clock: &Clock,
    operations: &[Operation],
) -> std::result::Result<Vec<Decision>, Fault> {
    let (mut book, now) = Touched::by(operations).lock(&mut *conn).await?;
    let now = time(clock, now);
    let (before, counters) = (book.accounts.clone(), book.counters.clone());
    let decisions = decide_all(&before, &mut book, now, operations)?;
    let batch = Batch {
        operations,
        decisions: &decisions,
        before: &before,
        counters_before: &counters,
        book: &book,
        now,
    };
    write::rows(&mut *conn, &batch).await?;
    write::totals(conn, &batch).await?;
    Ok(decisions)
}

/// Everything up to the commit, behind a batch that is not committed yet: read, decide, write the
/// new rows, wait for the one ahead, and change the accounts and counters if each stands as it was
/// read.
async fn write_ahead<'c>(
    conn: &'c mut PgConnection,
    clock: &Clock,
    operations: &[Operation],
    (ahead, behind): (&mut Option<Ahead>, &Announcer),
) -> std::result::Result<Written<'c>, Fault> {
    let mut tx = conn.begin().await?;
    let known = match ahead {
        Some(ahead) => ahead.book().await,
        None => Arc::default(),
    };
    let (mut book, now) = Touched::by(operations).peek(&mut tx, &known).await?;
    let now = time(clock, now);
    let (before, counters) = (book.accounts.clone(), book.counters.clone());
    let decisions = decide_all(&before, &mut book, now, operations)?;
    let book = Arc::new(book);
    behind.decided(Arc::clone(&book));
    let batch = Batch {
        operations,
        decisions: &decisions,
        before: &before,
        counters_before: &counters,
        book: &book,
        now,
    };
    write::rows(&mut tx, &batch).await?;
    if let Some(ahead) = ahead
        && !ahead.committed().await
    {
        return Err(Fault::Race);
    }
    write::totals(&mut tx, &batch).await?;
    Ok((tx, decisions))
}

/// The database's time, unless a test sets it.
fn time(clock: &Clock, database: Moment) -> Moment {
    clock.set_by_hand().unwrap_or(database)
}

fn decide_all(
    before: &HashMap<AccountId, Account>,
    book: &mut Book,
    now: Moment,
    operations: &[Operation],
) -> std::result::Result<Vec<Decision>, Fault> {
    let decisions: Vec<Decision> =
        operations.iter().map(|operation| decide(book, now, operation)).collect();
    check(before, book, &decisions)?;
    Ok(decisions)
}

/// What transfers added to the totals of one account.
#[derive(Default)]
struct Moved {
    debits: i64,
    credits: i64,
    last_at: Option<Moment>,
}

/// Checked on every batch, in production too, and apart from the code that decided: each account
/// changed by exactly what the transfers say, what one account gave another took, and the moments
/// of every account increase.
fn check(
    before: &HashMap<AccountId, Account>,
    book: &Book,
    decisions: &[Decision],
) -> std::result::Result<(), Fault> {
    let mut moved: HashMap<AccountId, Moved> = HashMap::with_capacity(before.len());
    for decision in decisions {
        let Decision::Posted { entries, .. } = decision else { continue };
        for entry in entries {
            let t = entry.transfer;
            let posts = matches!(t.kind, TransferKind::Post | TransferKind::Capture { .. });
            let amount = if posts { t.amount } else { 0 };
            for (account, debit, credit) in [(t.debit, amount, 0), (t.credit, 0, amount)] {
                let moved = moved.entry(account).or_default();
                moved.debits = moved.debits.saturating_add(debit);
                moved.credits = moved.credits.saturating_add(credit);
                if moved.last_at.replace(entry.at).is_some_and(|last| last >= entry.at) {
                    return Err(Fault::Invariant("the moments of an account do not increase"));
                }
            }
            if t.amount <= 0 || t.debit == t.credit {
                return Err(Fault::Invariant("a transfer moves nothing"));
            }
        }
    }
    for (id, moved) in moved {
        let Some(after) = book.accounts.get(&id) else {
            return Err(Fault::Invariant("a transfer names no account"));
        };
        let (debits, credits) =
            before.get(&id).map_or((0, 0), |a| (a.debits_posted, a.credits_posted));
        let fits = debits.checked_add(moved.debits) == Some(after.debits_posted)
            && credits.checked_add(moved.credits) == Some(after.credits_posted);
        let later = before.get(&id).is_none_or(|a| a.last_at < after.last_at);
        if !fits || !later {
            return Err(Fault::Invariant("an account did not change by what its transfers say"));
        }
    }
    Ok(())
}
