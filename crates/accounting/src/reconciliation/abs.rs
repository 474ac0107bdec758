//! Every document of some days, with us and at the core banking system.

use kernel::{Ctx, Day, Error, Result};

use super::merge::{Keyed, Merge, Needs};
use super::rules::{Item, Tolerance};
use super::{ABS, Comparison, Run, sql};
use crate::ports::{CoreBanking, Entry, StatementQuery};
use crate::{Accounting, DocumentId};

/// How many of our documents are read at once.
const PAGE: i64 = 1_000;
/// Most parts that are read of both books.
const MAX_PARTS: usize = 1_000_000;

/// What both sides know a document by: its id and its accounts. An entry under an id of ours
/// between other accounts is not our document, but another that we do not have.
pub fn reference(document: &str, (debit, credit): (&str, &str)) -> String {
    format!("{document} {debit}>{credit}")
}

impl Accounting {
    /// Compares what the ledger says of some days, document by document, with the statement of the
    /// core banking system, and keeps what differs.
    ///
    /// Documents that are still on their way are missed by nobody; as long as there are any, what
    /// is not found any more is not resolved either.
    pub async fn reconcile_abs(
        &self,
        ctx: &Ctx,
        abs: &dyn CoreBanking,
        days: (Day, Day),
    ) -> Result<Run> {
        // Called by the bank itself, on nobody's behalf.
        let under_way = sql::under_way(self.store.pool(), days).await?;
        let open_from = under_way.unwrap_or_else(|| days.1.days_after(1));
        let mut merge = Merge::new(Tolerance { days: 0, open_from });
        let mut after: Option<DocumentId> = None;
        let mut query = StatementQuery { from: days.0, to: days.1, account: None, after: None };
        for _ in 0..MAX_PARTS {
            match merge.needs() {
                Needs::Nothing => {
                    let compared = merge.finish()?;
                    let whole = under_way.is_none();
                    let comparison = Comparison { book: ABS, days, compared, whole };
                    return self.keep_comparison(ctx, &comparison).await;
                }
                Needs::Ours => {
                    let items = sql::ours(self.store.pool(), days, after, PAGE).await?;
                    let last = i64::try_from(items.len()).unwrap_or(i64::MAX) < PAGE;
                    after = items.last().map(|(id, _)| *id).or(after);
                    merge.ours(items.into_iter().map(|(_, keyed)| keyed).collect(), last)?;
                }
                Needs::Theirs => {
                    let page = abs.statement(&query).await?.entries;
                    merge
                        .theirs(page.items.into_iter().map(keyed).collect(), page.next.is_none())?;
                    query.after = page.next;
                }
            }
        }
        Err(Error::invariant("a statement of the ABS has no end"))
    }
}

fn keyed(entry: Entry) -> Keyed {
    let (debit, credit) = (entry.sides.debit.to_string(), entry.sides.credit.to_string());
    let item = Item {
        id: entry.number,
        reference: reference(&entry.document, (&debit, &credit)),
        amount: entry.amount,
        fee: None,
        status: entry.status,
        day: entry.day,
    };
    Keyed { key: entry.document, item }
}
