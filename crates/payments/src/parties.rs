//! The customers on both sides of a payment.

use std::collections::HashSet;

use customers::{Customer, Status};
use kernel::{
    AccountId, AccountNumber, Asset, Code, Ctx, CustomerId, Error, OperationId, Permission, Phone,
    Result,
};
use ledger::AccountRecord;
use ledger::statements::{Filter, Line, MAX_PAGE};
use store::rates::{self, Rate};

use crate::Payments;
use crate::postings::Leg;
use crate::transfers::{self, Party, Payee, RecentPayee, rules, tail};

/// Looking for a payee tells whether a phone is a customer's and how they are called. Thirty a
/// minute are more than a person can look at; three hundred a day are more than anyone pays, and
/// too few to go through a range of phone numbers.
const RATES: [Rate; 2] = [
    Rate { scope: "transfer_preview/minute", max: 30, window_seconds: 60 },
    Rate { scope: "transfer_preview/day", max: 300, window_seconds: 86_400 },
];
/// How long ago somebody is still a recent payee.
const RECENT_DAYS: i64 = 180;
/// Most recent payees that are listed.
pub const MAX_RECENT: usize = 8;
/// Most transfers that are looked through for them, in pages of the ledger.
const RECENT_PAGES: usize = 5;

/// A payee who was found.
pub(crate) struct Found {
    pub account: AccountRecord,
    pub party: Party,
    pub phone_masked: Option<String>,
}

/// A customer and the account of theirs that would be paid.
type Recipient = (Customer, AccountRecord);

impl Payments {
    /// A customer who must exist, such as the one who asks.
    pub(crate) async fn person(&self, ctx: &Ctx, id: CustomerId) -> Result<Customer> {
        let found = self.customers.by_id(ctx, id).await?;
        found.ok_or(Error::invariant("an account's owner is not a customer"))
    }

    /// The people whom the customer paid in the last 180 days, the last one first, eight at most.
    /// Nobody is in it twice, nor who cannot be paid any more.
    pub async fn recent_payees(&self, ctx: &Ctx) -> Result<Vec<RecentPayee>> {
        ctx.require(Permission::TransferCreate)?;
        let customer = ctx.customer()?;
        let own = self.ledger.accounts_of(customer.uuid()).await?;
        let own: Vec<AccountId> = own.iter().map(|record| record.account.id).collect();
        let filter = Filter {
            from: Some(ctx.now().plus_seconds(RECENT_DAYS.saturating_mul(-86_400))),
            incoming: Some(false),
            kinds: Some(vec![transfers::KIND.to_owned()]),
            own: Some(false),
            ..Filter::default()
        };
        let (mut known, mut people) = (HashSet::new(), HashSet::new());
        let mut recent = Vec::with_capacity(MAX_RECENT);
        let mut after = None;
        for _ in 0..RECENT_PAGES {
            let lines = self.ledger.lines(&own, &filter, after, MAX_PAGE).await?;
            after = lines.last().map(Line::position);
            for line in lines {
                let paid = line.code == Leg::InternalTransfer.code();
                if !paid || !known.insert(line.other) {
                    continue;
                }
                let Some((owner, account)) = self.recipient(ctx, line.other).await? else {
                    continue;
                };
                if people.insert(owner.id) {
                    recent.push(recent_payee(&line, &owner, &account)?);
                }
                if recent.len() == MAX_RECENT {
                    return Ok(recent);
                }
            }
            if after.is_none() {
                break;
            }
        }
        Ok(recent)
    }

    /// The account that would be paid. Nobody there, no account in this asset, one of the bank's
    /// own, an owner who left: all the same refusal.
    pub(crate) async fn find_payee(
        &self,
        ctx: &Ctx,
        from: &AccountRecord,
        to: &Payee,
    ) -> Result<Found> {
        let asset = from.account.asset;
        for rate in RATES {
            rates::take(&self.store, ctx, rate, &ctx.customer()?.to_string()).await?;
        }
        let found = match to {
            Payee::Phone(phone) => self.find_by_phone(ctx, phone, asset).await?,
            Payee::Number(number) => {
                if rules::of_another_asset(number, asset) {
                    return Err(Code::CurrencyMismatch.into());
                }
                self.find_by_number(ctx, number).await?
            }
            Payee::Again(operation) => self.find_again(ctx, *operation).await?,
        };
        let (owner, account) = found.ok_or(Error::from(Code::PayeeNotFound))?;
        if account.account.asset != asset {
            return Err(Code::CurrencyMismatch.into());
        }
        if account.account.id == from.account.id {
            return Err(Code::SameAccount.into());
        }
        let party = Party { masked_name: owner.masked_name(), account_tail: tail(&account)? };
        let phone_masked = match to {
            Payee::Phone(phone) => Some(phone.to_string()),
            Payee::Number(_) | Payee::Again(_) => None,
        };
        Ok(Found { account, party, phone_masked })
    }

    async fn find_by_phone(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        asset: Asset,
    ) -> Result<Option<Recipient>> {
        match self.customers.by_phone(ctx, phone).await?.filter(served) {
            Some(owner) => self.receiving(owner, asset).await,
            None => Ok(None),
        }
    }

    async fn find_by_number(&self, ctx: &Ctx, number: &AccountNumber) -> Result<Option<Recipient>> {
        let found = self.ledger.account_by_number(number).await?;
        let Some(account) = found.filter(|r| !closed(r)) else { return Ok(None) };
        let owner = self.owner(ctx, &account).await?;
        Ok(owner.map(|owner| (owner, account)))
    }

    /// Whom the asker paid by an operation. One that is not a transfer of theirs is not found.
    async fn find_again(&self, ctx: &Ctx, id: OperationId) -> Result<Option<Recipient>> {
        let recorded = self
            .ledger
            .operation(id)
            .await?
            .filter(|r| r.kind == transfers::KIND && r.refusal.is_none())
            .ok_or(Error::from(Code::NotFound))?;
        let first = recorded.entries.first().ok_or(Error::invariant("a transfer has no legs"))?;
        if !self.owns(ctx.customer()?, first.transfer.debit).await? {
            return Err(Code::NotFound.into());
        }
        self.recipient(ctx, first.transfer.credit).await
    }

    /// Who is paid when this account was paid before: its owner, on another account of theirs when
    /// this one is closed.
    async fn recipient(&self, ctx: &Ctx, id: AccountId) -> Result<Option<Recipient>> {
        let account = self.ledger.account(id).await?;
        let account = account.ok_or(Error::invariant("a transfer paid no account"))?;
        match self.owner(ctx, &account).await? {
            Some(owner) if closed(&account) => self.receiving(owner, account.account.asset).await,
            owner => Ok(owner.map(|owner| (owner, account))),
        }
    }

    /// The account on which a customer gets money when only they are named.
    async fn receiving(&self, owner: Customer, asset: Asset) -> Result<Option<Recipient>> {
        let accounts = self.ledger.accounts_of(owner.id.uuid()).await?;
        Ok(rules::receiving(accounts, asset).map(|account| (owner, account)))
    }

    /// The owner of an account, when they can be paid.
    async fn owner(&self, ctx: &Ctx, account: &AccountRecord) -> Result<Option<Customer>> {
        let Some(owner) = account.owner.map(CustomerId::from_uuid) else { return Ok(None) };
        Ok(self.customers.by_id(ctx, owner).await?.filter(served))
    }
}

fn recent_payee(line: &Line, owner: &Customer, account: &AccountRecord) -> Result<RecentPayee> {
    Ok(RecentPayee {
        operation: line.operation,
        party: Party { masked_name: owner.masked_name(), account_tail: tail(account)? },
        asset: line.asset,
        at: line.at,
    })
}

fn closed(record: &AccountRecord) -> bool {
    record.account.status == ledger::Status::Closed
}

fn served(customer: &Customer) -> bool {
    customer.status == Status::Active
}
