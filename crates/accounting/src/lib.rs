//! What the general ledger is told, and whether everybody's books agree.
//!
//! The core banking system (ABS) keeps the general ledger. Every transfer of the bank becomes a
//! document by the chart of accounts; documents are sent in batches, in order; a day is closed when
//! both books say the same of it. Nothing that a customer does waits for any of that.
//!
//! # Invariants
//! - A transfer that moved money has exactly one document. It is written in the transaction in
//!   which the event of its operation is read, under an id that derives from it.
//! - A batch has the state "unknown" before it leaves, until its outcome is read. Then it is asked
//!   for first.
//! - Of a day that is frozen nothing more is written down: what comes late is booked on the next.
//! - A day is closed only when the difference of the sums is zero.
#![deny(missing_docs, clippy::arithmetic_side_effects)]

pub mod chart;
pub mod day_close;
pub mod desk;
pub mod export;
pub mod ports;
pub mod reconciliation;

use kernel::KeyRing;
use store::Store;
use store::editions::{Editions, Parsed};

pub use chart::Chart;
pub use kernel::{BatchId, BreakId, DocumentId, RunId};

/// The bank's accounting. Clones share what was read of charts.
#[derive(Clone)]
pub struct Accounting {
    store: Store,
    editions: Editions,
    keys: KeyRing,
    parsed: Parsed<Chart>,
}

impl Accounting {
    /// Over a database and the documents that the bank goes by; with the keys of the installation.
    pub fn new(store: Store, editions: Editions, keys: KeyRing) -> Self {
        Self { store, editions, keys, parsed: Parsed::default() }
    }
}
