//! A message, apart from how a counterpart writes it.

use std::fmt;
use std::str;

use zeroize::Zeroize;

/// The highest data element.
pub const HIGHEST: u8 = 128;
/// The bit that says that a second bitmap follows.
pub(super) const SECOND_BITMAP: u8 = 1;
/// The bit of a third one, which the edition of 1987 does not use.
pub(super) const THIRD_BITMAP: u8 = 65;

/// How many bytes there is room for from the start. The values of hardly any message have more:
/// what grows is copied, and what it was copied from is not wiped.
const USUAL_BYTES: usize = 2_048;

/// The kind of a message: its four digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Mti([u8; 4]);

impl Mti {
    /// The kind by its four digits, such as `b"0100"`; nothing for anything else.
    pub const fn new(digits: [u8; 4]) -> Option<Self> {
        let [a, b, c, d] = digits;
        let digit = a.is_ascii_digit() && b.is_ascii_digit();
        if digit && c.is_ascii_digit() && d.is_ascii_digit() { Some(Self(digits)) } else { None }
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) const fn digits(self) -> [u8; 4] {
        self.0
    }

    /// The kind that answers this one: 0110 for 0100 and for its repeat 0101, 0430 for 0421.
    /// Nothing answers an answer or a notification.
    pub const fn answer(self) -> Option<Self> {
        let [version, class, function, origin] = self.0;
        let function = match function {
            b'0' => b'1',
            b'2' => b'3',
            _ => return None,
        };
        // A repeat is answered as what it repeats.
        Some(Self([version, class, function, origin]).original())
    }

    /// Whether it says again what was said before.
    pub const fn is_repeat(self) -> bool {
        matches!(self.0[3], b'1' | b'3')
    }

    /// The kind that it repeats; itself, if it repeats none.
    #[must_use]
    pub const fn original(self) -> Self {
        let [version, class, function, origin] = self.0;
        let origin = match origin {
            b'1' => b'0',
            b'3' => b'2',
            other => other,
        };
        Self([version, class, function, origin])
    }
}

impl fmt::Debug for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a value lies.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u16,
    end: u16,
}

/// A message: its kind and the values of its data elements.
///
/// Values are the same however they were written: digits and characters in ASCII, the separator of
/// a track as it came (`=`, or `D` where it was packed), bytes as they are. Some are of a card, so
/// the memory is wiped behind it and [`fmt::Debug`] names only values that are of no customer.
#[derive(Clone)]
pub struct Message {
    mti: Mti,
    present: u128,
    spans: [Span; 128],
    bytes: Vec<u8>,
}

/// The bit of a data element in [`Message::present`].
fn bit(number: u8) -> u128 {
    1_u128.checked_shl(u32::from(number.wrapping_sub(1))).unwrap_or_default()
}

impl Message {
    /// A message without values.
    pub fn new(mti: Mti) -> Self {
        let bytes = Vec::with_capacity(USUAL_BYTES);
        Self { mti, present: 0, spans: [Span::default(); 128], bytes }
    }

    /// Its kind.
    pub fn mti(&self) -> Mti {
        self.mti
    }

    /// The value of a data element, if the message has it.
    pub fn get(&self, number: u8) -> Option<&[u8]> {
        if self.present & bit(number) == 0 {
            return None;
        }
        let span = self.spans.get(usize::from(number.checked_sub(1)?))?;
        self.bytes.get(usize::from(span.start)..usize::from(span.end))
    }

    /// The value of a data element that holds characters.
    pub fn text(&self, number: u8) -> Option<&str> {
        str::from_utf8(self.get(number)?).ok()
    }

    /// The data elements that it has, in their order.
    pub fn elements(&self) -> impl Iterator<Item = u8> + use<> {
        let mut left = self.present;
        std::iter::from_fn(move || {
            let next = u8::try_from(left.trailing_zeros()).ok().filter(|next| *next < HIGHEST)?;
            left &= left.wrapping_sub(1);
            Some(next.saturating_add(1))
        })
    }

    /// Gives a data element a value. Whether a layout can write it is seen when it is written.
    ///
    /// # Panics
    /// As [`Message::set`].
    #[must_use]
    pub fn with(mut self, number: u8, value: impl AsRef<[u8]>) -> Self {
        self.set(number, value);
        self
    }

    /// Gives a data element a value.
    ///
    /// # Panics
    /// There are data elements 2 to 128.
    pub fn set(&mut self, number: u8, value: impl AsRef<[u8]>) {
        assert!((2..=HIGHEST).contains(&number), "there is no data element {number}");
        self.fill(number, |bytes| bytes.extend_from_slice(value.as_ref()));
    }

    /// Takes a data element away.
    pub fn remove(&mut self, number: u8) {
        self.present &= !bit(number);
    }

    /// Gives a data element the value that `write` adds to the bytes. What would not fit into any
    /// message is left out, and so found missing.
    pub(super) fn fill(&mut self, number: u8, write: impl FnOnce(&mut Vec<u8>)) {
        self.remove(number);
        let start = u16::try_from(self.bytes.len());
        write(&mut self.bytes);
        let end = u16::try_from(self.bytes.len());
        let place = self.spans.get_mut(usize::from(number.wrapping_sub(1)));
        if let (Ok(start), Ok(end), Some(place)) = (start, end, place) {
            *place = Span { start, end };
            self.present |= bit(number);
        }
    }

    pub(super) fn present(&self) -> u128 {
        self.present
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.mti == other.mti
            && self.present == other.present
            && self.elements().all(|number| self.get(number) == other.get(number))
    }
}

impl Eq for Message {}

/// Values that say nothing of a card or its holder: they are printed.
const OPEN: [u8; 20] =
    [3, 4, 7, 11, 12, 13, 15, 18, 19, 22, 25, 32, 37, 38, 39, 41, 42, 49, 70, 90];

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_map();
        shown.entry(&"mti", &self.mti);
        for number in self.elements() {
            match self.text(number).filter(|_| OPEN.contains(&number)) {
                Some(value) => shown.entry(&number, &value),
                None => shown.entry(&number, &"***"),
            };
        }
        shown.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mti(digits: [u8; 4]) -> Mti {
        Mti::new(digits).unwrap()
    }

    #[test]
    fn every_request_has_its_answer() {
        // ISO 8583:1987, table of message types.
        for (request, answer) in [
            (*b"0100", *b"0110"),
            (*b"0101", *b"0110"),
            (*b"0120", *b"0130"),
            (*b"0121", *b"0130"),
            (*b"0200", *b"0210"),
            (*b"0220", *b"0230"),
            (*b"0400", *b"0410"),
            (*b"0421", *b"0430"),
            (*b"0800", *b"0810"),
        ] {
            assert_eq!(mti(request).answer(), Some(mti(answer)));
            assert_eq!(mti(answer).answer(), None);
        }
        assert!(Mti::new(*b"01A0").is_none());
    }

    #[test]
    fn a_message_prints_no_value_of_a_card() {
        let message = Message::new(mti(*b"0100"))
            .with(2, "4761732654107985")
            .with(4, "000000001000")
            .with(35, "4761732654107985D3412")
            .with(52, [1_u8; 8])
            .with(55, [0x5a, 0x08, 0x47]);
        let shown = format!("{message:?} {message:#?}");
        assert!(shown.contains("000000001000"), "{shown}");
        assert!(!shown.contains("4761") && !shown.contains("71"), "{shown}");
    }

    #[test]
    fn the_last_value_counts() {
        let mut message = Message::new(mti(*b"0100")).with(3, "000000").with(128, [7; 8]);
        message.set(3, "010000");
        assert_eq!(message.text(3), Some("010000"));
        assert!(message.elements().eq([3, 128]));
        message.remove(3);
        assert_eq!(message.get(3), None);
        assert_eq!([message.get(0), message.get(1), message.get(129)], [None; 3]);
    }
}
