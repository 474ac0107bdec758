//! One batch: one transaction.

use std::time::Duration;

use kernel::{Clock, Code, Error, Moment, OperationId, Result};
use sqlx::pool::PoolConnection;
use sqlx::{Acquire, PgConnection, PgPool, Postgres};

use super::load::Touched;
use super::write;
use crate::model::{Operation, Receipt};
use crate::rules::{Decision, decide};

/// Tries of a batch that lost a race with another node.
const TRIES: u32 = 3;
/// Longest wait for a connection: the database may be restarting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

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
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        match code.as_deref() {
            // serialization_failure, deadlock_detected, lock_not_available, unique_violation
            Some("40001" | "40P01" | "55P03" | "23505") => Self::Race,
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
    pub async fn run(&mut self, clock: &Clock, operations: &[Operation]) -> Vec<Reply> {
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
            let mut conn = match self.kept.take() {
                Some(conn) => conn,
                None => connect(&self.pool).await?,
            };
            let done = transaction(&mut conn, clock, operations).await;
            tries = tries.saturating_sub(1);
            match done {
                Err(Fault::Race) if tries > 0 => {
                    tracing::warn!(metric = "ledger_batch_retries", "a batch lost a race");
                    self.kept = Some(conn);
                }
                // The server went away while the connection rested: nothing was written, and a new
                // connection may find it back.
                Err(Fault::Before(error)) if tries > 0 && rested => {
                    tracing::warn!(%error, metric = "ledger_reconnects", "reconnecting");
                }
                Err(fault @ (Fault::Before(_) | Fault::AtCommit(_))) => return Err(fault),
                done => {
                    self.kept = Some(conn);
                    return done;
                }
            }
        }
    }
}

async fn connect(pool: &PgPool) -> std::result::Result<PoolConnection<Postgres>, Fault> {
    match tokio::time::timeout(CONNECT_TIMEOUT, pool.acquire()).await {
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

async fn transaction(
    conn: &mut PgConnection,
    clock: &Clock,
    operations: &[Operation],
) -> std::result::Result<Vec<Decision>, Fault> {
    let mut tx = conn.begin().await?;
    let (mut book, database_now) = Touched::by(operations).load(&mut tx).await?;
    let now = match clock {
        Clock::System => database_now,
        Clock::Manual(_) => clock.now(),
    };
    let decisions: Vec<Decision> =
        operations.iter().map(|operation| decide(&mut book, now, operation)).collect();
    check(&decisions)?;
    let decided = write::Batch { operations, decisions: &decisions, book: &book, now };
    write::batch(&mut tx, &decided).await?;
    tx.commit().await.map_err(|error| match Fault::from(error) {
        Fault::Before(error) => Fault::AtCommit(error),
        other => other,
    })?;
    Ok(decisions)
}

/// Checked on every batch, in production too: what was decided moves exactly what it says.
fn check(decisions: &[Decision]) -> std::result::Result<(), Fault> {
    for decision in decisions {
        let Decision::Posted { at, entries } = decision else { continue };
        let mut last: Option<Moment> = None;
        for entry in entries {
            if entry.at < *at || last.is_some_and(|l| entry.at <= l) {
                return Err(Fault::Invariant("moments of a chain do not increase"));
            }
            if entry.transfer.amount <= 0 || entry.transfer.debit == entry.transfer.credit {
                return Err(Fault::Invariant("a transfer moves nothing"));
            }
            last = Some(entry.at);
        }
    }
    Ok(())
}
