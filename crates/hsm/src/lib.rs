//! Card cryptography: what a payment security module does with the keys of cards.
//!
//! PIN blocks, card verification values, cryptograms of chips, keys for one transaction and key
//! blocks, each as its standard says it. Every function takes its keys as values that wipe
//! themselves and never print; blocks on the way, which live as long as one call, are not wiped.
#![deny(missing_docs)]

mod cipher;
pub mod cvv;
pub mod dukpt;
pub mod emv;
pub mod key;
pub mod mac;
pub mod pin;
pub mod tr31;

pub use cipher::{AesKey, TdesKey};

/// Why something cannot be computed. It names no value: that may be of a card.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// A key has another length than its algorithm takes.
    #[error("a key of a length that its algorithm does not take")]
    KeyLength,
    /// Digits or lengths that the standard does not allow.
    #[error("an input that the standard does not allow: {0}")]
    Input(&'static str),
    /// A block that was made with another key, of another card, or changed.
    #[error("a block that does not open: another key, another card, or changed")]
    DoesNotOpen,
}

/// The digits of a decimal number, each as a value.
fn digits(text: &str) -> Result<Vec<u8>, Fault> {
    let value = |byte: u8| byte.is_ascii_digit().then(|| byte.wrapping_sub(b'0'));
    text.bytes().map(value).collect::<Option<_>>().ok_or(Fault::Input("not digits"))
}

/// Half bytes, two to a byte.
fn packed(halves: &[u8]) -> Vec<u8> {
    let pair = |pair: &[u8]| pair.iter().fold(0_u8, |high, half| high << 4 | half);
    halves.chunks(2).map(pair).collect()
}

/// The half bytes of bytes.
fn halves(bytes: &[u8]) -> impl Iterator<Item = u8> + Clone {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f])
}

fn xor<const N: usize>(mut left: [u8; N], right: &[u8; N]) -> [u8; N] {
    for (left, right) in left.iter_mut().zip(right) {
        *left ^= right;
    }
    left
}

/// The first decimal digits of a result in hexadecimal: those below ten in their order, then the
/// others, ten less.
fn decimalised(bytes: &[u8], count: usize) -> String {
    let of = |half: u8| char::from(b'0'.wrapping_add(half));
    let small = halves(bytes).filter(|half| *half < 10).map(of);
    let large = halves(bytes).filter(|half| *half >= 10).map(|half| of(half.wrapping_sub(10)));
    small.chain(large).take(count).collect()
}
