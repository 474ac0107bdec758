use std::fmt;

use kernel::{Actor, Code};
use serde_json::Value;
use uuid::Uuid;

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl Outcome {
    pub(super) const fn number(self) -> i16 {
        match self {
            Self::Done => 1,
            Self::Refused => 2,
        }
    }

    /// As it is written in an event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// What [`Outcome::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// The personal part of an event, open. Does not print.
#[derive(Clone, PartialEq)]
pub struct Personal(Value);

impl Personal {
    pub(super) const fn new(value: Value) -> Self {
        Self(value)
    }

    /// The data itself. Never log what comes out.
    pub const fn expose(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(***)")
    }
}

/// An event to write. Who acts, when and in which request is known from the context.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(super) action: &'static str,
    pub(super) outcome: Outcome,
    pub(super) refusal: Option<Code>,
    pub(super) subject: Option<Uuid>,
    pub(super) object: Option<(&'static str, String)>,
    pub(super) facts: Option<Value>,
    pub(super) personal: Option<Personal>,
}

impl Entry {
    /// Something was done, such as `session.ended`.
    pub const fn done(action: &'static str) -> Self {
        Self::new(action, Outcome::Done, None)
    }

    /// Something was refused, named as if it had been done, with the code of the refusal.
    pub const fn refused(action: &'static str, code: Code) -> Self {
        Self::new(action, Outcome::Refused, Some(code))
    }

    const fn new(action: &'static str, outcome: Outcome, refusal: Option<Code>) -> Self {
        let (subject, object, facts, personal) = (None, None, None, None);
        Self { action, outcome, refusal, subject, object, facts, personal }
    }

    /// Whom it is about, and whose data [`Entry::personal`] is.
    #[must_use]
    pub const fn subject(mut self, subject: Uuid) -> Self {
        self.subject = Some(subject);
        self
    }

    /// What it was done to: its kind, and its id as it is shown.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whatever it is, calls read the same")]
    pub fn object(mut self, kind: &'static str, id: impl ToString) -> Self {
        self.object = Some((kind, id.to_string()));
        self
    }

    /// What else belongs to the record. It stays for ever and can be read by whoever checks the
    /// log: nothing that tells about a person, and no secret.
    #[must_use]
    pub fn facts(mut self, facts: Value) -> Self {
        self.facts = Some(facts);
        self
    }

    /// What tells about a person (an address, a name, a device): sealed under the subject's key.
    /// It needs a subject.
    #[must_use]
    pub fn personal(mut self, personal: Value) -> Self {
        self.personal = Some(Personal::new(personal));
        self
    }
}

/// An actor as events name them: the id of a customer or an employee, `system:` and the name of a
/// part of the bank, or `anonymous`.
pub fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Customer { id, .. } => id.to_string(),
        Actor::Staff(employee) => employee.id.to_string(),
        Actor::System(name) => format!("system:{name}"),
    }
}
