//! What people type, read as people mean it: spaces in numbers, a comma for a point, a phone with
//! or without the country's code.

use kernel::{AccountNumber, Amount, Asset, Code, Error, Phone, Refusal, Result};
use payments::Payee;

/// Longer than a phone or an account number with spaces can be.
const PAYEE_MAX_CHARS: usize = 60;
/// Longer than an amount with spaces can be.
const AMOUNT_MAX_CHARS: usize = 40;
/// Digits of an account number.
const ACCOUNT_DIGITS: usize = 20;

/// Signs that people put into numbers to read them more easily.
fn is_filler(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '(' | ')' | '\u{2011}' | '\u{2013}' | '.')
}

/// A phone of Uzbekistan: nine digits, or twelve with 998, with whatever signs between them.
pub(crate) fn phone(text: &str, field: &'static str) -> Result<Phone> {
    let refused = || Error::from(Refusal::new(Code::PhoneMalformed).field(field));
    if text.chars().count() > PAYEE_MAX_CHARS {
        return Err(refused());
    }
    let digits: String = text.trim().chars().filter(|c| !is_filler(*c)).collect();
    Phone::parse(&digits).ok_or_else(refused)
}

/// Whom to pay, from the one box: a phone, or the 20 digits of an account.
pub(crate) fn payee(text: &str, field: &'static str) -> Result<Payee> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only_number = text.chars().all(|c| c.is_ascii_digit() || is_filler(c));
    if digits.len() == ACCOUNT_DIGITS && only_number && text.chars().count() <= PAYEE_MAX_CHARS {
        let number = digits.parse::<AccountNumber>();
        return number
            .map(Payee::Number)
            .map_err(|()| Refusal::new(Code::PayeeNotFound).field(field).into());
    }
    phone(text, field).map(Payee::Phone)
}

/// An amount as people type it: `250 000`, `1 500,50`, `1500.5`.
pub(crate) fn amount(text: &str, asset: Asset, field: &'static str) -> Result<Amount> {
    let at = |code| Error::from(Refusal::new(code).field(field));
    if text.chars().count() > AMOUNT_MAX_CHARS {
        return Err(at(Code::AmountMalformed));
    }
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.replace(',', ".").replace('\u{2212}', "-");
    // 250.000 is a quarter of a million to some and 250 to others: nobody's money is guessed.
    let fraction = bare.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().all(|b| b.is_ascii_digit());
    if digits && fraction.len() > usize::try_from(asset.digits()).unwrap_or(0) {
        return Err(at(Code::AmountTooPrecise));
    }
    Amount::parse(&bare, asset).map_err(|error| {
        let error = Error::from(error);
        error.code().map_or(error, at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_as_people_type_them() {
        for text in [
            "901234567",
            "90 123 45 67",
            "+998 90 123-45-67",
            "998901234567",
            "(90) 123 45 67",
            " +998\u{a0}90\u{a0}123\u{a0}45\u{a0}67 ",
        ] {
            assert_eq!(phone(text, "phone").unwrap().expose(), "998901234567", "{text}");
        }
        for text in ["", "12345", "+7 901 234 56 78", "90123456a", "٩٠١٢٣٤٥٦٧", "9012345678"]
        {
            let error = phone(text, "phone").unwrap_err();
            assert_eq!(error.code(), Some(Code::PhoneMalformed), "{text}");
        }
        assert!(phone(&"9".repeat(10_000), "phone").is_err());
    }

    #[test]
    fn the_box_tells_a_phone_from_an_account() {
        assert!(matches!(payee("90 123 45 67", "to"), Ok(Payee::Phone(_))));
        assert!(matches!(payee("20206 000 5 10000001 001", "to"), Ok(Payee::Number(_))));
        assert!(payee("20206000510000001", "to").is_err());
        assert!(payee("Dilnoza", "to").is_err());
    }

    #[test]
    fn amounts_as_people_type_them() {
        for (text, minor) in [
            ("250000", 25_000_000),
            ("250 000", 25_000_000),
            ("1\u{a0}500,50", 150_050),
            ("1500.5", 150_050),
            ("0,01", 1),
        ] {
            assert_eq!(amount(text, Asset::Uzs, "amount").unwrap().minor(), minor, "{text}");
        }
        for (text, code) in [
            ("", Code::AmountMalformed),
            ("abc", Code::AmountMalformed),
            ("1.2.3", Code::AmountMalformed),
            ("0", Code::AmountNotPositive),
            ("-5", Code::AmountNotPositive),
            ("1,005", Code::AmountTooPrecise),
            ("250.000", Code::AmountTooPrecise),
            ("250,000", Code::AmountTooPrecise),
        ] {
            let error = amount(text, Asset::Uzs, "amount").unwrap_err();
            assert_eq!(error.code(), Some(code), "{text}");
        }
    }
}
