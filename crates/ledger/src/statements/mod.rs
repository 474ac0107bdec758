//! What an owner sees of the books: lines of an account with running balances, statements of a
//! period, the balance at a past moment.

mod sql;

use kernel::{AccountId, Asset, Code, Moment, OperationId, Refusal, Result};
use serde_json::Value;

use crate::engine::Ledger;

/// Most lines of one page.
pub const MAX_PAGE: i64 = 200;
/// Most lines of one statement; a longer one is asked for in parts.
pub const MAX_STATEMENT_LINES: i64 = 20_000;

/// A posted transfer as one of its two accounts sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The operation.
    pub operation: OperationId,
    /// Which of its transfers.
    pub index: i16,
    /// When.
    pub at: Moment,
    /// What kind of business the operation is.
    pub kind: String,
    /// Why the transfer is part of it.
    pub code: i16,
    /// The account that sees it.
    pub account: AccountId,
    /// The account on the other side.
    pub other: AccountId,
    /// What the account is in.
    pub asset: Asset,
    /// Minor units; negative when they left the account.
    pub amount: i64,
    /// Balance of the account after it.
    pub balance: i64,
    /// The product's document.
    pub detail: Value,
}

/// Which lines to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Not before this moment.
    pub from: Option<Moment>,
    /// Before this moment.
    pub to: Option<Moment>,
    /// `true`: only what came in; `false`: only what went out.
    pub incoming: Option<bool>,
    /// Only operations of this kind.
    pub kind: Option<String>,
    /// Least amount in minor units, whatever the direction.
    pub min: Option<i64>,
    /// Largest amount in minor units, whatever the direction.
    pub max: Option<i64>,
    /// Only operations whose narrative contains this text, in any case.
    pub text: Option<String>,
}

/// Where a page begins: after this line, going back in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The moment of the line.
    pub at: Moment,
    /// Its account: a transfer between two accounts of one owner is two lines of one moment.
    pub account: AccountId,
}

impl Line {
    /// The position of this line.
    pub const fn position(&self) -> Position {
        Position { at: self.at, account: self.account }
    }
}

/// An account over a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The account.
    pub account: AccountId,
    /// Its asset.
    pub asset: Asset,
    /// First moment of the period.
    pub from: Moment,
    /// First moment after it.
    pub to: Moment,
    /// Balance before the first line.
    pub opening: i64,
    /// Balance after the last line.
    pub closing: i64,
    /// Sum of what came in.
    pub credits: i64,
    /// Sum of what went out.
    pub debits: i64,
    /// Every posted transfer of the period, oldest first.
    pub lines: Vec<Line>,
}

impl Ledger {
    /// Lines of accounts, newest first.
    pub async fn lines(
        &self,
        accounts: &[AccountId],
        filter: &Filter,
        after: Option<Position>,
        limit: i64,
    ) -> Result<Vec<Line>> {
        sql::lines(self.store.pool(), accounts, filter, after, limit.clamp(1, MAX_PAGE)).await
    }

    /// The balance of an account right after everything posted up to and including `at`.
    pub async fn balance_at(&self, account: AccountId, at: Moment) -> Result<i64> {
        sql::balance_at(self.store.pool(), account, at).await
    }

    /// The statement of an account from `from` up to but not including `to`.
    pub async fn statement(
        &self,
        account: AccountId,
        from: Moment,
        to: Moment,
    ) -> Result<Statement> {
        let record = self.account(account).await?.ok_or(Refusal::new(Code::AccountNotFound))?;
        let lines =
            sql::period(self.store.pool(), account, (from, to), MAX_STATEMENT_LINES).await?;
        if i64::try_from(lines.len()).unwrap_or(i64::MAX) > MAX_STATEMENT_LINES {
            return Err(Refusal::new(Code::StatementTooLong)
                .value("lines", MAX_STATEMENT_LINES.to_string())
                .into());
        }
        // The opening balance follows from the first line, so that both come from one snapshot;
        // what was before the period does not change any more.
        let opening = match lines.first() {
            Some(first) => first.balance.saturating_sub(first.amount),
            None => self.balance_at(account, from.plus_micros(-1)).await?,
        };
        let sum = |incoming: bool| {
            let amounts = lines.iter().map(|l| l.amount).filter(|a| (*a > 0) == incoming);
            amounts.fold(0_i64, i64::saturating_add)
        };
        Ok(Statement {
            account,
            asset: record.account.asset,
            from,
            to,
            opening,
            closing: lines.last().map_or(opening, |l| l.balance),
            credits: sum(true),
            debits: sum(false).saturating_neg(),
            lines,
        })
    }
}
