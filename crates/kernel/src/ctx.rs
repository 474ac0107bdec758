use std::fmt;

use uuid::Uuid;

use crate::{
    Assurance, Clock, Code, CustomerId, Employee, Entropy, Lang, Moment, Permission, Permissions,
    Result, SessionId,
};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know yet: sign-up and sign-in.
    Anonymous,
    /// A customer, in one of their sessions.
    Customer {
        /// The customer.
        id: CustomerId,
        /// The session the request came in.
        session: SessionId,
    },
    /// An employee, in one of their sessions.
    Staff(Employee),
    /// A part of the bank itself, by name: a job, a command of the operator.
    System(&'static str),
}

/// Names one request through every log line and event.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(Uuid);

impl TraceId {
    /// A new one.
    pub fn generate(entropy: Entropy) -> Self {
        Self(uuid::Builder::from_random_bytes(entropy.bytes()).into_uuid())
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The context of a use case: who asks, what they may do, what time it is, in which language to
/// answer. First argument everywhere.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// What they may do.
    pub permissions: Permissions,
    /// How a customer proved who they are. `None` for everyone else.
    pub assurance: Option<Assurance>,
    /// The language of texts made for them.
    pub lang: Lang,
    /// The clock to ask.
    pub clock: Clock,
    /// Names the request in logs.
    pub trace: TraceId,
}

impl Ctx {
    /// A context of nobody, with the system's clock.
    pub fn anonymous(lang: Lang) -> Self {
        Self {
            actor: Actor::Anonymous,
            permissions: Permissions::NONE,
            assurance: None,
            lang,
            clock: Clock::System,
            trace: TraceId::generate(Entropy),
        }
    }

    /// A context of a part of the bank itself.
    pub fn system(name: &'static str, permissions: Permissions) -> Self {
        Self { actor: Actor::System(name), permissions, ..Self::anonymous(Lang::default()) }
    }

    /// The same, with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same, for a signed-in customer.
    #[must_use]
    pub fn for_customer(self, id: CustomerId, session: SessionId) -> Self {
        Self { actor: Actor::Customer { id, session }, permissions: Permissions::CUSTOMER, ..self }
    }

    /// The same, with what is known of how the customer proved who they are.
    #[must_use]
    pub fn with_assurance(self, assurance: Assurance) -> Self {
        Self { assurance: Some(assurance), ..self }
    }

    /// The same, for an employee who is signed in, with what their roles allow.
    #[must_use]
    pub fn for_staff(self, employee: Employee, allowed: Permissions) -> Self {
        Self { actor: Actor::Staff(employee), permissions: allowed, ..self }
    }

    /// The time.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Randomness.
    pub const fn entropy(&self) -> Entropy {
        Entropy
    }

    /// Refuses unless the actor has the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.permissions.has(permission) {
            return Ok(());
        }
        match self.actor {
            Actor::Anonymous => Err(Code::SignInRequired.into()),
            _ => Err(Code::PermissionMissing.into()),
        }
    }

    /// The signed-in customer; refused for anyone else.
    pub fn customer(&self) -> Result<CustomerId> {
        match self.actor {
            Actor::Customer { id, .. } => Ok(id),
            Actor::Anonymous => Err(Code::SignInRequired.into()),
            Actor::Staff(_) | Actor::System(_) => Err(Code::PermissionMissing.into()),
        }
    }

    /// The employee who is signed in; refused for anyone else.
    pub fn staff(&self) -> Result<Employee> {
        match self.actor {
            Actor::Staff(employee) => Ok(employee),
            Actor::Anonymous => Err(Code::SignInRequired.into()),
            Actor::Customer { .. } | Actor::System(_) => Err(Code::PermissionMissing.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_sign_in() {
        let refused = Ctx::anonymous(Lang::En).require(Permission::AccountRead).unwrap_err();
        assert_eq!(refused.code(), Some(Code::SignInRequired));
    }
}
