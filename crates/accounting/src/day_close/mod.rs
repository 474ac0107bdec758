//! Closing a business day: everything of it is written down and confirmed, and the sums of both
//! books are equal. Then, and only then, it is closed in both.
//!
//! Days are closed one after another. A day is *frozen* first: the sums that were gathered over it
//! are written down, and nothing else is any more. What comes later, from a node that stood still
//! over midnight, is booked on the day after.

pub mod jobs;
pub mod rules;
mod sql;

use kernel::{Asset, Ctx, Day, Error, Moment, Money, Result};
use store::commit;

use crate::chart::{GlAccount, Sides};
use crate::export::rules::SumOf;
use crate::ports::{CoreBanking, Turnover};
use crate::reconciliation::Comparison;
use crate::reconciliation::rules::Break;
use crate::{Accounting, DocumentId};
pub use rules::Movement;

/// Whose book the sums of a day are compared with.
pub const BOOK: &str = "abs.sums";
/// How long after its end a day is closed at the earliest: operations that were decided just before
/// midnight are committed by then.
const GRACE_SECONDS: i64 = 300;
/// Most days that the core banking system may be behind.
const MAX_DAYS_BEHIND: usize = 400;
/// Most parts of one answer about a day.
const MAX_PAGES: usize = 1_000;
/// Most days listed.
const DAYS_SHOWN_MAX: i64 = 100;
/// Most sums of a day listed.
const SUMS_SHOWN_MAX: i64 = 1_000;

/// What came of closing a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It is not over, or only just.
    NotOver,
    /// Not everything of it was written down.
    Unread,
    /// Not everything of it is confirmed.
    Unconfirmed(Unconfirmed),
    /// The sums of the two books differ.
    Differs(Vec<Break>),
    /// It is closed in both books.
    Closed,
}

/// The documents of a day that are not posted at the core banking system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unconfirmed {
    /// They wait or are under way.
    pub waiting: i64,
    /// No chart has a line for them.
    pub unmapped: i64,
    /// They were rejected.
    pub rejected: i64,
}

/// What was gathered in a day.
struct Gathered {
    of: SumOf,
    amount: i64,
    count: i64,
    purpose: String,
}

/// A day that is frozen, or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusinessDay {
    /// The day.
    pub day: Day,
    /// How many documents it has.
    pub documents: i64,
    /// When it was frozen.
    pub frozen_at: Moment,
    /// When it was closed.
    pub closed_at: Option<Moment>,
}

/// A sum that was moved on at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySum {
    /// Its document.
    pub id: DocumentId,
    /// The kind of the operations.
    pub product: String,
    /// Between which accounts.
    pub sides: Sides,
    /// How much.
    pub amount: Money,
    /// Whether it is posted at the core banking system.
    pub posted: bool,
}

/// What the documents of a day say, for one kind of operation between two accounts of the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductSum {
    /// The kind of the operations.
    pub product: String,
    /// What is debited.
    pub debit: GlAccount,
    /// What is credited.
    pub credit: GlAccount,
    /// So many documents.
    pub documents: i64,
    /// So many of them are posted at the core banking system.
    pub posted: i64,
    /// How much.
    pub amount: Money,
}

/// What moved on an account of the chart in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSum {
    /// The account.
    pub account: GlAccount,
    /// In what.
    pub asset: Asset,
    /// What was debited and credited.
    pub moved: Movement,
}

impl Accounting {
    /// Closes the day that is next, if it can be. `None` while there is nothing to close.
    pub async fn close_next(
        &self,
        ctx: &Ctx,
        abs: &dyn CoreBanking,
    ) -> Result<Option<(Day, Closing)>> {
        // Called by the bank itself, on nobody's behalf.
        let Some(day) = sql::next(self.store.pool()).await? else { return Ok(None) };
        let closing = self.close_day(ctx, abs, day).await?;
        Ok(Some((day, closing)))
    }

    async fn close_day(&self, ctx: &Ctx, abs: &dyn CoreBanking, day: Day) -> Result<Closing> {
        if day.end().plus_seconds(GRACE_SECONDS) > ctx.now() {
            return Ok(Closing::NotOver);
        }
        if let Some(why) = self.freeze(ctx, day).await? {
            return Ok(why);
        }
        let theirs = turnovers(abs, day).await?;
        let sums = sql::sums(self.store.pool(), day).await?;
        let before = sql::balances_before(self.store.pool(), day).await?;
        let compared = rules::compare_day(day, (&sums, &before), &theirs)?;
        let breaks = compared.breaks.clone();
        let comparison = Comparison::of_day(BOOK, day, compared);
        self.keep_comparison(ctx, &comparison).await?;
        if !breaks.is_empty() {
            return Ok(Closing::Differs(breaks));
        }
        close_there(abs, day).await?;
        let mut tx = self.store.begin().await?;
        sql::close(&mut tx, day, &sums, ctx.now()).await?;
        commit(tx).await?;
        Ok(Closing::Closed)
    }

    /// Freezes a day, unless it is. Says why it cannot be closed yet, when it cannot.
    async fn freeze(&self, ctx: &Ctx, day: Day) -> Result<Option<Closing>> {
        let mut tx = self.store.begin().await?;
        if !sql::is_frozen(&mut tx, day).await? {
            crate::export::sql::nobody_writes(&mut tx).await?;
            if sql::unread(&mut tx, day.end()).await? {
                return Ok(Some(Closing::Unread));
            }
            let unconfirmed = sql::unconfirmed(&mut tx, day).await?;
            // What they are gathered into is not known yet.
            if unconfirmed.unmapped > 0 {
                return Ok(Some(Closing::Unconfirmed(unconfirmed)));
            }
            for gathered in sql::gathered(&mut tx, day).await? {
                sql::write_sum(&mut tx, &gathered).await?;
            }
            sql::freeze(&mut tx, day, ctx.now()).await?;
        }
        let unconfirmed = sql::unconfirmed(&mut tx, day).await?;
        commit(tx).await?;
        let confirmed = unconfirmed == Unconfirmed::default();
        Ok((!confirmed).then_some(Closing::Unconfirmed(unconfirmed)))
    }

    /// The days that are frozen or closed, the latest first, at most a hundred.
    pub async fn days(&self) -> Result<Vec<BusinessDay>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::days(self.store.pool(), DAYS_SHOWN_MAX).await
    }

    /// A day that is frozen or closed.
    pub async fn business_day(&self, day: Day) -> Result<Option<BusinessDay>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::one_day(self.store.pool(), day).await
    }

    /// What of a day keeps it from being closed.
    pub async fn unconfirmed(&self, day: Day) -> Result<Unconfirmed> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        let mut tx = self.store.begin().await?;
        sql::unconfirmed(&mut tx, day).await
    }

    /// The sums of a day by kind of operation and accounts of the chart, at most a thousand.
    pub async fn sums_by_product(&self, day: Day) -> Result<Vec<ProductSum>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::by_product(self.store.pool(), day, SUMS_SHOWN_MAX).await
    }

    /// What both books said of each account of the chart when a day was closed.
    pub async fn closed_sums(&self, day: Day) -> Result<Vec<AccountSum>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::closed_sums(self.store.pool(), day).await
    }

    /// The day that is to be closed next.
    pub async fn open_day(&self) -> Result<Option<Day>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::next(self.store.pool()).await
    }

    /// What was gathered over a day and moved on by one document for each kind of operation,
    /// account of the chart and currency: the fees, their tax and the shares of others.
    pub async fn day_sums(&self, day: Day) -> Result<Vec<DaySum>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::day_sums(self.store.pool(), day).await
    }
}

async fn turnovers(abs: &dyn CoreBanking, day: Day) -> Result<Vec<Turnover>> {
    let mut all = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let page = abs.turnovers(day, after.as_deref()).await?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
    Err(Error::invariant("what the ABS says of a day has no end"))
}

/// Closes a day at the core banking system, and those before it that it still keeps open: of them
/// there is nothing in our books. A day that is closed there already was closed by a request whose
/// answer was lost.
async fn close_there(abs: &dyn CoreBanking, day: Day) -> Result<()> {
    let mut date = abs.business_date().await?;
    for _ in 0..MAX_DAYS_BEHIND {
        if date > day {
            return Ok(());
        }
        let next = abs.close_day(date).await?;
        if next <= date {
            return Err(Error::invariant("the business date of the ABS does not move on"));
        }
        date = next;
    }
    Err(Error::invariant("the business date of the ABS is too far behind"))
}
