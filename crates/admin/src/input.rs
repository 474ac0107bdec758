//! Numbers as people type them: with spaces between digits, and the comma of Uzbek and Russian.

use kernel::{Amount, Asset, Code, Error, Refusal};

/// Longer than an amount with spaces can be.
const MAX_CHARS: usize = 40;
/// Digits that a number of operations may have.
const COUNT_DIGITS: usize = 9;

/// A number of minor units, or of operations when it is of no asset. Zero is one.
pub(crate) fn minor(text: &str, asset: Option<Asset>, field: &'static str) -> Result<i64, Refusal> {
    let at = |code| Refusal::new(code).field(field);
    if text.chars().count() > MAX_CHARS {
        return Err(at(Code::AmountMalformed));
    }
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.replace(',', ".");
    let Some(asset) = asset else {
        let digits = bare.len() <= COUNT_DIGITS && bare.bytes().all(|b| b.is_ascii_digit());
        let count = bare.parse().ok().filter(|_| digits);
        return count.ok_or_else(|| at(Code::AmountMalformed));
    };
    if is_zero(&bare) {
        return Ok(0);
    }
    // 250.000 is a quarter of a million to some and 250 to others: nobody's money is guessed.
    let fraction = bare.split_once('.').map_or("", |(_, fraction)| fraction);
    let numeric = fraction.bytes().all(|b| b.is_ascii_digit());
    if numeric && fraction.len() > usize::try_from(asset.digits()).unwrap_or(0) {
        return Err(at(Code::AmountTooPrecise));
    }
    let read = Amount::parse(&bare, asset).map(Amount::minor);
    read.map_err(|error| at(Error::from(error).code().unwrap_or(Code::AmountMalformed)))
}

fn is_zero(bare: &str) -> bool {
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, "0"));
    let zeros = |text: &str| !text.is_empty() && text.bytes().all(|b| b == b'0');
    zeros(whole) && zeros(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        let (sum, dollars) = (Some(Asset::Uzs), Some(Asset::Usd));
        for (text, asset, number) in [
            ("1 000 000", sum, 100_000_000),
            ("1\u{a0}500,50", sum, 150_050),
            ("12.5", dollars, 1_250),
            ("0", sum, 0),
            ("0,00", dollars, 0),
            ("1 000", None, 1_000),
            ("0", None, 0),
        ] {
            assert_eq!(minor(text, asset, "amount").unwrap(), number, "{text}");
        }
        for (text, asset, code) in [
            ("", sum, Code::AmountMalformed),
            ("many", sum, Code::AmountMalformed),
            (".", sum, Code::AmountMalformed),
            ("-5", dollars, Code::AmountNotPositive),
            ("250.000", sum, Code::AmountTooPrecise),
            ("", None, Code::AmountMalformed),
            ("1.5", None, Code::AmountMalformed),
            ("+7", None, Code::AmountMalformed),
            ("9999999999", None, Code::AmountMalformed),
        ] {
            let refusal = minor(text, asset, "amount").unwrap_err();
            assert_eq!((refusal.code, refusal.field), (code, Some("amount")), "{text}");
        }
    }
}
