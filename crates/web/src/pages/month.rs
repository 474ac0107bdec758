//! Months of the calendar.

use kernel::Day;

/// A month of the calendar, by its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(Day);

impl Month {
    /// The month that a day is in.
    pub fn of(day: Day) -> Self {
        let date = day.date();
        Self::new(date.year(), u8::from(date.month())).unwrap_or(Self(day))
    }

    fn new(year: i32, month: u8) -> Option<Self> {
        Day::new(year, month, 1).map(Self)
    }

    /// The first day.
    pub const fn first(self) -> Day {
        self.0
    }

    /// The last day.
    pub fn last(self) -> Day {
        let date = self.0.date();
        let day = |day| Day::new(date.year(), u8::from(date.month()), day);
        (28..=31).rev().find_map(day).unwrap_or(self.0)
    }

    /// The month before; at the end of time, the same.
    pub fn before(self) -> Self {
        self.0.date().previous_day().map_or(self, |date| Self::of(date.into()))
    }

    /// The month that was so many months before.
    pub fn back(self, months: u8) -> Self {
        (0..months).fold(self, |month, _| month.before())
    }

    /// The month after; at the end of time, the same.
    pub fn after(self) -> Self {
        let date = self.0.date();
        let next = match u8::from(date.month()) {
            12 => Self::new(date.year().saturating_add(1), 1),
            month => Self::new(date.year(), month.saturating_add(1)),
        };
        next.unwrap_or(self)
    }

    /// `2026-11`.
    pub fn text(self) -> String {
        let date = self.0.date();
        format!("{:04}-{:02}", date.year(), u8::from(date.month()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn months_follow_each_other() {
        let mut month = Month::of(day("2023-12-31"));
        for expected in ["2024-01", "2024-02", "2024-03"] {
            let next = month.after();
            assert_eq!(next.text(), expected);
            assert_eq!(next.before(), month);
            assert!(next > month);
            month = next;
        }
        let last = Month::of(day("9999-12-31"));
        assert_eq!(last.after(), last);
    }
}
