use icu_calendar::{Date, Gregorian};
use icu_datetime::{FixedCalendarDateTimeFormatter, fieldsets};
use icu_locale_core::{Locale, locale};
use kernel::{Day, Lang, Moment};

/// The words for the two days that have names.
#[derive(Clone, Copy, Debug)]
pub struct DayWords<'a> {
    /// `Bugun`, `Сегодня`, `Today`.
    pub today: &'a str,
    /// `Kecha`, `Вчера`, `Yesterday`.
    pub yesterday: &'a str,
}

const DAY_MICROS: i64 = 86_400_000_000;
const MINUTE_MICROS: i64 = 60_000_000;
const HOUR_MICROS: i64 = 3_600_000_000;

/// A day in the words of a language; the ISO form should a pattern be missing. A macro, because
/// each set of fields is a type with bounds of its own.
macro_rules! written {
    ($lang:expr, $day:expr, $fields:expr) => {{
        let formatter =
            FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(locale($lang).into(), $fields);
        match (formatter, calendar($day)) {
            // Not every font has the narrow space that Russian puts before its "г.".
            (Ok(formatter), Some(date)) => {
                formatter.format(&date).to_string().replace('\u{202f}', "\u{a0}")
            }
            _ => $day.to_string(),
        }
    }};
}

const fn locale(lang: Lang) -> Locale {
    match lang {
        Lang::Uz => locale!("uz"),
        Lang::Ru => locale!("ru"),
        Lang::En => locale!("en-GB"),
    }
}

fn calendar(day: Day) -> Option<Date<Gregorian>> {
    let date = day.date();
    Date::try_new_gregorian(date.year(), u8::from(date.month()), date.day()).ok()
}

/// The first letter as a capital, for headings.
fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The time in Tashkent: `14:20`.
pub fn time(at: Moment) -> String {
    let since = at.micros_since(at.day().start()).rem_euclid(DAY_MICROS);
    format!("{:02}:{:02}", since / HOUR_MICROS, since % HOUR_MICROS / MINUTE_MICROS)
}

/// A day without its year: `22-noyabr`, `22 ноября`, `22 November`.
pub fn day_month(lang: Lang, day: Day) -> String {
    written!(lang, day, fieldsets::MD::long())
}

/// A whole date: `2026-yil 22-noyabr`, `22 ноября 2026 г.`, `22 November 2026`. Uzbek papers put
/// the year first, as a word; the tables of Unicode (CLDR) do not.
pub fn day(lang: Lang, day: Day) -> String {
    match lang {
        Lang::Uz => format!("{}-yil {}", day.date().year(), day_month(lang, day)),
        Lang::Ru | Lang::En => written!(lang, day, fieldsets::YMD::long()),
    }
}

/// A day without its year in the year of `today`, else with it.
fn day_near(lang: Lang, at: Day, today: Day) -> String {
    if at.date().year() == today.date().year() { day_month(lang, at) } else { day(lang, at) }
}

/// `Bugun, 14:20`, `22-noyabr, 14:20`, with the year when it is another one.
pub fn moment(lang: Lang, at: Moment, today: Day, words: &DayWords<'_>) -> String {
    let day = at.day();
    let name = match today.days_since(day) {
        0 => words.today.to_owned(),
        1 => words.yesterday.to_owned(),
        _ => day_near(lang, day, today),
    };
    format!("{name}, {}", time(at))
}

/// A date with its time, for receipts: `22-noyabr, 2026, 14:20`.
pub fn moment_full(lang: Lang, at: Moment) -> String {
    format!("{}, {}", day(lang, at.day()), time(at))
}

/// The heading of a day in a list: `Bugun`, `Kecha`, `Juma, 20-noyabr`.
pub fn day_heading(lang: Lang, at: Day, today: Day, words: &DayWords<'_>) -> String {
    match today.days_since(at) {
        0 => words.today.to_owned(),
        1 => words.yesterday.to_owned(),
        _ if at.date().year() == today.date().year() => {
            capitalised(&written!(lang, at, fieldsets::MDE::long()))
        }
        _ => day(lang, at),
    }
}

/// A month by itself: `Noyabr`.
pub fn month(lang: Lang, day: Day) -> String {
    capitalised(&written!(lang, day, fieldsets::M::long()))
}

/// A month with its year: `2026-yil noyabr`, `Ноябрь 2026 г.`.
pub fn month_year(lang: Lang, day: Day) -> String {
    match lang {
        Lang::Uz => format!("{}-yil {}", day.date().year(), month(lang, day).to_lowercase()),
        Lang::Ru | Lang::En => capitalised(&written!(lang, day, fieldsets::YM::long())),
    }
}
