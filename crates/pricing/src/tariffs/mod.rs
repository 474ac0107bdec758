//! Tariffs: what an operation costs.
//!
//! [`document`] is what a tariff is, as it is drafted, approved and kept; [`price`] are the models
//! that it may use; [`charge`] says what one operation costs by it.

pub mod charge;
pub mod document;
pub mod price;

pub use charge::{Charge, Facts, NotCharged, Usage};
pub use document::{Fault, Rule, Tariff};
pub use price::{Price, Tier};
