//! Whether every fee is what it should be: worked out anew for each operation of a day from what is
//! kept, and compared with what was charged, what the ledger moved, and what the documents for the
//! general ledger say.
//!
//! Only the tariff engine is shared with the way on which fees are charged: operations, what was
//! used before them, legs and documents are read by queries of their own, and which edition held is
//! asked of the editions themselves.

pub mod jobs;
mod rules;
mod sql;

use std::collections::HashSet;

use kernel::{Asset, Ctx, Day, Error, Moment, Money, OperationId, Permission, Result};
use policy::Object;
use pricing::tariffs::{self, Tariff};
use store::commit;
use uuid::Uuid;

use crate::Payments;
use crate::transfers::rules::KIND;

pub use rules::What;
use rules::{Checking, Dated};

/// How many operations are read at once.
const PAGE: i64 = 2_000;
/// Most operations of a day that are looked at. A bank with more looks at its day in parts.
const MAX_OPERATIONS: usize = 2_000_000;
/// Most faults that are kept of a day: there is none unless something is broken.
const MAX_FAULTS: usize = 1_000;
/// Most faults shown.
const FAULTS_SHOWN_MAX: i64 = 100;
/// How many days back a day is looked at again.
const DAYS: u8 = 31;
/// How long a day that is over is left alone after a look, while not everything is confirmed.
const AGAIN_SECONDS: i64 = 3_600;

/// What a look at the fees of a day came to, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeCheck {
    /// The day.
    pub day: Day,
    /// In what.
    pub asset: Asset,
    /// So many operations have a tariff.
    pub operations: i64,
    /// So many of them cost something.
    pub paid: i64,
    /// The fees as the editions that held give them.
    pub expected: i64,
    /// The fees as they stand in the operations: as they were shown and confirmed.
    pub charged: i64,
    /// The fees as the ledger moved them.
    pub booked: i64,
    /// The fees in documents for the general ledger.
    pub documented: i64,
    /// The fees in documents that are posted there.
    pub confirmed: i64,
    /// So many operations with a fee have no document.
    pub undocumented: i64,
    /// Of so many operations anything differs.
    pub wrong: i64,
    /// When it was looked.
    pub checked_at: Moment,
}

impl FeeCheck {
    /// An amount of it.
    pub const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.asset)
    }

    /// Whether every fee is right, and has a document.
    pub const fn is_accurate(&self) -> bool {
        self.wrong == 0 && self.undocumented == 0 && self.expected == self.charged
    }

    /// Whether the ledger, the documents and the general ledger say the same.
    pub const fn is_tied(&self) -> bool {
        self.charged == self.booked
            && self.booked == self.documented
            && self.documented == self.confirmed
    }
}

/// An operation whose fee is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeFault {
    /// The operation.
    pub operation: OperationId,
    /// Its day.
    pub day: Day,
    /// What differs first.
    pub what: What,
    /// The fee by the edition.
    pub expected: Money,
    /// In the operation.
    pub charged: Money,
    /// In the ledger.
    pub booked: Money,
    /// In its documents.
    pub documented: Money,
}

impl Payments {
    /// Looks at every fee of a day, and keeps what came of it. Looking again replaces it.
    pub async fn check_fees(&self, ctx: &Ctx, day: Day) -> Result<Vec<FeeCheck>> {
        // Called by the bank itself, on nobody's behalf.
        let pool = self.store.pool();
        let mut operations = Vec::new();
        let mut after = Uuid::nil();
        loop {
            let page = sql::operations(pool, (KIND, day), after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id.uuid();
            operations.extend(page);
            if operations.len() > MAX_OPERATIONS {
                return Err(Error::invariant("a day has more operations than are looked at"));
            }
        }
        // Operations stay, so nothing was kept of a day without any.
        if operations.is_empty() {
            return Ok(Vec::new());
        }
        let month = tariffs::Over::Month.start(day);
        let customers: HashSet<Uuid> = operations.iter().map(|one| one.initiator).collect();
        let customers: Vec<Uuid> = customers.into_iter().collect();
        let before = if month == day {
            Vec::new()
        } else {
            sql::used_before(pool, (KIND, day), month, &customers).await?
        };
        let tariffs = self.dated_tariffs().await?;
        let checked = Checking::new(&tariffs, before).of_all(operations);
        let checks: Vec<_> = checked.sums(day, ctx.now());
        let faults: Vec<_> = checked.faults(day).into_iter().take(MAX_FAULTS).collect();
        if !faults.is_empty() {
            let (count, first) = (faults.len(), faults.first().map(|fault| fault.operation));
            tracing::error!(
                counter.fees_wrong = count, %day, ?first, "fees are not what they should be",
            );
        }
        let mut tx = self.store.begin().await?;
        sql::keep(&mut tx, day, (&checks, &faults)).await?;
        commit(tx).await?;
        Ok(checks)
    }

    async fn dated_tariffs(&self) -> Result<Vec<Dated>> {
        let editions = self.editions.of_book(&tariffs::book(KIND)).await?;
        editions
            .iter()
            .map(|edition| {
                let tariff: Tariff = serde_json::from_str(&edition.body)
                    .map_err(|e| Error::broken("reading an edition of a tariff", e))?;
                Ok(Dated {
                    edition: edition.id,
                    from: edition.effective_at,
                    withdrawn: edition.withdrawn_at.is_some(),
                    tariff,
                })
            })
            .collect()
    }

    /// The last days that are still to be looked at: today, and once an hour those of which not
    /// everything is confirmed.
    pub(crate) async fn days_to_check(&self, ctx: &Ctx) -> Result<Vec<Day>> {
        let today = ctx.now().day();
        let (first, lately) = (today.days_before(DAYS), ctx.now().plus_seconds(-AGAIN_SECONDS));
        let settled = sql::settled_days(self.store.pool(), (first, today), lately).await?;
        let all = (0..=DAYS).map(|back| today.days_before(back));
        Ok(all.filter(|day| *day == today || !settled.contains(day)).collect())
    }

    /// What the looks at the last thirty-one days came to, the last day first.
    pub async fn fee_checks(&self, ctx: &Ctx) -> Result<Vec<FeeCheck>> {
        // What is shown are sums: nobody's personal data.
        self.identity().staff_may(ctx, Permission::BooksRead, Object::Bank).await.map(drop)?;
        let today = ctx.now().day();
        sql::checks(self.store.pool(), (today.days_before(DAYS), today)).await
    }

    /// The operations of a day whose fee is not what it should be, at most a hundred; of every day
    /// when none is named.
    pub async fn fee_faults(&self, ctx: &Ctx, day: Option<Day>) -> Result<Vec<FeeFault>> {
        // What is shown are ids and sums: nobody's personal data.
        self.identity().staff_may(ctx, Permission::BooksRead, Object::Bank).await.map(drop)?;
        sql::faults(self.store.pool(), day, FAULTS_SHOWN_MAX).await
    }
}
