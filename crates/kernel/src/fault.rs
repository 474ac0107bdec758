use std::fmt;

/// Longest name in a document that the bank goes by.
pub const MAX_NAME_BYTES: usize = 40;

/// What is wrong with a document that somebody wrote (a tariff, limits), and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<W> {
    /// The place: `rules[2].price`.
    pub at: String,
    /// What.
    pub what: W,
}

impl<W: AsRef<str>> fmt::Display for Fault<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what.as_ref())
    }
}

/// Whether a text is a name in such a document: 1 to [`MAX_NAME_BYTES`] small letters, digits and
/// what else is allowed.
pub fn is_name(name: &str, also: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || also.as_bytes().contains(&b);
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.bytes().all(good)
}
