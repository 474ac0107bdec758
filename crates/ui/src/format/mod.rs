//! How money, times and numbers are written in the three languages.

mod dates;
mod money;
mod numbers;

pub use dates::{
    DayWords, day, day_heading, day_month, moment, moment_full, month, month_year, time,
};
pub use money::{Written, currency, money, plus, signed, spoken, typed};
pub use numbers::{account_number, fours, network, percent, phone, tail};

/// Between groups of digits: wide enough to part them, and no line breaks there.
pub const NBSP: char = '\u{a0}';
/// The minus sign.
pub const MINUS: char = '\u{2212}';
