//! Card verification values of VISA: CVV of the stripe, iCVV of the chip, CVV2 behind the card.

use subtle::ConstantTimeEq;

use crate::{Fault, TdesKey, decimalised, digits, packed, xor};

/// What a chip's iCVV is computed with instead of the card's service code.
pub const ICVV_SERVICE_CODE: &str = "999";
/// What the value behind the card is computed with.
pub const CVV2_SERVICE_CODE: &str = "000";

/// How many digits go into it.
const INPUT_DIGITS: usize = 32;

/// The verification value of a card. The four digits of `expiry` go in as they are given: whether
/// the year stands first is the scheme's parameter.
pub fn value(key: &TdesKey, pan: &str, expiry: &str, service_code: &str) -> Result<String, Fault> {
    if expiry.len() != 4 || service_code.len() != 3 || !(12..=19).contains(&pan.len()) {
        return Err(Fault::Input("a PAN of 12 to 19, an expiry of 4, a service code of 3 digits"));
    }
    let mut input = digits(&[pan, expiry, service_code].concat())?;
    input.resize(INPUT_DIGITS, 0);
    let input = packed(&input);
    let (blocks, _) = input.as_chunks::<8>();
    let [first, second] = *blocks else { return Err(Fault::Input("two blocks")) };
    let (left, _) = key.parts();
    let last = key.encrypt(xor(crate::cipher::des(left, first), &second));
    Ok(decimalised(&last, 3))
}

/// Whether a card has this verification value, in a time that says nothing about it.
pub fn has_value(
    key: &TdesKey,
    (pan, expiry): (&str, &str),
    service_code: &str,
    given: &str,
) -> Result<bool, Fault> {
    Ok(value(key, pan, expiry, service_code)?.as_bytes().ct_eq(given.as_bytes()).into())
}
