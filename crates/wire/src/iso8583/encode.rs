//! Messages to bytes.

use super::decode::{fixed, length_bytes};
use super::layout::{Coding, Element, Kind, Layout, Length};
use super::message::{HIGHEST, Message, SECOND_BITMAP};
use super::values::hex;
use super::{Fault, Problem};

/// Decimal digits of a length, at most.
const MOST_DIGITS: usize = 3;

impl Layout {
    /// Writes a message. A value shorter than its data element is wide gets zeros before its digits
    /// or spaces behind its characters.
    pub fn encode(&self, message: &Message) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::with_capacity(512);
        self.encode_to(message, &mut bytes)?;
        Ok(bytes)
    }

    /// Adds a message to what stands there. After a fault nothing is added.
    pub fn encode_to(&self, message: &Message, to: &mut Vec<u8>) -> Result<(), Fault> {
        let start = to.len();
        let mut element = None;
        self.write(message, to, &mut element).map_err(|problem| {
            let at = to.len().saturating_sub(start);
            to.truncate(start);
            Fault { element, at, problem }
        })
    }

    fn write(
        &self,
        message: &Message,
        to: &mut Vec<u8>,
        current: &mut Option<u8>,
    ) -> Result<(), Problem> {
        Element::digits(self.mti, 4).write(&message.mti().digits(), to)?;
        // The first bit of a bitmap is that of data element 1 in the standard, the last one here.
        let mut bits = message.present().reverse_bits();
        let has_second = bits & u128::from(u64::MAX) != 0;
        if has_second {
            bits |= 1 << (u128::BITS - u32::from(SECOND_BITMAP));
        }
        let written = bits.to_be_bytes();
        let (first, second) = written.split_at(written.len() / 2);
        for half in [Some(first), has_second.then_some(second)].into_iter().flatten() {
            match self.bitmap {
                Coding::Hex => hex(half, to),
                _ => to.extend_from_slice(half),
            }
        }
        for number in message.elements().filter(|number| *number <= HIGHEST) {
            *current = Some(number);
            let element = self.element(number).ok_or(Problem::Unknown)?;
            let value = message.get(number).ok_or(Problem::Length)?;
            match element.length {
                Length::Fixed(size) => write_fixed(element, size, value, to)?,
                Length::Upto(digits, most) => {
                    let size = element.size(value);
                    if size > element.most(most) {
                        return Err(Problem::Length);
                    }
                    length(self.prefix, digits, size, to)?;
                    element.write(value, to)?;
                }
            }
        }
        *current = None;
        Ok(())
    }
}

fn write_fixed(element: Element, size: u16, value: &[u8], to: &mut Vec<u8>) -> Result<(), Problem> {
    let (wanted, given) = (fixed(element, size), element.size(value));
    let missing = wanted.checked_sub(given).ok_or(Problem::Length)?;
    if missing == 0 {
        return element.write(value, to);
    }
    match element.kind {
        Kind::Digits => {
            let mut padded = vec![b'0'; missing];
            padded.extend_from_slice(value);
            element.write(&padded, to)
        }
        Kind::Alphanumeric | Kind::Printable => {
            let mut padded = value.to_vec();
            padded.resize(wanted, b' ');
            element.write(&padded, to)
        }
        Kind::SignedDigits | Kind::Track | Kind::Bytes => Err(Problem::Length),
    }
}

/// Writes the length that stands before a value.
fn length(coding: Coding, digits: u8, size: usize, to: &mut Vec<u8>) -> Result<(), Problem> {
    if coding == Coding::Bytes {
        let bytes = size.to_be_bytes();
        let start = bytes.len().saturating_sub(length_bytes(digits.into()));
        let (over, written) = bytes.split_at(start);
        if over.iter().any(|byte| *byte != 0) {
            return Err(Problem::Length);
        }
        to.extend_from_slice(written);
        return Ok(());
    }
    let mut written = [b'0'; MOST_DIGITS];
    let mut rest = u16::try_from(size).map_err(|_| Problem::Length)?;
    for place in written.iter_mut().rev() {
        *place = b'0'.wrapping_add(u8::try_from(rest % 10).unwrap_or_default());
        rest /= 10;
    }
    let start = MOST_DIGITS.saturating_sub(digits.into());
    let (over, written) = written.split_at_checked(start).ok_or(Problem::Length)?;
    if rest != 0 || over.iter().any(|digit| *digit != b'0') {
        return Err(Problem::Length);
    }
    Element::digits(coding, digits.into()).write(written, to)
}
