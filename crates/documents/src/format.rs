//! Money, dates and numbers as people read them on paper.

use kernel::{Day, Lang, Moment, Money};

use crate::words;

/// Between groups of three digits, and wherever a line must not break.
pub(crate) const NO_BREAK_SPACE: char = '\u{a0}';
/// The minus of typography: as wide as a plus, and no line breaks after it.
const MINUS: char = '\u{2212}';
/// Five hours: Uzbekistan keeps UTC+5 all year.
pub(crate) const TASHKENT_OFFSET_MINUTES: i32 = 300;
const MICROS_PER_SECOND: i64 = 1_000_000;
const ACCOUNT_NUMBER_DIGITS: usize = 20;

/// How the sign of an amount is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Only a minus: balances and sums.
    Minus,
    /// A plus too: movements.
    Both,
}

/// `12 846 500,50`: always with the minor units, so that a column lines up. English has a point.
pub(crate) fn amount(lang: Lang, money: Money, sign: Sign) -> String {
    let decimal = money.decimal();
    let (negative, digits) = match decimal.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, decimal.as_str()),
    };
    let (whole, minor) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::new();
    if negative {
        text.push(MINUS);
    } else if sign == Sign::Both && money.minor > 0 {
        text.push('+');
    }
    let mut left = whole.len();
    for digit in whole.chars() {
        text.push(digit);
        left = left.saturating_sub(1);
        if left > 0 && left.is_multiple_of(3) {
            text.push(NO_BREAK_SPACE);
        }
    }
    if !minor.is_empty() {
        text.push(if lang == Lang::En { '.' } else { ',' });
        text.push_str(minor);
    }
    text
}

/// `12 846 500,50 UZS`. The code and not a word: a document is read in other countries too.
pub(crate) fn amount_in(lang: Lang, money: Money, sign: Sign) -> String {
    format!("{}{NO_BREAK_SPACE}{}", amount(lang, money, sign), money.asset.code())
}

/// `22.11.2026`; in English `22 Nov 2026`, because some read 05.11 as a day in May.
pub(crate) fn date(lang: Lang, day: Day) -> String {
    let date = day.date();
    match lang {
        Lang::Uz | Lang::Ru => {
            format!("{:02}.{:02}.{:04}", date.day(), u8::from(date.month()), date.year())
        }
        Lang::En => {
            let month: String = month(lang, day).chars().take(3).collect();
            let space = NO_BREAK_SPACE;
            format!("{}{space}{month}{space}{:04}", date.day(), date.year())
        }
    }
}

/// `2026-yil 22-noyabr`, `22 ноября 2026 г.`, `22 November 2026`.
pub(crate) fn long_date(lang: Lang, day: Day) -> String {
    let (date, month, space) = (day.date(), month(lang, day), NO_BREAK_SPACE);
    match lang {
        Lang::Uz => format!("{:04}-yil{space}{}-{month}", date.year(), date.day()),
        Lang::Ru => format!("{}{space}{month}{space}{:04}{space}г.", date.day(), date.year()),
        Lang::En => format!("{}{space}{month}{space}{:04}", date.day(), date.year()),
    }
}

/// The first and the last day.
pub(crate) fn period(lang: Lang, from: Day, to: Day) -> String {
    format!("{} – {}", long_date(lang, from), long_date(lang, to))
}

fn month(lang: Lang, day: Day) -> &'static str {
    let index = usize::from(u8::from(day.date().month())).saturating_sub(1);
    words::of(lang).months.get(index).copied().unwrap_or_default()
}

/// A time of the day.
pub(crate) struct Time {
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

/// The time in Tashkent.
pub(crate) fn time_of(at: Moment) -> Time {
    let micros = at.micros_since(at.day().start());
    let seconds = micros.checked_div(MICROS_PER_SECOND).unwrap_or(0).clamp(0, 86_399);
    let part = |unit: i64, most: i64| {
        let value = seconds.checked_div(unit).and_then(|v| v.checked_rem(most)).unwrap_or(0);
        u8::try_from(value).unwrap_or(0)
    };
    Time { hour: part(3_600, 24), minute: part(60, 60), second: part(1, 60) }
}

/// `14:05`
pub(crate) fn time(at: Moment) -> String {
    let time = time_of(at);
    format!("{:02}:{:02}", time.hour, time.minute)
}

/// `22.11.2026, 14:05`
pub(crate) fn moment(lang: Lang, at: Moment) -> String {
    format!("{}, {}", date(lang, at.day()), time(at))
}

/// `22.11.2026, 14:05:09`
pub(crate) fn moment_with_seconds(lang: Lang, at: Moment) -> String {
    format!("{}:{:02}", moment(lang, at), time_of(at).second)
}

/// Twenty digits in the parts that the chart of accounts gives them; anything else as it is.
pub(crate) fn account_number(number: &str) -> String {
    const ENDS: [usize; 4] = [5, 8, 9, 17];
    let digits = number.chars().all(|c| c.is_ascii_digit());
    if !digits || number.len() != ACCOUNT_NUMBER_DIGITS {
        return number.to_owned();
    }
    let mut text = String::new();
    for (index, digit) in number.chars().enumerate() {
        if ENDS.contains(&index) {
            text.push(NO_BREAK_SPACE);
        }
        text.push(digit);
    }
    text
}

/// A code in groups of four.
pub(crate) fn code(code: &str) -> String {
    let mut text = String::new();
    for (index, character) in code.chars().filter(|c| !c.is_whitespace()).enumerate() {
        if index > 0 && index.is_multiple_of(4) {
            text.push(NO_BREAK_SPACE);
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use kernel::Asset;

    use super::*;

    #[test]
    fn amounts_are_grouped_and_signed() {
        let uzs = |minor| Money::new(minor, Asset::Uzs);
        let uz = |minor, sign| amount(Lang::Uz, uzs(minor), sign).replace('\u{a0}', "_");
        assert_eq!(uz(1_284_650_050, Sign::Minus), "12_846_500,50");
        assert_eq!(uz(1_284_650_050, Sign::Both), "+12_846_500,50");
        assert_eq!(uz(-18_450_000, Sign::Both), "\u{2212}184_500,00");
        assert_eq!(uz(-18_450_000, Sign::Minus), "\u{2212}184_500,00");
        assert_eq!(uz(0, Sign::Both), "0,00");
        assert_eq!(uz(99_999, Sign::Minus), "999,99");
        assert_eq!(uz(100_000, Sign::Minus), "1_000,00");
        assert_eq!(uz(i64::MIN, Sign::Minus), "\u{2212}92_233_720_368_547_758,08");
        let en = amount_in(Lang::En, Money::new(5, Asset::Usd), Sign::Minus);
        assert_eq!(en, "0.05\u{a0}USD");
    }

    #[test]
    fn dates_speak_three_languages() {
        let day = Day::new(2026, 11, 5).unwrap();
        let plain = |text: String| text.replace('\u{a0}', " ");
        assert_eq!(plain(date(Lang::Uz, day)), "05.11.2026");
        assert_eq!(plain(date(Lang::Ru, day)), "05.11.2026");
        assert_eq!(plain(date(Lang::En, day)), "5 Nov 2026");
        assert_eq!(plain(long_date(Lang::Uz, day)), "2026-yil 5-noyabr");
        assert_eq!(plain(long_date(Lang::Ru, day)), "5 ноября 2026 г.");
        assert_eq!(plain(long_date(Lang::En, day)), "5 November 2026");
    }

    #[test]
    fn time_is_that_of_tashkent() {
        let at: Moment = "2026-11-21T19:00:09.999Z".parse().unwrap();
        assert_eq!(moment_with_seconds(Lang::Ru, at), "22.11.2026, 00:00:09");
        let at: Moment = "2026-11-21T18:59:59Z".parse().unwrap();
        assert_eq!(moment_with_seconds(Lang::Uz, at), "21.11.2026, 23:59:59");
    }

    #[test]
    fn numbers_and_codes_are_grouped() {
        let plain = |text: String| text.replace('\u{a0}', " ");
        assert_eq!(plain(account_number("20206000901234567001")), "20206 000 9 01234567 001");
        assert_eq!(account_number("8600••••1234"), "8600••••1234");
        assert_eq!(plain(code("ABCDEFGH2345JKMN")), "ABCD EFGH 2345 JKMN");
        assert_eq!(plain(code("ABCDE F")), "ABCD EF");
        assert_eq!(code(""), "");
    }
}
