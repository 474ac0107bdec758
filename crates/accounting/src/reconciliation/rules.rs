//! Which items of two books are the same, and what is wrong with those that are not.
//!
//! Pure. Three books are compared as pairs with ours: the counterpart's with ours, the general
//! ledger's with ours; what differs between the two others follows from that.
//!
//! Items are found by their reference, of which each side has one. A side may hold the same
//! reference several times: the parts of a capture, or a duplicate. What adds up to the same is the
//! same (an aggregate match); otherwise what is too much is a duplicate. Nothing is guessed by
//! amount and day: what cannot be found by a reference is a break that a person resolves, for whom
//! the likely other half is named.

use std::collections::BTreeMap;

use kernel::{Asset, Day, Money};
use serde::{Deserialize, Serialize};

/// How an item ended on a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The money moved.
    Done,
    /// It will not move.
    Failed,
    /// Nobody knows yet.
    Pending,
    /// It moved, and was given back.
    Reversed,
}

/// One movement as one side has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name in the book that it stands in: unique there.
    pub id: String,
    /// The name that both sides know.
    pub reference: String,
    /// How much moved; what goes the other way is negative.
    pub amount: Money,
    /// What it cost, where the side says so.
    pub fee: Option<Money>,
    /// How it ended.
    pub status: Status,
    /// The day on which the side booked it.
    pub day: Day,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakKind {
    /// The other side has it, we do not.
    MissingHere,
    /// We have it, the other side does not.
    MissingThere,
    /// Both have it, for other amounts.
    Amount,
    /// Both have it, in other currencies.
    Currency,
    /// Both have it, and say that it ended otherwise.
    Status,
    /// A side has it more than once.
    Duplicate,
    /// Both have it, for another fee.
    Fee,
    /// Both have it, booked on days too far apart.
    Late,
}

impl BreakKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::MissingHere,
        Self::MissingThere,
        Self::Amount,
        Self::Currency,
        Self::Status,
        Self::Duplicate,
        Self::Fee,
        Self::Late,
    ];

    /// Names it to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingHere => "missing_here",
            Self::MissingThere => "missing_there",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Status => "status",
            Self::Duplicate => "duplicate",
            Self::Fee => "fee",
            Self::Late => "late",
        }
    }

    /// What [`BreakKind::as_str`] names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A difference between two books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// What is wrong.
    pub kind: BreakKind,
    /// The name that both sides know.
    pub reference: String,
    /// The items of ours that it is about.
    pub ours: Vec<String>,
    /// The items of theirs.
    pub theirs: Vec<String>,
    /// Ours less theirs, in the asset of what it is about: what is missing in one of the books.
    pub difference: Money,
    /// The first day on which a side booked it.
    pub day: Day,
    /// Of something missing: an item that the other side misses, of the same amount and near the
    /// same day, by its name. A hint for a person, never a match.
    pub likely: Option<String>,
}

/// What a comparison came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Pairs, or groups, that agree.
    pub agreed: usize,
    /// What does not, in the order of the references.
    pub breaks: Vec<Break>,
}

/// By how much two books may differ without a break.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// How many days apart the two sides may book an item.
    pub days: u8,
    /// Items of ours from this day on may not have reached the other side yet: missing there is no
    /// break for them.
    pub open_from: Day,
}

/// What has one reference in both books.
#[derive(Default)]
struct Group<'a> {
    ours: Vec<&'a Item>,
    theirs: Vec<&'a Item>,
}

/// Compares two books. Failed items that the other side does not know are no break: nothing moved.
pub fn compare(ours: &[Item], theirs: &[Item], tolerance: Tolerance) -> Compared {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    for item in ours {
        groups.entry(&item.reference).or_default().ours.push(item);
    }
    for item in theirs {
        groups.entry(&item.reference).or_default().theirs.push(item);
    }
    let mut compared = Compared::default();
    for (reference, group) in groups {
        let before = compared.breaks.len();
        group.compare(reference, tolerance, &mut compared.breaks);
        if compared.breaks.len() == before {
            compared.agreed = compared.agreed.saturating_add(1);
        }
    }
    name_the_likely(&mut compared.breaks, ours, theirs, tolerance);
    compared
}

impl Group<'_> {
    fn compare(mut self, reference: &str, tolerance: Tolerance, breaks: &mut Vec<Break>) {
        let moved = |items: &[&Item]| items.iter().any(|item| item.status != Status::Failed);
        match (self.ours.is_empty(), self.theirs.is_empty()) {
            (true, _) => {
                if moved(&self.theirs) {
                    breaks.push(self.about(BreakKind::MissingHere, reference));
                }
            }
            (_, true) => {
                let reached = self.ours.iter().any(|item| item.day < tolerance.open_from);
                if moved(&self.ours) && reached {
                    breaks.push(self.about(BreakKind::MissingThere, reference));
                }
            }
            (false, false) => {
                self.duplicates(reference, breaks);
                self.pairs(reference, tolerance, breaks);
            }
        }
    }

    /// Takes away what a side has too often: several of the same that the other side has once.
    fn duplicates(&mut self, reference: &str, breaks: &mut Vec<Break>) {
        if self.sums_agree() {
            return;
        }
        let extra_ours = extra(&mut self.ours, &self.theirs);
        let extra_theirs = extra(&mut self.theirs, &self.ours);
        if !extra_ours.is_empty() || !extra_theirs.is_empty() {
            let extra = Group { ours: extra_ours, theirs: extra_theirs };
            breaks.push(extra.about(BreakKind::Duplicate, reference));
        }
    }

    fn sums_agree(&self) -> bool {
        sums(&self.ours) == sums(&self.theirs)
    }

    /// What both have, as a whole: amount, currency, status, fee, day. The first that differs is
    /// the break, but for a fee and a day, which are asked as well when all else agrees.
    fn pairs(&self, reference: &str, tolerance: Tolerance, breaks: &mut Vec<Break>) {
        let (ours, theirs) = (sums(&self.ours), sums(&self.theirs));
        let ended = |items: &[&Item]| items.iter().map(|item| item.status).max();
        if ours.keys().ne(theirs.keys()) {
            breaks.push(self.about(BreakKind::Currency, reference));
            return;
        }
        if ended(&self.ours) != ended(&self.theirs) {
            breaks.push(self.about(BreakKind::Status, reference));
            return;
        }
        if ours != theirs {
            breaks.push(self.about(BreakKind::Amount, reference));
            return;
        }
        if let (Some(ours), Some(theirs)) = (fees(&self.ours), fees(&self.theirs))
            && ours != theirs
        {
            let difference = Money::new(ours.minor.saturating_sub(theirs.minor), ours.asset);
            breaks.push(Break { difference, ..self.about(BreakKind::Fee, reference) });
        }
        let day = |items: &[&Item]| items.iter().map(|item| item.day).max();
        if let (Some(ours), Some(theirs)) = (day(&self.ours), day(&self.theirs))
            && ours.days_since(theirs).abs() > i64::from(tolerance.days)
        {
            breaks.push(self.about(BreakKind::Late, reference));
        }
    }

    fn about(&self, kind: BreakKind, reference: &str) -> Break {
        let names = |items: &[&Item]| items.iter().map(|item| item.id.clone()).collect();
        let (ours, theirs) = (sums(&self.ours), sums(&self.theirs));
        let asset = ours.keys().chain(theirs.keys()).next().copied().unwrap_or(Asset::Uzs);
        let of = |sums: &BTreeMap<Asset, i64>| sums.get(&asset).copied().unwrap_or(0);
        let difference = Money::new(of(&ours).saturating_sub(of(&theirs)), asset);
        let days = self.ours.iter().chain(&self.theirs).map(|item| item.day);
        Break {
            kind,
            reference: reference.to_owned(),
            ours: names(&self.ours),
            theirs: names(&self.theirs),
            difference,
            day: days.min().unwrap_or(Day::EPOCH),
            likely: None,
        }
    }
}

/// What moved, by asset: what failed moved nothing, and what was given back nothing either.
fn sums(items: &[&Item]) -> BTreeMap<Asset, i64> {
    let mut sums = BTreeMap::new();
    for item in items {
        let moved = match item.status {
            Status::Done | Status::Pending => item.amount.minor,
            Status::Failed | Status::Reversed => 0,
        };
        let sum: &mut i64 = sums.entry(item.amount.asset).or_default();
        *sum = sum.saturating_add(moved);
    }
    sums
}

/// The fees together, where every item says one.
fn fees(items: &[&Item]) -> Option<Money> {
    let mut fees = items.iter().map(|item| item.fee);
    let first = fees.next()??;
    fees.try_fold(first, |sum, fee| sum.plus(fee?).ok())
}

/// Takes out of `items` those that are the same as another of them and have no partner in
/// `others`: the later ones.
fn extra<'a>(items: &mut Vec<&'a Item>, others: &[&Item]) -> Vec<&'a Item> {
    let same = |a: &Item, b: &Item| a.amount == b.amount && a.status == b.status;
    let mut kept: Vec<&Item> = Vec::with_capacity(items.len());
    let mut extra = Vec::new();
    for item in items.iter().copied() {
        let standing = kept.iter().filter(|other| same(other, item)).count();
        let there = others.iter().filter(|other| same(other, item)).count();
        if standing > 0 && standing >= there {
            extra.push(item);
        } else {
            kept.push(item);
        }
    }
    *items = kept;
    extra
}

/// Names for what is missing on one side what is missing on the other and looks the same.
fn name_the_likely(breaks: &mut [Break], ours: &[Item], theirs: &[Item], tolerance: Tolerance) {
    let missing = |kind| {
        let items = breaks.iter().filter(|b| b.kind == kind);
        items.flat_map(|b| b.ours.iter().chain(&b.theirs)).cloned().collect::<Vec<_>>()
    };
    let alone_here = missing(BreakKind::MissingThere);
    let alone_there = missing(BreakKind::MissingHere);
    let find = |item: &Item, among: &[Item], alone: &[String]| {
        let near = |other: &&Item| {
            other.amount == item.amount
                && other.day.days_since(item.day).abs() <= i64::from(tolerance.days)
                && alone.contains(&other.id)
        };
        among.iter().find(near).map(|other| other.id.clone())
    };
    for this in breaks.iter_mut() {
        let (mine, others, alone) = match this.kind {
            BreakKind::MissingThere => (ours, theirs, &alone_there),
            BreakKind::MissingHere => (theirs, ours, &alone_here),
            _ => continue,
        };
        let id = this.ours.first().or(this.theirs.first());
        let item = mine.iter().find(|item| Some(&item.id) == id);
        this.likely = item.and_then(|item| find(item, others, alone));
    }
}
