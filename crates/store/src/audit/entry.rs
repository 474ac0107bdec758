use std::fmt;

use kernel::{Actor, Code, Ctx, Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};
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

/// Whence an act came, as far as the context tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Origin {
    /// The session in which somebody acted.
    pub session: Option<String>,
    /// The bound device of a customer on which that session is.
    pub device: Option<String>,
    /// How sure the bank was of who it is (NIST SP 800-63B).
    pub aal: Option<i16>,
    /// The request.
    pub trace: String,
}

impl Origin {
    /// That of whatever is done in a context.
    pub fn of(ctx: &Ctx) -> Self {
        let known = ctx.assurance.as_ref();
        let (session, aal) = match &ctx.actor {
            Actor::Customer { session, .. } => {
                (Some(session.to_string()), known.map(|known| known.aal.number()))
            }
            Actor::Staff(employee) => {
                (Some(employee.session.to_string()), Some(i16::from(employee.aal)))
            }
            Actor::Anonymous | Actor::System(_) => (None, None),
        };
        let device = known.and_then(|known| known.device).map(|device| device.to_string());
        Self { session, device, aal, trace: ctx.trace.to_string() }
    }

    /// To be kept in the record of something that comes into the log later.
    pub fn to_json(&self) -> Value {
        let words = [("session", &self.session), ("device", &self.device)];
        let words =
            words.into_iter().filter_map(|(name, word)| Some((name, json!(word.as_ref()?))));
        let aal = self.aal.map(|aal| ("aal", json!(aal)));
        let all = words.chain(aal).chain([("trace", json!(self.trace))]);
        Value::Object(all.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// What [`Origin::to_json`] wrote.
    pub fn from_json(kept: &Value) -> Result<Self> {
        Self::deserialize(kept).map_err(|e| Error::broken("reading whence an act came", e))
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
