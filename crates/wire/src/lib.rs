//! Bytes to messages and back: the formats in which card networks talk.
//!
//! Nothing here does I/O, knows a clock or a key. A decoder takes what a stranger may send: it
//! never panics, never reads past what it was given, and says at which byte it stopped.
#![deny(missing_docs)]

mod ebcdic;
pub mod frame;
pub mod iso8583;
pub mod tlv;
