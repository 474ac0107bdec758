//! Reading the texts of a request: each either is what its schema says, or its field is refused.

use std::str::FromStr;

use kernel::{Amount, Asset, Code, Day, EmailAddress, Error, Lang, Moment, Phone, Refusal};
use payments::Category;

/// The refusal of a field.
pub(crate) fn invalid(field: &'static str) -> Refusal {
    Refusal::new(Code::FieldInvalid).field(field).value("field", field)
}

/// A phone as the API writes it: the plus sign may be missing, nothing else may differ.
pub(crate) fn phone(text: &str, field: &'static str) -> Result<Phone, Refusal> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let bare = digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit());
    let phone = if bare { Phone::parse(digits) } else { None };
    phone.ok_or_else(|| Refusal::new(Code::PhoneMalformed).field(field))
}

/// An e-mail address.
pub(crate) fn email(text: &str, field: &'static str) -> Result<EmailAddress, Refusal> {
    EmailAddress::parse(text).ok_or_else(|| Refusal::new(Code::EmailMalformed).field(field))
}

/// A prefixed id.
pub(crate) fn id<T: FromStr>(text: &str, field: &'static str) -> Result<T, Refusal> {
    text.parse().map_err(|_| invalid(field))
}

/// A currency that the bank keeps accounts in.
pub(crate) fn asset(text: &str, field: &'static str) -> Result<Asset, Refusal> {
    Asset::from_code(text).ok_or_else(|| Refusal::new(Code::CurrencyUnknown).field(field))
}

/// A moment in RFC 3339.
pub(crate) fn moment(text: &str, field: &'static str) -> Result<Moment, Refusal> {
    text.parse().map_err(|_| invalid(field))
}

/// A calendar day.
pub(crate) fn day(text: &str, field: &'static str) -> Result<Day, Refusal> {
    text.parse().map_err(|()| invalid(field))
}

/// One of the bank's languages, by its tag.
pub(crate) fn lang(text: &str, field: &'static str) -> Result<Lang, Refusal> {
    Lang::ALL.into_iter().find(|lang| lang.tag() == text).ok_or_else(|| invalid(field))
}

/// What money was for, by its name.
pub(crate) fn category(text: &str, field: &'static str) -> Result<Category, Refusal> {
    Category::from_name(text).ok_or_else(|| invalid(field))
}

/// A positive whole number up to a maximum, without a sign.
pub(crate) fn count(text: &str, max: i64, field: &'static str) -> Result<i64, Refusal> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|n| (1..=max).contains(n)).ok_or_else(|| invalid(field))
}

/// An amount above zero, with one spelling but for zeros that fill up the fraction: stricter than
/// what people type.
pub(crate) fn amount(text: &str, asset: Asset, field: &'static str) -> Result<Amount, Error> {
    let at = |code| Error::from(Refusal::new(code).field(field));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = usize::try_from(asset.digits()).unwrap_or(0);
    let decimal = fraction.bytes().all(|b| b.is_ascii_digit());
    if decimal && fraction.len() > digits {
        return Err(at(Code::AmountTooPrecise));
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(at(Code::AmountMalformed));
    }
    Amount::parse(text, asset).map_err(|error| {
        let error = Error::from(error);
        error.code().map_or(error, at)
    })
}

/// An optional field.
pub(crate) fn optional<T>(
    text: Option<&String>,
    field: &'static str,
    read: impl Fn(&str, &'static str) -> Result<T, Refusal>,
) -> Result<Option<T>, Refusal> {
    text.map(|text| read(text, field)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_read_in_one_form() {
        for good in ["+998901234567", "998901234567"] {
            assert_eq!(phone(good, "phone").unwrap().expose(), "998901234567");
        }
        for bad in [
            "",
            "901234567",
            "+998 90 123 45 67",
            "+7998901234567",
            "++998901234567",
            "+99890123456٣",
        ] {
            assert_eq!(phone(bad, "phone").unwrap_err().code, Code::PhoneMalformed, "{bad}");
        }
    }

    #[test]
    fn counts_are_read_strictly() {
        assert_eq!(count("50", 100, "limit"), Ok(50));
        for bad in ["", "0", "101", "-1", "+5", "5.0", "99999999999999999999"] {
            assert_eq!(count(bad, 100, "limit").unwrap_err().field, Some("limit"), "{bad}");
        }
    }
}
