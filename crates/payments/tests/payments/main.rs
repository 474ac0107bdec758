//! The payment products on PostgreSQL.

// Marked as tests so that the lints know it: helpers here may unwrap as tests do.
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod common;
#[cfg(test)]
mod history;
#[cfg(test)]
mod transfers;
