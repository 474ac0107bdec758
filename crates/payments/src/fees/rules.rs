//! A fee as it is quoted, charged and booked: one value that travels in the quote and stands in the
//! operation, so that the three cannot differ.

use kernel::{Asset, EditionId, Money, Result, hashed_uuid};
use ledger::{CounterKey, Use, Window};
use pricing::Decimal;
use pricing::tariffs::{Charge, Rule, Usage};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Who may share a fee with the bank, as tariffs name them.
pub const PARTIES: [&str; 2] = [SCHEME, AGENT];
/// The card or payment scheme.
pub const SCHEME: &str = "scheme";
/// Who brought the operation.
pub const AGENT: &str = "agent";

/// What the name of a counter of quantities is made with.
const COUNTER_DOMAIN: &[u8] = b"okto/tariff-counter/1\n";

/// What an operation costs, in minor units of what it moves. Names are short because it travels in
/// every quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// The edition of the tariff.
    #[serde(rename = "tariff")]
    pub edition: EditionId,
    /// The rule of it.
    pub rule: String,
    /// What it would cost without a promotion.
    pub list: i64,
    /// What of it is the bank's.
    pub bank: i64,
    /// The tax in it.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub vat: i64,
    /// What of it is the scheme's.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub scheme: i64,
    /// What of it is the agent's.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub agent: i64,
    /// The promotion that made it cheaper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<String>,
    /// What it rests on, where quantities are added up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
}

/// What a customer had used in the window of a rule when a fee was worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// Where the window begins, in seconds since 1970.
    pub since: i64,
    /// So many operations.
    pub operations: i64,
    /// So much, in minor units.
    pub quantity: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_nothing(part: &i64) -> bool {
    *part == 0
}

impl Fee {
    /// Nothing, by a tariff under which it is so.
    pub fn free(edition: EditionId) -> Self {
        Self {
            edition,
            rule: "free".to_owned(),
            list: 0,
            bank: 0,
            vat: 0,
            scheme: 0,
            agent: 0,
            promotion: None,
            used: None,
        }
    }

    /// The fee of a charge. `None` when a share is nobody's whom the bank pays.
    pub fn of(edition: EditionId, charge: &Charge<'_>, used: Option<Used>) -> Option<Self> {
        let mut fee = Self {
            edition,
            rule: charge.rule.name.clone(),
            list: charge.list.minor,
            bank: charge.bank.minor,
            vat: charge.vat.minor,
            scheme: 0,
            agent: 0,
            promotion: charge.promotion.map(str::to_owned),
            used,
        };
        for (party, share) in &charge.shares {
            match *party {
                SCHEME => fee.scheme = share.minor,
                AGENT => fee.agent = share.minor,
                _ => return None,
            }
        }
        Some(fee)
    }

    /// What the customer pays: all its parts.
    pub fn total(&self, asset: Asset) -> Result<Money> {
        let part = |minor| Money::new(minor, asset);
        part(self.bank).plus(part(self.vat))?.plus(part(self.scheme))?.plus(part(self.agent))
    }

    /// Whether no part of it is below nothing, as in every fee that the bank makes.
    pub const fn is_sound(&self) -> bool {
        self.bank >= 0 && self.vat >= 0 && self.scheme >= 0 && self.agent >= 0 && self.list >= 0
    }

    /// What the ledger counts with the operation, and has to find as it was when the fee was worked
    /// out.
    pub fn uses(&self, kind: &str, customer: Uuid, amount: Money) -> Vec<Use> {
        let Some(used) = self.used else { return Vec::new() };
        let counters = counters(kind, &self.rule, customer, amount.asset);
        let counted = [(1, used.operations), (amount.minor, used.quantity)];
        let count = |(counter, (amount, expected)): (CounterKey, (i64, i64))| Use {
            expected: Some(expected),
            ..Use::up_to(counter, Window::alone(used.since), amount, i64::MAX)
        };
        counters.into_iter().zip(counted).map(count).collect()
    }
}

impl Used {
    /// As tariffs ask for it.
    pub fn usage(self, asset: Asset) -> Usage {
        Usage {
            operations: u32::try_from(self.operations).unwrap_or(u32::MAX),
            quantity: Decimal::of_money(Money::new(self.quantity, asset)),
        }
    }
}

/// Where the operations and the quantities of a customer are counted that a rule prices.
pub fn counters(kind: &str, rule: &str, customer: Uuid, asset: Asset) -> [CounterKey; 2] {
    ["operations", "quantity"].map(|what| {
        let mut hash = Sha256::new().chain_update(COUNTER_DOMAIN);
        for part in [kind, rule, what, asset.code()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        CounterKey { limit: hashed_uuid(hash.finalize().into()), subject: customer }
    })
}

/// Where the window of a rule begins that a moment lies in, in seconds since 1970.
pub fn window_start(rule: &Rule, now: kernel::Moment) -> Option<i64> {
    let over = rule.over?;
    Some(over.start(now.day()).start().seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee() -> Fee {
        Fee {
            edition: EditionId::from_uuid(Uuid::from_u128(1)),
            rule: "rest".to_owned(),
            list: 1_000,
            bank: 500,
            vat: 107,
            scheme: 300,
            agent: 93,
            promotion: None,
            used: Some(Used { since: 0, operations: 3, quantity: 70_000 }),
        }
    }

    #[test]
    fn a_fee_arrives_as_it_left() {
        let text = serde_json::to_string(&fee()).unwrap();
        assert_eq!(serde_json::from_str::<Fee>(&text).unwrap(), fee());
        assert_eq!(fee().total(Asset::Uzs).unwrap(), Money::new(1_000, Asset::Uzs));
        assert!(fee().is_sound() && !Fee { vat: -1, ..fee() }.is_sound());
    }

    #[test]
    fn what_it_rests_on_is_asked_of_the_ledger() {
        let (customer, amount) = (Uuid::from_u128(7), Money::new(500, Asset::Uzs));
        let uses = fee().uses("transfer.internal", customer, amount);
        let asked: Vec<_> = uses.iter().map(|u| (u.amount, u.expected)).collect();
        assert_eq!(asked, [(1, Some(3)), (500, Some(70_000))]);
        let names: std::collections::HashSet<_> = uses.iter().map(|u| u.counter).collect();
        assert_eq!(names.len(), 2);
        // Other rules, kinds and assets are counted elsewhere.
        for (kind, rule, asset) in [
            ("transfer.internal", "rest", Asset::Usd),
            ("transfer.internal", "own", Asset::Uzs),
            ("cash.in", "rest", Asset::Uzs),
        ] {
            let other = counters(kind, rule, customer, asset);
            assert!(other.iter().all(|counter| !names.contains(counter)), "{kind} {rule}");
        }
        assert!(Fee { used: None, ..fee() }.uses("x", customer, amount).is_empty());
    }
}
