//! The auditor's questions to the books, asked of the rows themselves and not of the code that
//! wrote them.

mod sql;

use kernel::Result;

use crate::engine::Ledger;

/// Something in the books that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule it breaks.
    pub rule: &'static str,
    /// Where.
    pub subject: String,
}

/// What [`Ledger::verify`] looked at, and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Accounts looked at.
    pub accounts: i64,
    /// Operations looked at.
    pub operations: i64,
    /// Transfers looked at.
    pub transfers: i64,
    /// Everything that is wrong; up to 100 findings for each rule.
    pub findings: Vec<Finding>,
}

impl Ledger {
    /// Reads all books in one snapshot and checks that they agree with themselves: assets sum to
    /// zero, no balance rule is broken, every balance equals its history, every running balance
    /// follows from the one before, holds and counters stand as their operations left them, and no
    /// row points nowhere.
    pub async fn verify(&self) -> Result<Report> {
        sql::report(&self.store).await
    }
}
