//! The postings of cash over the desk.

use kernel::{AccountId, Amount};
use ledger::{Transfer, TransferKind};

use crate::bank::BankAccount;
use crate::postings::Leg;

/// Cash paid in: the bank has more cash and owes the customer as much.
pub fn cash_in(account: AccountId, amount: Amount) -> Transfer {
    Transfer {
        debit: BankAccount::Cash.id(amount.asset()),
        credit: account,
        amount: amount.minor(),
        kind: TransferKind::Post,
        code: Leg::CashIn.code(),
    }
}
