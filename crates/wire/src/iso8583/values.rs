//! Values as they stand in a message.

use super::Problem;
use super::layout::{Coding, Element, Kind};
use crate::ebcdic;

/// What fills the last half byte of a packed value, before the digits or behind a track.
const NO_DIGIT: u8 = 0x0f;
/// The separator of a track, packed.
const SEPARATOR: u8 = 0x0d;

impl Coding {
    /// How many bytes a value takes that its length says to be of this size.
    pub(super) fn bytes(self, size: usize) -> usize {
        match self {
            Coding::Packed => size.div_ceil(2),
            Coding::Text | Coding::Ebcdic | Coding::Bytes | Coding::Hex => size,
        }
    }
}

impl Element {
    /// The size of a value as a length says it: of hexadecimal digits each counts.
    pub(super) fn size(self, value: &[u8]) -> usize {
        match self.coding {
            Coding::Hex => value.len().saturating_mul(2),
            _ => value.len(),
        }
    }

    /// The most that a length may say.
    pub(super) fn most(self, most: u16) -> usize {
        match self.coding {
            Coding::Hex => usize::from(most).saturating_mul(2),
            _ => usize::from(most),
        }
    }

    /// Reads a value of so many digits, characters or bytes.
    pub(super) fn read(self, from: &[u8], size: usize, to: &mut Vec<u8>) -> Result<(), Problem> {
        let start = to.len();
        match (self.coding, self.kind) {
            (Coding::Text | Coding::Bytes, _) => to.extend_from_slice(from),
            (Coding::Ebcdic, _) => {
                for byte in from {
                    to.push(ebcdic::to_ascii(*byte).ok_or(Problem::Value)?);
                }
            }
            (Coding::Packed, Kind::SignedDigits) => {
                let (sign, digits) = from.split_first().ok_or(Problem::Truncated)?;
                to.push(*sign);
                unpack(digits, size.saturating_sub(1), to)?;
            }
            (Coding::Packed, Kind::Track) => unpack_track(from, size, to)?,
            (Coding::Packed, _) => unpack(from, size, to)?,
            (Coding::Hex, _) => unhex(from, to)?,
        }
        self.check(to.get(start..).unwrap_or_default())
    }

    /// Writes a value.
    pub(super) fn write(self, value: &[u8], to: &mut Vec<u8>) -> Result<(), Problem> {
        self.check(value)?;
        match (self.coding, self.kind) {
            (Coding::Text | Coding::Bytes, _) => to.extend_from_slice(value),
            (Coding::Ebcdic, _) => {
                for byte in value {
                    to.push(ebcdic::from_ascii(*byte).ok_or(Problem::Value)?);
                }
            }
            (Coding::Packed, Kind::SignedDigits) => {
                let (sign, digits) = value.split_first().ok_or(Problem::Length)?;
                to.push(*sign);
                pack(digits, to);
            }
            (Coding::Packed, Kind::Track) => pack_track(value, to),
            (Coding::Packed, _) => pack(value, to),
            (Coding::Hex, _) => hex(value, to),
        }
        Ok(())
    }

    fn check(self, value: &[u8]) -> Result<(), Problem> {
        let allowed = match self.kind {
            Kind::Digits => value.iter().all(u8::is_ascii_digit),
            Kind::Alphanumeric => {
                value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b' ')
            }
            Kind::Printable => value.iter().all(|byte| matches!(byte, b' '..=b'~')),
            Kind::SignedDigits => value.split_first().is_some_and(|(sign, digits)| {
                matches!(sign, b'C' | b'D') && digits.iter().all(u8::is_ascii_digit)
            }),
            Kind::Track => {
                value.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'=' | b'D'))
            }
            Kind::Bytes => true,
        };
        if allowed { Ok(()) } else { Err(Problem::Value) }
    }
}

/// Digits, two to a byte, a zero before an odd number of them.
fn unpack(from: &[u8], size: usize, to: &mut Vec<u8>) -> Result<(), Problem> {
    let (first, pairs) = match (size % 2, from) {
        (1, [first, pairs @ ..]) => (Some(*first), pairs),
        _ => (None, from),
    };
    if let Some(first) = first {
        to.push(digit(first)?);
    }
    for pair in pairs {
        to.push(digit(pair >> 4)?);
        to.push(digit(pair & NO_DIGIT)?);
    }
    Ok(())
}

fn digit(value: u8) -> Result<u8, Problem> {
    if value > 9 { Err(Problem::Value) } else { Ok(b'0'.wrapping_add(value)) }
}

/// Writes digits two to a byte. They were looked at before.
fn pack(digits: &[u8], to: &mut Vec<u8>) {
    let value = |digit: &u8| digit & NO_DIGIT;
    let (first, pairs) = digits.split_at(digits.len() % 2);
    to.extend(first.iter().map(value));
    let pair = |pair: &[u8]| pair.iter().fold(0_u8, |high, digit| high << 4 | value(digit));
    to.extend(pairs.chunks_exact(2).map(pair));
}

/// A track, two characters to a byte, an F behind an odd number of them.
fn unpack_track(from: &[u8], size: usize, to: &mut Vec<u8>) -> Result<(), Problem> {
    let halves = from.iter().flat_map(|byte| [byte >> 4, byte & NO_DIGIT]);
    for (place, half) in halves.enumerate() {
        match half {
            NO_DIGIT if place == size => {}
            _ if place >= size => return Err(Problem::Value),
            SEPARATOR => to.push(b'D'),
            half => to.push(digit(half)?),
        }
    }
    Ok(())
}

fn pack_track(value: &[u8], to: &mut Vec<u8>) {
    let half = |byte: &u8| if matches!(byte, b'=' | b'D') { SEPARATOR } else { byte & NO_DIGIT };
    for pair in value.chunks(2) {
        let mut halves = pair.iter().map(half);
        let high = halves.next().unwrap_or(NO_DIGIT);
        to.push(high << 4 | halves.next().unwrap_or(NO_DIGIT));
    }
}

/// Hexadecimal digits.
pub(super) fn unhex(from: &[u8], to: &mut Vec<u8>) -> Result<(), Problem> {
    let half = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte & NO_DIGIT),
        b'A'..=b'F' | b'a'..=b'f' => Ok((byte & NO_DIGIT).wrapping_add(9)),
        _ => Err(Problem::Value),
    };
    let mut pairs = from.chunks_exact(2);
    for pair in &mut pairs {
        if let [high, low] = pair {
            to.push(half(*high)? << 4 | half(*low)?);
        }
    }
    if pairs.remainder().is_empty() { Ok(()) } else { Err(Problem::Length) }
}

/// Writes bytes as hexadecimal digits.
pub(super) fn hex(value: &[u8], to: &mut Vec<u8>) {
    let digit = |half: u8| match half {
        0..=9 => b'0'.wrapping_add(half),
        _ => b'A'.wrapping_add(half.wrapping_sub(10)),
    };
    to.extend(value.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & NO_DIGIT)]));
}
