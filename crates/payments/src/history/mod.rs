//! What happened on a customer's accounts: searched page by page, or whole for a period.

pub mod rules;

use kernel::{
    AccountId, AccountNumber, Amount, Asset, Code, Ctx, Day, Error, Moment, Money, Permission,
    Refusal, Result,
};

use crate::{Direction, Payments};

pub use rules::Item;

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
    /// Only operations of this kind.
    pub kind: Option<String>,
    /// At least this much, whatever the direction; only accounts in its asset.
    pub min: Option<Amount>,
    /// At most this much, whatever the direction; only accounts in its asset.
    pub max: Option<Amount>,
    /// Only operations with this text in a name or the note, in any case.
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

impl Payments {
    /// A page of what happened on the customer's accounts.
    pub async fn history(&self, ctx: &Ctx, query: &Query) -> Result<Page> {
        ctx.require(Permission::OperationRead)?;
        let customer = ctx.customer()?;
        let items = rules::page_items(query.limit)?;
        let filter = rules::filter(query)?;
        let asset = rules::asset(query)?;
        let after = query.cursor.as_deref().map(rules::position).transpose()?;
        let own = self.ledger.accounts_of(customer.uuid()).await?;
        if after.is_some_and(|after| own.iter().all(|r| r.account.id != after.account)) {
            return Err(Refusal::new(Code::CursorInvalid).field("cursor").into());
        }
        let accounts = rules::accounts(&own, query.account, asset)?;
        if accounts.is_empty() {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        // One more than a page tells whether there is another one.
        let more = items.saturating_add(1);
        let mut lines = self.ledger.lines(&accounts, &filter, after, more).await?;
        let page = usize::try_from(items).unwrap_or(usize::MAX);
        let full = lines.len() > page;
        lines.truncate(page);
        let next_cursor = lines.last().filter(|_| full).map(|l| rules::cursor(l.position()));
        let items = lines.into_iter().map(rules::item).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor })
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
        let record = self.own_account(customer, account).await?;
        rules::check_period(ctx, from, to)?;
        let statement = self.ledger.statement(account, from.start(), to.end()).await?;
        let money = |minor| Money::new(minor, statement.asset);
        Ok(StatementView {
            account,
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
