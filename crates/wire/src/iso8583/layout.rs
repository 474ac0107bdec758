//! How a counterpart writes messages, as data.
//!
//! A layout is a text of lines. First what holds for all of one kind, then, if need be, single data
//! elements that differ:
//!
//! ```text
//! elements iso8583-1987     the table of data elements that is meant
//! mti      text             text, ebcdic or packed
//! bitmap   hex              hex or bytes
//! length   text             text, ebcdic, packed or bytes: what stands before a value
//! n        packed           digits: text, ebcdic or packed
//! text     text             characters: text or ebcdic
//! z        packed           tracks: text, ebcdic or packed
//! b        bytes            bytes or hex
//! 48       b...999          this element holds bytes here
//! 127      none             this one is not used
//! ```
//!
//! Networks' own layouts are confidential. A bank that is a member loads the one it was given; none
//! ships with this crate but those of the standard.

use std::fmt;

use super::elements;
use super::message::HIGHEST;

/// How a value stands in a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Coding {
    /// A byte of ASCII a character.
    Text,
    /// A byte of EBCDIC a character.
    Ebcdic,
    /// Two digits a byte.
    Packed,
    /// As it is.
    Bytes,
    /// Two hexadecimal digits of ASCII a byte.
    Hex,
}

/// What a value may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Digits,
    Alphanumeric,
    Printable,
    /// A C for credit or a D for debit, and digits.
    SignedDigits,
    Track,
    Bytes,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Length {
    Fixed(u16),
    /// As many digits as its length has, and how long it may be.
    Upto(u8, u16),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Element {
    pub kind: Kind,
    pub coding: Coding,
    pub length: Length,
}

impl Element {
    /// So many digits: the kind of a message, or a length.
    pub const fn digits(coding: Coding, count: u16) -> Self {
        Self { kind: Kind::Digits, coding, length: Length::Fixed(count) }
    }
}

/// How a counterpart writes messages.
#[derive(Clone)]
pub struct Layout {
    pub(super) mti: Coding,
    pub(super) bitmap: Coding,
    pub(super) prefix: Coding,
    elements: Box<[Option<Element>]>,
}

/// A line of a layout that says nothing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line} of the layout: {what}")]
pub struct BadLayout {
    /// Which line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

/// The layouts of the standard, by name.
const BUILT_IN: [(&str, &str); 4] = [
    ("text-hex-bitmap", include_str!("../../layouts/text-hex-bitmap.layout")),
    ("text", include_str!("../../layouts/text.layout")),
    ("packed", include_str!("../../layouts/packed.layout")),
    ("ebcdic", include_str!("../../layouts/ebcdic.layout")),
];

/// What holds for all of one kind, while a layout is read.
#[derive(Default)]
struct Codings {
    mti: Option<Coding>,
    bitmap: Option<Coding>,
    prefix: Option<Coding>,
    digits: Option<Coding>,
    text: Option<Coding>,
    track: Option<Coding>,
    bytes: Option<Coding>,
}

impl Codings {
    fn set(&mut self, what: &str, how: &str) -> Result<(), &'static str> {
        use Coding::{Bytes, Ebcdic, Hex, Packed, Text};
        let (place, allowed): (_, &[Coding]) = match what {
            "mti" => (&mut self.mti, &[Text, Ebcdic, Packed]),
            "bitmap" => (&mut self.bitmap, &[Hex, Bytes]),
            "length" => (&mut self.prefix, &[Text, Ebcdic, Packed, Bytes]),
            "n" => (&mut self.digits, &[Text, Ebcdic, Packed]),
            "text" => (&mut self.text, &[Text, Ebcdic]),
            "z" => (&mut self.track, &[Text, Ebcdic, Packed]),
            "b" => (&mut self.bytes, &[Bytes, Hex]),
            _ => return Err("neither a kind nor a data element"),
        };
        let coding = match how {
            "text" => Text,
            "ebcdic" => Ebcdic,
            "packed" => Packed,
            "bytes" => Bytes,
            "hex" => Hex,
            _ => return Err("not one of text, ebcdic, packed, bytes, hex"),
        };
        if !allowed.contains(&coding) {
            return Err("this kind cannot be written so");
        }
        *place = Some(coding);
        Ok(())
    }

    fn of(&self, kind: Kind) -> Option<Coding> {
        match kind {
            Kind::Digits | Kind::SignedDigits => self.digits,
            Kind::Alphanumeric | Kind::Printable => self.text,
            Kind::Track => self.track,
            Kind::Bytes => self.bytes,
        }
    }
}

impl Layout {
    /// A layout of the standard: `text-hex-bitmap`, `text`, `packed` or `ebcdic`.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.into_iter().find(|(known, _)| *known == name)?;
        Self::read(text).ok()
    }

    /// Reads a layout.
    pub fn read(text: &str) -> Result<Self, BadLayout> {
        let mut codings = Codings::default();
        let mut kinds: Vec<Option<(Kind, Length)>> = Vec::new();
        let mut last = 0;
        for (line, words) in elements::lines(text) {
            last = line;
            let bad = |what| BadLayout { line, what };
            let [what, how, ..] = words[..] else { return Err(bad("a line has two words")) };
            if what == "elements" {
                kinds = elements::table(how).ok_or(bad("no such table of data elements"))?;
            } else if what.bytes().all(|byte| byte.is_ascii_digit()) {
                let place = elements::number(what)
                    .and_then(|number| kinds.get_mut(usize::from(number)))
                    .ok_or(bad("data elements are 2 to 128, but 65, below their table"))?;
                *place = if how == "none" { None } else { Some(elements::kind(how).map_err(bad)?) };
            } else {
                codings.set(what, how).map_err(bad)?;
            }
        }
        let missing = |what| BadLayout { line: last, what };
        let mut elements = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let element = kind.map(|(kind, length)| {
                let coding =
                    codings.of(kind).ok_or(missing("how a kind is written is not said"))?;
                Ok(Element { kind, coding, length })
            });
            elements.push(element.transpose()?);
        }
        if elements.is_empty() {
            return Err(missing("no table of data elements"));
        }
        Ok(Self {
            mti: codings.mti.ok_or(missing("how the mti is written is not said"))?,
            bitmap: codings.bitmap.ok_or(missing("how the bitmap is written is not said"))?,
            prefix: codings.prefix.ok_or(missing("how lengths are written is not said"))?,
            elements: elements.into(),
        })
    }

    pub(super) fn element(&self, number: u8) -> Option<Element> {
        *self.elements.get(usize::from(number))?
    }

    /// The data elements that it has.
    pub fn elements(&self) -> impl Iterator<Item = u8> {
        (2..=HIGHEST).filter(|number| self.element(*number).is_some())
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").field("mti", &self.mti).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layouts_of_the_standard_have_all_its_elements() {
        for (name, text) in BUILT_IN {
            let layout = Layout::read(text).unwrap();
            // 2 to 128, without the bit of a third bitmap.
            assert_eq!(layout.elements().count(), 126, "{name}");
            assert!(Layout::named(name).is_some());
        }
        assert!(Layout::named("visa").is_none());
    }

    #[test]
    fn a_layout_names_the_line_that_says_nothing() {
        let bad = |text: &str| Layout::read(text).unwrap_err().to_string();
        let (_, text) = BUILT_IN[0];
        for (more, what) in [
            ("48 b..999", "a length of so many digits"),
            ("48 q6", "no kind"),
            ("48 n", "no length"),
            ("48 n..", "no length"),
            ("65 b8", "data elements are"),
            ("129 b8", "data elements are"),
            ("n bytes", "cannot be written so"),
            ("n sideways", "not one of"),
            ("m text", "neither a kind"),
            ("elements iso8583-2003", "no such table"),
            ("48", "two words"),
        ] {
            let lines = text.lines().count();
            let found = bad(&format!("{text}{more}\n"));
            assert!(found.contains(&format!("line {}", lines + 1)), "{more}: {found}");
            assert!(found.contains(what), "{more}: {found}");
        }
        assert!(bad("").contains("no table"));
        assert!(bad("elements iso8583-1987\nn text").contains("not said"));
    }

    #[test]
    fn a_bank_changes_single_elements() {
        let (_, text) = BUILT_IN[2];
        let own = Layout::read(&format!("{text}48 b...512\n127 none\n")).unwrap();
        let bytes =
            Element { kind: Kind::Bytes, coding: Coding::Bytes, length: Length::Upto(3, 512) };
        assert_eq!(own.element(48), Some(bytes));
        assert_eq!(own.element(127), None);
    }
}
