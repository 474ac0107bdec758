//! On which days rates are published, and when.

use kernel::{Day, Moment};

/// When the rates of the next working day are out.
const HOUR: i64 = 16;
/// Days of the year, as month and day, on which the country does not work.
const HOLIDAYS: [(u8, u8); 7] = [(1, 1), (3, 8), (3, 21), (5, 9), (9, 1), (10, 1), (12, 8)];
/// The working days of a week.
const WORKING_DAYS: i64 = 5;

/// Whether rates are set for a day.
fn works(day: Day) -> bool {
    let date = day.date();
    day.days_since(day.week_start()) < WORKING_DAYS
        && !HOLIDAYS.contains(&(u8::from(date.month()), date.day()))
}

/// The last day before this one for which rates are set.
pub(super) fn published_before(day: Day) -> Day {
    let mut before = day.days_before(1);
    while !works(before) {
        before = before.days_before(1);
    }
    before
}

/// Whether the rates of a day are out at a moment.
pub(super) fn is_published(day: Day, now: Moment) -> bool {
    let out = published_before(day).start().plus_seconds(HOUR.saturating_mul(3_600));
    works(day) && out <= now
}

/// The last day whose rates are out at a moment: that of tomorrow, when they are.
pub(super) fn latest(now: Moment) -> Day {
    let today = now.day();
    let mut next = today.days_after(1);
    while !works(next) {
        next = next.days_after(1);
    }
    if is_published(next, now) {
        next
    } else if works(today) {
        today
    } else {
        published_before(today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_out_in_the_afternoon_before() {
        // 2026-09-30 is a Wednesday, the first of October a holiday, the third a Saturday.
        for (now, latest, out) in [
            ("2026-09-29T10:59:59Z", "2026-09-29", false),
            ("2026-09-29T11:00:00Z", "2026-09-30", true),
            ("2026-09-30T10:00:00Z", "2026-09-30", true),
            ("2026-09-30T11:00:00Z", "2026-10-02", true),
            ("2026-10-01T08:00:00Z", "2026-10-02", true),
            ("2026-10-02T11:00:00Z", "2026-10-05", true),
            ("2026-10-04T09:00:00Z", "2026-10-05", true),
        ] {
            let now: Moment = now.parse().unwrap();
            assert_eq!(super::latest(now).to_string(), latest, "{now}");
            assert_eq!(is_published("2026-09-30".parse().unwrap(), now), out, "{now}");
        }
        let late: Moment = "2027-01-01T00:00:00Z".parse().unwrap();
        for never in ["2026-10-01", "2026-10-03", "2026-10-04"] {
            assert!(!is_published(never.parse().unwrap(), late), "{never}");
        }
    }
}
