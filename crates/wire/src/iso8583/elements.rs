//! The notation in which the standard, and every specification after it, names data elements.

use super::layout::{Kind, Length};
use super::message::{HIGHEST, SECOND_BITMAP, THIRD_BITMAP};

/// The tables of data elements, by name.
const TABLES: [(&str, &str); 1] =
    [("iso8583-1987", include_str!("../../layouts/iso8583-1987.elements"))];

/// The lines that say something, with their number and their words.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    text.lines().enumerate().filter_map(|(before, line)| {
        let said = line.split('#').next().unwrap_or_default();
        let words: Vec<_> = said.split_whitespace().collect();
        (!words.is_empty()).then_some((before.saturating_add(1), words))
    })
}

/// What every data element of a table is, by its number.
pub(super) fn table(name: &str) -> Option<Vec<Option<(Kind, Length)>>> {
    let (_, text) = TABLES.into_iter().find(|(known, _)| *known == name)?;
    let mut kinds = vec![None; usize::from(HIGHEST).saturating_add(1)];
    for (_, words) in lines(text) {
        let [written, notation, ..] = words[..] else { return None };
        *kinds.get_mut(usize::from(number(written)?))? = Some(kind(notation).ok()?);
    }
    Some(kinds)
}

/// The number of a data element. The bits of bitmaps are none.
pub(super) fn number(written: &str) -> Option<u8> {
    let number: u8 = written.parse().ok()?;
    let is_element = number > SECOND_BITMAP && number <= HIGHEST && number != THIRD_BITMAP;
    is_element.then_some(number)
}

/// What `n..19` or `ans40` says.
pub(super) fn kind(notation: &str) -> Result<(Kind, Length), &'static str> {
    let kinds = [
        ("x+n", Kind::SignedDigits),
        ("ans", Kind::Printable),
        ("an", Kind::Alphanumeric),
        ("n", Kind::Digits),
        ("z", Kind::Track),
        ("b", Kind::Bytes),
    ];
    let (kind, length) = kinds
        .into_iter()
        .find_map(|(name, kind)| Some((kind, notation.strip_prefix(name)?)))
        .ok_or("no kind of value begins so: n, an, ans, x+n, z, b")?;
    let digits = length.trim_start_matches('.');
    let dots = length.len().saturating_sub(digits.len());
    let most: u16 =
        digits.parse().ok().filter(|most| *most > 0).ok_or("no length stands behind the kind")?;
    let length = match (dots, most) {
        (0, _) => Length::Fixed(most),
        (1, ..=9) => Length::Upto(1, most),
        (2, ..=99) => Length::Upto(2, most),
        (3, ..=999) => Length::Upto(3, most),
        _ => return Err("a length of so many digits is not written with so many dots"),
    };
    if kind == Kind::SignedDigits && dots > 0 {
        return Err("an amount with a sign has a fixed length");
    }
    Ok((kind, length))
}
