use crate::{Code, Refusal};

/// Whether a text holds the number of a card: 13 to 19 digits in a row, as people group them, that
/// pass the check of ISO/IEC 7812-1, annex B. Numbers of accounts are longer, those of telephones
/// shorter. What customers and employees write is shown, searched and printed, so nothing like that
/// may stand in it.
pub fn holds_card_number(text: &str) -> bool {
    let mut digits = Vec::new();
    let mut gap = false;
    // The end closes the last run.
    for c in text.chars().chain(['\n']) {
        match c.to_digit(10) {
            Some(digit) => digits.push(digit),
            None if matches!(c, ' ' | '-' | '\u{a0}') && !gap && !digits.is_empty() => {
                gap = true;
                continue;
            }
            None if is_card_number(&digits) => return true,
            None => digits.clear(),
        }
        gap = false;
    }
    false
}

/// Refuses a name or a reason that holds the number of a card.
pub fn refuse_card_number(text: &str, field: &'static str) -> Result<(), Refusal> {
    if holds_card_number(text) {
        return Err(Refusal::new(Code::TextHoldsCard).field(field));
    }
    Ok(())
}

fn is_card_number(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place.is_multiple_of(2) { *digit } else { doubled(*digit) })
        .fold(0, u32::saturating_add);
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

/// Twice a digit, with its own digits added up (ISO/IEC 7812-1, annex B).
const fn doubled(digit: u32) -> u32 {
    let twice = digit.saturating_mul(2);
    if twice > 9 { twice.saturating_sub(9) } else { twice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_seen_however_they_are_grouped() {
        for bad in [
            "8600123412341239",
            "karta 8600 1234 1234 1239 ga",
            "8600-1234-1234-1239",
            "9860\u{a0}0101\u{a0}0101\u{a0}0105",
            "4111111111111111.",
            // The test numbers of the networks: American Express, a Visa of thirteen, a Maestro of
            // nineteen.
            "378282246310005",
            "4222222222222",
            "6304000000000000000",
            "1, 5555 5555 5555 4444",
        ] {
            assert!(holds_card_number(bad), "{bad}");
            let refusal = refuse_card_number(bad, "name").unwrap_err();
            assert_eq!((refusal.code, refusal.field), (Code::TextHoldsCard, Some("name")));
        }
        for good in [
            // One digit off; a telephone; an account; a contract; groups that are no number.
            "8600123412341230",
            "+998 90 123 45 67",
            "20208000900000000001",
            "2026-11-29 1234",
            "8600 1234  1234 1239",
            "8600 1234, 1234 1239",
            // Twelve digits that pass the check.
            "422222222220",
            "0",
            "",
        ] {
            assert!(!holds_card_number(good), "{good}");
            assert_eq!(refuse_card_number(good, "name"), Ok(()));
        }
    }
}
