//! What the core banking system is told, when days are closed, and what is found to differ.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod fake;
mod world;

mod closing;
mod comparing;
mod sending;
mod writing;
