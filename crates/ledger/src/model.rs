use kernel::{
    AccountId, AccountNumber, Actor, Asset, Ctx, GroupId, HoldId, Moment, OperationId, Refusal,
    hashed_uuid,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::audit::Origin;
use uuid::Uuid;

use crate::counters::Use;

/// Which totals of an account may not pass which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceRule {
    /// Neither: settlement and position accounts.
    None,
    /// Debits, posted and pending, stay within posted credits: what the bank owes (deposits).
    DebitsWithinCredits,
    /// Credits, posted and pending, stay within posted debits: what is owed to the bank (loans).
    CreditsWithinDebits,
}

/// What an account lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything.
    Open,
    /// Nothing leaves by a new transfer or hold; money still comes in, and a hold that was made
    /// before is still captured or released, because the bank already owes it to someone.
    Frozen,
    /// Nothing, for ever.
    Closed,
}

/// What decides about an account: its rules, its status, and its running totals in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What it holds.
    pub asset: Asset,
    /// Its balance rule.
    pub rule: BalanceRule,
    /// Its status.
    pub status: Status,
    /// Sum of all posted debits.
    pub debits_posted: i64,
    /// Sum of all posted credits.
    pub credits_posted: i64,
    /// Sum of open holds that debit it.
    pub debits_pending: i64,
    /// Sum of open holds that credit it.
    pub credits_pending: i64,
    /// The moment of the last transfer that touched it.
    pub last_at: Moment,
}

impl Account {
    /// Credits less debits, posted: what the bank owes the owner (negative: what they owe).
    pub const fn balance(&self) -> i64 {
        self.credits_posted.saturating_sub(self.debits_posted)
    }

    /// The balance less what is held.
    pub const fn available(&self) -> i64 {
        self.balance().saturating_sub(self.debits_pending)
    }
}

/// An account as it stands in the books, with what is known of it besides its totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// Rules, status and totals.
    pub account: Account,
    /// Its 20-digit number, when it has one.
    pub number: Option<AccountNumber>,
    /// The customer it belongs to; `None` for the bank's own.
    pub owner: Option<Uuid>,
    /// Balance account of the chart of accounts: 20206 for demand deposits of individuals.
    pub code: i32,
    /// When it was opened.
    pub opened_at: Moment,
}

/// An account to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Its 20-digit number.
    pub number: Option<AccountNumber>,
    /// The customer it belongs to.
    pub owner: Option<Uuid>,
    /// What it holds.
    pub asset: Asset,
    /// Balance account of the chart of accounts.
    pub code: i32,
    /// Its balance rule.
    pub rule: BalanceRule,
}

/// What a transfer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferKind {
    /// Moves the amount now.
    Post,
    /// Sets the amount aside until it is captured, released, or its time is over.
    Hold {
        /// When it ends by itself; `None`: only by capture or release.
        expires_at: Option<Moment>,
    },
    /// Posts the amount out of a hold and gives the rest back. A hold is captured once; for several
    /// captures, hold the rest again in the same chain.
    Capture {
        /// The hold.
        hold: HoldId,
    },
    /// Gives a whole hold back.
    Release {
        /// The hold.
        hold: HoldId,
    },
    /// Gives a whole hold back because its time is over; refused before that.
    Expire {
        /// The hold.
        hold: HoldId,
    },
}

/// One movement between two accounts of one asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The account that gives.
    pub debit: AccountId,
    /// The account that takes.
    pub credit: AccountId,
    /// Minor units, above zero. For a release or expiry: the amount of the hold.
    pub amount: i64,
    /// What it does.
    pub kind: TransferKind,
    /// Why, as a number of the product's posting table.
    pub code: i16,
}

/// The most that may stand on an account after an operation that pays into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxBalance {
    /// The account.
    pub account: AccountId,
    /// In minor units.
    pub ceiling: i64,
}

/// A name that somebody outside gave to what this operation is part of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ref {
    /// Whose name it is: `rrn`, `uetr`, `quote`.
    pub scheme: &'static str,
    /// The name.
    pub reference: String,
    /// Whether at most one posted operation may carry it.
    pub exclusive: bool,
}

impl Ref {
    /// The scheme of the reference by which an operation names the confirmation it was made by.
    pub const CONFIRMATION: &str = "confirmation";
}

/// Who is behind an operation. Only the same principal gets the receipt of a known id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Principal {
    /// 0 the bank itself, 1 a customer, 2 an employee.
    pub kind: i16,
    /// Their id; for the bank itself, a hash of the part's name.
    pub id: Uuid,
}

impl Principal {
    /// The principal of a context. `None` when nobody is signed in.
    pub fn of(ctx: &Ctx) -> Option<Self> {
        match ctx.actor {
            Actor::Anonymous => None,
            Actor::Customer { id, .. } => Some(Self { kind: 1, id: id.uuid() }),
            Actor::Staff(employee) => Some(Self { kind: 2, id: employee.id.uuid() }),
            Actor::System(name) => {
                Some(Self { kind: 0, id: hashed_uuid(Sha256::digest(name).into()) })
            }
        }
    }
}

/// What is asked of the ledger: a chain of changes that happen together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its id, and its idempotency key.
    pub id: OperationId,
    /// What kind of business it is: `transfer.internal`, `cash.in`.
    pub kind: &'static str,
    /// The payment with a life that it is part of.
    pub group: Option<GroupId>,
    /// Who is behind it.
    pub initiator: Principal,
    /// Whence it came. The ledger says so itself, by the context in which it was asked.
    pub origin: Option<Origin>,
    /// SHA-256 of the request it came from: another request under the same id is refused.
    pub request_hash: [u8; 32],
    /// From this moment on it is refused ([`kernel::Code::QuoteExpired`]). Decided with everything
    /// else, so that "expired" is never answered to a request that then posts.
    pub not_after: Option<Moment>,
    /// Accounts to open, before anything else.
    pub opens: Vec<NewAccount>,
    /// Accounts whose status changes, after the transfers.
    pub statuses: Vec<(AccountId, Status)>,
    /// The movements, in order.
    pub transfers: Vec<Transfer>,
    /// What it uses of limits.
    pub uses: Vec<Use>,
    /// How much may stand on the accounts that it pays into.
    pub max_balances: Vec<MaxBalance>,
    /// Its external references.
    pub refs: Vec<Ref>,
    /// What a person would search for: names, the note. Of several lines, the first says who gives
    /// and the second who takes, so that neither finds it by their own name.
    pub narrative: String,
    /// The typed document of the product that made it.
    pub detail: Value,
}

impl Operation {
    /// An operation without any change yet.
    pub fn new(id: OperationId, kind: &'static str, initiator: Principal) -> Self {
        Self {
            id,
            kind,
            group: None,
            initiator,
            origin: None,
            request_hash: [0; 32],
            not_after: None,
            opens: Vec::new(),
            statuses: Vec::new(),
            transfers: Vec::new(),
            uses: Vec::new(),
            max_balances: Vec::new(),
            refs: Vec::new(),
            narrative: String::new(),
            detail: Value::Null,
        }
    }
}

/// How a hold stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    /// The money is set aside.
    Open,
    /// Posted, in part or in full; the rest was given back.
    Captured,
    /// Given back.
    Released,
    /// Given back because its time was over.
    Expired,
}

/// Money set aside on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id, see [`HoldId::of`].
    pub id: HoldId,
    /// The operation that made it.
    pub operation: OperationId,
    /// The account it is held on.
    pub debit: AccountId,
    /// The account it would go to.
    pub credit: AccountId,
    /// Minor units.
    pub amount: i64,
    /// Why, as a number of the product's posting table.
    pub code: i16,
    /// When it was made.
    pub at: Moment,
    /// When it ends by itself.
    pub expires_at: Option<Moment>,
    /// How it stands.
    pub state: HoldState,
    /// What of it was posted.
    pub captured: i64,
    /// The operation that ended it.
    pub ended_by: Option<OperationId>,
}

/// A transfer as it was written: with the moment, and both balances after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The transfer.
    pub transfer: Transfer,
    /// The hold it made or ended.
    pub hold: Option<HoldId>,
    /// When.
    pub at: Moment,
    /// Balance of the debited account after it, see [`Account::balance`].
    pub debit_balance: i64,
    /// What the debited account had held after it.
    pub debit_held: i64,
    /// Balance of the credited account after it.
    pub credit_balance: i64,
    /// What the credited account had held after it.
    pub credit_held: i64,
}

/// An operation that the ledger knows: what it answers to a repeated request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who was behind it.
    pub initiator: Principal,
    /// The hash of its request.
    pub request_hash: [u8; 32],
    /// When it was decided.
    pub at: Moment,
    /// Why it was refused; `None` when it was posted.
    pub refusal: Option<Refusal>,
}

/// What the ledger answers to an operation that was posted, now or before.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The operation.
    pub id: OperationId,
    /// When it was posted.
    pub at: Moment,
    /// Whether it had been posted before this request.
    pub replayed: bool,
    /// The transfers with the balances after them. Empty on a replay.
    pub entries: Vec<Entry>,
}

/// An operation as it stands in the books.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its id.
    pub id: OperationId,
    /// When it was decided.
    pub at: Moment,
    /// What kind of business it is.
    pub kind: String,
    /// The payment it is part of.
    pub group: Option<GroupId>,
    /// Who was behind it.
    pub initiator: Principal,
    /// Hash of its request.
    pub request_hash: [u8; 32],
    /// Why it was refused; `None` when it was posted.
    pub refusal: Option<Refusal>,
    /// The product's document.
    pub detail: Value,
    /// What it used of limits.
    pub uses: Vec<Use>,
    /// Its transfers.
    pub entries: Vec<Entry>,
}
