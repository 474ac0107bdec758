//! ISO 8583, edition of 1987: what terminals, networks and issuers say to each other of a payment.
//!
//! ```
//! use wire::iso8583::{Layout, Message, Mti};
//!
//! let layout = Layout::named("text-hex-bitmap").unwrap();
//! let echo = Message::new(Mti::new(*b"0800").unwrap()).with(11, "000001").with(70, "301");
//! let bytes = layout.encode(&echo).unwrap();
//! assert_eq!(layout.decode(&bytes).unwrap(), echo);
//! ```

mod decode;
mod elements;
mod encode;
mod layout;
mod message;
mod values;

use std::fmt;

pub use layout::{BadLayout, Layout};
pub use message::{HIGHEST, Message, Mti};

/// Why bytes are no message, or a message no bytes. It holds no value: that may be of a card.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Where it stands: a data element, or nothing for the kind and the bitmaps.
    pub element: Option<u8>,
    /// At which byte of what was read, or of what is written so far.
    pub at: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Problem {
    /// It ends before the value does.
    Truncated,
    /// The kind is not four digits.
    Mti,
    /// A bitmap is not one, or announces a third.
    Bitmap,
    /// The layout has no such data element.
    Unknown,
    /// The length is no number, or none that the value may have.
    Length,
    /// The value has characters that it may not have.
    Value,
    /// Bytes are left when all values were read.
    Trailing,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.element {
            Some(element) => write!(f, "data element {element}, byte {}: ", self.at)?,
            None => write!(f, "byte {}: ", self.at)?,
        }
        f.write_str(match self.problem {
            Problem::Truncated => "the message ends in it",
            Problem::Mti => "the message type is not four digits",
            Problem::Bitmap => "no bitmap of this edition",
            Problem::Unknown => "the layout has no such data element",
            Problem::Length => "no length that the value may have",
            Problem::Value => "characters that the value may not have",
            Problem::Trailing => "more bytes than the bitmap announces",
        })
    }
}

impl std::error::Error for Fault {}
