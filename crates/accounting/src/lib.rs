//! What the general ledger is told, and whether everybody's books agree.
#![deny(missing_docs, clippy::arithmetic_side_effects)]

pub mod reconciliation;
