//! Bytes to messages.

use super::layout::{Coding, Element, Kind, Layout, Length};
use super::message::{HIGHEST, Message, Mti, SECOND_BITMAP, THIRD_BITMAP};
use super::values::unhex;
use super::{Fault, Problem};

const MTI_DIGITS: usize = 4;
const BITMAP_BYTES: usize = 8;

/// What was read so far.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Problem> {
        let end = self.at.saturating_add(count);
        let taken = self.bytes.get(self.at..end).ok_or(Problem::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    fn mti(&mut self, coding: Coding) -> Result<Mti, Problem> {
        let taken = self.take(coding.bytes(MTI_DIGITS))?;
        let mut digits = Vec::with_capacity(MTI_DIGITS);
        Element::digits(coding, 4)
            .read(taken, MTI_DIGITS, &mut digits)
            .map_err(|_| Problem::Mti)?;
        let digits = digits.try_into().map_err(|_| Problem::Mti)?;
        Mti::new(digits).ok_or(Problem::Mti)
    }

    fn bitmap(&mut self, coding: Coding) -> Result<u64, Problem> {
        let bitmap: [u8; BITMAP_BYTES] = if coding == Coding::Hex {
            let mut bytes = Vec::with_capacity(BITMAP_BYTES);
            let digits = self.take(BITMAP_BYTES.saturating_mul(2))?;
            unhex(digits, &mut bytes).map_err(|_| Problem::Bitmap)?;
            bytes.try_into().map_err(|_| Problem::Bitmap)?
        } else {
            self.take(BITMAP_BYTES)?.try_into().map_err(|_| Problem::Bitmap)?
        };
        Ok(u64::from_be_bytes(bitmap))
    }

    /// The length that stands before a value.
    fn length(&mut self, coding: Coding, digits: u8) -> Result<usize, Problem> {
        let digits = usize::from(digits);
        if coding == Coding::Bytes {
            let taken = self.take(length_bytes(digits))?;
            return Ok(taken.iter().fold(0, |high, byte| high << 8 | usize::from(*byte)));
        }
        let taken = self.take(coding.bytes(digits))?;
        let number = |high: usize, digit: u8| {
            if digit > 9 {
                return Err(Problem::Length);
            }
            Ok(high.saturating_mul(10).saturating_add(usize::from(digit)))
        };
        let zero = if coding == Coding::Ebcdic { 0xf0 } else { b'0' };
        if coding == Coding::Packed {
            let mut halves = taken.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
            return halves.try_fold(0, number);
        }
        taken.iter().try_fold(0, |high, byte| number(high, byte.wrapping_sub(zero)))
    }

    fn value(
        &mut self,
        (prefix, element): (Coding, Element),
        to: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let size = match element.length {
            Length::Fixed(size) => fixed(element, size),
            Length::Upto(digits, most) => {
                let size = self.length(prefix, digits)?;
                if size > element.most(most) {
                    return Err(Problem::Length);
                }
                size
            }
        };
        let bytes = match element.kind {
            // The sign is a character of its own.
            Kind::SignedDigits => element.coding.bytes(size.saturating_sub(1)).saturating_add(1),
            _ => element.coding.bytes(size),
        };
        let taken = self.take(bytes)?;
        element.read(taken, size, to)
    }
}

/// What the length of a value of a fixed size would say.
pub(super) fn fixed(element: Element, size: u16) -> usize {
    match element.kind {
        Kind::SignedDigits => usize::from(size).saturating_add(1),
        _ => element.most(size),
    }
}

/// How many bytes a length takes that is written as a number.
pub(super) fn length_bytes(digits: usize) -> usize {
    if digits > 2 { 2 } else { 1 }
}

impl Layout {
    /// Reads a message. All of the bytes are of it: where it ends says the connection.
    pub fn decode(&self, bytes: &[u8]) -> Result<Message, Fault> {
        let mut reader = Reader { bytes, at: 0 };
        let mut element = None;
        let read = self.read_into(&mut reader, &mut element);
        read.map_err(|problem| Fault { element, at: reader.at, problem })
    }

    fn read_into(
        &self,
        reader: &mut Reader<'_>,
        current: &mut Option<u8>,
    ) -> Result<Message, Problem> {
        let mut message = Message::new(reader.mti(self.mti)?);
        let mut bits = u128::from(reader.bitmap(self.bitmap)?) << 64;
        if bits >> 127 == 1 {
            bits |= u128::from(reader.bitmap(self.bitmap)?);
        }
        for number in SECOND_BITMAP.saturating_add(1)..=HIGHEST {
            bits <<= 1;
            if bits >> 127 == 0 {
                continue;
            }
            if number == THIRD_BITMAP {
                return Err(Problem::Bitmap);
            }
            *current = Some(number);
            let element = self.element(number).ok_or(Problem::Unknown)?;
            let mut read = Ok(());
            message.fill(number, |to| read = reader.value((self.prefix, element), to));
            read?;
        }
        *current = None;
        if reader.at < reader.bytes.len() {
            return Err(Problem::Trailing);
        }
        Ok(message)
    }
}
