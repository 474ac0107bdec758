use kernel::{Error, Result, Role, Roles};

/// The longest name of an employee, in characters.
const NAME_MAX_CHARS: usize = 100;
/// Roles without which nothing about the staff can be decided: one proposes, the other approves.
pub(crate) const NEEDED: [Role; 2] = [Role::Administrator, Role::Security];

/// Whether somebody works here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffStatus {
    /// Taken in, and has no passkey yet.
    Invited,
    /// Works.
    Active,
    /// Not let in.
    Suspended,
}

impl StaffStatus {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    pub(crate) fn of_row(text: &str) -> Result<Self> {
        [Self::Invited, Self::Active, Self::Suspended]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(Error::invariant("the status of an employee cannot be read"))
    }
}

/// What became of the mail with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMail {
    /// It is not handed over yet.
    Waits,
    /// The mail server took it.
    Sent,
    /// The mail server does not take letters for the address.
    Refused,
}

impl LinkMail {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Sent => "sent",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn of_row(text: &str) -> Result<Self> {
        [Self::Waits, Self::Sent, Self::Refused]
            .into_iter()
            .find(|mail| mail.as_str() == text)
            .ok_or(Error::invariant("what became of the mail with a link cannot be read"))
    }
}

/// The name of an employee, without spaces around it. `None` when it is empty, too long or has
/// characters that cannot be seen.
pub(crate) fn name(text: &str) -> Option<String> {
    let name = text.trim();
    let good = !name.is_empty()
        && name.chars().count() <= NAME_MAX_CHARS
        && !name.chars().any(char::is_control);
    good.then(|| name.to_owned())
}

/// The roles of a row.
pub(crate) fn roles_of_row<T: AsRef<str>>(names: &[T]) -> Result<Roles> {
    Roles::parse(names).ok_or(Error::invariant("the roles of an employee cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_employees() {
        assert_eq!(name(" Dilnoza Rahimova "), Some("Dilnoza Rahimova".to_owned()));
        for bad in ["", "  ", "a\tb", &"x".repeat(101)] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn rows_are_read() {
        for status in [StaffStatus::Invited, StaffStatus::Active, StaffStatus::Suspended] {
            assert_eq!(StaffStatus::of_row(status.as_str()).unwrap(), status);
        }
        for mail in [LinkMail::Waits, LinkMail::Sent, LinkMail::Refused] {
            assert_eq!(LinkMail::of_row(mail.as_str()).unwrap(), mail);
        }
        assert!(LinkMail::of_row("gone").is_err());
        assert!(StaffStatus::of_row("gone").is_err());
        assert!(roles_of_row(&["king"]).is_err());
        assert_eq!(roles_of_row(&["security"]).unwrap(), Roles::NONE.with(Role::Security));
    }
}
