//! What happened on a customer's accounts: searched page by page, whole for a period, or one
//! operation by itself.

pub mod rules;

use std::cmp::Reverse;

use identity::RefusedAct;
use kernel::{
    AccountId, AccountNumber, Actor, Amount, Asset, Code, Ctx, CustomerId, Day, Error, Moment,
    Money, OperationId, Permission, Refusal, Result,
};
use ledger::AccountRecord;
use ledger::statements::{Line, Statement};
use store::rates::{self, Rate};

use crate::{Category, Direction, Payments, accounts, refunds, transfers};

pub use rules::{ExchangedView, Item, ItemExchange, Linked, OperationView, OwnAccount};

/// Each reads up to twenty thousand lines at once. More than anybody opens, prints and opens again;
/// too few to keep a database busy.
const READ_RATES: [Rate; 2] = [
    Rate { scope: "statement_read/minute", max: 60, window_seconds: 60 },
    Rate { scope: "statement_read/day", max: 1_000, window_seconds: 86_400 },
];
/// What the audit log calls looking at an operation, and what follows from that: its receipt, its
/// category.
pub(crate) const READ: &str = "operation.read";
/// Most items of one export.
pub const MAX_EXPORT_ITEMS: u32 = 5_000;

/// What to look for in the history, newest first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Only this account; otherwise all of the customer's.
    pub account: Option<AccountId>,
    /// Only accounts in this asset.
    pub asset: Option<Asset>,
    /// Not before this moment.
    pub from: Option<Moment>,
    /// Before this moment.
    pub to: Option<Moment>,
    /// Only money that came in, or only money that went out.
    pub direction: Option<Direction>,
    /// Only operations of these kinds; of any when empty.
    pub kinds: Vec<String>,
    /// Only what belongs to this category, by itself or as the customer said.
    pub category: Option<Category>,
    /// At least this much, whatever the direction; only accounts in its asset.
    pub min: Option<Amount>,
    /// At most this much, whatever the direction; only accounts in its asset.
    pub max: Option<Amount>,
    /// Only operations with this text in the other side's name or the note, in any case.
    pub text: Option<String>,
    /// Where the page begins: what the page before gave.
    pub cursor: Option<String>,
    /// Items of the page, 100 at most; 50 when nothing is said.
    pub limit: Option<u32>,
}

/// A page of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The items, newest first.
    pub items: Vec<Item>,
    /// The cursor of the next page. `None`: this is the last one.
    pub next_cursor: Option<String>,
}

/// A history as a whole, to be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The items, newest first.
    pub items: Vec<Item>,
    /// Whether that is everything. `false`: there are older ones, which did not fit.
    pub complete: bool,
}

/// An account over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementView {
    /// The account.
    pub account: AccountId,
    /// Its number.
    pub number: AccountNumber,
    /// What it holds.
    pub asset: Asset,
    /// First day of the period.
    pub from: Day,
    /// Last day of the period.
    pub to: Day,
    /// Balance at the beginning of the first day.
    pub opening: Money,
    /// Balance at the end of the last day.
    pub closing: Money,
    /// Sum of what came in.
    pub credits: Money,
    /// Sum of what went out, without a sign.
    pub debits: Money,
    /// Everything that happened, oldest first.
    pub lines: Vec<Item>,
}

impl StatementView {
    /// What the books say of an account over these days, the first and the last.
    pub(crate) fn of(
        record: &AccountRecord,
        (from, to): (Day, Day),
        statement: Statement,
    ) -> Result<Self> {
        let money = |minor| Money::new(minor, statement.asset);
        Ok(Self {
            account: statement.account,
            number: record.number.ok_or(Error::invariant("a customer's account has no number"))?,
            asset: statement.asset,
            from,
            to,
            opening: money(statement.opening),
            closing: money(statement.closing),
            credits: money(statement.credits),
            debits: money(statement.debits),
            lines: statement.lines.into_iter().map(rules::item).collect::<Result<_>>()?,
        })
    }
}

impl Payments {
    /// A page of what happened on the customer's accounts.
    pub async fn history(&self, ctx: &Ctx, query: &Query) -> Result<Page> {
        ctx.require(Permission::OperationRead)?;
        let items = rules::page_items(query.limit)?;
        let (lines, more) = self.found(ctx, query, items).await?;
        let next_cursor = lines.last().filter(|_| more).map(|l| rules::cursor(l.position()));
        let items = lines.into_iter().map(rules::item).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor })
    }

    /// Everything that a query finds, in one piece: 5,000 items at most, whatever the query says of
    /// a page's length.
    pub async fn export(&self, ctx: &Ctx, query: &Query) -> Result<Export> {
        ctx.require(Permission::OperationRead)?;
        self.may_read(ctx, ctx.customer()?).await?;
        let _place = self.statement_place().await?;
        let (lines, more) = self.found(ctx, query, MAX_EXPORT_ITEMS).await?;
        let items = lines.into_iter().map(rules::item).collect::<Result<_>>()?;
        Ok(Export { items, complete: !more })
    }

    /// The newest lines that a query finds, this many at most, and whether there are more.
    async fn found(&self, ctx: &Ctx, query: &Query, most: u32) -> Result<(Vec<Line>, bool)> {
        let customer = ctx.customer()?;
        let asset = rules::asset(query)?;
        let filters = rules::filters(query)?;
        let after = query.cursor.as_deref().map(rules::position).transpose()?;
        let own = self.ledger.accounts_of(customer.uuid()).await?;
        let anothers = |id: &AccountId| own.iter().all(|r| r.account.id != *id);
        let act = |id| RefusedAct::of(accounts::READ).object("account", id);
        if let Some(id) = after.map(|after| after.account).filter(anothers) {
            let refusal = Refusal::new(Code::CursorInvalid).field("cursor");
            return self.theirs(ctx, act(id), Err(refusal.into())).await;
        }
        if let Some(id) = query.account.filter(anothers) {
            return self.theirs(ctx, act(id), Err(Code::AccountNotFound.into())).await;
        }
        let accounts = rules::accounts(&own, query.account, asset)?;
        if accounts.is_empty() {
            return Ok((Vec::new(), false));
        }
        // One more than is wanted tells whether there are more.
        let asked = i64::from(most).saturating_add(1);
        let mut lines = Vec::new();
        for filter in &filters {
            lines.extend(self.ledger.lines(&accounts, filter, after, asked).await?);
        }
        if filters.len() > 1 {
            lines.sort_unstable_by_key(|line: &Line| Reverse((line.at, line.account)));
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let more = lines.len() > most;
        lines.truncate(most);
        Ok((lines, more))
    }

    /// One operation as the customer sees it. Somebody else's is not found.
    pub async fn operation(&self, ctx: &Ctx, id: OperationId) -> Result<OperationView> {
        ctx.require(Permission::OperationRead)?;
        let customer = ctx.customer()?;
        let recorded = self.ledger.operation(id).await?;
        let own = self.ledger.accounts_of(customer.uuid()).await?;
        let label = self.ledger.label(customer.uuid(), id).await?;
        let seen = recorded.as_ref().map(|r| rules::operation(r, &own, label)).transpose()?;
        let found = recorded.zip(seen.flatten()).ok_or(Code::NotFound.into());
        let act = RefusedAct::of(READ).object("operation", id);
        let (recorded, mut view) = self.theirs(ctx, act, found).await?;
        match recorded.kind.as_str() {
            refunds::KIND => {
                let of = refunds::rules::detail(&recorded)?.of;
                view.refund_of = self.linked(of, &own).await?;
            }
            transfers::KIND => {
                let (scheme, of) = (refunds::REFUND_SCHEME, id.to_string());
                for refund in self.ledger.operations_by_reference(scheme, &of).await? {
                    view.refunds.extend(self.linked(refund, &own).await?);
                }
                // Their ids derive from the transfer and say nothing of the order.
                view.refunds.sort_by_key(|linked| (linked.at, linked.id));
            }
            _ => {}
        }
        Ok(view)
    }

    /// An operation that another belongs to, if it was posted and moved something on one of these
    /// accounts.
    async fn linked(&self, id: OperationId, own: &[AccountRecord]) -> Result<Option<Linked>> {
        let recorded = self.ledger.operation(id).await?;
        let Some(recorded) = recorded.filter(|recorded| recorded.refusal.is_none()) else {
            return Ok(None);
        };
        Ok(rules::operation(&recorded, own, None)?.as_ref().map(Linked::from))
    }

    /// When something last happened on any account of each customer; those without accounts are
    /// left out. For the part of the bank that tells open screens to look again.
    pub async fn last_changes(
        &self,
        ctx: &Ctx,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, Moment)>> {
        ctx.require(Permission::AccountRead)?;
        if !matches!(ctx.actor, Actor::System(_)) {
            return Err(Code::PermissionMissing.into());
        }
        let owners: Vec<_> = customers.iter().map(|customer| customer.uuid()).collect();
        let changes = self.ledger.last_changes(&owners).await?;
        Ok(changes.into_iter().map(|(id, at)| (CustomerId::from_uuid(id), at)).collect())
    }

    /// The statement of one of the customer's accounts, from the first to the last day, both
    /// included.
    pub async fn statement(
        &self,
        ctx: &Ctx,
        account: AccountId,
        from: Day,
        to: Day,
    ) -> Result<StatementView> {
        ctx.require(Permission::AccountRead)?;
        let customer = ctx.customer()?;
        let record = self.own_account(ctx, accounts::READ, account).await?;
        rules::check_period(ctx, from, to)?;
        self.may_read(ctx, customer).await?;
        let _place = self.statement_place().await?;
        let statement = self.ledger.statement(account, from.start(), to.end()).await?;
        StatementView::of(&record, (from, to), statement)
    }

    /// Counts a long reading of the customer's: a statement, a document, an export.
    pub(crate) async fn may_read(&self, ctx: &Ctx, customer: CustomerId) -> Result<()> {
        for rate in READ_RATES {
            rates::take(&self.store, ctx, rate, &customer.to_string()).await?;
        }
        Ok(())
    }
}
