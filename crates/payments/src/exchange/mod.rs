//! Exchanges between two accounts of one customer: sum for a currency, or a currency for sum.
//!
//! A preview shows both amounts and the rate, and gives a token; the confirmation of that token
//! moves the money at exactly that rate, within a minute. Nothing is stored in between. As between
//! own accounts in one currency, nobody is asked to prove anything: the money stays the customer's.

pub mod postings;
pub mod rules;

use std::fmt;

use identity::RefusedAct;
use kernel::{
    AccountId, Amount, Asset, Code, Ctx, Error, Moment, Money, OperationId, Permission, QuoteId,
    Result,
};
use ledger::{AccountRecord, Principal};
use store::rates::{self, Rate};

use crate::Payments;
use crate::ceilings::{self, Ceilings};
use crate::history::{self, OwnAccount};
use crate::transfers::rules::{QUOTE_SCHEME, TimeLeft, time_left};
use crate::transfers::tail;

use rules::Quoted;
pub use rules::{CentralRate, ExchangeDetail, ExchangeReceipt, KIND};

/// A form may preview with every digit that is typed; more than this is no person.
const RATES: [Rate; 2] = [
    Rate { scope: "exchange_preview/minute", max: 60, window_seconds: 60 },
    Rate { scope: "exchange_preview/day", max: 1_000, window_seconds: 86_400 },
];

/// An exchange that a customer thinks of.
#[derive(Clone, Copy, Debug)]
pub struct PreviewExchange {
    /// One of their accounts: what is on it is given.
    pub from: AccountId,
    /// Another one, in another currency.
    pub to: AccountId,
    /// How much to give, when it is in the currency of the first account; how much to get, when it
    /// is in that of the second. What is named is exact, the other side follows from the rate.
    pub amount: Amount,
}

/// What an exchange would come to.
#[derive(Clone, PartialEq, Eq)]
pub struct ExchangeQuote {
    /// Its id.
    pub id: QuoteId,
    /// The account that gives.
    pub from: OwnAccount,
    /// The account that gets.
    pub to: OwnAccount,
    /// What is on the first and not held.
    pub available: Money,
    /// What is given.
    pub given: Money,
    /// What is got for it.
    pub taken: Money,
    /// What is paid besides, in what is given. Nothing, until there are tariffs.
    pub fee: Money,
    /// The bank's rate: sum for one unit of the currency.
    pub rate: Money,
    /// What the Central Bank says.
    pub central: CentralRate,
    /// Whether the account has what is given now. The confirmation looks again.
    pub sufficient: bool,
    /// From this moment on it cannot be confirmed.
    pub expires_at: Moment,
    /// To be sent back with the confirmation.
    pub token: String,
}

impl CentralRate {
    /// Sum for one unit of the currency, what is less than a tiyin left out.
    pub fn of_one(&self) -> Money {
        Money::new(self.rate.divided(self.nominal).minor(Asset::Uzs), Asset::Uzs)
    }
}

impl ExchangeQuote {
    /// The key for whoever has no better one to confirm it with, such as a form that is sent twice:
    /// with it the quote is one operation, however often it is confirmed.
    pub const fn key(&self) -> OperationId {
        OperationId::from_uuid(self.id.uuid())
    }
}

impl fmt::Debug for ExchangeQuote {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExchangeQuote").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A preview that is looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeQuoteView {
    /// What was promised, with what the account has now.
    pub quote: ExchangeQuote,
    /// The operation that carried it out.
    pub done: Option<OperationId>,
    /// Why it was refused under its own key, which is [`ExchangeQuote::key`]. That key keeps its
    /// answer.
    pub refused: Option<Code>,
    /// The time to confirm it is over, but what was confirmed in time may be on its way into the
    /// books.
    pub closing: bool,
    /// It was not confirmed in time, and nothing was changed, unless it is `done`.
    pub expired: bool,
}

/// The confirmation of a preview.
#[derive(Clone)]
pub struct ConfirmExchange {
    /// The operation's id and idempotency key.
    pub key: OperationId,
    /// The token of the preview.
    pub quote: String,
}

impl fmt::Debug for ConfirmExchange {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmExchange").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Payments {
    /// Shows what an exchange would come to. Moves nothing, and promises the rate for a minute.
    pub async fn preview_exchange(
        &self,
        ctx: &Ctx,
        preview: PreviewExchange,
    ) -> Result<ExchangeQuote> {
        ctx.require(Permission::TransferCreate)?;
        let customer = ctx.customer()?;
        for rate in RATES {
            rates::take(&self.store, ctx, rate, &customer.to_string()).await?;
        }
        let from = self.own_account(ctx, KIND, preview.from).await?;
        let to = self.own_account(ctx, KIND, preview.to).await?;
        let (currency, side) = rules::pair(&from.account, &to.account, preview.amount.asset())?;
        let now = ctx.now();
        let dealt = self.rates.dealt(currency, now).await?;
        let exchanged =
            dealt.spreads.exchange(&dealt.published, (preview.amount, side), now.day())?;
        let quoted = Quoted {
            id: QuoteId::generate(now, ctx.entropy()),
            customer,
            from: OwnAccount { id: preview.from, tail: tail(&from)? },
            to: OwnAccount { id: preview.to, tail: tail(&to)? },
            side,
            exchanged,
            central: dealt.published.into(),
            edition: dealt.edition,
            expires_at: now.plus_seconds(rules::QUOTE_LIFE_SECONDS),
        };
        self.within(&self.ceilings(ctx, &quoted.moving()).await?).await?;
        let token = rules::seal(&self.keys, &quoted)?;
        Ok(quote(quoted, &from, token))
    }

    /// A preview of the customer, looked at again: still open, refused, expired or carried out.
    pub async fn quoted_exchange(&self, ctx: &Ctx, token: &str) -> Result<ExchangeQuoteView> {
        ctx.require(Permission::TransferCreate)?;
        let customer = ctx.customer()?;
        let quoted = rules::open(&self.keys, customer, token);
        let quoted = self.theirs(ctx, RefusedAct::of(KIND), quoted).await?;
        // The clock first, the books afterwards, and what refuses before what is done: what is said
        // to be over, or refused, is so in the books that are read.
        let now = ctx.now();
        let from = self.own_account(ctx, KIND, quoted.from.id).await?;
        let time = time_left(now, quoted.expires_at);
        let id = quoted.id.to_string();
        let quote = quote(quoted, &from, token.to_owned());
        let recorded = self.ledger.operation(quote.key()).await?;
        let refused = recorded.and_then(|r| r.refusal).map(|refusal| refusal.code);
        let done = self.ledger.operations_by_reference(QUOTE_SCHEME, &id).await?;
        Ok(ExchangeQuoteView {
            quote,
            done: done.first().copied(),
            refused,
            closing: time == TimeLeft::Closing,
            expired: time == TimeLeft::None,
        })
    }

    /// Carries a preview out. The same key and token give the same receipt again.
    pub async fn confirm_exchange(
        &self,
        ctx: &Ctx,
        confirm: ConfirmExchange,
    ) -> Result<ExchangeReceipt> {
        ctx.require(Permission::TransferCreate)?;
        let customer = ctx.customer()?;
        let initiator = Principal::of(ctx).ok_or(Error::from(Code::SignInRequired))?;
        let quoted = rules::open(&self.keys, customer, &confirm.quote);
        let quoted = self.theirs(ctx, RefusedAct::of(KIND), quoted).await?;
        let mut operation = rules::operation(confirm.key, initiator, &quoted, &confirm.quote)?;
        let ceilings = match self.ceilings(ctx, &quoted.moving()).await {
            Ok(ceilings) => ceilings,
            // What was carried out already keeps its receipt, whatever is allowed by now.
            Err(error) => match self.ledger.operation(confirm.key).await? {
                Some(_) => Ceilings::default(),
                None => return Err(error),
            },
        };
        ceilings.bind(&mut operation);
        let uses = operation.uses.clone();
        let posted = match self.ledger.execute(ctx, operation).await {
            Err(Error::Refused(refusal)) => {
                let told = ceilings::told(&refusal, (&uses, true), &ceilings);
                return Err(told.unwrap_or(refusal).into());
            }
            posted => posted?,
        };
        let (given, taken) = quoted.exchanged.given_and_taken(quoted.side);
        Ok(ExchangeReceipt {
            id: posted.id,
            at: posted.at,
            from: quoted.from,
            to: quoted.to,
            given,
            taken,
            fee: Money::zero(given.asset),
            rate: quoted.exchanged.rate,
            central: quoted.central,
            replayed: posted.replayed,
        })
    }

    /// The receipt of an exchange, for whoever made it. Nobody else learns that there is one.
    pub async fn exchange_receipt(&self, ctx: &Ctx, id: OperationId) -> Result<ExchangeReceipt> {
        ctx.require(Permission::OperationRead)?;
        let customer = ctx.customer()?;
        let recorded = self.ledger.operation(id).await?;
        let done = recorded.filter(|r| r.kind == KIND && r.refusal.is_none());
        let found = match done.as_ref().map(rules::receipt).transpose()? {
            Some(receipt) if self.owns(customer, receipt.from.id).await? => Ok(receipt),
            _ => Err(Code::NotFound.into()),
        };
        let act = RefusedAct::of(history::READ).object("operation", id);
        self.theirs(ctx, act, found).await
    }
}

fn quote(quoted: Quoted, from: &AccountRecord, token: String) -> ExchangeQuote {
    let available = Money::new(from.account.available(), from.account.asset);
    let (given, taken) = quoted.exchanged.given_and_taken(quoted.side);
    ExchangeQuote {
        id: quoted.id,
        from: quoted.from,
        to: quoted.to,
        available,
        given,
        taken,
        fee: Money::zero(given.asset),
        rate: quoted.exchanged.rate,
        central: quoted.central,
        sufficient: given.minor <= available.minor,
        expires_at: quoted.expires_at,
        token,
    }
}
