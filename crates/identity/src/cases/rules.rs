use kernel::{Code, Error, Refusal, Result, refuse_card_number};

/// The longest note, in characters.
const NOTE_MAX_CHARS: usize = 500;

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody did what they should not have.
    Confirmed,
    /// Nobody did.
    FalseAlarm,
    /// There was nothing to do.
    NoAction,
    /// The customer was let in again, by two employees.
    Unfrozen,
}

impl Outcome {
    /// Those that an employee chooses from. The last one comes with what they decided.
    pub const CHOICES: [Self; 3] = [Self::Confirmed, Self::FalseAlarm, Self::NoAction];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::FalseAlarm => "false_alarm",
            Self::NoAction => "no_action",
            Self::Unfrozen => "unfrozen",
        }
    }

    /// The one of a name among those that an employee chooses from.
    pub fn chosen(name: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|outcome| outcome.as_str() == name)
    }

    pub(super) fn of_row(text: &str) -> Result<Self> {
        Self::chosen(text)
            .or_else(|| (text == Self::Unfrozen.as_str()).then_some(Self::Unfrozen))
            .ok_or(Error::invariant("the outcome of a case cannot be read"))
    }
}

/// A note without spaces around it.
pub(super) fn note(text: &str) -> Result<&str> {
    let note = text.trim();
    if !(1..=NOTE_MAX_CHARS).contains(&note.chars().count()) {
        return Err(Refusal::new(Code::ReasonMissing).field("reason").into());
    }
    refuse_card_number(note, "reason")?;
    Ok(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_employee_chooses_what_came_of_it_but_does_not_let_in_by_it() {
        for outcome in Outcome::CHOICES {
            assert_eq!(Outcome::chosen(outcome.as_str()), Some(outcome));
            assert_eq!(Outcome::of_row(outcome.as_str()).unwrap(), outcome);
        }
        assert_eq!(Outcome::chosen("unfrozen"), None);
        assert_eq!(Outcome::of_row("unfrozen").unwrap(), Outcome::Unfrozen);
        assert!(Outcome::of_row("").is_err());
    }

    #[test]
    fn a_note_says_something_and_not_too_much() {
        assert_eq!(note("  a call \n").unwrap(), "a call");
        for bad in ["", " \n ", &"x".repeat(501)] {
            assert!(note(bad).is_err());
        }
        assert!(note(&"x".repeat(500)).is_ok());
    }
}
