//! What a customer's account is.

use kernel::{
    AccountId, AccountNumber, Asset, Code, CustomerId, Error, Moment, Money, OperationId, Refusal,
    Result, refuse_card_number,
};
use ledger::{AccountRecord, CounterKey, Status, Use, Window};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{field_invalid, note};

/// Balance account of the chart of accounts (reg. 3336): demand deposits of individuals.
pub const DEPOSIT_CODE: i32 = 20_206;
/// Most accounts of one customer in one asset that are not closed.
pub const MAX_ACCOUNTS: i64 = 5;
/// Longest name of an account, in characters: it has to fit a card on a phone.
pub const MAX_NAME_CHARS: usize = 40;
/// What the request hash begins with.
const HASH_DOMAIN: &[u8] = b"okto/account.open/1\n";
/// The limit counter of accounts per customer; the asset's number is its end.
const LIMIT: u128 = 0x019b_76da_a800_7000_8000_6163_636f_0000;

/// A customer's account as they see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// Its 20-digit number.
    pub number: AccountNumber,
    /// What its owner calls it.
    pub name: Option<String>,
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
pub fn view(record: &AccountRecord, name: Option<String>) -> Result<AccountView> {
    let account = &record.account;
    let money = |minor| Money::new(minor, account.asset);
    Ok(AccountView {
        id: account.id,
        number: record.number.ok_or(Error::invariant("a customer's account has no number"))?,
        name,
        asset: account.asset,
        balance: money(account.balance()),
        available: money(account.available()),
        held: money(account.debits_pending),
        status: account.status,
        opened_at: record.opened_at,
    })
}

/// The name of an account without the spaces around it, or none when nothing is left. Refused when
/// it is too long, holds characters that do not print, or the number of a card.
pub fn name(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let name = text.trim();
    if name.chars().count() > MAX_NAME_CHARS || name.chars().any(note::unprintable) {
        return Err(field_invalid("name"));
    }
    refuse_card_number(name, "name")?;
    Ok((!name.is_empty()).then(|| name.to_owned()))
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
    let counter = CounterKey { limit: Uuid::from_u128(limit), subject: customer.uuid() };
    Use::up_to(counter, Window::EVER, 1, MAX_ACCOUNTS)
}

/// Refuses when the customer's accounts are as many as they may be.
pub fn may_open(accounts: &[AccountRecord], asset: Asset) -> Result<()> {
    if standing(accounts, asset) < MAX_ACCOUNTS { Ok(()) } else { Err(limit_reached()) }
}

/// How many more accounts in this asset can be opened, by what stands and by what the ledger
/// counted.
pub fn left(accounts: &[AccountRecord], asset: Asset, counted: i64) -> i64 {
    MAX_ACCOUNTS.saturating_sub(standing(accounts, asset).max(counted)).max(0)
}

fn standing(accounts: &[AccountRecord], asset: Asset) -> i64 {
    let is_standing =
        |r: &&AccountRecord| r.account.asset == asset && r.account.status != Status::Closed;
    i64::try_from(accounts.iter().filter(is_standing).count()).unwrap_or(i64::MAX)
}

/// The refusal of one account too many.
pub fn limit_reached() -> Error {
    Refusal::new(Code::AccountLimitReached).value("max", MAX_ACCOUNTS.to_string()).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_kept_as_written() {
        for (text, expected) in [
            (None, None),
            (Some(""), None),
            (Some("  \u{a0} "), None),
            (Some("  Taʼtil uchun 🏖 "), Some("Taʼtil uchun 🏖")),
            (Some("На отпуск"), Some("На отпуск")),
        ] {
            assert_eq!(name(text).unwrap().as_deref(), expected);
        }
        assert!(name(Some(&format!(" {} ", "ў".repeat(40)))).is_ok());
        for bad in ["a\nb", "a\0", "\u{202e}evil", "a\u{200b}b", &"ў".repeat(41)] {
            let refused = name(Some(bad)).unwrap_err();
            assert_eq!(refused.code(), Some(Code::FieldInvalid), "{bad:?}");
        }
        let card = name(Some("8600 1234 1234 1239")).unwrap_err();
        assert_eq!(card.code(), Some(Code::TextHoldsCard));
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_accepted_again(text in "\\PC{0,50}") {
            if let Ok(Some(accepted)) = name(Some(&text)) {
                prop_assert!((1..=MAX_NAME_CHARS).contains(&accepted.chars().count()));
                prop_assert_eq!(name(Some(&accepted)).unwrap(), Some(accepted));
            }
        }
    }
}
