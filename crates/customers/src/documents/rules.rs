use std::fmt;

use kernel::{Code, Day, Refusal};

/// How long a document counts for nothing after it was declared: whoever took a session over must
/// not make themselves a way back in.
pub(super) const SETTLE_SECONDS: i64 = 12 * 3_600;
/// The longest validity of any document that is issued.
const VALID_YEARS_MAX: i32 = 30;
const SERIES_CHARS: usize = 2;
const NUMBER_CHARS: usize = 9;
const PERSONAL_DIGITS: usize = 14;
/// Of the check digit of the personal number, in turn over its first thirteen digits (as those of
/// travel documents, ICAO 9303, 4.9).
const WEIGHTS: [u32; 3] = [7, 3, 1];

/// Series and number of a passport or an identity card: two Latin letters and seven digits.
/// Personal data: prints its last three digits only.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// Reads a number as people write it: with blanks, in letters of any size.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 32 {
            return None;
        }
        let one: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let (series, digits) = one.split_at_checked(SERIES_CHARS)?;
        let good = one.len() == NUMBER_CHARS
            && series.bytes().all(|b| b.is_ascii_uppercase())
            && digits.bytes().all(|b| b.is_ascii_digit());
        good.then_some(Self(one))
    }

    /// Series and number. Personal data.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "** ****{}", self.0.get(6..).unwrap_or("***"))
    }
}

impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The personal identification number (PINFL): a digit for sex and century, the date of birth, a
/// district, a serial number and a check digit. Personal data: prints its last three digits only.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalNumber(String);

impl PersonalNumber {
    /// Reads a number whose check digit is right.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 32 {
            return None;
        }
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let good = digits.len() == PERSONAL_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        (good && check_digit(&digits)? == digits.chars().last()?.to_digit(10)?)
            .then_some(Self(digits))
    }

    /// The fourteen digits. Personal data.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The date of birth that stands in it.
    pub fn birth_date(&self) -> Option<Day> {
        let number = |from: usize, to: usize| self.0.get(from..to)?.parse::<u8>().ok();
        let century = match self.0.chars().next()? {
            '1' | '2' => 1800,
            '3' | '4' => 1900,
            '5' | '6' => 2000,
            _ => return None,
        };
        let year = i32::from(number(5, 7)?).saturating_add(century);
        Day::new(year, number(3, 5)?, number(1, 3)?)
    }
}

fn check_digit(digits: &str) -> Option<u32> {
    let sum = digits
        .chars()
        .take(PERSONAL_DIGITS - 1)
        .zip(WEIGHTS.iter().cycle())
        .map(|(digit, weight)| digit.to_digit(10).map(|d| d.saturating_mul(*weight)))
        .sum::<Option<u32>>()?;
    sum.checked_rem(10)
}

impl fmt::Display for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "***********{}", self.0.get(11..).unwrap_or("***"))
    }
}

impl fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads a number or refuses its field.
pub(crate) fn number(text: &str) -> Result<DocumentNumber, Refusal> {
    DocumentNumber::parse(text).ok_or_else(|| Refusal::new(Code::DocumentMalformed).field("number"))
}

/// Reads a personal number or refuses its field.
pub(crate) fn shown_personal_number(text: &str) -> Result<PersonalNumber, Refusal> {
    let malformed = || Refusal::new(Code::DocumentMalformed).field("personal_number");
    PersonalNumber::parse(text).ok_or_else(malformed)
}

/// Reads a personal number, which must be that of somebody born on this day, or refuses its field.
pub(super) fn personal_number(text: &str, born: Day) -> Result<PersonalNumber, Refusal> {
    shown_personal_number(text).and_then(|number| {
        let right = number.birth_date() == Some(born);
        let other = || Refusal::new(Code::DocumentMalformed).field("personal_number");
        if right { Ok(number) } else { Err(other()) }
    })
}

/// Refuses a document that is no longer valid, or says that it is for longer than any is.
pub(super) fn check_expiry(expires_on: Day, today: Day) -> Result<(), Refusal> {
    if expires_on.days_since(today) < 0 || expires_on.years_since(today) > VALID_YEARS_MAX {
        return Err(Refusal::new(Code::DocumentExpired).field("expires_on"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A number of somebody born on 17 May 1990, with the check digit by hand:
    /// 7·3+3·1+1·7+7·0+3·5+1·9+7·0+3·1+1·2+7·3+3·0+1·0+7·1 = 88.
    const PINFL: &str = "31705901230018";

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in ["AA1234567", " aa 123 45 67 ", "Aa1234567"] {
            assert_eq!(DocumentNumber::parse(text).unwrap().expose(), "AA1234567", "{text}");
        }
        for bad in ["", "A1234567", "AA123456", "AA12345678", "1A1234567", "ФА1234567", "AA123456x"]
        {
            assert!(DocumentNumber::parse(bad).is_none(), "{bad}");
        }
        let number = DocumentNumber::parse("AA1234567").unwrap();
        assert_eq!(format!("{number} {number:?}"), "** ****567 ** ****567");
    }

    #[test]
    fn a_personal_number_has_its_check_digit_and_birth_date() {
        let number = PersonalNumber::parse(PINFL).unwrap();
        assert_eq!(number.birth_date(), Day::new(1990, 5, 17));
        assert_eq!(format!("{number} {number:?}"), "***********018 ***********018");
        let born: Day = "1990-05-17".parse().unwrap();
        assert!(personal_number(PINFL, born).is_ok());
        let other = personal_number(PINFL, "1990-05-18".parse().unwrap()).unwrap_err();
        assert_eq!((other.code, other.field), (Code::DocumentMalformed, Some("personal_number")));
        for bad in ["", "3170590123001", "31705901230017", "3170590123001x"] {
            assert!(PersonalNumber::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_document_is_valid_today_and_not_for_ever() {
        let today: Day = "2026-11-29".parse().unwrap();
        for (expires, good) in [
            ("2026-11-29", true),
            ("2026-11-28", false),
            ("2056-11-29", true),
            ("2060-01-01", false),
        ] {
            assert_eq!(check_expiry(expires.parse().unwrap(), today).is_ok(), good, "{expires}");
        }
    }

    proptest! {
        /// A slip in one digit is noticed whenever its weight and ten have no common factor, which
        /// holds for each.
        #[test]
        fn one_wrong_digit_is_noticed(place in 0_usize..14, other in 1_u8..10) {
            let mut digits = PINFL.as_bytes().to_vec();
            digits[place] = b'0' + (digits[place] - b'0' + other) % 10;
            prop_assert!(PersonalNumber::parse(std::str::from_utf8(&digits).unwrap()).is_none());
        }

        #[test]
        fn whatever_is_typed_does_not_panic(text in "\\PC{0,40}") {
            let _ = (DocumentNumber::parse(&text), PersonalNumber::parse(&text));
        }
    }
}
