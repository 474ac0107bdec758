use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, UtcOffset};

/// A point in time, in microseconds since 1970-01-01T00:00:00Z: the resolution of the ledger and of
/// PostgreSQL. Written as RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(i64);

/// A calendar day in Tashkent, the day on which the bank's limits, statements and books turn.
/// Uzbekistan keeps UTC+5 all year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

const TASHKENT_OFFSET_HOURS: i8 = 5;
const TASHKENT_OFFSET_MICROS: i64 = 5 * 3_600 * 1_000_000;
const DAY_MICROS: i64 = 86_400 * 1_000_000;
/// The years this type promises to print and read: 1970 to 9999.
const MAX_MICROS: i64 = 253_402_300_799_999_999;

impl Moment {
    /// The earliest moment, 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From microseconds since 1970, brought into the years 1970 to 9999.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < 0 {
            Self(0)
        } else if micros > MAX_MICROS {
            Self(MAX_MICROS)
        } else {
            Self(micros)
        }
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Milliseconds since 1970, as in a version 7 UUID.
    pub const fn millis(self) -> u64 {
        self.0.unsigned_abs().wrapping_div(1_000)
    }

    /// This much later; never wraps.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// This much later (earlier when negative); never wraps.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_micros(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds from `earlier` to this moment; negative when `earlier` is later.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// For the database.
    pub fn datetime(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0).saturating_mul(1_000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// The day in Tashkent.
    pub fn day(self) -> Day {
        let offset = UtcOffset::from_hms(TASHKENT_OFFSET_HOURS, 0, 0).unwrap_or(UtcOffset::UTC);
        Day(self.datetime().to_offset(offset).date())
    }
}

impl From<OffsetDateTime> for Moment {
    fn from(t: OffsetDateTime) -> Self {
        let micros = t.unix_timestamp_nanos().checked_div(1_000).unwrap_or(0);
        Self::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.datetime().format(&Rfc3339).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Moment {
    type Err = time::error::Parse;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        OffsetDateTime::parse(s, &Rfc3339).map(Self::from)
    }
}

impl Day {
    /// 1970-01-01.
    pub const EPOCH: Self = Self(OffsetDateTime::UNIX_EPOCH.date());

    /// From year, month (1 to 12) and day of the month.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = time::Month::try_from(month).ok()?;
        Date::from_calendar_date(year, month, day).ok().map(Self)
    }

    /// The date of the calendar.
    pub const fn date(self) -> Date {
        self.0
    }

    /// The first moment of the day in Tashkent.
    pub fn start(self) -> Moment {
        let midnight = self.0.midnight().assume_utc();
        Moment::from(midnight).plus_micros(TASHKENT_OFFSET_MICROS.saturating_neg())
    }

    /// The first moment of the next day.
    pub fn end(self) -> Moment {
        self.start().plus_micros(DAY_MICROS)
    }

    /// The Monday of its week.
    #[must_use]
    pub fn week_start(self) -> Self {
        let since = i64::from(self.0.weekday().number_days_from_monday());
        Self(self.0.saturating_sub(time::Duration::days(since)))
    }

    /// The first of its month.
    #[must_use]
    pub fn month_start(self) -> Self {
        Self(self.0.replace_day(1).unwrap_or(self.0))
    }

    /// So many days earlier.
    #[must_use]
    pub fn days_before(self, days: u8) -> Self {
        Self(self.0.saturating_sub(time::Duration::days(i64::from(days))))
    }

    /// So many days later.
    #[must_use]
    pub fn days_after(self, days: u8) -> Self {
        Self(self.0.saturating_add(time::Duration::days(i64::from(days))))
    }

    /// Days from `earlier` to this day.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0.to_julian_day()).saturating_sub(i64::from(earlier.0.to_julian_day()))
    }

    /// Whole years from `birth` to this day: a person's age.
    pub fn years_since(self, birth: Self) -> i32 {
        let passed =
            (u8::from(self.0.month()), self.0.day()) >= (u8::from(birth.0.month()), birth.0.day());
        self.0.year().saturating_sub(birth.0.year()).saturating_sub(i32::from(!passed))
    }
}

impl From<Date> for Day {
    fn from(d: Date) -> Self {
        Self(d)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl FromStr for Day {
    type Err = ();

    /// Reads `2026-11-22`.
    fn from_str(s: &str) -> Result<Self, ()> {
        let mut parts = s.splitn(3, '-');
        let mut next = |len: usize| {
            parts
                .next()
                .filter(|p| p.len() == len && p.bytes().all(|b| b.is_ascii_digit()))
                .ok_or(())
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let year = year.parse().map_err(|_| ())?;
        let month = month.parse().map_err(|_| ())?;
        Self::new(year, month, day.parse().map_err(|_| ())?).ok_or(())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("not a day such as 2026-11-22"))
    }
}

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that a test moves by hand.
    Manual(ManualClock),
}

impl Clock {
    /// The time now.
    pub fn now(&self) -> Moment {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
            Self::System => Moment::from(OffsetDateTime::now_utc()),
            Self::Manual(clock) => clock.now(),
        }
    }
}

impl Clock {
    /// The time of a clock that a test sets; `None` when the machine's is asked. For whoever has a
    /// better clock than the machine's, such as the one that all nodes share.
    pub fn set_by_hand(&self) -> Option<Moment> {
        match self {
            Self::System => None,
            Self::Manual(clock) => Some(clock.now()),
        }
    }
}

/// A clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Moment) -> Self {
        Self(Arc::new(AtomicI64::new(now.micros())))
    }

    /// What it shows.
    pub fn now(&self) -> Moment {
        Moment::from_micros(self.0.load(Ordering::Relaxed))
    }

    /// Moves it, forward or back.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::Relaxed);
    }
}

/// Where randomness comes from: the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy;

impl Entropy {
    /// Random bytes fit for keys and tokens.
    ///
    /// # Panics
    /// When the operating system gives none: nothing that needs a secret may go on then.
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        let filled = getrandom::fill(&mut bytes);
        assert!(filled.is_ok(), "going on without randomness would hand out guessable tokens");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_tashkent() {
        let before: Moment = "2026-11-21T18:59:59.999999Z".parse().unwrap();
        let after: Moment = "2026-11-21T19:00:00Z".parse().unwrap();
        assert_eq!(before.day().to_string(), "2026-11-21");
        assert_eq!(after.day().to_string(), "2026-11-22");
        assert_eq!(after.day().start(), after);
        assert_eq!(before.day().end(), after);
    }

    #[test]
    fn age_counts_birthdays() {
        let day = |s: &str| s.parse::<Day>().unwrap();
        assert_eq!(day("2026-11-21").years_since(day("2008-11-22")), 17);
        assert_eq!(day("2026-11-22").years_since(day("2008-11-22")), 18);
        assert_eq!(day("2026-02-28").years_since(day("2008-02-29")), 17);
    }

    #[test]
    fn days_are_read_strictly() {
        for bad in
            ["", "2026-1-1", "2026-13-01", "2026-02-30", "26-01-01", "2026-01-01x", "+202-01-01"]
        {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
