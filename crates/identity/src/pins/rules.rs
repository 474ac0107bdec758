use kernel::{Code, Refusal, Secret};

/// Wrong tries in a row that are looked at. After them the PIN is of no use on this device until
/// the customer comes in by the password and sets another.
pub const TRIES_MAX: i32 = 5;
const DIGITS: usize = 6;
/// Fewest different digits.
const DISTINCT_MIN: usize = 3;
/// What many people take, from public lists of leaked PINs, besides runs, repeats and dates.
const COMMON: [&str; 20] = [
    "112233", "121212", "123123", "123321", "102030", "131313", "159753", "147258", "147852",
    "258456", "159357", "192837", "246810", "135790", "998877", "998900", "998901", "789456",
    "147369", "456852",
];

/// Whether a text could be a PIN at all. What could not is a slip, not a guess.
pub(crate) fn is_pin(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

/// Refuses a PIN that somebody would guess within five tries. `phone` are the digits of the
/// customer's own number.
pub(super) fn check(pin: &Secret<String>, phone: &str) -> Result<(), Refusal> {
    let pin = pin.expose();
    if !is_pin(pin) {
        return Err(Refusal::new(Code::FieldInvalid).field("pin").value("field", "pin"));
    }
    if is_weak(pin) || phone.contains(pin.as_str()) {
        return Err(Refusal::new(Code::PinTooCommon).field("pin"));
    }
    Ok(())
}

fn is_weak(pin: &str) -> bool {
    let digits: Vec<i32> = pin.bytes().map(|b| i32::from(b).saturating_sub(48)).collect();
    let mut distinct = digits.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let steps: Vec<i32> =
        digits.iter().zip(digits.iter().skip(1)).map(|(a, b)| (b - a).rem_euclid(10)).collect();
    // Counting in steps of one size, up or down: 123456, 975310, 000000.
    let counts = steps.iter().all(|step| steps.first() == Some(step));
    let repeats = [2, 3].iter().any(|n| pin.get(..*n).is_some_and(|p| p.repeat(6 / n) == pin));
    distinct.len() < DISTINCT_MIN
        || counts
        || repeats
        || COMMON.contains(&pin)
        || is_date(&digits)
        || is_year_twice(pin)
}

/// A day of somebody's life, in the orders in which people write one: day, month and two digits of
/// the year, or the year first.
fn is_date(digits: &[i32]) -> bool {
    let pairs: Vec<i32> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |n, digit| n * 10 + digit)).collect();
    let [first, middle, last] = *pairs else { return false };
    let day = |n: i32| (1..=31).contains(&n);
    let month = |n: i32| (1..=12).contains(&n);
    // Two digits of a year in which a customer can be born, or have children.
    let year = |n: i32| n >= 50 || n <= 30;
    (day(first) && month(middle) && year(last)) || (year(first) && month(middle) && day(last))
}

/// A year, and its last two digits again or before it: 198585, 851985.
fn is_year_twice(pin: &str) -> bool {
    let (head, tail) = pin.split_at_checked(2).unwrap_or_default();
    let (begin, end) = pin.split_at_checked(4).unwrap_or_default();
    let is_year = |text: &str| text.starts_with("19") || text.starts_with("20");
    (is_year(tail) && tail.ends_with(head)) || (is_year(begin) && begin.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(pin: &str) -> Option<Code> {
        check(&Secret::new(pin.to_owned()), "998901234567").err().map(|r| r.code)
    }

    #[test]
    fn what_is_no_pin_is_a_slip() {
        for odd in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "12 345"] {
            assert_eq!(refused(odd), Some(Code::FieldInvalid), "{odd}");
        }
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for weak in [
            "000000", "111111", "123456", "654321", "456789", "135791", "121212", "123123",
            "112233", "717171", "171285", "851217", "010190", "901234", "234567", "198585",
            "851985", "229922", "890123",
        ] {
            assert_eq!(refused(weak), Some(Code::PinTooCommon), "{weak}");
        }
    }

    #[test]
    fn most_numbers_are_good() {
        for good in ["608537", "495862", "746085", "346895"] {
            assert_eq!(refused(good), None, "{good}");
        }
        let good = (0..1_000_000).filter(|n| refused(&format!("{n:06}")).is_none()).count();
        assert!((900_000..980_000).contains(&good), "{good}");
    }
}
