//! The postings of a transfer inside the bank.

use kernel::{AccountId, Amount, Result};
use ledger::{Transfer, TransferKind};

use crate::fees::Fee;
use crate::fees::postings::{FeeLegs, fee};
use crate::postings::Leg;

/// The legs of its fee.
pub const FEE: FeeLegs = FeeLegs {
    whole: Leg::InternalTransferFee,
    vat: Leg::InternalTransferFeeVat,
    scheme: Leg::InternalTransferFeeScheme,
    agent: Leg::InternalTransferFeeAgent,
};

/// What a transfer inside the bank moves.
#[derive(Clone, Copy, Debug)]
pub struct Internal<'a> {
    /// The payer's account.
    pub from: AccountId,
    /// The payee's account.
    pub to: AccountId,
    /// What the payee gets.
    pub amount: Amount,
    /// What the payer pays for it.
    pub fee: &'a Fee,
}

/// The payee's money first, then the fee.
pub fn internal(payment: &Internal<'_>) -> Result<Vec<Transfer>> {
    let mut legs = vec![Transfer {
        debit: payment.from,
        credit: payment.to,
        amount: payment.amount.minor(),
        kind: TransferKind::Post,
        code: Leg::InternalTransfer.code(),
    }];
    legs.extend(fee(payment.from, payment.amount.asset(), payment.fee, FEE)?);
    Ok(legs)
}
