//! The staff: how employees come in, and what they propose and decide.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod approvals;
mod customers;
mod employees;
mod links;
mod lists;
mod office;
mod oneself;
mod phone;
