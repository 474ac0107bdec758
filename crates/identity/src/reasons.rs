//! What employees say about why they do something.

use kernel::{Code, Refusal, Result, refuse_card_number};

/// The shortest reason, in characters: a single letter says nothing to whoever reads it in a year.
const MIN_CHARS: usize = 5;
/// The longest one.
const MAX_CHARS: usize = 500;

/// What an employee says about why, without spaces around it: [`Code::ReasonMissing`] when they do
/// not. It tells about a person, so it is kept under that person's key.
pub fn stated_reason(text: &str) -> Result<&str> {
    let reason = text.trim();
    if !(MIN_CHARS..=MAX_CHARS).contains(&reason.chars().count()) {
        return Err(Refusal::new(Code::ReasonMissing).field("reason").into());
    }
    refuse_card_number(reason, "reason")?;
    Ok(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_not_too_much() {
        assert_eq!(stated_reason("  a call \n").unwrap(), "a call");
        assert_eq!(stated_reason(" shown ").unwrap(), "shown");
        for bad in ["", " \n ", "x", "  why  ", &"x".repeat(501)] {
            assert!(stated_reason(bad).is_err());
        }
        assert!(stated_reason(&"x".repeat(500)).is_ok());
    }
}
