//! Transfers from one customer of the bank to another, or between two accounts of one.
//!
//! A preview shows whom and how much, and gives a token; the confirmation of that token moves the
//! money. Nothing is stored in between.

pub mod postings;
pub mod rules;

use std::fmt;

use identity::RefusedAct;
use kernel::{
    AccountId, AccountNumber, Amount, Asset, ChallengeId, Code, Ctx, CustomerId, Error, Moment,
    Money, OperationId, Permission, Phone, QuoteId, Result,
};
use ledger::{AccountRecord, Operation, Principal, Recorded};

use crate::ceilings::Ceilings;
use crate::confirmation::rules::{Reason, refused};
use crate::fees::Priced;
use crate::{Direction, Payments, history, note};

pub use rules::{KIND, Party, TransferDetail, TransferReceipt};
use rules::{Quoted, Side};

/// Whom to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payee {
    /// The customer with this phone.
    Phone(Phone),
    /// The owner of the account with this number.
    Number(AccountNumber),
    /// Whom the asker paid by this operation: so that nobody needs to be shown the full number of
    /// somebody else's account. When that account was closed since, its owner is paid as by phone.
    Again(OperationId),
}

/// Somebody whom the asker paid not long ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentPayee {
    /// The last transfer to them; names them in [`Payee::Again`].
    pub operation: OperationId,
    /// Who they are.
    pub party: Party,
    /// What that transfer was in.
    pub asset: Asset,
    /// When it was.
    pub at: Moment,
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
    /// The tax in that.
    pub vat: Money,
    /// What leaves the payer's account.
    pub total: Money,
    /// The note as it was understood.
    pub note: Option<String>,
    /// Why the customer has to confirm it, when they have to.
    pub confirmation: Option<Reason>,
    /// Whether the account has the total now. The confirmation looks again.
    pub sufficient: bool,
    /// From this moment on it cannot be confirmed.
    pub expires_at: Moment,
    /// To be sent back with the confirmation.
    pub token: String,
}

impl Quote {
    /// The key for whoever has no better one to confirm it with, such as a form that is sent twice:
    /// with it the quote is one operation, however often it is confirmed. As every key it keeps its
    /// answer: a quote that was refused under it is to be made anew.
    pub const fn key(&self) -> OperationId {
        OperationId::from_uuid(self.id.uuid())
    }
}

impl fmt::Debug for Quote {
    /// Without the token and the names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quote").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A preview that is looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteView {
    /// What was promised, with what the account has now.
    pub quote: Quote,
    /// The operation that carried it out.
    pub paid: Option<OperationId>,
    /// Why it was refused under its own key, which is [`Quote::key`]. That key keeps its answer.
    pub refused: Option<Code>,
    /// The time to confirm it is over, but what was confirmed in time may be on its way into the
    /// books: whether it is carried out is not known yet. For a minute, then it is `expired`.
    pub closing: bool,
    /// It was not confirmed in time, and nothing was taken for it, unless it is `paid`.
    pub expired: bool,
}

/// The confirmation of a preview.
#[derive(Clone)]
pub struct Confirm {
    /// The operation's id and idempotency key.
    pub key: OperationId,
    /// The token of the preview.
    pub quote: String,
    /// What the customer confirmed it by, when that was needed.
    pub confirmation: Option<ChallengeId>,
}

impl fmt::Debug for Confirm {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirm").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Payments {
    /// Shows what a transfer would do and cost. Moves nothing and promises for ten minutes.
    pub async fn preview(&self, ctx: &Ctx, preview: Preview) -> Result<Quote> {
        ctx.require(Permission::TransferCreate)?;
        let customer = ctx.customer()?;
        let note = note::accept(preview.note.as_deref())?;
        let from = self.own_account(ctx, KIND, preview.from).await?;
        rules::may_pay(&from.account, preview.amount.asset())?;
        let found = self.find_payee(ctx, &from, &preview.to).await?;
        let name = self.person(ctx, customer).await?.masked_name();
        let own = found.account.owner == from.owner;
        let amount = preview.amount.money();
        let counterparty = if own { "own" } else { "bank" };
        let priced = Priced { kind: KIND, customer, amount, counterparty };
        let fee = self.fee(ctx, priced).await?;
        let total = amount.plus(fee.total(amount.asset)?)?;
        let needed = self.confirmation_needed(ctx, (&from, &found), total).await?;
        let quoted = Quoted {
            id: QuoteId::generate(ctx.now(), ctx.entropy()),
            customer,
            payer: Side {
                account: preview.from,
                party: Party { masked_name: name, account_tail: tail(&from)? },
            },
            own,
            payee: Side { account: found.account.account.id, party: found.party },
            phone_masked: found.phone_masked,
            amount: preview.amount,
            fee,
            note,
            confirm: needed.confirm,
            since: needed.since,
            expires_at: ctx.now().plus_seconds(rules::QUOTE_LIFE_SECONDS),
        };
        self.within(&self.ceilings(ctx, &quoted.moving()).await?).await?;
        let token = rules::seal(&self.keys, &quoted)?;
        quote(quoted, &from, token)
    }

    /// Whom a transfer from this account would pay, before there is an amount. Counted together
    /// with the previews.
    pub async fn payee(&self, ctx: &Ctx, from: AccountId, to: &Payee) -> Result<QuotePayee> {
        ctx.require(Permission::TransferCreate)?;
        let from = self.own_account(ctx, KIND, from).await?;
        rules::may_pay(&from.account, from.account.asset)?;
        let found = self.find_payee(ctx, &from, to).await?;
        Ok(QuotePayee {
            masked_name: found.party.masked_name,
            account_tail: found.party.account_tail,
            phone_masked: found.phone_masked,
        })
    }

    /// A preview of the customer, looked at again: still open, refused, expired or carried out.
    pub async fn quoted(&self, ctx: &Ctx, token: &str) -> Result<QuoteView> {
        ctx.require(Permission::TransferCreate)?;
        let quoted = self.own_quote(ctx, token).await?;
        // The clock first, the books afterwards, and what refuses before what pays: what is said
        // to be over, or refused, is so in the books that are read.
        let now = ctx.now();
        let from = self.own_account(ctx, KIND, quoted.payer.account).await?;
        let time = rules::time_left(now, quoted.expires_at);
        let id = quoted.id.to_string();
        let own = quoted.own;
        let quote = quote(quoted, &from, token.to_owned())?;
        let recorded = self.ledger.operation(quote.key()).await?;
        let refused = recorded.and_then(|r| r.refusal);
        let refused = refused.map(|r| rules::told(r.code, own, from.account.status));
        let operations = self.ledger.operations_by_reference(rules::QUOTE_SCHEME, &id).await?;
        Ok(QuoteView {
            quote,
            paid: operations.first().copied(),
            refused,
            closing: time == rules::TimeLeft::Closing,
            expired: time == rules::TimeLeft::None,
        })
    }

    /// Carries a preview out. The same key and token give the same receipt again.
    pub async fn confirm(&self, ctx: &Ctx, confirm: Confirm) -> Result<TransferReceipt> {
        ctx.require(Permission::TransferCreate)?;
        let initiator = Principal::of(ctx).ok_or(Error::from(Code::SignInRequired))?;
        let quoted = self.own_quote(ctx, &confirm.quote).await?;
        let mut operation = rules::operation(confirm.key, initiator, &quoted, &confirm.quote)?;
        let confirmed = self.confirmed(ctx, &quoted, confirm.confirmation, &mut operation).await;
        let ceilings = match confirmed {
            Ok(ceilings) => ceilings,
            Err(error) => {
                // What was carried out already keeps its receipt, whatever is trusted by now.
                if self.ledger.operation(confirm.key).await?.is_none() {
                    let error = self.sooner(ctx, (&operation, &quoted), error).await?;
                    return Err(self.unconfirmed(ctx, confirm.key, error).await?);
                }
                Ceilings::default()
            }
        };
        let uses = operation.uses.clone();
        let posted = match self.ledger.execute(ctx, operation).await {
            Ok(posted) => posted,
            Err(Error::Refused(refusal)) => {
                let refusal =
                    refused(refusal, (&uses, quoted.amount.asset(), quoted.own), &ceilings);
                let from = self.own_account(ctx, KIND, quoted.payer.account).await?;
                let code = rules::told(refusal.code, quoted.own, from.account.status);
                let same = code == refusal.code;
                return Err(if same { refusal.into() } else { code.into() });
            }
            Err(broken @ Error::Broken(_)) => return Err(broken),
        };
        Ok(TransferReceipt {
            id: posted.id,
            at: posted.at,
            amount: quoted.amount.money(),
            fee: quoted.fee_money()?,
            total: quoted.total()?,
            payer: quoted.payer.party,
            payee: quoted.payee.party,
            note: quoted.note,
            direction: if quoted.own { Direction::Own } else { Direction::Out },
            replayed: posted.replayed,
        })
    }

    /// What a token promises to the customer who acts. That it promises them nothing is in the
    /// audit log: it may be another's.
    pub(crate) async fn own_quote(&self, ctx: &Ctx, token: &str) -> Result<Quoted> {
        // Part of a use case that asked who may.
        let quoted = rules::open(&self.keys, ctx.customer()?, token);
        self.theirs(ctx, RefusedAct::of(KIND), quoted).await
    }

    /// A refusal that does not reach the books, where it would be recorded.
    async fn unconfirmed(&self, ctx: &Ctx, key: OperationId, error: Error) -> Result<Error> {
        if error.code() != Some(Code::StepUpRequired) {
            return Ok(error);
        }
        let act = RefusedAct::of(KIND).object("operation", key);
        self.identity().refuse_act(ctx, act, Code::StepUpRequired).await
    }

    /// Why a transfer is refused that was not confirmed as it has to be: nobody is asked to confirm
    /// what is refused in any case, so what the books would say first is said first.
    async fn sooner(
        &self,
        ctx: &Ctx,
        (operation, quoted): (&Operation, &Quoted),
        unconfirmed: Error,
    ) -> Result<Error> {
        if matches!(unconfirmed, Error::Broken(_)) {
            return Ok(unconfirmed);
        }
        if let Err(code) = ledger::rules::check_time(ctx.now(), operation) {
            return Ok(code.into());
        }
        let id = quoted.id.to_string();
        let paid = self.ledger.operations_by_reference(rules::QUOTE_SCHEME, &id).await?;
        Ok(if paid.is_empty() { unconfirmed } else { Code::QuoteUsed.into() })
    }

    /// The receipt of a transfer, for its payer and its payee. Nobody else learns that there is
    /// one.
    pub async fn receipt(&self, ctx: &Ctx, id: OperationId) -> Result<TransferReceipt> {
        ctx.require(Permission::OperationRead)?;
        let found = self.carried_out(ctx.customer()?, id).await?;
        let act = RefusedAct::of(history::READ).object("operation", id);
        let found = found.ok_or(Code::NotFound.into());
        let (recorded, direction) = self.theirs(ctx, act, found).await?;
        rules::receipt(&recorded, direction)
    }

    /// A transfer that was carried out, as one of its two sides sees it. `None` when the customer
    /// is on none.
    pub(crate) async fn carried_out(
        &self,
        customer: CustomerId,
        id: OperationId,
    ) -> Result<Option<(Recorded, Direction)>> {
        let recorded = self.ledger.operation(id).await?;
        let done = recorded.filter(|r| r.kind == KIND && r.refusal.is_none());
        let Some(recorded) = done else { return Ok(None) };
        let first = recorded.entries.first().ok_or(Error::invariant("a transfer has no legs"))?;
        let pays = self.owns(customer, first.transfer.debit).await?;
        let is_paid = self.owns(customer, first.transfer.credit).await?;
        let direction = match (pays, is_paid) {
            (true, true) => Direction::Own,
            (true, false) => Direction::Out,
            (false, true) => Direction::In,
            (false, false) => return Ok(None),
        };
        Ok(Some((recorded, direction)))
    }

    pub(crate) async fn owns(&self, customer: CustomerId, id: AccountId) -> Result<bool> {
        let record = self.ledger.account(id).await?;
        Ok(record.is_some_and(|r| r.owner == Some(customer.uuid())))
    }
}

pub(crate) fn tail(record: &AccountRecord) -> Result<String> {
    let number = record.number.ok_or(Error::invariant("a customer's account has no number"))?;
    Ok(number.tail().to_owned())
}

fn quote(quoted: Quoted, payer: &AccountRecord, token: String) -> Result<Quote> {
    let (fee, total) = (quoted.fee_money()?, quoted.total()?);
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
            phone_masked: quoted.phone_masked,
        },
        amount: quoted.amount.money(),
        fee,
        vat: Money::new(quoted.fee.vat, fee.asset),
        total,
        note: quoted.note,
        confirmation: quoted.confirm,
        sufficient: total.minor <= available.minor,
        expires_at: quoted.expires_at,
        token,
    })
}
