//! The connector to the core banking system, watched: what was sent, what was sent again, and which
//! answers were lost.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use accounting::BatchId;
use accounting::ports::{
    Answered, Batch, BatchState, CoreBanking, Opening, Page, Posted, Statement, StatementQuery,
    Turnover, Verdict,
};
use connectors::abs::Abs;
use kernel::{AccountNumber, Day};

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    known: HashSet<BatchId>,
    /// Those whose answer nobody has read.
    unanswered: HashSet<BatchId>,
    /// Batches that left.
    pub batches: u64,
    /// Batches that left again, and with how many documents.
    pub resent: u64,
    pub resent_documents: u64,
    /// Lost answers to batches that had been taken, as it turned out.
    pub lost_after: u64,
    /// Lost answers to batches that had not, or were forgotten.
    pub lost_before: u64,
    /// Batches that the core banking system did not take, and said so or could not be reached.
    pub not_taken: u64,
}

/// The connector.
pub struct Watched {
    abs: Abs,
    seen: Mutex<Seen>,
}

impl Watched {
    pub fn new(abs: Abs) -> Self {
        Self { abs, seen: Mutex::default() }
    }

    pub fn seen(&self) -> Seen {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// A batch leaves. Whoever is killed before the answer leaves it without one.
    fn leaves(&mut self, batch: &Batch) {
        self.batches = self.batches.saturating_add(1);
        self.unanswered.insert(batch.id);
        if !self.known.insert(batch.id) {
            let documents = u64::try_from(batch.documents.len()).unwrap_or(u64::MAX);
            self.resent = self.resent.saturating_add(1);
            self.resent_documents = self.resent_documents.saturating_add(documents);
        }
    }

    fn answered(&mut self, id: BatchId, answer: &kernel::Result<Posted>) {
        match answer {
            Ok(Posted::Known(_)) => drop(self.unanswered.remove(&id)),
            Ok(Posted::Unknown(_)) => {}
            Err(_) => {
                self.unanswered.remove(&id);
                self.not_taken = self.not_taken.saturating_add(1);
            }
        }
    }

    fn found(&mut self, id: BatchId, is_known: bool) {
        if self.unanswered.remove(&id) {
            let lost = if is_known { &mut self.lost_after } else { &mut self.lost_before };
            *lost = lost.saturating_add(1);
        }
    }
}

impl CoreBanking for Watched {
    fn open_accounts<'a>(
        &'a self,
        openings: &'a [Opening],
    ) -> Answered<'a, Vec<Verdict<AccountNumber>>> {
        self.abs.open_accounts(openings)
    }

    fn post<'a>(&'a self, batch: &'a Batch) -> Answered<'a, Posted> {
        Box::pin(async move {
            self.lock().leaves(batch);
            let answer = self.abs.post(batch).await;
            self.lock().answered(batch.id, &answer);
            answer
        })
    }

    fn batch(&self, id: BatchId) -> Answered<'_, Option<BatchState>> {
        Box::pin(async move {
            let state = self.abs.batch(id).await?;
            self.lock().found(id, state.is_some());
            Ok(state)
        })
    }

    fn business_date(&self) -> Answered<'_, Day> {
        self.abs.business_date()
    }

    fn close_day(&self, day: Day) -> Answered<'_, Day> {
        self.abs.close_day(day)
    }

    fn turnovers<'a>(&'a self, day: Day, after: Option<&'a str>) -> Answered<'a, Page<Turnover>> {
        self.abs.turnovers(day, after)
    }

    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Answered<'a, Statement> {
        self.abs.statement(query)
    }
}
