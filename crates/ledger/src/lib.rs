//! The books of the bank: accounts, and operations that move money between them.
//!
//! An operation is a chain of transfers that post all or nothing. Its id is the idempotency key:
//! the same id with the same request from the same principal gives the stored receipt, anything
//! else under a known id is refused. What may happen is decided by one pure function,
//! [`rules::decide`]; the engine only loads what it needs, under locks, and writes what it decided.
//!
//! # Invariants
//! - Every transfer debits one account and credits another of the same asset, so the sum over all
//!   accounts of an asset is zero at every moment.
//! - An account with a balance rule never breaks it, after any transfer of any chain.
//! - The moments of the transfers that touch an account are strictly increasing, so its history has
//!   one order and its balance at a past moment is one row.
//! - Rows of `operation` and `transfer` are never changed.
//!
//! # Lock order
//! Accounts by id, then limit counters by key. Holds are read after the accounts are locked:
//! everything that could change them locks one of the same accounts first. A known id or a taken
//! reference that a batch did not see is refused by its unique index, and the batch decides again.
#![deny(missing_docs, clippy::arithmetic_side_effects)]

mod accounts;
pub mod audit;
mod counters;
mod engine;
mod holds;
mod model;
pub mod rules;
pub mod statements;
mod verify;

pub use counters::{Counter, CounterKey, Use, Window};
pub use engine::{Config, Ledger};
pub use model::*;
pub use verify::{Finding, Report};
