//! What the core banking system is told: a document for every transfer that moved money, and for
//! every sum of a day.
//!
//! Documents are written down by following the event log, in the transaction in which its cursor
//! moves on, so that each stands there exactly once. Sending them is another matter, and may be
//! late: [`Accounting::lag`] says how much.

pub mod jobs;
pub mod rules;
mod sending;
pub(crate) mod sql;

use std::collections::HashSet;
use std::sync::Arc;

use kernel::{Asset, Clock, Code, Ctx, Day, Moment, Money, OperationId, Result};
use serde_json::json;
use store::audit::{self, Entry};
use store::outbox::{BatchRelay, Event, Within};
use store::{Tx, commit};

use crate::{Accounting, DocumentId};

pub use sending::Step;

/// The name under which the outbox remembers how far the documents have come.
pub(crate) const CONSUMER: &str = "abs";
/// Most documents that are booked at once after the chart got a line for them.
const MAPPED_AT_ONCE: i64 = 500;
/// Most documents that are listed for somebody to look at.
const STUCK_SHOWN_MAX: i64 = 200;

/// What the core banking system has not confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// Documents that wait or are under way.
    pub documents: i64,
    /// Documents that no chart has a line for.
    pub unmapped: i64,
    /// Documents that were rejected.
    pub rejected: i64,
    /// Accounts that are not open there.
    pub accounts: i64,
    /// Events that were not read yet: of operations, and others.
    pub unread: i64,
    /// Since when the oldest of the documents and events waits.
    pub oldest: Option<Moment>,
    /// Whether nobody knows what came of a batch.
    pub unknown: bool,
    /// What went wrong last with the batch that is under way.
    pub last_error: Option<String>,
}

impl Lag {
    /// How long the oldest has waited.
    pub fn seconds(&self, now: Moment) -> i64 {
        self.oldest.map_or(0, |at| now.micros_since(at).div_euclid(1_000_000).max(0))
    }
}

/// A document that somebody has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The document.
    pub id: DocumentId,
    /// The operation; `None` of a sum of a day.
    pub operation: Option<OperationId>,
    /// The day on which it is booked.
    pub day: Day,
    /// The kind of the operation.
    pub product: String,
    /// What it was for.
    pub leg: i16,
    /// How much.
    pub amount: Money,
    /// Whether the core banking system rejected it; else no chart has a line for it.
    pub rejected: bool,
    /// Why.
    pub reason: String,
}

/// An account that the core banking system refused to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its twenty digits.
    pub number: String,
    /// What it holds.
    pub asset: Asset,
    /// Since when it is open with us.
    pub opened_on: Day,
    /// Why not.
    pub reason: String,
}

impl Accounting {
    /// What writes documents down. Any number of nodes may run one.
    pub fn writer(&self, clock: &Clock) -> BatchRelay {
        let (accounting, clock) = (self.clone(), clock.clone());
        BatchRelay::new(
            self.store.clone(),
            CONSUMER,
            Arc::new(move |tx, events| {
                let (accounting, now) = (accounting.clone(), clock.now());
                Box::pin(async move { accounting.write_down(tx, events, now).await })
            }),
        )
    }

    async fn write_down(&self, tx: Within<'_>, events: &[Event], now: Moment) -> Result<()> {
        // Events of other subjects have no operation; one operation may have several.
        let mut seen = HashSet::new();
        let ids: Vec<_> =
            events.iter().map(|event| event.subject).filter(|id| seen.insert(*id)).collect();
        let charts = self.charts().await?;
        let frozen = sql::last_frozen(&mut *tx).await?;
        sql::announce_accounts(&mut *tx, &ids).await?;
        let moved = sql::moved(&mut *tx, &ids).await?.into_iter();
        let documents: Vec<_> =
            moved.map(|moved| rules::write_down(moved, &charts, (now, frozen))).collect();
        for unmapped in documents.iter().filter(|document| document.mapping.is_err()) {
            let (leg, operation) = (unmapped.moved.leg, unmapped.moved.operation);
            tracing::error!(
                counter.abs_unmapped = 1, leg, %operation, "the chart has no line for a leg",
            );
        }
        sql::write(tx, &documents).await
    }

    /// Books documents that no chart had a line for, as far as one has it now. Gives how many.
    pub async fn map_again(&self, ctx: &Ctx) -> Result<usize> {
        // Called by the bank itself, on nobody's behalf.
        let legs = sql::unmapped_legs(self.store.pool()).await?;
        if legs.is_empty() {
            return Ok(0);
        }
        let charts = self.charts().await?;
        let mut count = 0_usize;
        for leg in legs {
            let mut tx = self.store.begin().await?;
            let waiting = sql::unmapped(&mut tx, leg, MAPPED_AT_ONCE).await?;
            let mapped: Vec<_> = waiting
                .iter()
                .filter_map(|moved| {
                    let id = DocumentId::of_transfer(moved.operation, moved.index);
                    Some((id, rules::map(moved, &charts, ctx.now()).ok()?))
                })
                .collect();
            sql::give_mapping(&mut tx, &mapped).await?;
            commit(tx).await?;
            count = count.saturating_add(mapped.len());
        }
        Ok(count)
    }

    /// How far the core banking system is behind.
    pub async fn lag(&self) -> Result<Lag> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::lag(self.store.pool()).await
    }

    /// The documents that somebody has to look at, the oldest first, at most two hundred.
    pub async fn stuck(&self) -> Result<Vec<Stuck>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::stuck(self.store.pool(), STUCK_SHOWN_MAX).await
    }

    /// A document that somebody has to look at, as it stands in the transaction: nobody sends it
    /// again until that ends.
    pub(crate) async fn stuck_one(&self, tx: &mut Tx, id: DocumentId) -> Result<Option<Stuck>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::stuck_one(tx, id).await
    }

    /// The accounts that the core banking system refused to open, the oldest first, at most two
    /// hundred.
    pub async fn refused_accounts(&self) -> Result<Vec<Refused>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::refused_accounts(self.store.pool(), STUCK_SHOWN_MAX).await
    }

    /// Has a document sent again that was rejected, after what was wrong there was put right.
    /// [`Code::NothingToChange`] when it was not rejected.
    pub async fn send_again(&self, tx: &mut Tx, ctx: &Ctx, id: DocumentId) -> Result<()> {
        // Whoever carries this out asked who may.
        if !sql::send_again(tx, id).await? {
            return Err(Code::NothingToChange.into());
        }
        let entry = Entry::done("abs.document.sent_again").object("document", id);
        audit::append(tx, &self.keys, ctx, entry).await.map(|_| ())
    }

    /// Has every account asked for again that the core banking system refused to open.
    /// [`Code::NothingToChange`] when there is none.
    pub async fn open_again(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        // Whoever carries this out asked who may.
        let accounts = sql::open_again(tx).await?;
        if accounts == 0 {
            return Err(Code::NothingToChange.into());
        }
        let entry = Entry::done("abs.accounts.asked_again").facts(json!({ "accounts": accounts }));
        audit::append(tx, &self.keys, ctx, entry).await.map(|_| ())
    }
}
