//! The postings of what is given back of a transfer inside the bank: those of the transfer, the
//! other way round.

use kernel::{AccountId, Asset};
use ledger::{Transfer, TransferKind};

use super::Parts;
use crate::bank::BankAccount;
use crate::postings::Leg;

/// What a refund moves.
#[derive(Clone, Copy, Debug)]
pub struct Refund {
    /// The account of who paid.
    pub payer: AccountId,
    /// The account of who was paid.
    pub payee: AccountId,
    /// What both are in.
    pub asset: Asset,
    /// What the payee gives back, in minor units.
    pub amount: i64,
    /// What of the fee the bank gives back.
    pub fee: Parts,
}

/// The payee's money first; then the fee, which is one line in the payer's statement; then what of
/// it the bank does not owe to the state and to others any more comes back into its income. What is
/// nothing has no leg.
pub fn refund(refund: &Refund) -> Vec<Transfer> {
    let Refund { payer, payee, asset, amount, fee } = *refund;
    let income = BankAccount::FeeIncome.id(asset);
    let owed = |to: BankAccount| to.id(asset);
    let parts = [
        (payee, payer, amount, Leg::InternalTransferRefund),
        (income, payer, fee.total(), Leg::InternalTransferFeeRefund),
        (owed(BankAccount::VatPayable), income, fee.vat, Leg::InternalTransferFeeVatRefund),
        (
            owed(BankAccount::SchemePayable),
            income,
            fee.scheme,
            Leg::InternalTransferFeeSchemeRefund,
        ),
        (owed(BankAccount::AgentPayable), income, fee.agent, Leg::InternalTransferFeeAgentRefund),
    ];
    let given = parts.into_iter().filter(|(_, _, amount, _)| *amount > 0);
    given
        .map(|(debit, credit, amount, leg)| Transfer {
            debit,
            credit,
            amount,
            kind: TransferKind::Post,
            code: leg.code(),
        })
        .collect()
}
