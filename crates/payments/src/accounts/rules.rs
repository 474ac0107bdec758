//! What a customer's account is.

use kernel::{
    AccountId, AccountNumber, Asset, Code, CustomerId, Error, Moment, Money, OperationId, Refusal,
    Result,
};
use ledger::{AccountRecord, CounterKey, Status, Use};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Balance account of the chart of accounts (reg. 3336): demand deposits of individuals.
pub const DEPOSIT_CODE: i32 = 20_206;
/// Most accounts of one customer in one asset that are not closed.
pub const MAX_ACCOUNTS: i64 = 5;
/// What the request hash begins with.
const HASH_DOMAIN: &[u8] = b"okto/account.open/1\n";
/// The limit counter of accounts per customer; the asset's number is its end.
const LIMIT: u128 = 0x019b_76da_a800_7000_8000_6163_636f_0000;

/// A customer's account as they see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// Its 20-digit number.
    pub number: AccountNumber,
    /// What it holds.
    pub asset: Asset,
    /// What is on it.
    pub balance: Money,
    /// What is on it and not held.
    pub available: Money,
    /// What is held.
    pub held: Money,
    /// Its status.
    pub status: Status,
    /// When it was opened.
    pub opened_at: Moment,
}

/// The view of an account. Every account of a customer has a number.
pub fn view(record: &AccountRecord) -> Result<AccountView> {
    let account = &record.account;
    let money = |minor| Money::new(minor, account.asset);
    Ok(AccountView {
        id: account.id,
        number: record.number.ok_or(Error::invariant("a customer's account has no number"))?,
        asset: account.asset,
        balance: money(account.balance()),
        available: money(account.available()),
        held: money(account.debits_pending),
        status: account.status,
        opened_at: record.opened_at,
    })
}

/// The id of the account that the operation of this key opens.
pub fn account_id(key: OperationId) -> AccountId {
    AccountId::from_uuid(OperationId::derive(key.uuid(), "account").uuid())
}

/// The hash of a request to open an account.
pub fn request_hash(asset: Asset) -> [u8; 32] {
    Sha256::new().chain_update(HASH_DOMAIN).chain_update(asset.code()).finalize().into()
}

/// One more account of this customer in this asset. The ledger counts it, so that the limit holds
/// under any concurrency.
pub fn limit_use(customer: CustomerId, asset: Asset) -> Use {
    let limit = LIMIT | u128::from(asset.numeric().unsigned_abs());
    Use {
        counter: CounterKey {
            limit: Uuid::from_u128(limit),
            subject: customer.uuid(),
            window_start: 0,
        },
        amount: 1,
        ceiling: MAX_ACCOUNTS,
    }
}

/// Refuses when the customer's accounts are as many as they may be.
pub fn may_open(accounts: &[AccountRecord], asset: Asset) -> Result<()> {
    let standing = accounts
        .iter()
        .filter(|r| r.account.asset == asset && r.account.status != Status::Closed)
        .count();
    let standing = i64::try_from(standing).unwrap_or(i64::MAX);
    if standing < MAX_ACCOUNTS { Ok(()) } else { Err(limit_reached()) }
}

/// The refusal of one account too many.
pub fn limit_reached() -> Error {
    Refusal::new(Code::AccountLimitReached).value("max", MAX_ACCOUNTS.to_string()).into()
}
