//! The decision: which operations post, and what they change.
//!
//! Pure. The PostgreSQL engine loads the part of the book that a batch touches and decides here;
//! property tests keep a whole book in memory and decide here; so the two can be compared row by
//! row.

use std::collections::HashMap;

use kernel::{AccountId, Code, HoldId, Moment, OperationId, Refusal};

use crate::counters::{Counter, CounterKey, Use};
use crate::model::{
    Account, BalanceRule, Entry, Hold, HoldState, Known, MaxBalance, NewAccount, Operation, Status,
    Transfer, TransferKind,
};

/// Most transfers of one operation.
pub const MAX_TRANSFERS: usize = 256;
/// Most limits one operation counts against.
pub const MAX_USES: usize = 64;
/// How old the time in an id may be when it is first used.
pub const MAX_ID_AGE_SECONDS: i64 = 7 * 86_400;
/// How far ahead of the bank's clock the time in an id may be.
pub const MAX_ID_AHEAD_SECONDS: i64 = 86_400;
/// Largest amount of one transfer, in minor units; see [`kernel::Amount::MAX_MINOR`].
pub const MAX_AMOUNT: i64 = kernel::Amount::MAX_MINOR;

/// The part of the books that a decision may read and change.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Accounts by id.
    pub accounts: HashMap<AccountId, Account>,
    /// Holds by id.
    pub holds: HashMap<HoldId, Hold>,
    /// What stands in each limit counter; absent is nothing.
    pub counters: HashMap<CounterKey, Counter>,
    /// Operations that were decided before.
    pub known: HashMap<OperationId, Known>,
    /// Exclusive references that are taken, and by which operation.
    pub references: HashMap<(String, String), OperationId>,
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// It is in the books; these are its transfers.
    Posted {
        /// When.
        at: Moment,
        /// Its transfers, with balances.
        entries: Vec<Entry>,
    },
    /// Refused, and recorded under its id.
    Refused {
        /// When.
        at: Moment,
        /// Why.
        refusal: Refusal,
    },
    /// It was decided before; this is the answer of then.
    Replayed(Known),
    /// Refused without a trace: the id is not this request's to use.
    Rejected(Code),
}

/// What to put back when a chain is refused half-way.
#[derive(Default)]
struct Undo {
    accounts: Vec<Account>,
    holds: Vec<(HoldId, Option<Hold>)>,
    counters: Vec<(CounterKey, Option<Counter>)>,
    opened: Vec<AccountId>,
}

impl Undo {
    fn roll_back(self, book: &mut Book) {
        for account in self.accounts.into_iter().rev() {
            book.accounts.insert(account.id, account);
        }
        for (id, hold) in self.holds.into_iter().rev() {
            match hold {
                Some(hold) => book.holds.insert(id, hold),
                None => book.holds.remove(&id),
            };
        }
        for (key, counter) in self.counters.into_iter().rev() {
            match counter {
                Some(counter) => book.counters.insert(key, counter),
                None => book.counters.remove(&key),
            };
        }
        for id in self.opened {
            book.accounts.remove(&id);
        }
    }
}

/// Decides one operation against the book and applies it when it posts. `now` is the bank's clock;
/// the moment of a transfer is later than that when an account it touches was last touched later.
pub fn decide(book: &mut Book, now: Moment, operation: &Operation) -> Decision {
    if let Some(known) = book.known.get(&operation.id) {
        let same =
            known.initiator == operation.initiator && known.request_hash == operation.request_hash;
        return if same {
            Decision::Replayed(known.clone())
        } else {
            Decision::Rejected(Code::IdempotencyKeyReused)
        };
    }
    if let Err(code) = check_id(now, operation).and_then(|()| check_due(book, now, operation)) {
        return Decision::Rejected(code);
    }
    let mut undo = Undo::default();
    let decision = match apply(book, now, operation, &mut undo) {
        Ok(entries) => {
            let at = entries.first().map_or(now, |e| e.at);
            Decision::Posted { at, entries }
        }
        Err(refusal) => {
            undo.roll_back(book);
            Decision::Refused { at: now, refusal }
        }
    };
    remember(book, operation, &decision);
    decision
}

/// What refuses an operation by the clock alone, whatever the books say: the time in its id, and
/// the time until which it was promised. For whoever asks more of a caller than the books do, and
/// should not ask it for what is refused in any case.
///
/// # Errors
/// The code with which [`decide`] refuses at this moment.
pub fn check_time(now: Moment, operation: &Operation) -> Result<(), Code> {
    check_id(now, operation)?;
    if is_over(now, operation) { Err(Code::QuoteExpired) } else { Ok(()) }
}

fn is_over(now: Moment, operation: &Operation) -> bool {
    operation.not_after.is_some_and(|end| end <= now)
}

/// The time in an id must be near the bank's: ids order the books and choose the partition they lie
/// in. Ids that the bank derives carry the time of their cause, which may be old, and are never a
/// person's to use.
fn check_id(now: Moment, operation: &Operation) -> Result<(), Code> {
    let Some(moment) = operation.id.moment() else {
        return Err(Code::IdempotencyKeyMalformed);
    };
    let derived = operation.id.is_derived();
    if derived && operation.initiator.kind != 0 {
        return Err(Code::IdempotencyKeyMalformed);
    }
    let oldest = now.plus_seconds(MAX_ID_AGE_SECONDS.saturating_neg());
    let newest = now.plus_seconds(MAX_ID_AHEAD_SECONDS);
    if moment > newest || (!derived && moment < oldest) {
        return Err(Code::IdempotencyKeyOutOfTime);
    }
    Ok(())
}

/// A hold that is asked to end before its time leaves no trace: the id of its expiry is derived
/// from the hold and will be needed when the time has come.
fn check_due(book: &Book, now: Moment, operation: &Operation) -> Result<(), Code> {
    for transfer in &operation.transfers {
        let TransferKind::Expire { hold } = transfer.kind else { continue };
        let Some(hold) = book.holds.get(&hold) else { continue };
        if hold.state == HoldState::Open && hold.expires_at.is_none_or(|e| e > now) {
            return Err(Code::HoldNotDue);
        }
    }
    Ok(())
}

fn remember(book: &mut Book, operation: &Operation, decision: &Decision) {
    let (at, refusal) = match decision {
        Decision::Posted { at, .. } => (*at, None),
        Decision::Refused { at, refusal } => (*at, Some(refusal.clone())),
        Decision::Replayed(_) | Decision::Rejected(_) => return,
    };
    if refusal.is_none() {
        for r in operation.refs.iter().filter(|r| r.exclusive) {
            book.references.insert((r.scheme.to_owned(), r.reference.clone()), operation.id);
        }
    }
    let known =
        Known { initiator: operation.initiator, request_hash: operation.request_hash, at, refusal };
    book.known.insert(operation.id, known);
}

type Ruled<T> = Result<T, Refusal>;

fn no<T>(code: Code) -> Ruled<T> {
    Err(Refusal::new(code))
}

fn apply(
    book: &mut Book,
    now: Moment,
    operation: &Operation,
    undo: &mut Undo,
) -> Ruled<Vec<Entry>> {
    let empty = operation.transfers.is_empty()
        && operation.opens.is_empty()
        && operation.statuses.is_empty();
    if empty || operation.transfers.len() > MAX_TRANSFERS || operation.uses.len() > MAX_USES {
        return no(Code::OperationMalformed);
    }
    if is_over(now, operation) {
        return no(Code::QuoteExpired);
    }
    for r in operation.refs.iter().filter(|r| r.exclusive) {
        if book.references.contains_key(&(r.scheme.to_owned(), r.reference.clone())) {
            return no(if r.scheme == "quote" { Code::QuoteUsed } else { Code::ReferenceUsed });
        }
    }
    for open in &operation.opens {
        open_account(book, now, open, undo)?;
    }
    for (used, index) in operation.uses.iter().zip(0_u16..) {
        count(book, used, undo).map_err(|r| r.value("limit", index.to_string()))?;
    }
    let before = balances(book, &operation.max_balances);
    let mut entries = Vec::with_capacity(operation.transfers.len());
    let mut at = now;
    for (transfer, index) in operation.transfers.iter().zip(0_u16..) {
        let entry = step(book, &Step { now, at, transfer, index, operation: operation.id }, undo)?;
        at = entry.at.plus_micros(1);
        entries.push(entry);
    }
    check_balances(book, &operation.max_balances, &before)?;
    for (id, status) in &operation.statuses {
        set_status(book, *id, *status, undo)?;
    }
    Ok(entries)
}

fn open_account(book: &mut Book, now: Moment, new: &NewAccount, undo: &mut Undo) -> Ruled<()> {
    if book.accounts.contains_key(&new.id) {
        return no(Code::OperationMalformed);
    }
    let account = Account {
        id: new.id,
        asset: new.asset,
        rule: new.rule,
        status: Status::Open,
        debits_posted: 0,
        credits_posted: 0,
        debits_pending: 0,
        credits_pending: 0,
        last_at: now,
    };
    book.accounts.insert(new.id, account);
    undo.opened.push(new.id);
    Ok(())
}

fn set_status(book: &mut Book, id: AccountId, status: Status, undo: &mut Undo) -> Ruled<()> {
    let Some(account) = book.accounts.get_mut(&id) else {
        return no(Code::AccountNotFound);
    };
    if account.status == Status::Closed {
        return no(Code::AccountClosed);
    }
    let empty =
        account.balance() == 0 && account.debits_pending == 0 && account.credits_pending == 0;
    if status == Status::Closed && !empty {
        return no(Code::AccountNotEmpty);
    }
    undo.accounts.push(*account);
    account.status = status;
    Ok(())
}

fn count(book: &mut Book, used: &Use, undo: &mut Undo) -> Ruled<()> {
    undo.counters.push((used.counter, book.counters.get(&used.counter).cloned()));
    book.counters.entry(used.counter).or_default().count(used)
}

fn balances(book: &Book, bounds: &[MaxBalance]) -> Vec<i64> {
    let of = |bound: &MaxBalance| book.accounts.get(&bound.account).map_or(0, Account::balance);
    bounds.iter().map(of).collect()
}

/// Refuses an operation that leaves more on an account than may stand there. What stands there
/// already is nobody's fault: only an operation that adds to it is refused.
fn check_balances(book: &Book, bounds: &[MaxBalance], before: &[i64]) -> Ruled<()> {
    for ((bound, before), index) in bounds.iter().zip(before).zip(0_u16..) {
        let Some(account) = book.accounts.get(&bound.account) else {
            return no(Code::AccountNotFound);
        };
        let after = account.balance();
        if after > *before && after > bound.ceiling {
            let remaining = bound.ceiling.saturating_sub(*before).max(0);
            return Err(Refusal::new(Code::LimitExceeded)
                .value("remaining", remaining.to_string())
                .value("balance", index.to_string()));
        }
    }
    Ok(())
}

/// One transfer on its way through [`step`].
struct Step<'a> {
    now: Moment,
    at: Moment,
    transfer: &'a Transfer,
    index: u16,
    operation: OperationId,
}

fn step(book: &mut Book, step: &Step<'_>, undo: &mut Undo) -> Ruled<Entry> {
    let t = step.transfer;
    if t.amount <= 0 || t.amount > MAX_AMOUNT {
        return no(Code::OperationMalformed);
    }
    if t.debit == t.credit {
        return no(Code::SameAccount);
    }
    let (Some(debit), Some(credit)) = (book.accounts.get(&t.debit), book.accounts.get(&t.credit))
    else {
        return no(Code::AccountNotFound);
    };
    let (mut debit, mut credit) = (*debit, *credit);
    if debit.asset != credit.asset {
        return no(Code::CurrencyMismatch);
    }
    check_status(&debit, &credit, t.kind)?;
    undo.accounts.push(debit);
    undo.accounts.push(credit);

    let at = step.at.max(debit.last_at.plus_micros(1)).max(credit.last_at.plus_micros(1));
    let hold = match t.kind {
        TransferKind::Post => {
            add(&mut debit.debits_posted, t.amount)?;
            add(&mut credit.credits_posted, t.amount)?;
            None
        }
        TransferKind::Hold { expires_at } => {
            if expires_at.is_some_and(|e| e <= step.now) {
                return no(Code::HoldExpired);
            }
            add(&mut debit.debits_pending, t.amount)?;
            add(&mut credit.credits_pending, t.amount)?;
            let id = HoldId::of(step.operation, step.index);
            undo.holds.push((id, book.holds.insert(id, made_hold(step, id, at, expires_at))));
            Some(id)
        }
        TransferKind::Capture { hold }
        | TransferKind::Release { hold }
        | TransferKind::Expire { hold } => {
            end_hold(book, step, hold, undo)?;
            let held = book.holds.get(&hold).map_or(0, |h| h.amount);
            take(&mut debit.debits_pending, held)?;
            take(&mut credit.credits_pending, held)?;
            if matches!(t.kind, TransferKind::Capture { .. }) {
                add(&mut debit.debits_posted, t.amount)?;
                add(&mut credit.credits_posted, t.amount)?;
            }
            Some(hold)
        }
    };
    debit.last_at = at;
    credit.last_at = at;
    if matches!(
        t.kind,
        TransferKind::Post | TransferKind::Hold { .. } | TransferKind::Capture { .. }
    ) {
        check_rule(&debit)?;
        check_rule(&credit)?;
    }
    let entry = Entry {
        transfer: *t,
        hold,
        at,
        debit_balance: debit.balance(),
        debit_held: debit.debits_pending,
        credit_balance: credit.balance(),
        credit_held: credit.debits_pending,
    };
    book.accounts.insert(debit.id, debit);
    book.accounts.insert(credit.id, credit);
    Ok(entry)
}

fn made_hold(step: &Step<'_>, id: HoldId, at: Moment, expires_at: Option<Moment>) -> Hold {
    Hold {
        id,
        operation: step.operation,
        debit: step.transfer.debit,
        credit: step.transfer.credit,
        amount: step.transfer.amount,
        code: step.transfer.code,
        at,
        expires_at,
        state: HoldState::Open,
        captured: 0,
        ended_by: None,
    }
}

fn end_hold(book: &mut Book, step: &Step<'_>, id: HoldId, undo: &mut Undo) -> Ruled<()> {
    let t = step.transfer;
    let Some(hold) = book.holds.get_mut(&id) else {
        return no(Code::HoldNotFound);
    };
    if hold.debit != t.debit || hold.credit != t.credit {
        return no(Code::HoldNotFound);
    }
    if hold.state != HoldState::Open {
        return no(Code::HoldNotOpen);
    }
    let over = hold.expires_at.is_some_and(|e| e <= step.now);
    let before = *hold;
    match t.kind {
        TransferKind::Capture { .. } if over => return no(Code::HoldExpired),
        TransferKind::Capture { .. } if t.amount > hold.amount => return no(Code::HoldTooSmall),
        TransferKind::Capture { .. } => {
            hold.state = HoldState::Captured;
            hold.captured = t.amount;
        }
        TransferKind::Expire { .. } if !over || t.amount != hold.amount => {
            return no(Code::OperationMalformed);
        }
        TransferKind::Expire { .. } => hold.state = HoldState::Expired,
        TransferKind::Release { .. } if t.amount != hold.amount => {
            return no(Code::OperationMalformed);
        }
        TransferKind::Release { .. } => hold.state = HoldState::Released,
        TransferKind::Post | TransferKind::Hold { .. } => return no(Code::OperationMalformed),
    }
    hold.ended_by = Some(step.operation);
    undo.holds.push((id, Some(before)));
    Ok(())
}

fn check_status(debit: &Account, credit: &Account, kind: TransferKind) -> Ruled<()> {
    if debit.status == Status::Closed || credit.status == Status::Closed {
        return no(Code::AccountClosed);
    }
    let new_debit = matches!(kind, TransferKind::Post | TransferKind::Hold { .. });
    if new_debit && debit.status == Status::Frozen {
        return no(Code::AccountFrozen);
    }
    Ok(())
}

fn check_rule(account: &Account) -> Ruled<()> {
    let sum = |a: i64, b: i64| i128::from(a).saturating_add(i128::from(b));
    let debits = sum(account.debits_posted, account.debits_pending);
    let credits = sum(account.credits_posted, account.credits_pending);
    let broken = match account.rule {
        BalanceRule::None => false,
        BalanceRule::DebitsWithinCredits => debits > i128::from(account.credits_posted),
        BalanceRule::CreditsWithinDebits => credits > i128::from(account.debits_posted),
    };
    if broken { no(Code::InsufficientFunds) } else { Ok(()) }
}

fn add(total: &mut i64, amount: i64) -> Ruled<()> {
    match total.checked_add(amount) {
        Some(sum) => {
            *total = sum;
            Ok(())
        }
        None => no(Code::BalanceOutOfRange),
    }
}

fn take(total: &mut i64, amount: i64) -> Ruled<()> {
    match total.checked_sub(amount) {
        Some(rest) if rest >= 0 => {
            *total = rest;
            Ok(())
        }
        _ => no(Code::OperationMalformed),
    }
}
