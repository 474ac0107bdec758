//! What an owner sees of the books: lines of an account with running balances, statements of a
//! period, the balance at a past moment, what left over a period; and the labels that an owner
//! gives to operations, which are a product's numbers and mean nothing here.

mod sql;

use kernel::{AccountId, Asset, Code, Error, Moment, Money, OperationId, Refusal, Result};
use serde_json::{Value, json};
use store::outbox::{self, NewEvent};
use uuid::Uuid;

use crate::engine::Ledger;

/// Most lines of one page.
pub const MAX_PAGE: i64 = 200;
/// Most lines that are read at once, for an export.
pub const MAX_LINES: i64 = 5_001;
/// Most lines of one statement; a longer one is asked for in parts.
pub const MAX_STATEMENT_LINES: i64 = 20_000;
/// Most transfers that are summed up at once; a longer period is asked for in parts.
pub const MAX_SUMMED: i64 = 200_000;
/// Most owners of one question for their last changes.
pub const MAX_OWNERS: usize = 1_000;

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
    /// Whether the account on the other side has the same owner.
    pub own: bool,
    /// The owner's label of the operation.
    pub label: Option<i16>,
}

/// Codes of transfers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// These.
    pub codes: Vec<i16>,
    /// All but these.
    pub others: bool,
}

/// Which labels to look for. A line that has none, or whose code takes none, counts by its code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labelled {
    /// The label.
    pub label: i16,
    /// Codes that count as labelled so when money came in.
    pub incoming: Codes,
    /// Codes that count as labelled so when money went out.
    pub outgoing: Codes,
    /// Codes that take no label.
    pub fixed: Vec<i16>,
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
    /// Only operations of these kinds.
    pub kinds: Option<Vec<String>>,
    /// `true`: only between accounts of one owner; `false`: only others.
    pub own: Option<bool>,
    /// Only what is labelled so, or counts as it.
    pub labelled: Option<Labelled>,
    /// Least amount in minor units, whatever the direction.
    pub min: Option<i64>,
    /// Largest amount in minor units, whatever the direction.
    pub max: Option<i64>,
    /// Only operations whose narrative contains this text, in any case. A narrative of several
    /// lines begins with who gave and who took; nobody finds operations by their own name.
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

/// What left an account over a period by transfers of one code, to accounts of other owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The account.
    pub account: AccountId,
    /// Its asset.
    pub asset: Asset,
    /// Why.
    pub code: i16,
    /// The owner's label of the operations.
    pub label: Option<i16>,
    /// How much.
    pub amount: i64,
    /// In how many transfers.
    pub transfers: i64,
}

/// An operation of the past: what it moved first, and its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Its id.
    pub id: OperationId,
    /// When it was posted.
    pub at: Moment,
    /// Who asked for it.
    pub initiator: Uuid,
    /// The account that gave.
    pub debit: AccountId,
    /// The account that took.
    pub credit: AccountId,
    /// What moved.
    pub amount: Money,
    /// Whether both accounts have the same owner.
    pub own: bool,
    /// The account that took what moved next.
    pub next_credit: Option<AccountId>,
    /// Its document.
    pub detail: serde_json::Value,
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

/// An owner calls an operation otherwise.
fn labelled(owner: Uuid, operation: OperationId, label: i16, at: Moment) -> NewEvent {
    NewEvent {
        kind: "operation.labelled",
        subject: operation.uuid(),
        at,
        payload: Some(json!({ "owner": owner, "label": label })),
    }
}

impl Ledger {
    /// The last posted operations of a kind that customers asked for since a moment, oldest first.
    pub async fn past(&self, kind: &str, since: Moment, limit: i64) -> Result<Vec<Past>> {
        sql::past(self.store.pool(), kind, since, limit).await
    }

    /// Lines of accounts, newest first.
    pub async fn lines(
        &self,
        accounts: &[AccountId],
        filter: &Filter,
        after: Option<Position>,
        limit: i64,
    ) -> Result<Vec<Line>> {
        sql::lines(self.store.pool(), accounts, filter, after, limit.clamp(1, MAX_LINES)).await
    }

    /// Whether one owner paid another since a moment.
    pub async fn has_paid(&self, payer: Uuid, payee: Uuid, since: Moment) -> Result<bool> {
        sql::has_paid(self.store.pool(), (payer, payee), since).await
    }

    /// What left the accounts of an owner from `from` up to but not including `to`, without what
    /// went to another of their accounts.
    pub async fn outgoings(&self, owner: Uuid, from: Moment, to: Moment) -> Result<Vec<Outgoing>> {
        let found = sql::outgoings(self.store.pool(), owner, (from, to), MAX_SUMMED).await?;
        let transfers = found.iter().map(|o| o.transfers).fold(0_i64, i64::saturating_add);
        if transfers > MAX_SUMMED {
            return Err(too_long(MAX_SUMMED));
        }
        Ok(found)
    }

    /// The moment of the last transfer on any account of each owner. Owners without accounts are
    /// left out.
    pub async fn last_changes(&self, owners: &[Uuid]) -> Result<Vec<(Uuid, Moment)>> {
        let mut changes = Vec::with_capacity(owners.len());
        for some in owners.chunks(MAX_OWNERS) {
            changes.extend(sql::last_changes(self.store.pool(), some).await?);
        }
        Ok(changes)
    }

    /// Labels an operation for an owner, in place of the label that it had.
    pub async fn set_label(
        &self,
        owner: Uuid,
        operation: OperationId,
        label: i16,
        at: Moment,
    ) -> Result<()> {
        let mut tx = self.store.begin().await?;
        sql::set_label(&mut tx, owner, operation, (label, at)).await?;
        outbox::append(&mut tx, &[labelled(owner, operation, label, at)]).await?;
        self.store.commit_and_wake(tx).await
    }

    /// The label that an owner gave to an operation.
    pub async fn label(&self, owner: Uuid, operation: OperationId) -> Result<Option<i16>> {
        sql::label(self.store.pool(), owner, operation).await
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
            return Err(too_long(MAX_STATEMENT_LINES));
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

fn too_long(lines: i64) -> Error {
    Refusal::new(Code::StatementTooLong).value("lines", lines.to_string()).into()
}
