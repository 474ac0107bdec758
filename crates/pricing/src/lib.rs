//! What it costs: tariffs, and the fees that follow from them.
//!
//! A tariff is a document that people can read, with a day from which it holds. It is priced by
//! pure functions: the same document and the same facts give the same fee, on the day and years
//! later. What was published about exchange rates is kept in [`rates`].
//!
//! # Invariants
//! - A price is exact until it is rounded, once, by the mode that its rule names.
//! - Tax and shares of a fee sum to the fee, to the minor unit; so do those of its refunds.
#![deny(missing_docs, clippy::arithmetic_side_effects)]

mod decimal;
pub mod rates;
mod split;
pub mod tariffs;

pub use decimal::{Decimal, Exact, Rounding, RoundingMode};
pub use split::split;
