//! Transfers from one customer of the bank to another, or between two accounts of one.
//!
//! A preview shows whom and how much, and gives a token; the confirmation of that token moves the
//! money. Nothing is stored in between.

pub mod postings;
pub mod rules;

use std::fmt;

use kernel::{
    AccountId, AccountNumber, Amount, Code, Ctx, CustomerId, Error, Moment, Money, OperationId,
    Permission, Phone, QuoteId, Result,
};
use ledger::{AccountRecord, Principal};
use store::rates::{self, Rate};

use crate::{Direction, Payments, note};

pub use rules::{KIND, Party, TransferDetail, TransferReceipt};
use rules::{Quoted, Side};

/// A preview tells whether a phone is a customer's and how they are called. Thirty a minute are
/// more than a person can look at; three hundred a day are more than anyone pays, and too few to go
/// through a range of phone numbers.
const PREVIEW_RATES: [Rate; 2] = [
    Rate { scope: "transfer_preview/minute", max: 30, window_seconds: 60 },
    Rate { scope: "transfer_preview/day", max: 300, window_seconds: 86_400 },
];

/// Whom to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payee {
    /// The customer with this phone.
    Phone(Phone),
    /// The owner of the account with this number.
    Number(AccountNumber),
}

/// A transfer that a customer thinks of.
#[derive(Clone, Debug)]
pub struct Preview {
    /// One of their accounts.
    pub from: AccountId,
    /// Whom to pay.
    pub to: Payee,
    /// What the payee is to get.
    pub amount: Amount,
    /// A note for both, 140 characters at most.
    pub note: Option<String>,
}

/// The paying side of a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotePayer {
    /// The account.
    pub account: AccountId,
    /// The last four digits of its number.
    pub account_tail: String,
    /// What is on it and not held.
    pub available: Money,
}

/// The paid side of a preview: what the payer may see of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotePayee {
    /// The name, with the last name cut to its initial.
    pub masked_name: String,
    /// The last four digits of the account.
    pub account_tail: String,
    /// The end of the phone, when the payee was named by phone.
    pub phone_masked: Option<String>,
}

/// What a transfer would do and cost.
#[derive(Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its id.
    pub id: QuoteId,
    /// Who pays.
    pub from: QuotePayer,
    /// Who is paid.
    pub payee: QuotePayee,
    /// What the payee gets.
    pub amount: Money,
    /// What the payer pays for it.
    pub fee: Money,
    /// What leaves the payer's account.
    pub total: Money,
    /// The note as it was understood.
    pub note: Option<String>,
    /// Whether the account has the total now. The confirmation looks again.
    pub sufficient: bool,
    /// From this moment on it cannot be confirmed.
    pub expires_at: Moment,
    /// To be sent back with the confirmation.
    pub token: String,
}

impl fmt::Debug for Quote {
    /// Without the token and the names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quote").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The confirmation of a preview.
#[derive(Clone)]
pub struct Confirm {
    /// The operation's id and idempotency key.
    pub key: OperationId,
    /// The token of the preview.
    pub quote: String,
}

impl fmt::Debug for Confirm {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirm").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A payee who was found.
struct Found {
    account: AccountRecord,
    party: Party,
}

impl Payments {
    /// Shows what a transfer would do and cost. Moves nothing and promises for ten minutes.
    pub async fn preview(&self, ctx: &Ctx, preview: Preview) -> Result<Quote> {
        ctx.require(Permission::TransferCreate)?;
        let customer = ctx.customer()?;
        let note = note::accept(preview.note.as_deref())?;
        let from = self.own_account(customer, preview.from).await?;
        rules::may_pay(&from.account, preview.amount)?;
        for rate in PREVIEW_RATES {
            rates::take(&self.store, ctx, rate, &customer.to_string()).await?;
        }
        let found = self.find_payee(ctx, &preview).await?;
        if found.account.account.id == preview.from {
            return Err(Code::SameAccount.into());
        }
        let name = self.person(ctx, customer).await?.masked_name();
        let quoted = Quoted {
            id: QuoteId::generate(ctx.now(), ctx.entropy()),
            customer,
            payer: Side {
                account: preview.from,
                party: Party { masked_name: name, account_tail: tail(&from)? },
            },
            own: found.account.owner == from.owner,
            payee: Side { account: found.account.account.id, party: found.party },
            amount: preview.amount,
            fee: rules::free_until_tariffs(preview.amount),
            note,
            expires_at: ctx.now().plus_seconds(rules::QUOTE_LIFE_SECONDS),
        };
        let token = rules::sign(&self.keys, &quoted)?;
        let phone_masked = match &preview.to {
            Payee::Phone(phone) => Some(phone.to_string()),
            Payee::Number(_) => None,
        };
        quote(quoted, &from, phone_masked, token)
    }

    /// Carries a preview out. The same key and token give the same receipt again.
    pub async fn confirm(&self, ctx: &Ctx, confirm: Confirm) -> Result<TransferReceipt> {
        ctx.require(Permission::TransferCreate)?;
        let customer = ctx.customer()?;
        let initiator = Principal::of(ctx).ok_or(Error::from(Code::SignInRequired))?;
        let quoted = rules::open(&self.keys, customer, &confirm.quote)?;
        let operation = rules::operation(confirm.key, initiator, &quoted, &confirm.quote)?;
        let posted = self.ledger.execute(ctx, operation).await?;
        Ok(TransferReceipt {
            id: posted.id,
            at: posted.at,
            amount: quoted.amount.money(),
            fee: quoted.fee,
            total: quoted.total()?,
            payer: quoted.payer.party,
            payee: quoted.payee.party,
            note: quoted.note,
            direction: if quoted.own { Direction::Own } else { Direction::Out },
            replayed: posted.replayed,
        })
    }

    /// The receipt of a transfer, for its payer and its payee. Nobody else learns that there is
    /// one.
    pub async fn receipt(&self, ctx: &Ctx, id: OperationId) -> Result<TransferReceipt> {
        ctx.require(Permission::OperationRead)?;
        let customer = ctx.customer()?;
        let recorded = self
            .ledger
            .operation(id)
            .await?
            .filter(|r| r.kind == KIND && r.refusal.is_none())
            .ok_or(Error::from(Code::NotFound))?;
        let first = recorded.entries.first().ok_or(Error::invariant("a transfer has no legs"))?;
        let pays = self.owns(customer, first.transfer.debit).await?;
        let is_paid = self.owns(customer, first.transfer.credit).await?;
        let direction = match (pays, is_paid) {
            (true, true) => Direction::Own,
            (true, false) => Direction::Out,
            (false, true) => Direction::In,
            (false, false) => return Err(Code::NotFound.into()),
        };
        rules::receipt(&recorded, direction)
    }

    async fn owns(&self, customer: CustomerId, id: AccountId) -> Result<bool> {
        let record = self.ledger.account(id).await?;
        Ok(record.is_some_and(|r| r.owner == Some(customer.uuid())))
    }

    /// The account that would be paid. Nobody there, no account in this asset, one of the bank's
    /// own, an owner who left: all the same refusal.
    async fn find_payee(&self, ctx: &Ctx, preview: &Preview) -> Result<Found> {
        let asset = preview.amount.asset();
        let found = match &preview.to {
            Payee::Phone(phone) => self.find_by_phone(ctx, phone, preview).await?,
            Payee::Number(number) => {
                if rules::of_another_asset(number, asset) {
                    return Err(Code::CurrencyMismatch.into());
                }
                self.find_by_number(ctx, number).await?
            }
        };
        let (owner, account) = found.ok_or(Error::from(Code::PayeeNotFound))?;
        if account.account.asset != asset {
            return Err(Code::CurrencyMismatch.into());
        }
        let party = Party { masked_name: owner.masked_name(), account_tail: tail(&account)? };
        Ok(Found { account, party })
    }

    async fn find_by_phone(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        preview: &Preview,
    ) -> Result<Option<(customers::Customer, AccountRecord)>> {
        let Some(owner) = self.payee_by_phone(ctx, phone).await? else { return Ok(None) };
        let accounts = self.ledger.accounts_of(owner.id.uuid()).await?;
        Ok(rules::receiving(accounts, preview.amount.asset()).map(|account| (owner, account)))
    }

    async fn find_by_number(
        &self,
        ctx: &Ctx,
        number: &AccountNumber,
    ) -> Result<Option<(customers::Customer, AccountRecord)>> {
        let found = self.ledger.account_by_number(number).await?;
        let Some(account) = found.filter(|r| r.account.status != ledger::Status::Closed) else {
            return Ok(None);
        };
        let Some(owner) = account.owner.map(CustomerId::from_uuid) else { return Ok(None) };
        Ok(self.payee_by_id(ctx, owner).await?.map(|owner| (owner, account)))
    }
}

fn tail(record: &AccountRecord) -> Result<String> {
    let number = record.number.ok_or(Error::invariant("a customer's account has no number"))?;
    Ok(number.tail().to_owned())
}

fn quote(
    quoted: Quoted,
    payer: &AccountRecord,
    phone_masked: Option<String>,
    token: String,
) -> Result<Quote> {
    let total = quoted.total()?;
    let available = Money::new(payer.account.available(), payer.account.asset);
    Ok(Quote {
        id: quoted.id,
        from: QuotePayer {
            account: quoted.payer.account,
            account_tail: quoted.payer.party.account_tail,
            available,
        },
        payee: QuotePayee {
            masked_name: quoted.payee.party.masked_name,
            account_tail: quoted.payee.party.account_tail,
            phone_masked,
        },
        amount: quoted.amount.money(),
        fee: quoted.fee,
        total,
        note: quoted.note,
        sufficient: total.minor <= available.minor,
        expires_at: quoted.expires_at,
        token,
    })
}
