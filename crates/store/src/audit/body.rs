use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{AuditId, Ctx, Error, Moment, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::entry::{Entry, actor_text};
use super::{Origin, Outcome, Recorded, recorded};

/// The form of the body, so that another can follow. Bodies of the first said neither how sure the
/// bank was of who acted, nor on which device.
const VERSION: u8 = 2;
const FIRST: u8 = 1;

/// An event as its leaf binds it: JSON with the fields in this order and nothing between them. The
/// bytes that were stored are what is hashed; nobody writes them a second time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    pub v: u8,
    pub id: AuditId,
    pub at: String,
    pub actor: String,
    pub session: Option<String>,
    #[serde(default)]
    pub device: Option<String>,
    #[serde(default)]
    pub aal: Option<i16>,
    /// Always null: nobody acts for another. It is in the form of every body that was sealed.
    pub on_behalf_of: (),
    pub action: String,
    pub outcome: String,
    pub refusal: Option<String>,
    pub subject: Option<Uuid>,
    /// The kind of the object, a colon, and its id.
    pub object: Option<String>,
    pub trace: String,
    pub facts: Option<Value>,
    /// The sealed personal part, in base64.
    pub personal: Option<String>,
}

impl Body {
    pub fn of(
        (id, at): (AuditId, Moment),
        ctx: &Ctx,
        entry: &Entry,
        personal: Option<Vec<u8>>,
    ) -> Self {
        let Origin { session, device, aal, trace } = Origin::of(ctx);
        Self {
            v: VERSION,
            id,
            at: at.to_string(),
            actor: actor_text(&ctx.actor),
            session,
            device,
            aal,
            on_behalf_of: (),
            action: entry.action.to_owned(),
            outcome: entry.outcome.as_str().to_owned(),
            refusal: entry.refusal.map(|code| code.as_str().to_owned()),
            subject: entry.subject,
            object: entry.object.as_ref().map(|(kind, id)| format!("{kind}:{id}")),
            trace,
            facts: entry.facts.clone(),
            personal: personal.map(|sealed| STANDARD.encode(sealed)),
        }
    }

    /// The body of an event that has a record of its own.
    pub fn of_recorded(id: AuditId, event: &Recorded) -> Self {
        let Origin { session, device, aal, trace } = event.origin.clone();
        Self {
            v: VERSION,
            id,
            at: event.at.to_string(),
            actor: event.actor.clone(),
            session,
            device,
            aal,
            on_behalf_of: (),
            action: event.action.clone(),
            outcome: recorded::outcome(event).as_str().to_owned(),
            refusal: event.refusal.clone(),
            subject: event.subject,
            object: Some(event.object.clone()),
            trace,
            facts: Some(event.facts.clone()),
            personal: None,
        }
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|e| Error::broken("writing the body of an event", e))
    }

    /// Reads what was stored. `None` when it is not the body of an event.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let body: Self = serde_json::from_slice(bytes).ok()?;
        (FIRST..=VERSION).contains(&body.v).then_some(body)
    }

    /// When it happened.
    pub fn moment(&self) -> Option<Moment> {
        self.at.parse().ok()
    }

    /// How it ended.
    pub fn outcome(&self) -> Option<Outcome> {
        Outcome::parse(&self.outcome)
    }

    /// The sealed personal part.
    pub fn sealed_personal(&self) -> Option<Vec<u8>> {
        STANDARD.decode(self.personal.as_deref()?).ok()
    }
}
