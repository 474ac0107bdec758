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
}

impl Leg {
    /// Every leg.
    pub const ALL: [Self; 3] = [Self::CashIn, Self::InternalTransfer, Self::InternalTransferFee];

    /// The number that the ledger keeps with the transfer. Numbers never change.
    pub const fn code(self) -> i16 {
        match self {
            Self::CashIn => 101,
            Self::InternalTransfer => 201,
            Self::InternalTransferFee => 202,
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
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::Write as _;
    use std::path::Path;

    use kernel::{AccountId, Amount, Asset, Money};
    use ledger::Transfer;
    use uuid::Uuid;

    use super::*;
    use crate::bank::BankAccount;
    use crate::{cash, transfers};

    const ASSET: Asset = Asset::Uzs;

    fn customer(n: u128) -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(n))
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
        let own = BankAccount::ALL.into_iter().find(|own| own.id(ASSET) == id).unwrap();
        format!("{} {}", own.code(), own.title())
    }

    fn rows(kind: &str, example: &str, legs: &[Transfer], into: &mut String) {
        for (leg, number) in legs.iter().zip(1..) {
            let meaning = Leg::from_code(leg.code).unwrap().meaning();
            let amount = Money::new(leg.amount, ASSET);
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
        for (example, fee) in [("without a fee", 0), ("with a fee", 75_000)] {
            let legs = transfers::postings::internal(&transfers::postings::Internal {
                from: customer(1),
                to: customer(2),
                amount,
                fee: Money::new(fee, ASSET),
            });
            rows(transfers::KIND, example, &legs, &mut text);
        }
        text
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
