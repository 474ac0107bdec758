//! PostgreSQL for the bank: the pool, transactions, migrations, partitions, the event log, jobs,
//! request counters and a private server.
//!
//! Everything that must happen with a change (an event, a job) is written in the transaction of
//! that change; what runs later reads it from here.
#![deny(missing_docs)]

pub mod audit;
mod batches;
#[cfg(feature = "testing")]
mod canary;
pub mod editions;
pub mod embedded;
pub mod gather;
mod hex;
pub mod jobs;
pub mod migrations;
pub mod outbox;
pub mod partitions;
mod pool;
pub mod rates;
pub mod signing;
pub mod subjects;
mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
pub mod upkeep;

pub use batches::in_batches;
pub use hex::hex;
pub use pool::{Config, Store, Tx, broken, commit};
pub use tasks::pause;
