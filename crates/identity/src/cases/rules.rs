use kernel::{Error, Result};

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
}
