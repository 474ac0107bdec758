//! BER-TLV as EMV Book 3, annex B, uses it: the data of a chip in data element 55.

use std::fmt;

/// How deep constructed objects may lie in each other. Issuer scripts need two.
const MAX_DEPTH: usize = 4;

/// How many bytes a tag may have: EMV has two at most, networks' own three.
const MAX_TAG_BYTES: usize = 3;

/// What a tag begins with when more bytes of it follow.
const LONG_TAG: u8 = 0b0001_1111;
/// What every byte of a tag has but the last.
const MORE: u8 = 0b1000_0000;
/// What the tag of an object has that is made of objects.
const CONSTRUCTED: u8 = 0b0010_0000;

/// The name of a data object, such as `9F26`. Its bytes are those of the number, without zeros
/// before.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tag(u32);

impl Tag {
    /// A tag by its number: `Tag::new(0x9F26)`. Whether the number is that of a tag is seen when it
    /// is written.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }

    fn bytes(self) -> impl Iterator<Item = u8> {
        self.0.to_be_bytes().into_iter().skip_while(|byte| *byte == 0)
    }

    /// Whether objects stand in its value.
    pub fn is_constructed(self) -> bool {
        self.bytes().next().is_some_and(|first| first & CONSTRUCTED != 0)
    }

    /// The tag that the bytes begin with, and how many bytes it has.
    fn first(bytes: &[u8]) -> Option<(Self, usize)> {
        let first = *bytes.first()?;
        if first == 0 {
            return None;
        }
        if first & LONG_TAG != LONG_TAG {
            return Some((Self(first.into()), 1));
        }
        let mut number = u32::from(first);
        for (before, byte) in bytes.iter().enumerate().take(MAX_TAG_BYTES).skip(1) {
            number = number << 8 | u32::from(*byte);
            if byte & MORE == 0 {
                return Some((Self(number), before.saturating_add(1)));
            }
        }
        None
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

/// Why bytes are no data objects, or objects no bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// No tag begins there, or one with more bytes than EMV has.
    #[error("no tag begins at byte {0}")]
    Tag(usize),
    /// A length that is not one, of indefinite form, or of more bytes than follow.
    #[error("the length at byte {0} is not that of a value here")]
    Length(usize),
    /// Objects in objects, deeper than any issuer makes them.
    #[error("objects lie too deep in each other at byte {0}")]
    Depth(usize),
    /// The same object twice at one place: which one holds would be a guess.
    #[error("object {0} stands there twice")]
    Twice(Tag),
}

/// The data objects of a message, each with its value, in their order. The value of a constructed
/// object is what its objects are written as; [`Objects::within`] reads them.
#[derive(Clone, Copy)]
pub struct Objects<'a> {
    bytes: &'a [u8],
}

impl<'a> Objects<'a> {
    /// Reads all of it, those in constructed objects too, so that whoever looks for one later finds
    /// either it or nothing, never a fault.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        check(bytes, 0, 0)?;
        Ok(Self { bytes })
    }

    /// The value of an object.
    pub fn get(&self, tag: Tag) -> Option<&'a [u8]> {
        self.iter().find_map(|(found, value)| (found == tag).then_some(value))
    }

    /// The objects in a constructed object.
    pub fn within(&self, tag: Tag) -> Option<Objects<'a>> {
        let value = self.get(tag).filter(|_| tag.is_constructed())?;
        Some(Objects { bytes: value })
    }

    /// All objects of this level.
    pub fn iter(&self) -> impl Iterator<Item = (Tag, &'a [u8])> + use<'a> {
        let mut rest = self.bytes;
        std::iter::from_fn(move || {
            rest = rest.get(filler(rest)..)?;
            let (tag, value, taken) = object(rest).ok()??;
            rest = rest.get(taken..)?;
            Some((tag, value))
        })
    }
}

impl fmt::Debug for Objects<'_> {
    /// Only which there are: a value may be of a card.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(tag, _)| tag)).finish()
    }
}

enum Wrong {
    Tag,
    Length(usize),
}

/// An object, its value, and how many bytes both take.
type Found<'a> = (Tag, &'a [u8], usize);

/// How many zeros stand before the next object: EMV lets them stand between objects, and after.
fn filler(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == 0).count()
}

/// The object that the bytes begin with and how many of them it takes; nothing of no bytes.
fn object(bytes: &[u8]) -> Result<Option<Found<'_>>, Wrong> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let (tag, tag_bytes) = Tag::first(bytes).ok_or(Wrong::Tag)?;
    let wrong = Wrong::Length(tag_bytes);
    let rest = bytes.get(tag_bytes..).unwrap_or_default();
    let (length, length_bytes) = match rest {
        [short @ 0..=0x7f, ..] => (usize::from(*short), 1_usize),
        [0x81, length, ..] => (usize::from(*length), 2),
        [0x82, high, low, ..] => (usize::from(u16::from_be_bytes([*high, *low])), 3),
        _ => return Err(wrong),
    };
    let end = length_bytes.saturating_add(length);
    let Some(value) = rest.get(length_bytes..end) else { return Err(wrong) };
    Ok(Some((tag, value, tag_bytes.saturating_add(end))))
}

fn check(bytes: &[u8], start: usize, depth: usize) -> Result<(), Fault> {
    if depth >= MAX_DEPTH {
        return Err(Fault::Depth(start));
    }
    let (mut at, mut seen) = (0_usize, Vec::new());
    loop {
        at = at.saturating_add(filler(bytes.get(at..).unwrap_or_default()));
        let place = start.saturating_add(at);
        let rest = bytes.get(at..).unwrap_or_default();
        let found = object(rest).map_err(|wrong| match wrong {
            Wrong::Tag => Fault::Tag(place),
            Wrong::Length(after) => Fault::Length(place.saturating_add(after)),
        })?;
        let Some((tag, value, taken)) = found else { return Ok(()) };
        // Of a script there may be many commands; elsewhere which of two holds would be a guess.
        if depth == 0 && seen.contains(&tag) && !tag.is_constructed() {
            return Err(Fault::Twice(tag));
        }
        seen.push(tag);
        if tag.is_constructed() {
            let head = taken.saturating_sub(value.len());
            check(value, place.saturating_add(head), depth.saturating_add(1))?;
        }
        at = at.saturating_add(taken);
    }
}

/// Adds an object. Values of up to 65,535 bytes have a length.
pub fn write(to: &mut Vec<u8>, tag: Tag, value: &[u8]) -> Result<(), Fault> {
    let start = to.len();
    to.extend(tag.bytes());
    let written = to.len().saturating_sub(start);
    let read = Tag::first(to.get(start..).unwrap_or_default());
    if read != Some((tag, written)) {
        to.truncate(start);
        return Err(Fault::Tag(start));
    }
    match (u8::try_from(value.len()), u16::try_from(value.len())) {
        (Ok(short @ 0..=0x7f), _) => to.push(short),
        (Ok(length), _) => to.extend_from_slice(&[0x81, length]),
        (_, Ok(length)) => {
            to.push(0x82);
            to.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            to.truncate(start);
            return Err(Fault::Length(start));
        }
    }
    to.extend_from_slice(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_object_is_named_with_its_place() {
        let read = |bytes: &[u8]| Objects::read(bytes).map(|_| ()).unwrap_err();
        assert_eq!(read(&[0x9f]), Fault::Tag(0));
        assert_eq!(read(&[0x9f, 0x81, 0x82, 0x03, 0x00]), Fault::Tag(0));
        assert_eq!(read(&[0x82, 0x02, 0x01]), Fault::Length(1));
        assert_eq!(read(&[0x95, 0x00, 0x82, 0x80, 0x00]), Fault::Length(3));
        assert_eq!(read(&[0x82, 0x83, 0, 0, 1, 1]), Fault::Length(1));
        assert_eq!(read(&[0x82, 0x00, 0x82, 0x00]), Fault::Twice(Tag::new(0x82)));
        let deep = [0x71, 0x08, 0x72, 0x06, 0x71, 0x04, 0x72, 0x02, 0x86, 0x00];
        assert_eq!(read(&deep), Fault::Depth(8));
        assert_eq!(read(&deep[..2]), Fault::Length(1));
        assert!(Objects::read(&[]).unwrap().get(Tag::new(0x82)).is_none());
        let filled = Objects::read(&[0, 0x82, 1, 7, 0, 0, 0x95, 0, 0]).unwrap();
        let read: Vec<_> = filled.iter().collect();
        assert_eq!(read, [(Tag::new(0x82), &[7][..]), (Tag::new(0x95), &[])]);
    }

    #[test]
    fn only_tags_are_written() {
        let mut to = vec![1];
        for none in [0, 0x9f, 0x1_82, 0x9f_81, 0x9f81_8283] {
            assert_eq!(write(&mut to, Tag::new(none), &[]), Err(Fault::Tag(1)), "{none:x}");
        }
        assert_eq!(to, [1]);
    }

    proptest! {
        #[test]
        fn nothing_that_comes_is_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(objects) = Objects::read(&bytes) {
                let mut again = Vec::new();
                for (tag, value) in objects.iter() {
                    write(&mut again, tag, value).unwrap();
                }
                // A length may have been written longer than it must.
                prop_assert!(again.len() <= bytes.len());
                prop_assert!(objects.iter().eq(Objects::read(&again).unwrap().iter()));
            }
        }

        #[test]
        fn what_is_written_is_read(values in proptest::collection::vec(
            (prop_oneof![Just(0x82), Just(0x9f26), Just(0xdf_81_01), Just(0x9f10)],
             proptest::collection::vec(any::<u8>(), 0..400)), 1..2)) {
            let mut bytes = Vec::new();
            for (tag, value) in &values {
                write(&mut bytes, Tag::new(*tag), value).unwrap();
            }
            let objects = Objects::read(&bytes).unwrap();
            for (tag, value) in &values {
                prop_assert_eq!(objects.get(Tag::new(*tag)), Some(&value[..]));
            }
        }
    }
}
