//! The periods that a statement is usually wanted for.

use kernel::Day;

use super::super::month::Month;
use crate::words::{Words, t};

/// A period by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    ThisMonth,
    LastMonth,
    ThreeMonths,
    Year,
}

impl Period {
    pub const ALL: [Self; 4] = [Self::ThisMonth, Self::LastMonth, Self::ThreeMonths, Self::Year];

    /// Its name in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ThisMonth => "this-month",
            Self::LastMonth => "last-month",
            Self::ThreeMonths => "three-months",
            Self::Year => "year",
        }
    }

    /// The period of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == text)
    }

    /// What people call it.
    pub fn name(self, words: Words) -> String {
        match self {
            Self::ThisMonth => t!(words, "statement-this-month"),
            Self::LastMonth => t!(words, "statement-last-month"),
            Self::ThreeMonths => t!(words, "statement-three-months"),
            Self::Year => t!(words, "statement-year"),
        }
    }

    /// Its first and last day, seen from `today`. Those of several months begin with a month, so
    /// that the months can be compared, and end today.
    pub fn days(self, today: Day) -> (Day, Day) {
        let month = Month::of(today);
        match self {
            Self::ThisMonth => (month.first(), today),
            Self::LastMonth => (month.before().first(), month.before().last()),
            Self::ThreeMonths => (month.back(2).first(), today),
            Self::Year => (month.back(11).first(), today),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(period: Period, today: &str) -> (String, String) {
        let (first, last) = period.days(today.parse().unwrap());
        (first.to_string(), last.to_string())
    }

    #[test]
    fn periods_are_those_of_the_calendar() {
        for (period, today, first, last) in [
            (Period::ThisMonth, "2026-11-22", "2026-11-01", "2026-11-22"),
            (Period::ThisMonth, "2026-11-01", "2026-11-01", "2026-11-01"),
            (Period::LastMonth, "2026-11-22", "2026-10-01", "2026-10-31"),
            (Period::LastMonth, "2026-01-31", "2025-12-01", "2025-12-31"),
            (Period::LastMonth, "2028-03-31", "2028-02-01", "2028-02-29"),
            (Period::ThreeMonths, "2026-11-22", "2026-09-01", "2026-11-22"),
            (Period::ThreeMonths, "2026-02-28", "2025-12-01", "2026-02-28"),
            (Period::Year, "2026-11-22", "2025-12-01", "2026-11-22"),
            (Period::Year, "2026-12-31", "2026-01-01", "2026-12-31"),
        ] {
            assert_eq!(days(period, today), (first.to_owned(), last.to_owned()), "{period:?}");
        }
    }

    #[test]
    fn no_period_is_longer_than_a_statement_may_be() {
        for month in 1..=12 {
            for day in [1, 15, 28] {
                let today = Day::new(2028, month, day).unwrap();
                for period in Period::ALL {
                    let (first, last) = period.days(today);
                    assert!(first <= last && last <= today);
                    assert!(last.days_since(first) < 366, "{period:?}");
                }
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for period in Period::ALL {
            assert_eq!(Period::parse(period.as_str()), Some(period));
        }
        assert_eq!(Period::parse("decade"), None);
    }
}
