//! The postings of a fee.

use kernel::{AccountId, Asset, Result};
use ledger::{Transfer, TransferKind};

use super::Fee;
use crate::bank::BankAccount;
use crate::postings::Leg;

/// The legs by which a product books its fee and the parts of it that are not the bank's.
#[derive(Clone, Copy, Debug)]
pub struct FeeLegs {
    /// All of it, from the payer.
    pub whole: Leg,
    /// The tax.
    pub vat: Leg,
    /// What is the scheme's.
    pub scheme: Leg,
    /// What is the agent's.
    pub agent: Leg,
}

/// What the payer pays, which is one line in their statement; then what of it the bank owes to the
/// state and to others leaves the bank's income. The ledger does not write a transfer of nothing,
/// so a part of zero has no leg.
pub fn fee(payer: AccountId, asset: Asset, fee: &Fee, legs: FeeLegs) -> Result<Vec<Transfer>> {
    let income = BankAccount::FeeIncome.id(asset);
    let owed = |to: BankAccount| to.id(asset);
    let parts = [
        (payer, income, fee.total(asset)?.minor, legs.whole),
        (income, owed(BankAccount::VatPayable), fee.vat, legs.vat),
        (income, owed(BankAccount::SchemePayable), fee.scheme, legs.scheme),
        (income, owed(BankAccount::AgentPayable), fee.agent, legs.agent),
    ];
    let paid = parts.into_iter().filter(|(_, _, amount, _)| *amount > 0);
    Ok(paid
        .map(|(debit, credit, amount, leg)| Transfer {
            debit,
            credit,
            amount,
            kind: TransferKind::Post,
            code: leg.code(),
        })
        .collect())
}
