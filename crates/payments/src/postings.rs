//! What a transfer of the ledger is for. Each product builds its transfers with typed functions in
//! its own `postings.rs`; the number that each of them carries stands here once.
//!
//! `docs/generated/postings.md` shows them all to the accountants and is written by a test.

/// What one transfer of an operation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leg {
    /// Cash that was paid in at the desk.
    CashIn,
    /// The money of a transfer inside the bank.
    InternalTransfer,
    /// What the payer of a transfer inside the bank pays for it.
    InternalTransferFee,
    /// The tax in that.
    InternalTransferFeeVat,
    /// What of that is a scheme's.
    InternalTransferFeeScheme,
    /// What of that is an agent's.
    InternalTransferFeeAgent,
    /// What is given back of a transfer inside the bank.
    InternalTransferRefund,
    /// What of the fee of a transfer inside the bank is given back.
    InternalTransferFeeRefund,
    /// The tax in that.
    InternalTransferFeeVatRefund,
    /// What of that was a scheme's.
    InternalTransferFeeSchemeRefund,
    /// What of that was an agent's.
    InternalTransferFeeAgentRefund,
    /// What a customer gives to get another currency for it.
    ExchangeGiven,
    /// What a customer gets for what they gave.
    ExchangeTaken,
    /// What of an exchange is the bank's.
    ExchangeSpread,
}

impl Leg {
    /// Every leg.
    pub const ALL: [Self; 14] = [
        Self::CashIn,
        Self::InternalTransfer,
        Self::InternalTransferFee,
        Self::InternalTransferFeeVat,
        Self::InternalTransferFeeScheme,
        Self::InternalTransferFeeAgent,
        Self::InternalTransferRefund,
        Self::InternalTransferFeeRefund,
        Self::InternalTransferFeeVatRefund,
        Self::InternalTransferFeeSchemeRefund,
        Self::InternalTransferFeeAgentRefund,
        Self::ExchangeGiven,
        Self::ExchangeTaken,
        Self::ExchangeSpread,
    ];

    /// The number that the ledger keeps with the transfer. Numbers never change.
    pub const fn code(self) -> i16 {
        match self {
            Self::CashIn => 101,
            Self::InternalTransfer => 201,
            Self::InternalTransferFee => 202,
            Self::InternalTransferFeeVat => 203,
            Self::InternalTransferFeeScheme => 204,
            Self::InternalTransferFeeAgent => 205,
            Self::InternalTransferRefund => 206,
            Self::InternalTransferFeeRefund => 207,
            Self::InternalTransferFeeVatRefund => 208,
            Self::InternalTransferFeeSchemeRefund => 209,
            Self::InternalTransferFeeAgentRefund => 210,
            Self::ExchangeGiven => 301,
            Self::ExchangeTaken => 302,
            Self::ExchangeSpread => 303,
        }
    }

    /// The leg of a number.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|leg| leg.code() == code)
    }

    /// What it means, for accountants.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::CashIn => "Cash is paid in at the desk and owed to the customer",
            Self::InternalTransfer => "The payer's deposit becomes the payee's",
            Self::InternalTransferFee => {
                "The payer pays for the transfer; left out while the fee is zero"
            }
            Self::InternalTransferFeeVat => "The tax in the fee is owed to the state",
            Self::InternalTransferFeeScheme => "What of the fee is the scheme's is owed to it",
            Self::InternalTransferFeeAgent => "What of the fee is the agent's is owed to them",
            Self::InternalTransferRefund => "What the payee was paid is the payer's deposit again",
            Self::InternalTransferFeeRefund => {
                "The payer gets the fee back, or a part of it; left out when none is given back"
            }
            Self::InternalTransferFeeVatRefund => {
                "The tax in the fee that is given back is not owed any more"
            }
            Self::InternalTransferFeeSchemeRefund => {
                "What of the fee that is given back was the scheme's is not owed to it any more"
            }
            Self::InternalTransferFeeAgentRefund => {
                "What of the fee that is given back was the agent's is not owed to them any more"
            }
            Self::ExchangeGiven => {
                "What the customer gives comes into the position or its equivalent"
            }
            Self::ExchangeTaken => "What the customer gets leaves the equivalent or the position",
            Self::ExchangeSpread => {
                "What the bank's rate differs by from the published one; left out when it is zero"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::Write as _;
    use std::path::Path;

    use kernel::{AccountId, Amount, Asset, EditionId, Money};
    use ledger::Transfer;
    use pricing::rates::{Exchanged, Side};
    use uuid::Uuid;

    use super::*;
    use crate::bank::BankAccount;
    use crate::fees::Fee;
    use crate::refunds::{self, Parts};
    use crate::{cash, exchange, transfers};

    const ASSET: Asset = Asset::Uzs;

    fn customer(n: u128) -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(n))
    }

    /// The bank's account of an id, and what is on it.
    fn own(id: AccountId) -> Option<(BankAccount, Asset)> {
        let of = |asset| BankAccount::ALL.into_iter().map(move |own| (own, asset));
        let mut all = Asset::ALL.into_iter().flat_map(of);
        let (own, asset) = all.find(|(own, asset)| own.id(*asset) == id)?;
        Some((own, own.held_in(asset)))
    }

    fn name(id: AccountId) -> String {
        if id == customer(1) {
            return "20206 deposit of the payer".to_owned();
        }
        if id == customer(2) {
            return "20206 deposit of the payee".to_owned();
        }
        if id == customer(3) {
            return "20206 deposit of the customer".to_owned();
        }
        if id == customer(4) {
            return "20206 another deposit of the customer".to_owned();
        }
        let (own, _) = own(id).unwrap();
        format!("{} {}", own.code(), own.title())
    }

    fn rows(kind: &str, example: &str, legs: &[Transfer], into: &mut String) {
        for (leg, number) in legs.iter().zip(1..) {
            let meaning = Leg::from_code(leg.code).unwrap().meaning();
            let asset = own(leg.debit).or(own(leg.credit)).map_or(ASSET, |(_, asset)| asset);
            let amount = Money::new(leg.amount, asset);
            let (debit, credit) = (name(leg.debit), name(leg.credit));
            let accounts = format!("{} | {debit} | {credit}", leg.code);
            writeln!(
                into,
                "| `{kind}` | {example} | {number} | {accounts} | {amount} | {meaning} |"
            )
            .unwrap();
        }
    }

    fn table() -> String {
        let amount = Amount::parse("150000.00", ASSET).unwrap();
        let mut text = String::from(
            "# Postings\n\n\
             What every product writes into the ledger, with example amounts. Made by the tests of \
             crate `payments`; to write it again, run them with `OKTO_UPDATE=1`.\n\n\
             Every leg debits one account and credits another, so that each operation is in \
             balance by itself.\n\n\
             | Operation | Example | Leg | Code | Debit | Credit | Amount | Meaning |\n\
             |---|---|---|---|---|---|---|---|\n",
        );
        let paid_in = cash::postings::cash_in(customer(3), amount);
        rows(cash::KIND, "any", &[paid_in], &mut text);
        let fee = |bank, vat, scheme, agent| Fee {
            bank,
            vat,
            scheme,
            agent,
            ..Fee::free(EditionId::from_uuid(Uuid::nil()))
        };
        for (example, fee) in [
            ("without a fee", fee(0, 0, 0, 0)),
            ("with a fee", fee(75_000, 0, 0, 0)),
            ("with tax and shares", fee(46_875, 8_036, 13_393, 6_696)),
        ] {
            let legs = transfers::postings::internal(&transfers::postings::Internal {
                from: customer(1),
                to: customer(2),
                amount,
                fee: &fee,
            })
            .unwrap();
            rows(transfers::KIND, example, &legs, &mut text);
        }
        refunds(&mut text);
        exchanges(&mut text);
        text
    }

    /// The same transfer, given back.
    fn refunds(text: &mut String) {
        let parts = |bank, vat, scheme, agent| Parts { bank, vat, scheme, agent };
        for (example, amount, fee) in [
            ("all that was paid and the fee", 15_000_000, parts(46_875, 8_036, 13_393, 6_696)),
            ("a part, without the fee", 5_000_000, Parts::default()),
            ("the fee alone", 0, parts(75_000, 0, 0, 0)),
        ] {
            let refund = refunds::postings::Refund {
                payer: customer(1),
                payee: customer(2),
                asset: ASSET,
                amount,
                fee,
            };
            rows(refunds::KIND, example, &refunds::postings::refund(&refund), text);
        }
    }

    /// A hundred dollars at a published rate of 11,821.18, half a percent either way.
    fn exchanges(text: &mut String) {
        let money = |text, asset| Amount::parse(text, asset).unwrap().money();
        let (dollars, worth) = (money("100", Asset::Usd), money("1182118", ASSET));
        for (example, side, sum, rate) in [
            ("dollars for sum", Side::Buy, "1176207", "11762.07"),
            ("sum for dollars", Side::Sell, "1188029", "11880.29"),
            ("without a spread", Side::Sell, "1182118", "11821.18"),
        ] {
            let sides = (dollars, money(sum, ASSET));
            let exchanged = Exchanged::of(side, sides, worth, money(rate, ASSET)).unwrap();
            let (from, to) = (customer(3), customer(4));
            let exchange = exchange::postings::Exchange { from, to, side, exchanged };
            let legs = exchange::postings::exchange(&exchange);
            rows(exchange::KIND, example, &legs, text);
        }
    }

    #[test]
    fn the_accountants_table_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/postings.md");
        let table = table();
        if std::env::var_os("OKTO_UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &table).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == table,
            "docs/generated/postings.md is out of date: run this test with OKTO_UPDATE=1"
        );
    }

    #[test]
    fn every_leg_has_its_own_number_and_stands_in_the_table() {
        let table = table();
        let codes: HashSet<_> = Leg::ALL.into_iter().map(Leg::code).collect();
        assert_eq!(codes.len(), Leg::ALL.len());
        for leg in Leg::ALL {
            assert!(table.contains(leg.meaning()), "{leg:?}");
            assert_eq!(Leg::from_code(leg.code()), Some(leg));
        }
        assert_eq!(Leg::from_code(0), None);
    }
}
