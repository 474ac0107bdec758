//! How much is allowed.
//!
//! A limit is a ceiling over what is counted for somebody or something in a window of time. Which
//! limits an operation meets, and what it uses of each, is decided in [`count`], purely; the ledger
//! counts it in the commit of the operation, so that no number of operations at once passes a
//! ceiling.
//!
//! # Invariants
//! - All limits that an operation meets must pass.
//! - A ceiling may be lowered by the customer and moved by the bank's employees; one that the law
//!   sets is moved by nobody.
//! - A limit keeps its counters when its ceiling changes: they hang on its name.
#![deny(missing_docs, clippy::arithmetic_side_effects)]

pub mod book;
pub mod count;
pub mod document;
mod holding;
mod sql;

pub use count::{AdjustedBy, Adjustment, Counted, Facts, Met, Subjects};
pub use document::{Fault, Limit, Limits};
pub use holding::{Coming, Holding, Holdings, Own, Temporary};
