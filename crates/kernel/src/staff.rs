use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::{CustomerId, Moment, StaffId, StaffSessionId};

/// What an employee does in the bank. What that allows is written in `policies/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// Helps customers.
    Support,
    /// Sees to it that the bank keeps the law: who customers are, what is frozen.
    Compliance,
    /// Keeps the books.
    Accountant,
    /// Guards sign-ins, sessions and who of the staff may what.
    Security,
    /// Takes employees in and proposes what they may.
    Administrator,
    /// Looks at everything and changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Support,
        Self::Compliance,
        Self::Accountant,
        Self::Security,
        Self::Administrator,
        Self::Auditor,
    ];

    /// The stable text form, in policies and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Compliance => "compliance",
            Self::Accountant => "accountant",
            Self::Security => "security",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// None.
    pub const NONE: Self = Self(0);

    /// This set and one more.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum, in const")]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | 1_u8.wrapping_shl(role as u32))
    }

    /// Whether the set has a role.
    pub const fn has(self, role: Role) -> bool {
        self.0 & Self::NONE.with(role).0 != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in their order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// The text forms, in the order of the roles.
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Role::as_str).collect()
    }

    /// Reads text forms. `None` when one is no role.
    pub fn parse<T: AsRef<str>>(names: &[T]) -> Option<Self> {
        names.iter().map(|name| name.as_ref().parse().ok()).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// An employee who is signed in: what decisions about them go by, as the database said it when the
/// request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Employee {
    /// The employee.
    pub id: StaffId,
    /// The session the request came in.
    pub session: StaffSessionId,
    /// Their roles.
    pub roles: Roles,
    /// The customer that the employee is, when the bank knows: nobody acts on their own account.
    pub customer: Option<CustomerId>,
    /// How strong the sign-in was: 2 with a passkey that may be in several places, 3 with one that
    /// never leaves its device.
    pub aal: u8,
    /// When they last used their passkey in this session.
    pub proved_at: Moment,
}

impl Employee {
    /// What is about any of these is about themselves.
    pub fn subjects(&self) -> Vec<Uuid> {
        let customer = self.customer.map(CustomerId::uuid);
        std::iter::once(self.id.uuid()).chain(customer).collect()
    }

    /// Whether something is about themselves, as an employee or as a customer.
    pub fn is(&self, subject: Uuid) -> bool {
        self.subjects().contains(&subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_a_set() {
        let both = Roles::parse(&["auditor", "support"]).unwrap();
        assert_eq!(both.names(), ["support", "auditor"]);
        assert!(both.has(Role::Auditor) && !both.has(Role::Security));
        assert_eq!(Roles::parse(&["support", "king"]), None);
        assert_eq!(Roles::parse::<&str>(&[]), Some(Roles::NONE));
        assert_eq!(Role::ALL.into_iter().collect::<Roles>().names().len(), Role::ALL.len());
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
    }
}
