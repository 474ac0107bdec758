//! What accounting needs from the core banking system. `docs/abs-contract.md` says what each of
//! these means to it.

use std::pin::Pin;

use kernel::{AccountNumber, Asset, Day, Error, Money, OperationId, Result};

use crate::chart::{AbsAccount, GlAccount, Sides};
use crate::reconciliation::rules::Status;
use crate::{BatchId, DocumentId};

/// Most accounts that are opened at once.
pub const MAX_OPENINGS: usize = 100;
/// Most documents of a batch.
pub const MAX_DOCUMENTS: usize = 250;
/// Most days of one statement.
pub const MAX_STATEMENT_DAYS: u8 = 31;

/// What came of a question to the core banking system. Of those that only read, and of those that
/// may be asked twice, an error means to ask again later.
pub type Answered<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// An account to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its twenty digits.
    pub number: AccountNumber,
    /// What it holds.
    pub asset: Asset,
    /// Since when it is open.
    pub opened_on: Day,
}

/// What came of one thing among several: an account, a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<T> {
    /// Which.
    pub of: T,
    /// Why not, as the core banking system says; `None` when it was done.
    pub refusal: Option<String>,
}

/// One debit, one credit, one amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id, and its idempotency key.
    pub id: DocumentId,
    /// The day on which it is booked.
    pub day: Day,
    /// Between which accounts.
    pub sides: Sides,
    /// How much, above zero.
    pub amount: Money,
    /// The kind of the operation.
    pub product: String,
    /// What the movement was for, in the posting table of the products.
    pub leg: i16,
    /// The operation; `None` of a sum of a day.
    pub operation: Option<OperationId>,
    /// What an accountant reads.
    pub purpose: String,
}

/// Documents that travel together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id, and its idempotency key.
    pub id: BatchId,
    /// In the order in which they are to be booked.
    pub documents: Vec<Document>,
}

/// How a batch stands that the core banking system knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// It was taken; what comes of it is not decided.
    Processing,
    /// Each document has its verdict.
    Done(Vec<Verdict<DocumentId>>),
}

/// What is known after a batch was sent.
#[derive(Debug)]
pub enum Posted {
    /// The answer.
    Known(BatchState),
    /// It may have arrived, whatever came back: the batch has to be asked for.
    Unknown(Error),
}

/// What moved on an account of the chart on a day, and what stood there, as credits less debits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// The account.
    pub account: GlAccount,
    /// The currency.
    pub asset: Asset,
    /// What stood there before.
    pub opening: i64,
    /// What was debited.
    pub debits: i64,
    /// What was credited.
    pub credits: i64,
    /// What stood there after.
    pub closing: i64,
}

/// A part of a long answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What it holds.
    pub items: Vec<T>,
    /// What to ask the next part with; `None` when this is the last.
    pub next: Option<String>,
}

/// Which entries to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementQuery {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Those of one account; `None`: all.
    pub account: Option<AbsAccount>,
    /// What the part before said.
    pub after: Option<String>,
}

/// A part of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The entries, by document and then by number.
    pub entries: Page<Entry>,
    /// Of one account: what stood there before the first day, as credits less debits.
    pub opening: Option<i64>,
    /// And after the last.
    pub closing: Option<i64>,
}

/// An entry in the books of the core banking system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number there.
    pub number: String,
    /// The document by which it was made: ours, or a name of its own.
    pub document: String,
    /// The day on which it is booked.
    pub day: Day,
    /// Between which accounts.
    pub sides: Sides,
    /// How much.
    pub amount: Money,
    /// Whether it stands, or was taken back.
    pub status: Status,
}

/// The core banking system.
pub trait CoreBanking: Send + Sync {
    /// Opens accounts, at most [`MAX_OPENINGS`]; one that is open already is open. May be asked
    /// twice.
    fn open_accounts<'a>(
        &'a self,
        openings: &'a [Opening],
    ) -> Answered<'a, Vec<Verdict<AccountNumber>>>;

    /// Sends a batch of at most [`MAX_DOCUMENTS`]. An error means that it was not taken: it never
    /// left, or the answer says so. That nobody knows is [`Posted::Unknown`].
    fn post<'a>(&'a self, batch: &'a Batch) -> Answered<'a, Posted>;

    /// How a batch stands; `None` when the core banking system does not know it.
    fn batch(&self, id: BatchId) -> Answered<'_, Option<BatchState>>;

    /// The day that it keeps open.
    fn business_date(&self) -> Answered<'_, Day>;

    /// Closes the business date, and gives the next. May be asked twice.
    fn close_day(&self, day: Day) -> Answered<'_, Day>;

    /// What moved on a day, by account of the chart and currency.
    fn turnovers<'a>(&'a self, day: Day, after: Option<&'a str>) -> Answered<'a, Page<Turnover>>;

    /// The entries of some days.
    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Answered<'a, Statement>;
}
