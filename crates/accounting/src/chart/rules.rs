//! How a transfer becomes a document, by the chart of its time.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use kernel::{AccountNumber, EditionId, Moment};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::document::{Chart, GlAccount, Line, Side};

/// An account of the core banking system: one of twenty digits, or one of the chart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AbsAccount {
    /// Twenty digits.
    Number(AccountNumber),
    /// Five.
    Gl(GlAccount),
}

impl AbsAccount {
    /// The account of the chart that it belongs to, as the first five digits say.
    pub fn gl(self) -> Option<GlAccount> {
        match self {
            Self::Number(number) => number.as_str().get(..5)?.parse().ok(),
            Self::Gl(account) => Some(account),
        }
    }
}

impl fmt::Display for AbsAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Gl(account) => account.fmt(f),
        }
    }
}

impl fmt::Debug for AbsAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AbsAccount {
    type Err = ();

    /// Reads twenty or five digits.
    fn from_str(s: &str) -> Result<Self, ()> {
        match s.len() {
            5 => s.parse().map(Self::Gl),
            20 => s.parse().map(Self::Number),
            _ => Err(()),
        }
    }
}

impl Serialize for AbsAccount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AbsAccount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let expected = "not an account of twenty or five digits";
        text.parse().map_err(|()| serde::de::Error::custom(expected))
    }
}

/// The sides of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sides {
    /// What is debited.
    pub debit: AbsAccount,
    /// What is credited.
    pub credit: AbsAccount,
}

/// How a transfer is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// By its own document.
    pub own: Sides,
    /// By the document that sums up the day, when it is gathered.
    pub summed: Option<Sides>,
}

/// Why a transfer cannot be booked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmapped {
    /// No chart has a line for its leg.
    NoLine,
    /// The chart wants the number of an account that has none.
    NoNumber,
    /// Both sides came out as one account.
    SameAccount,
}

impl Unmapped {
    /// As it stands with the document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLine => "no_line",
            Self::NoNumber => "no_number",
            Self::SameAccount => "same_account",
        }
    }
}

impl Line {
    /// How a transfer of this leg is booked, between accounts of these numbers.
    pub fn book(
        &self,
        debit: Option<AccountNumber>,
        credit: Option<AccountNumber>,
    ) -> Result<Booking, Unmapped> {
        let side = |side: Side, number: Option<AccountNumber>| match side {
            Side::Gl(account) => Ok(AbsAccount::Gl(account)),
            Side::Number => number.map(AbsAccount::Number).ok_or(Unmapped::NoNumber),
        };
        let sides = Sides { debit: side(self.debit, debit)?, credit: side(self.credit, credit)? };
        let booking = match (self.through.map(AbsAccount::Gl), self.debit) {
            (None, _) => Booking { own: sides, summed: None },
            // What is paid goes there first, and from there on.
            (Some(through), Side::Number) => Booking {
                own: Sides { credit: through, ..sides },
                summed: Some(Sides { debit: through, ..sides }),
            },
            // What is given back comes from there, and is made up for.
            (Some(through), Side::Gl(_)) => Booking {
                own: Sides { debit: through, ..sides },
                summed: Some(Sides { credit: through, ..sides }),
            },
        };
        let differ = |sides: &Sides| sides.debit != sides.credit;
        if differ(&booking.own) && booking.summed.as_ref().is_none_or(differ) {
            Ok(booking)
        } else {
            Err(Unmapped::SameAccount)
        }
    }
}

/// A chart, and from when on it holds.
#[derive(Clone, Debug)]
pub struct Dated {
    /// Its edition.
    pub edition: EditionId,
    /// From when on it holds.
    pub from: Moment,
    /// The chart.
    pub chart: Arc<Chart>,
}

/// The charts of the bank, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Charts(Vec<Dated>);

impl Charts {
    /// These, in any order.
    pub fn new(mut charts: Vec<Dated>) -> Self {
        charts.sort_by_key(|dated| dated.from);
        Self(charts)
    }

    /// How a leg of this moment is booked: by the chart that held then. When that had no line for
    /// it, by the first later one that has, as soon as that holds: what could not be booked is
    /// booked by whoever put that right, and always in the same way from then on.
    pub fn line(&self, leg: i16, at: Moment, now: Moment) -> Option<(EditionId, &Line)> {
        let held = self.0.iter().rev().find(|dated| dated.from <= at);
        let later = self.0.iter().filter(|dated| dated.from > at && dated.from <= now);
        held.into_iter()
            .chain(later)
            .find_map(|dated| Some((dated.edition, dated.chart.line(leg)?)))
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    fn gl(number: u32) -> GlAccount {
        GlAccount::new(number).unwrap()
    }

    fn number(order: u16) -> AccountNumber {
        format!("20206000912345678{order:03}").parse().unwrap()
    }

    fn line(debit: Side, credit: Side, through: Option<u32>) -> Line {
        Line {
            name: "x".to_owned(),
            leg: 1,
            debit,
            credit,
            through: through.map(gl),
            purpose: "x".to_owned(),
        }
    }

    fn text(sides: Sides) -> String {
        format!("{} {}", sides.debit, sides.credit)
    }

    #[test]
    fn a_fee_is_gathered_and_moved_on() {
        let paid = line(Side::Number, Side::Gl(gl(45_200)), Some(29_801));
        let booked = paid.book(Some(number(1)), None).unwrap();
        assert_eq!(text(booked.own), "20206000912345678001 29801");
        assert_eq!(text(booked.summed.unwrap()), "29801 45200");
        let back = line(Side::Gl(gl(45_200)), Side::Number, Some(29_801));
        let booked = back.book(None, Some(number(1))).unwrap();
        assert_eq!(text(booked.own), "29801 20206000912345678001");
        assert_eq!(text(booked.summed.unwrap()), "45200 29801");
    }

    #[test]
    fn what_cannot_be_booked_says_why() {
        let between = line(Side::Number, Side::Number, None);
        assert_eq!(between.book(Some(number(1)), None), Err(Unmapped::NoNumber));
        let same = between.book(Some(number(1)), Some(number(1)));
        assert_eq!(same, Err(Unmapped::SameAccount));
        assert!(between.book(Some(number(1)), Some(number(2))).is_ok());
    }

    #[test]
    fn accounts_know_their_place_in_the_chart() {
        let account: AbsAccount = "20206000912345678001".parse().unwrap();
        assert_eq!(account.gl(), Some(gl(20_206)));
        assert_eq!("45200".parse::<AbsAccount>().unwrap().gl(), Some(gl(45_200)));
        for bad in ["", "4520", "452000", "2020600091234567800", "202060009123456780011", "4520x"] {
            assert!(bad.parse::<AbsAccount>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_leg_without_a_line_takes_the_first_later_chart_that_has_one() {
        let at = |seconds| Moment::EPOCH.plus_seconds(seconds);
        let dated = |from, legs: &[i16]| Dated {
            edition: EditionId::generate(at(from), Entropy),
            from: at(from),
            chart: Arc::new(Chart {
                lines: legs
                    .iter()
                    .map(|leg| Line { leg: *leg, ..line(Side::Number, Side::Number, None) })
                    .collect(),
            }),
        };
        let all = [dated(30, &[1, 2, 3]), dated(10, &[1]), dated(20, &[1, 2])];
        let from = |edition| all.iter().find(|d| d.edition == edition).unwrap().from;
        let charts = Charts::new(all.to_vec());
        let held = |leg, then, now| charts.line(leg, at(then), at(now)).map(|(e, _)| from(e));
        assert_eq!(held(1, 10, 10), Some(at(10)));
        assert_eq!(held(1, 29, 99), Some(at(20)));
        assert_eq!(held(2, 10, 19), None);
        assert_eq!(held(2, 10, 20), Some(at(20)));
        assert_eq!(held(3, 10, 99), Some(at(30)));
        assert_eq!(held(1, 9, 9), None);
        assert_eq!(held(1, 9, 99), Some(at(10)));
        assert_eq!(held(4, 99, 99), None);
    }
}
