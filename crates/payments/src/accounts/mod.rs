//! A customer's accounts.

mod events;
mod ports;
pub mod rules;
mod sql;

use identity::RefusedAct;
use kernel::{
    AccountId, AccountNumber, AccountNumberParts, Asset, Code, Ctx, CustomerId, Error, Moment,
    Money, OperationId, Permission, Result,
};
use ledger::{AccountRecord, BalanceRule, NewAccount, Operation, Principal};
use store::outbox;

use crate::{Payments, field_invalid};

pub use ports::{AccountKeyScheme, DemoKeyScheme};
pub use rules::AccountView;
pub(crate) use sql::delete_names;

/// The kind of the operation that opens an account.
pub const KIND: &str = "account.open";
/// What the audit log calls looking at an account.
pub(crate) const READ: &str = "account.read";

/// An account that a customer asks for.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// The operation's id and idempotency key.
    pub key: OperationId,
    /// What the account is to hold.
    pub asset: Asset,
}

impl Payments {
    /// Opens an account for the customer who asks. The same key gives the same account.
    pub async fn open_account(&self, ctx: &Ctx, open: Open) -> Result<AccountView> {
        ctx.require(Permission::AccountOpen)?;
        let customer = ctx.customer()?;
        let initiator = Principal::of(ctx).ok_or(Error::from(Code::SignInRequired))?;
        let id = rules::account_id(open.key);
        // A known key opens nothing: the ledger answers as it did. No number is used up for it.
        let number = match self.ledger.operation(open.key).await? {
            Some(_) => None,
            None => Some(self.issue_number(ctx, customer, open.asset).await?),
        };
        let mut operation = Operation::new(open.key, KIND, initiator);
        operation.request_hash = rules::request_hash(open.asset);
        operation.uses.push(rules::limit_use(customer, open.asset));
        operation.opens.push(NewAccount {
            id,
            number,
            owner: Some(customer.uuid()),
            asset: open.asset,
            code: rules::DEPOSIT_CODE,
            rule: BalanceRule::DebitsWithinCredits,
        });
        match self.ledger.execute(ctx, operation).await {
            Ok(_) => self.named_account(ctx, id).await,
            Err(error) if error.code() == Some(Code::LimitExceeded) => Err(rules::limit_reached()),
            Err(error) => Err(error),
        }
    }

    /// The customer's accounts, oldest first.
    pub async fn accounts(&self, ctx: &Ctx) -> Result<Vec<AccountView>> {
        ctx.require(Permission::AccountRead)?;
        let customer = ctx.customer()?;
        let accounts = self.ledger.accounts_of(customer.uuid()).await?;
        let ids: Vec<AccountId> = accounts.iter().map(|record| record.account.id).collect();
        let mut names = sql::names(self.store.pool(), &ids).await?;
        accounts.iter().map(|r| rules::view(r, names.remove(&r.account.id))).collect()
    }

    /// One of the customer's accounts.
    pub async fn account(&self, ctx: &Ctx, id: AccountId) -> Result<AccountView> {
        ctx.require(Permission::AccountRead)?;
        self.named_account(ctx, id).await
    }

    /// Gives one of the customer's accounts a name of 40 characters at most, or none again. Only
    /// its owner sees the name.
    pub async fn rename_account(
        &self,
        ctx: &Ctx,
        id: AccountId,
        name: Option<String>,
    ) -> Result<AccountView> {
        ctx.require(Permission::AccountName)?;
        let customer = ctx.customer()?;
        let name = rules::name(name.as_deref())?;
        let record = self.own_account(ctx, "account.renamed", id).await?;
        let mut tx = self.store.begin().await?;
        if sql::set_name(&mut tx, id, name.as_deref()).await? {
            outbox::append(&mut tx, &[events::renamed(id, customer, ctx.now())]).await?;
        }
        self.store.commit_and_wake(tx).await?;
        rules::view(&record, name)
    }

    /// How many more accounts the customer can open in each asset.
    pub async fn openable(&self, ctx: &Ctx) -> Result<Vec<(Asset, i64)>> {
        ctx.require(Permission::AccountOpen)?;
        let customer = ctx.customer()?;
        let own = self.ledger.accounts_of(customer.uuid()).await?;
        let asked = Asset::ALL.map(|asset| {
            let used = rules::limit_use(customer, asset);
            (used.counter, used.window)
        });
        let counted = self.ledger.used(&asked).await?;
        let left = |(asset, counted)| (asset, rules::left(&own, asset, counted));
        Ok(Asset::ALL.into_iter().zip(counted).map(left).collect())
    }

    /// The balance of one of the customer's accounts at a past moment, that moment included.
    pub async fn balance_at(&self, ctx: &Ctx, id: AccountId, at: Moment) -> Result<Money> {
        ctx.require(Permission::AccountRead)?;
        // What a balance will be is not known.
        if at > ctx.now() {
            return Err(field_invalid("at"));
        }
        let record = self.own_account(ctx, READ, id).await?;
        let balance = self.ledger.balance_at(id, at).await?;
        Ok(Money::new(balance, record.account.asset))
    }

    async fn named_account(&self, ctx: &Ctx, id: AccountId) -> Result<AccountView> {
        let record = self.own_account(ctx, READ, id).await?;
        let mut names = sql::names(self.store.pool(), &[id]).await?;
        rules::view(&record, names.remove(&id))
    }

    /// An account of the customer who acts. Somebody else's is not found, and the audit log has
    /// what was tried with it.
    pub(crate) async fn own_account(
        &self,
        ctx: &Ctx,
        action: &'static str,
        id: AccountId,
    ) -> Result<AccountRecord> {
        // Part of a use case that asked who may.
        let owner = Some(ctx.customer()?.uuid());
        let found = self.ledger.account(id).await?.filter(|record| record.owner == owner);
        let act = RefusedAct::of(action).object("account", id);
        self.theirs(ctx, act, found.ok_or(Code::AccountNotFound.into())).await
    }

    /// A number that nobody has. The limit is looked at first, so that requests beyond it do not
    /// use up the order numbers; what counts is what the ledger says later.
    async fn issue_number(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        asset: Asset,
    ) -> Result<AccountNumber> {
        rules::may_open(&self.ledger.accounts_of(customer.uuid()).await?, asset)?;
        let client_code = self.person(ctx, customer).await?.client_code;
        let order = sql::next_order_number(self.store.pool(), client_code)
            .await?
            .ok_or_else(rules::limit_reached)?;
        let parts = AccountNumberParts {
            balance_account: rules::DEPOSIT_CODE.unsigned_abs(),
            asset,
            client: client_code,
            order,
        };
        parts
            .with_key(self.scheme.key_digit(&parts))
            .ok_or(Error::invariant("the parts of an account number do not fit it"))
    }
}
