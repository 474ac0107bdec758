//! Every system the bank calls: one folder each, implementing the ports that the products define.
//!
//! A connector speaks its counterpart's protocol and nothing else: no database, no rules of
//! banking. It gets an address, credentials and time limits from the configuration, and talks to
//! the simulator in the same way as to the real host.
//!
//! What was sent is never logged, and neither is what came back: only what was being done, how
//! far it got, and the status code.

pub mod abs;
pub mod cbu;
pub mod eskiz;
pub mod hooks;
mod http;
pub mod smtp;

pub use http::Timeouts;
