//! The customers on both sides of a payment.

use std::collections::{HashMap, HashSet};

use customers::{Customer, Status};
use identity::RefusedAct;
use kernel::{
    AccountId, AccountNumber, Asset, Code, Ctx, CustomerId, Error, OperationId, Permission, Phone,
    Result,
};
use ledger::AccountRecord;
use ledger::statements::{Filter, Line, MAX_PAGE};
use store::rates::{self, Rate};

use crate::postings::Leg;
use crate::transfers::{self, Party, Payee, RecentPayee, rules, tail};
use crate::{Direction, Payments};

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
/// Most accounts whose owners are asked for: enough when most of them cannot be paid any more.
const MAX_CANDIDATES: usize = 64;

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
        let mut recent = Recent::default();
        let mut after = None;
        for _ in 0..RECENT_PAGES {
            let lines = self.ledger.lines(&own, &filter, after, MAX_PAGE).await?;
            after = lines.last().map(Line::position);
            let fresh = recent.unseen(lines);
            let accounts: Vec<_> = fresh.iter().map(|line| line.other).collect();
            let recipients = self.recipients(ctx, &accounts).await?;
            for line in &fresh {
                if let Some((owner, account)) = recipients.get(&line.other) {
                    recent.add(line, owner, account)?;
                }
            }
            if after.is_none() || recent.is_full() {
                break;
            }
        }
        Ok(recent.payees)
    }

    /// Who is paid when these accounts were paid before, by account. However many there are, it is
    /// three questions.
    async fn recipients(
        &self,
        ctx: &Ctx,
        ids: &[AccountId],
    ) -> Result<HashMap<AccountId, Recipient>> {
        let accounts = self.ledger.accounts_by_ids(ids).await?;
        let owner = |r: &AccountRecord| r.owner.map(CustomerId::from_uuid);
        let people: HashSet<_> = accounts.iter().filter_map(owner).collect();
        let people: Vec<_> = people.into_iter().collect();
        let people = self.customers.by_ids(ctx, &people).await?.into_iter().filter(served);
        let people: HashMap<_, _> = people.map(|person| (person.id, person)).collect();
        let moved: Vec<_> = accounts.iter().filter(|r| closed(r)).filter_map(|r| r.owner).collect();
        let others = match moved.as_slice() {
            [] => Vec::new(),
            moved => self.ledger.accounts_of_all(moved).await?,
        };
        let recipient = |account: AccountRecord| {
            let person = people.get(&owner(&account)?)?;
            let id = account.account.id;
            let account = if closed(&account) {
                let own: Vec<_> =
                    others.iter().filter(|r| r.owner == account.owner).copied().collect();
                rules::receiving(own, account.account.asset)?
            } else {
                account
            };
            Some((id, (person.clone(), account)))
        };
        Ok(accounts.into_iter().filter_map(recipient).collect())
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
        let found = self.carried_out(ctx.customer()?, id).await?;
        let paid = found.filter(|(_, direction)| *direction != Direction::In);
        let act = RefusedAct::of(transfers::KIND).object("operation", id);
        let (recorded, _) = self.theirs(ctx, act, paid.ok_or(Code::NotFound.into())).await?;
        let first = recorded.entries.first().ok_or(Error::invariant("a transfer has no legs"))?;
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

/// Recent payees, while they are collected from the newest transfer to the oldest.
#[derive(Default)]
struct Recent {
    known: HashSet<AccountId>,
    people: HashSet<CustomerId>,
    payees: Vec<RecentPayee>,
}

impl Recent {
    /// The lines that paid an account for the last time, as long as it is worth to ask whose.
    fn unseen(&mut self, lines: Vec<Line>) -> Vec<Line> {
        let paid = |line: &Line| line.code == Leg::InternalTransfer.code();
        lines
            .into_iter()
            .filter(|line| {
                paid(line) && self.known.len() < MAX_CANDIDATES && self.known.insert(line.other)
            })
            .collect()
    }

    fn add(&mut self, line: &Line, owner: &Customer, account: &AccountRecord) -> Result<()> {
        if self.payees.len() < MAX_RECENT && self.people.insert(owner.id) {
            self.payees.push(recent_payee(line, owner, account)?);
        }
        Ok(())
    }

    /// Whether older transfers add nobody.
    fn is_full(&self) -> bool {
        self.payees.len() >= MAX_RECENT || self.known.len() >= MAX_CANDIDATES
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

#[cfg(test)]
mod tests {
    use kernel::{Entropy, Moment};

    use super::*;

    fn line(other: AccountId, leg: Leg) -> Line {
        Line {
            operation: OperationId::generate(Moment::EPOCH, Entropy),
            index: 0,
            at: Moment::EPOCH,
            kind: transfers::KIND.to_owned(),
            code: leg.code(),
            account: AccountId::generate(Moment::EPOCH, Entropy),
            other,
            asset: Asset::Uzs,
            amount: -1,
            balance: 0,
            detail: serde_json::Value::Null,
            own: false,
            label: None,
        }
    }

    #[test]
    fn each_account_is_asked_for_once_and_no_more_than_a_few() {
        let new = || AccountId::generate(Moment::EPOCH, Entropy);
        let (one, two) = (new(), new());
        let mut recent = Recent::default();
        let mut unseen = |lines: Vec<Line>| -> Vec<AccountId> {
            recent.unseen(lines).into_iter().map(|line| line.other).collect()
        };
        let paid = |other| line(other, Leg::InternalTransfer);
        let fee = line(new(), Leg::InternalTransferFee);
        assert_eq!(unseen(vec![paid(one), fee, paid(two), paid(one)]), [one, two]);
        assert_eq!(unseen(vec![paid(two)]), []);
        let many = (0..MAX_CANDIDATES * 2).map(|_| paid(new())).collect();
        assert_eq!(unseen(many).len(), MAX_CANDIDATES - 2);
        assert_eq!(unseen(vec![paid(new())]), []);
        assert!(recent.is_full());
    }
}
