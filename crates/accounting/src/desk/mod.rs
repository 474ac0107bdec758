//! The books as employees see them: how far the general ledger is behind, what is stuck, which days
//! are closed, where books differ; and what employees do about it.
//!
//! Looking leaves no trace: sums and documents are nobody's personal data. What is done is in the
//! audit log, with the reason.

mod resolving;

use std::sync::Arc;

use identity::{Identity, stated_reason};
use kernel::{Code, Ctx, Day, Permission, Refusal, Result, StaffId};
use policy::Object;
use serde_json::json;
use store::audit;
use store::editions::Edition;
use store::{Tx, commit};

use crate::chart::{self, Chart};
use crate::day_close::{AccountSum, BusinessDay, DaySum, Movement, ProductSum, Unconfirmed};
use crate::export::{Lag, Refused, Stuck};
use crate::reconciliation::{OpenBreaks, PAGE, Run, StoredBreak};
use crate::{Accounting, BreakId, DocumentId};

pub use resolving::{BreakResolve, Resolving};

/// What employees see of the books, and do about them.
#[derive(Clone)]
pub struct Desk {
    accounting: Accounting,
    identity: Identity,
}

/// How the books stand.
#[derive(Clone, Debug)]
pub struct Overview {
    /// What the core banking system has not confirmed.
    pub lag: Lag,
    /// The day that is to be closed next; `None` before anything was booked.
    pub open_day: Option<Day>,
    /// The days that are frozen or closed, the latest first, at most a hundred.
    pub days: Vec<BusinessDay>,
    /// The open differences, by book, kind and currency.
    pub breaks: Vec<OpenBreaks>,
}

/// What somebody has to look at before the core banking system takes it.
#[derive(Clone, Debug)]
pub struct Queue {
    /// How far it is behind.
    pub lag: Lag,
    /// The documents that it rejected or that no chart has a line for, at most two hundred.
    pub stuck: Vec<Stuck>,
    /// The accounts that it refused to open, at most two hundred.
    pub accounts: Vec<Refused>,
}

/// A day with what was booked on it.
#[derive(Clone, Debug)]
pub struct DayView {
    /// The day.
    pub day: Day,
    /// How it ended; `None` while it is open.
    pub ended: Option<BusinessDay>,
    /// What keeps it from being closed.
    pub unconfirmed: Unconfirmed,
    /// By kind of operation and accounts of the chart.
    pub products: Vec<ProductSum>,
    /// By account of the chart: what both books said when it was closed, or what ours says so far.
    pub accounts: Vec<AccountSum>,
    /// What was gathered over the day and moved on at its end.
    pub sums: Vec<DaySum>,
}

/// Open differences of one page.
#[derive(Clone, Debug)]
pub struct Breaks {
    /// The oldest first.
    pub breaks: Vec<StoredBreak>,
    /// Whether there may be more.
    pub more: bool,
}

impl Desk {
    /// Over the accounting, and the employees who ask.
    pub const fn new(accounting: Accounting, identity: Identity) -> Self {
        Self { accounting, identity }
    }

    async fn may_read(&self, ctx: &Ctx) -> Result<()> {
        self.identity.staff_may(ctx, Permission::BooksRead, Object::Bank).await.map(drop)
    }

    /// How the books stand.
    pub async fn overview(&self, ctx: &Ctx) -> Result<Overview> {
        self.may_read(ctx).await?;
        let accounting = &self.accounting;
        Ok(Overview {
            lag: accounting.lag().await?,
            open_day: accounting.open_day().await?,
            days: accounting.days().await?,
            breaks: accounting.open_by_kind().await?,
        })
    }

    /// What is stuck.
    pub async fn queue(&self, ctx: &Ctx) -> Result<Queue> {
        self.may_read(ctx).await?;
        let accounting = &self.accounting;
        Ok(Queue {
            lag: accounting.lag().await?,
            stuck: accounting.stuck().await?,
            accounts: accounting.refused_accounts().await?,
        })
    }

    /// A rejected document, for the form that sends it again. [`Code::NotFound`] for one that was
    /// not rejected.
    pub async fn rejected(&self, ctx: &Ctx, id: DocumentId) -> Result<Stuck> {
        self.identity.staff_could(ctx, Permission::BooksSendAgain, Object::Bank).await?;
        let mut tx = self.accounting.store.begin().await?;
        let found = self.accounting.stuck_one(&mut tx, id).await?;
        Ok(found.filter(|stuck| stuck.rejected).ok_or(Code::NotFound)?)
    }

    /// Has a rejected document sent again, after what was wrong there was put right.
    /// [`Code::NothingToChange`] when it is not rejected any more.
    pub async fn send_again(&self, ctx: &Ctx, id: DocumentId, reason: &str) -> Result<()> {
        let grant = self.identity.staff_may(ctx, Permission::BooksSendAgain, Object::Bank).await?;
        let reason = stated_reason(reason)?;
        let mut tx = self.accounting.store.begin().await?;
        self.accounting.send_again(&mut tx, ctx, id).await?;
        let facts = json!({ "document": id, "reason": reason });
        audit::append(&mut tx, &self.accounting.keys, ctx, grant.done_with(facts)).await?;
        commit(tx).await
    }

    /// The refused accounts, for the form that asks for them again.
    pub async fn refused_accounts(&self, ctx: &Ctx) -> Result<Vec<Refused>> {
        self.identity.staff_could(ctx, Permission::BooksSendAgain, Object::Bank).await?;
        self.accounting.refused_accounts().await
    }

    /// Has every refused account asked for again. [`Code::NothingToChange`] when there is none.
    pub async fn open_again(&self, ctx: &Ctx, reason: &str) -> Result<()> {
        let grant = self.identity.staff_may(ctx, Permission::BooksSendAgain, Object::Bank).await?;
        let reason = stated_reason(reason)?;
        let mut tx = self.accounting.store.begin().await?;
        self.accounting.open_again(&mut tx, ctx).await?;
        let facts = json!({ "accounts": "refused", "reason": reason });
        audit::append(&mut tx, &self.accounting.keys, ctx, grant.done_with(facts)).await?;
        commit(tx).await
    }

    /// A day with its sums. [`Code::NotFound`] for one that has not come to the books.
    pub async fn day(&self, ctx: &Ctx, day: Day) -> Result<DayView> {
        self.may_read(ctx).await?;
        let accounting = &self.accounting;
        let ended = accounting.business_day(day).await?;
        let products = accounting.sums_by_product(day).await?;
        if ended.is_none() && products.is_empty() && accounting.open_day().await? != Some(day) {
            return Err(Code::NotFound.into());
        }
        let closed = ended.is_some_and(|ended| ended.closed_at.is_some());
        let accounts =
            if closed { accounting.closed_sums(day).await? } else { by_account(&products) };
        Ok(DayView {
            day,
            ended,
            unconfirmed: accounting.unconfirmed(day).await?,
            products,
            accounts,
            sums: accounting.day_sums(day).await?,
        })
    }

    /// The open differences, the oldest first, after one of them.
    pub async fn open_breaks(&self, ctx: &Ctx, after: Option<BreakId>) -> Result<Breaks> {
        self.may_read(ctx).await?;
        let breaks = self.accounting.open_breaks(after).await?;
        let more = i64::try_from(breaks.len()).is_ok_and(|found| found >= PAGE);
        Ok(Breaks { breaks, more })
    }

    /// The differences that were resolved last, at most a hundred.
    pub async fn resolved_breaks(&self, ctx: &Ctx) -> Result<Vec<StoredBreak>> {
        self.may_read(ctx).await?;
        self.accounting.resolved_breaks().await
    }

    /// The last comparisons, each with the name of the other book, at most a hundred.
    pub async fn runs(&self, ctx: &Ctx) -> Result<Vec<(String, Run)>> {
        self.may_read(ctx).await?;
        self.accounting.last_runs().await
    }

    /// A difference. [`Code::NotFound`] when there is none of this id.
    pub async fn one_break(&self, ctx: &Ctx, id: BreakId) -> Result<StoredBreak> {
        self.may_read(ctx).await?;
        Ok(self.accounting.one_break(id).await?.ok_or(Code::NotFound)?)
    }

    /// The employees whom a difference may be given to.
    pub async fn handlers(&self, ctx: &Ctx) -> Result<Vec<(StaffId, String)>> {
        // It asks for an employee.
        self.identity.staff_who_may(ctx, Permission::BreakHandle).await
    }

    /// Gives a difference to an employee to look into. [`Code::NothingToChange`] when it is not
    /// open, or theirs already.
    pub async fn assign(&self, ctx: &Ctx, id: BreakId, owner: StaffId) -> Result<()> {
        let grant = self.identity.staff_may(ctx, Permission::BreakHandle, Object::Bank).await?;
        if !self.handlers(ctx).await?.iter().any(|(handler, _)| *handler == owner) {
            return Err(Refusal::new(Code::FieldInvalid).field("owner").into());
        }
        self.one_break(ctx, id).await?;
        let mut tx: Tx = self.accounting.store.begin().await?;
        self.accounting.assign_break(&mut tx, ctx, id, owner).await?;
        let facts = json!({ "break": id, "owner": owner });
        audit::append(&mut tx, &self.accounting.keys, ctx, grant.done_with(facts)).await?;
        commit(tx).await
    }

    /// The mapping of postings that holds, with its edition; `None` before the first one.
    pub async fn chart(&self, ctx: &Ctx) -> Result<Option<(Arc<Edition>, Arc<Chart>)>> {
        self.may_read(ctx).await?;
        let Some(edition) = self.accounting.editions.at(chart::BOOK, ctx.now()).await? else {
            return Ok(None);
        };
        let chart = self.accounting.parsed.of(&edition)?;
        Ok(Some((edition, chart)))
    }
}

/// What moved on each account of the chart, from the sums of its documents.
fn by_account(products: &[ProductSum]) -> Vec<AccountSum> {
    let mut accounts: std::collections::BTreeMap<_, Movement> = std::collections::BTreeMap::new();
    for sum in products {
        let (asset, minor) = (sum.amount.asset, sum.amount.minor);
        let debited = accounts.entry((sum.debit, asset)).or_default();
        debited.debits = debited.debits.saturating_add(minor);
        let credited = accounts.entry((sum.credit, asset)).or_default();
        credited.credits = credited.credits.saturating_add(minor);
    }
    let of = |((account, asset), moved)| AccountSum { account, asset, moved };
    accounts.into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{Asset, Money};

    use super::*;
    use crate::chart::GlAccount;

    #[test]
    fn what_moved_on_an_account_is_of_all_its_documents() {
        let gl = |number| GlAccount::new(number).unwrap();
        let sum = |debit, credit, minor| ProductSum {
            product: "transfer.internal".to_owned(),
            debit: gl(debit),
            credit: gl(credit),
            documents: 1,
            posted: 1,
            amount: Money::new(minor, Asset::Uzs),
        };
        let sums = [sum(20_206, 20_206, 500), sum(20_206, 29_801, 7), sum(29_801, 45_200, 7)];
        let accounts: Vec<_> = by_account(&sums)
            .iter()
            .map(|sum| (sum.account.number(), sum.moved.debits, sum.moved.credits))
            .collect();
        assert_eq!(accounts, [(20_206, 507, 500), (29_801, 7, 7), (45_200, 0, 7)]);
    }
}
