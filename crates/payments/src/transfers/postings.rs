//! The postings of a transfer inside the bank.

use kernel::{AccountId, Amount, Money};
use ledger::{Transfer, TransferKind};

use crate::bank::BankAccount;
use crate::postings::Leg;

/// What a transfer inside the bank moves.
#[derive(Clone, Copy, Debug)]
pub struct Internal {
    /// The payer's account.
    pub from: AccountId,
    /// The payee's account.
    pub to: AccountId,
    /// What the payee gets.
    pub amount: Amount,
    /// What the payer pays for it.
    pub fee: Money,
}

/// The payee's money first, then the fee. The ledger does not write a transfer of nothing, so a fee
/// of zero has no leg.
pub fn internal(payment: &Internal) -> Vec<Transfer> {
    let leg = |credit, amount, leg: Leg| Transfer {
        debit: payment.from,
        credit,
        amount,
        kind: TransferKind::Post,
        code: leg.code(),
    };
    let mut legs = vec![leg(payment.to, payment.amount.minor(), Leg::InternalTransfer)];
    if payment.fee.minor > 0 {
        let income = BankAccount::FeeIncome.id(payment.fee.asset);
        legs.push(leg(income, payment.fee.minor, Leg::InternalTransferFee));
    }
    legs
}
