//! Two long books, read in parts, are compared in parts.
//!
//! Both come in the order of a key, such as the id of a document, so everything that is known of a
//! key on either side is together as soon as both have gone past it. What agrees is let go of; what
//! does not is kept, and compared once more as a whole in the end, so that the likely other half of
//! something missing is found wherever it stands.

use std::collections::HashSet;

use kernel::{Error, Result};

use super::rules::{Compared, Item, Tolerance, compare};

/// More differences than this are no differences: these are other books.
const MAX_KEPT: usize = 100_000;

/// Which side has to be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
    /// Neither: both are at their end.
    Nothing,
}

/// An item with its place in the order in which a book is read. Items of one reference have one
/// key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// The key.
    pub key: String,
    /// The item.
    pub item: Item,
}

/// Up to where everything is known on both sides.
enum Bound {
    /// A side has said nothing yet.
    Unknown,
    /// Before this key.
    Before(String),
    /// To the end.
    None,
}

/// One side of the comparison.
#[derive(Debug, Default)]
struct Side {
    waiting: Vec<Keyed>,
    kept: Vec<Item>,
    ended: bool,
}

/// A comparison of two books that are read in parts.
#[derive(Debug)]
pub struct Merge {
    ours: Side,
    theirs: Side,
    tolerance: Tolerance,
    agreed: usize,
}

impl Merge {
    /// Nothing was read yet.
    pub fn new(tolerance: Tolerance) -> Self {
        Self { ours: Side::default(), theirs: Side::default(), tolerance, agreed: 0 }
    }

    /// Which side to read on: the one that has come less far.
    pub fn needs(&self) -> Needs {
        match (self.ours.ended, self.theirs.ended) {
            (true, true) => Needs::Nothing,
            (false, true) => Needs::Ours,
            (false, false) if self.ours.reached() <= self.theirs.reached() => Needs::Ours,
            (_, false) => Needs::Theirs,
        }
    }

    /// Takes the next part of ours; `last` says that there is no other.
    pub fn ours(&mut self, items: Vec<Keyed>, last: bool) -> Result<()> {
        self.ours.take(items, last)?;
        self.go_on()
    }

    /// Takes the next part of theirs.
    pub fn theirs(&mut self, items: Vec<Keyed>, last: bool) -> Result<()> {
        self.theirs.take(items, last)?;
        self.go_on()
    }

    /// What it came to, when nothing is left to read.
    pub fn finish(self) -> Result<Compared> {
        if self.needs() != Needs::Nothing {
            return Err(Error::invariant("a comparison ended before its books"));
        }
        let rest = compare(&self.ours.kept, &self.theirs.kept, self.tolerance);
        Ok(Compared { agreed: self.agreed.saturating_add(rest.agreed), breaks: rest.breaks })
    }

    fn bound(&self) -> Bound {
        let reached = |side: &Side| side.reached().map(str::to_owned);
        let least = match (self.ours.ended, self.theirs.ended) {
            (true, true) => return Bound::None,
            (false, true) => reached(&self.ours),
            (true, false) => reached(&self.theirs),
            (false, false) => reached(&self.ours)
                .zip(reached(&self.theirs))
                .map(|(ours, theirs)| ours.min(theirs)),
        };
        least.map_or(Bound::Unknown, Bound::Before)
    }

    fn go_on(&mut self) -> Result<()> {
        let bound = match self.bound() {
            Bound::Unknown => return Ok(()),
            Bound::Before(key) => Some(key),
            Bound::None => None,
        };
        let (ours, theirs) =
            (self.ours.before(bound.as_deref()), self.theirs.before(bound.as_deref()));
        let compared = compare(&ours, &theirs, self.tolerance);
        self.agreed = self.agreed.saturating_add(compared.agreed);
        let differ: HashSet<&str> =
            compared.breaks.iter().map(|found| found.reference.as_str()).collect();
        self.ours.keep(ours, &differ)?;
        self.theirs.keep(theirs, &differ)
    }
}

impl Side {
    /// The last key that was read. There may be more of it.
    fn reached(&self) -> Option<&str> {
        self.waiting.last().map(|keyed| keyed.key.as_str())
    }

    fn take(&mut self, items: Vec<Keyed>, last: bool) -> Result<()> {
        let whole = self.waiting.last().into_iter().chain(&items);
        if !whole.map(|keyed| &keyed.key).is_sorted() {
            return Err(Error::invariant("a book does not come in the order of its keys"));
        }
        if self.ended || (items.is_empty() && !last) {
            return Err(Error::invariant("a book goes on after its end, or does not go on"));
        }
        self.waiting.extend(items);
        self.ended = last;
        Ok(())
    }

    /// Everything before a key; everything when there is none.
    fn before(&mut self, bound: Option<&str>) -> Vec<Item> {
        let count = match bound {
            Some(bound) => self.waiting.partition_point(|keyed| keyed.key.as_str() < bound),
            None => self.waiting.len(),
        };
        self.waiting.drain(..count).map(|keyed| keyed.item).collect()
    }

    fn keep(&mut self, items: Vec<Item>, differ: &HashSet<&str>) -> Result<()> {
        self.kept.extend(items.into_iter().filter(|i| differ.contains(i.reference.as_str())));
        if self.kept.len() > MAX_KEPT {
            return Err(Error::invariant("two books have nearly nothing in common"));
        }
        Ok(())
    }
}
