//! Payments: a customer's accounts, cash over the desk, transfers inside the bank, exchange between
//! currencies, history.
//!
//! Each use case checks a permission, reads, decides and ends in one `Ledger::execute`. What a
//! customer asks about is always looked up together with its owner: somebody else's account and one
//! that does not exist get the same answer, and the audit log tells of both.
#![deny(missing_docs, clippy::arithmetic_side_effects)]

pub mod accounts;
pub mod accuracy;
pub mod bank;
mod books;
pub mod cash;
pub mod categories;
mod ceilings;
pub mod confirmation;
pub mod documents;
pub mod exchange;
pub mod fees;
pub mod freezes;
pub mod history;
mod leaving;
mod note;
mod parties;
pub mod postings;
pub mod refunds;
mod simulations;
pub mod transfers;
mod turns;

use std::sync::Arc;

use customers::Customers;
use identity::{Identity, RefusedAct};
use kernel::{Code, Ctx, Error, KeyRing, Refusal, Result};
use ledger::Ledger;
use limits::Holdings;
use pricing::rates::Rates;
use pricing::tariffs::Tariffs;
use store::Store;
use store::editions::Editions;
use tokio::sync::Semaphore;

pub use accounts::{AccountKeyScheme, AccountView, DemoKeyScheme, Open};
pub use bank::{Bank, BankAccount};
pub use cash::{CashIn, CashReceipt};
pub use categories::{Category, Spending};
pub use ceilings::{
    LimitOf, LimitSetBy, LimitView, MAX_TEMPORARY_DAYS, MovingLimit, TemporaryLimit,
};
pub use confirmation::rules::Reason as ConfirmationReason;
pub use documents::{DocumentCode, IssueStatement, StatementDocument, VerifiedDocument};
pub use exchange::{
    CentralRate, ConfirmExchange, ExchangeQuote, ExchangeQuoteView, ExchangeReceipt,
    PreviewExchange,
};
pub use fees::Fee;
pub use history::{
    ExchangedView, Export, Item, ItemExchange, Linked, OperationView, OwnAccount, Page, Query,
    StatementView,
};
pub use refunds::{Refundable, Refunding, TransferRefund};
pub use simulations::{LimitEffect, RuleEffect, Simulation};
pub use transfers::{
    Confirm, Party, Payee, Preview, Quote, QuotePayee, QuotePayer, QuoteView, RecentPayee,
    TransferReceipt,
};

/// Which way money goes, as the asker sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the asker.
    In,
    /// From the asker.
    Out,
    /// Between two accounts of the asker. Only a receipt is seen so: in a history each of the two
    /// accounts has its own line.
    Own,
}

/// The payment products. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    store: Store,
    ledger: Ledger,
    customers: Customers,
    keys: KeyRing,
    scheme: Arc<dyn AccountKeyScheme>,
    statements: Arc<Semaphore>,
    editions: Editions,
    tariffs: Tariffs,
    limits: Holdings,
    rates: Rates,
}

impl Payments {
    /// Over a database, its ledger and its customers; with the keys of the installation and the
    /// rule by which it makes the key digit of account numbers.
    pub fn new(
        store: Store,
        ledger: Ledger,
        customers: Customers,
        keys: KeyRing,
        scheme: Arc<dyn AccountKeyScheme>,
    ) -> Self {
        let statements = Arc::new(Semaphore::new(turns::STATEMENTS_AT_ONCE));
        let editions = Editions::new(&store, books::all());
        let tariffs = Tariffs::new(editions.clone());
        let limits = Holdings::new(store.clone(), editions.clone());
        let rates = Rates::new(&store, &editions);
        Self {
            store,
            ledger,
            customers,
            keys,
            scheme,
            statements,
            editions,
            tariffs,
            limits,
            rates,
        }
    }

    /// By what currencies are exchanged.
    pub const fn rates(&self) -> &Rates {
        &self.rates
    }

    /// What the bank goes by, as this node knows it. Whoever serves customers follows it.
    pub const fn editions(&self) -> &Editions {
        &self.editions
    }

    /// Who the customers are who confirm.
    pub(crate) fn identity(&self) -> &Identity {
        self.customers.identity()
    }

    /// What was looked up for whoever asks. That it is refused them is in the audit log, also when
    /// there is no such thing: otherwise the answer would take longer where others have something.
    pub(crate) async fn theirs<T>(
        &self,
        ctx: &Ctx,
        act: RefusedAct,
        found: Result<T>,
    ) -> Result<T> {
        // Part of a use case that asked who may.
        let Some(code) = found.as_ref().err().and_then(Error::code) else { return found };
        match self.identity().refuse_act(ctx, act, code).await {
            // As it was: it may say at which field.
            Err(Error::Refused(_)) => found,
            recorded => recorded,
        }
    }

    /// The bank's own accounts.
    pub fn bank(&self) -> Bank {
        Bank::new(self.ledger.clone(), Arc::clone(&self.scheme), self.editions.clone())
    }
}

/// The refusal of a request field that has a value it may not have.
fn field_invalid(field: &'static str) -> Error {
    Refusal::new(Code::FieldInvalid).field(field).value("field", field).into()
}
