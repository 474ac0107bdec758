//! The postings of an exchange between two accounts of one customer.
//!
//! A transfer has one asset, so the two sides meet in two accounts of the bank: its position in the
//! currency, and what that position is worth in sum. Both move by what the Central Bank's rate
//! says: the spread leaves the second for the bank's income in a transfer of its own.

use kernel::{AccountId, Asset};
use ledger::{Transfer, TransferKind};
use pricing::rates::{Exchanged, Side};

use crate::bank::BankAccount;
use crate::postings::Leg;

/// What an exchange moves.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    /// The account that gives.
    pub from: AccountId,
    /// The account that gets.
    pub to: AccountId,
    /// Which way it goes.
    pub side: Side,
    /// What it comes to.
    pub exchanged: Exchanged,
}

/// What the customer gives, what they get, and the bank's spread. The ledger does not write a
/// transfer of nothing, so a spread of zero has no leg.
pub fn exchange(exchange: &Exchange) -> Vec<Transfer> {
    let Exchange { from, to, side, exchanged } = *exchange;
    let currency = exchanged.currency.asset;
    let position = BankAccount::FxPosition.id(currency);
    let equivalent = BankAccount::FxEquivalent.id(currency);
    let (given, taken) = exchanged.given_and_taken(side);
    let (takes, gives) = match side {
        Side::Buy => (position, equivalent),
        Side::Sell => (equivalent, position),
    };
    let leg = |debit, credit, amount, leg: Leg| Transfer {
        debit,
        credit,
        amount,
        kind: TransferKind::Post,
        code: leg.code(),
    };
    let mut legs = vec![
        leg(from, takes, given.minor, Leg::ExchangeGiven),
        leg(gives, to, taken.minor, Leg::ExchangeTaken),
    ];
    if exchanged.spread.minor > 0 {
        let income = BankAccount::FxIncome.id(Asset::Uzs);
        legs.push(leg(equivalent, income, exchanged.spread.minor, Leg::ExchangeSpread));
    }
    legs
}
