//! The payment products on PostgreSQL.

// Marked as tests so that the lints know it: helpers here may unwrap as tests do.
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod accuracy;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod categories;
#[cfg(test)]
mod common;
#[cfg(test)]
mod confirmations;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod fees;
#[cfg(test)]
mod history;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod office;
#[cfg(test)]
mod payees;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod transfers;
