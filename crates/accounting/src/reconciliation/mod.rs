//! Reconciliation: our books, a counterpart's file and the general ledger, item by item.

pub mod rules;
