use std::fmt;

use kernel::{Code, Day, Moment, Refusal};

const NAME_CHARS_MAX: usize = 60;
/// Full legal capacity begins at eighteen (Civil Code of Uzbekistan, article 22): younger clients
/// need a parent, for whom there is no sign-up here.
const AGE_MIN_YEARS: i32 = 18;
/// Older than anyone ever was: a slip.
const AGE_MAX_YEARS: i32 = 120;
/// How often a name may change in the time that follows. More is not a slip or a wedding.
const RENAMES_MAX: usize = 2;
/// In which time.
pub(super) const RENAME_WINDOW_SECONDS: i64 = 30 * DAY_SECONDS;
const DAY_SECONDS: i64 = 86_400;
/// How people write the sign within Uzbek letters and names such as D’Artagnan.
const APOSTROPHES: [char; 5] = ['\'', '‘', '’', 'ʻ', 'ʼ'];
/// Letters by the tables of Unicode that show nothing: two names could look the same.
const INVISIBLE: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

/// A first and a last name. Personal data: does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName {
    first: String,
    last: String,
}

impl PersonName {
    /// Reads names as people write them: letters of any script, spaces, hyphens and apostrophes.
    pub fn parse(first: &str, last: &str) -> Result<Self, Refusal> {
        let part = |text, field| {
            name_part(text).ok_or_else(|| Refusal::new(Code::NameMalformed).field(field))
        };
        Ok(Self { first: part(first, "first_name")?, last: part(last, "last_name")? })
    }

    /// A name that was read before.
    pub(super) const fn stored(first: String, last: String) -> Self {
        Self { first, last }
    }

    /// The first name. Personal data.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The last name. Personal data.
    pub fn last(&self) -> &str {
        &self.last
    }

    /// What a payer is shown before a transfer: enough to notice a wrong number, too little to
    /// learn who a stranger is.
    pub fn masked(&self) -> String {
        match self.last.chars().next() {
            Some(initial) => format!("{} {initial}.", self.first),
            None => self.first.clone(),
        }
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(***)")
    }
}

fn name_part(text: &str) -> Option<String> {
    // Four bytes a character and as many spaces again: longer is not a name, and is not read.
    if text.len() > NAME_CHARS_MAX.saturating_mul(8) || text.chars().any(char::is_control) {
        return None;
    }
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_sign = |c: char| APOSTROPHES.contains(&c) || c == '-' || c == ' ';
    let is_letter = |c: char| c.is_alphabetic() && !is_sign(c) && !INVISIBLE.contains(&c);
    let good = name.chars().all(|c| is_letter(c) || is_sign(c))
        && name.chars().next().is_some_and(is_letter)
        && name.chars().count() <= NAME_CHARS_MAX;
    good.then_some(name)
}

/// Refuses a date of birth that cannot be, or of someone too young.
pub(super) fn check_birth(birth: Day, now: Moment) -> Result<(), Refusal> {
    let today = now.day();
    let age_years = today.years_since(birth);
    if birth > today || age_years > AGE_MAX_YEARS {
        return Err(Refusal::new(Code::BirthDateInvalid).field("birth_date"));
    }
    if age_years < AGE_MIN_YEARS {
        return Err(Refusal::new(Code::CustomerTooYoung)
            .field("birth_date")
            .value("years", AGE_MIN_YEARS.to_string()));
    }
    Ok(())
}

/// Refuses one change of the name too many. `changes` are the moments of those within the window,
/// oldest first.
pub(super) fn may_rename(changes: &[Moment], now: Moment) -> Result<(), Refusal> {
    // The change that has to leave the window before another one fits in.
    let first = changes.len().checked_sub(RENAMES_MAX).and_then(|n| changes.get(n));
    let Some(first) = first else { return Ok(()) };
    let free_at = first.plus_seconds(RENAME_WINDOW_SECONDS);
    let left_micros = free_at.micros_since(now);
    if left_micros <= 0 {
        return Ok(());
    }
    let left_seconds = left_micros.saturating_add(999_999).div_euclid(1_000_000);
    let left_days = left_seconds.saturating_add(DAY_SECONDS - 1).div_euclid(DAY_SECONDS);
    Err(Refusal::new(Code::NameChangedTooOften)
        .retry_after(left_seconds)
        .value("days", left_days.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        for (text, expected) in [
            ("Jasur", "Jasur"),
            ("  Go‘zal   Xon ", "Go‘zal Xon"),
            ("O'Brien", "O'Brien"),
            ("Oʻktam", "Oʻktam"),
            ("Maʼmura", "Maʼmura"),
            ("Мария-Луиза", "Мария-Луиза"),
            ("李", "李"),
            ("Ёқуб", "Ёқуб"),
            ("K", "K"),
        ] {
            let name = PersonName::parse(text, "Karimov").unwrap();
            assert_eq!(name.first(), expected);
        }
        let longest = "x".repeat(60);
        assert!(PersonName::parse("A", &longest).is_ok());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "x".repeat(61);
        let huge = " ".repeat(10_000);
        for bad in [
            "",
            " ",
            "-",
            "'",
            "ʻ",
            "-Ali",
            "Ali2",
            "Ali\n",
            "A\tB",
            "Ali;drop",
            "<b>",
            "Ali\u{200b}",
            "\u{202e}ilA",
            "\u{3164}",
            "Ali\u{3164}",
            "😀",
            "Ali.",
            &long,
            &huge,
        ] {
            let refusal = PersonName::parse("Ali", bad).unwrap_err();
            assert_eq!((refusal.code, refusal.field), (Code::NameMalformed, Some("last_name")));
            let refusal = PersonName::parse(bad, "Ali").unwrap_err();
            assert_eq!((refusal.code, refusal.field), (Code::NameMalformed, Some("first_name")));
        }
    }

    #[test]
    fn masked_names_show_one_letter_of_the_last() {
        for (first, last, masked) in [
            ("Jasur", "Karimov", "Jasur K."),
            ("J", "K", "J K."),
            ("Go‘zal", "O‘rinova", "Go‘zal O."),
            ("Мария", "Яшина", "Мария Я."),
        ] {
            assert_eq!(PersonName::parse(first, last).unwrap().masked(), masked);
        }
    }

    #[test]
    fn a_name_changes_twice_in_thirty_days() {
        let now: Moment = "2026-11-22T12:00:00Z".parse().unwrap();
        let ago = |seconds: i64| now.plus_seconds(-seconds);
        let window = RENAME_WINDOW_SECONDS;
        for (changes, expected) in [
            (vec![], None),
            (vec![ago(1)], None),
            (vec![ago(window), ago(1)], None),
            (vec![ago(window - 1), ago(1)], Some((1, "1"))),
            (vec![ago(DAY_SECONDS), ago(0)], Some((29 * DAY_SECONDS, "29"))),
            (vec![ago(DAY_SECONDS - 1), ago(0)], Some((29 * DAY_SECONDS + 1, "30"))),
            (vec![ago(0), ago(0)], Some((window, "30"))),
            (vec![ago(window), ago(60), ago(0)], Some((window - 60, "30"))),
        ] {
            let refused = may_rename(&changes, now).err().map(|refusal| {
                assert_eq!(refusal.code, Code::NameChangedTooOften);
                let days = refusal.get("days").unwrap().to_owned();
                (refusal.retry_after_seconds.unwrap(), days)
            });
            let expected = expected.map(|(seconds, days)| (seconds, days.to_owned()));
            assert_eq!(refused, expected, "{changes:?}");
        }
    }

    #[test]
    fn ages() {
        // Late in the evening by UTC it is the next day already in Tashkent.
        let now: Moment = "2026-11-21T20:00:00Z".parse().unwrap();
        for (birth, expected) in [
            ("2008-11-22", None),
            ("2008-11-23", Some(Code::CustomerTooYoung)),
            ("2026-11-22", Some(Code::CustomerTooYoung)),
            ("2026-11-23", Some(Code::BirthDateInvalid)),
            ("2120-01-01", Some(Code::BirthDateInvalid)),
            ("1906-11-22", None),
            ("1905-11-23", None),
            ("1905-11-22", Some(Code::BirthDateInvalid)),
            ("0001-01-01", Some(Code::BirthDateInvalid)),
        ] {
            let got = check_birth(birth.parse().unwrap(), now).err().map(|r| r.code);
            assert_eq!(got, expected, "{birth}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_accepted_again(text in "\\PC{0,70}") {
            if let Ok(name) = PersonName::parse(&text, "K") {
                let again = PersonName::parse(name.first(), "K").unwrap();
                prop_assert_eq!(again.first(), name.first());
                prop_assert!(name.first().chars().count() <= NAME_CHARS_MAX);
            }
        }
    }
}
