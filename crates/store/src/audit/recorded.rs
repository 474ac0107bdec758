use kernel::{AuditId, Entropy, Moment, Result};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::body::Body;
use super::{Origin, Outcome};
use crate::broken;

/// An event of something that happened before and has a record of its own, which this one binds
/// into the tree. It holds no personal data.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// When it happened.
    pub at: Moment,
    /// Who acted: see [`super::actor_text`].
    pub actor: String,
    /// Whence they did.
    pub origin: Origin,
    /// What was done.
    pub action: String,
    /// The code of the refusal, when it was refused.
    pub refusal: Option<String>,
    /// Whom it was about.
    pub subject: Option<Uuid>,
    /// What it was done to: kind, colon, id.
    pub object: String,
    /// What else belongs to the record.
    pub facts: Value,
}

/// Appends many of them at once.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
pub async fn append_recorded(conn: &mut PgConnection, events: &[Recorded]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let (mut ids, mut bodies) = (Vec::new(), Vec::new());
    let mut outcomes = Vec::new();
    for event in events {
        let id = AuditId::generate(event.at, Entropy);
        bodies.push(Body::of_recorded(id, event).to_bytes()?);
        ids.push(id.uuid());
        outcomes.push(outcome(event).number());
    }
    let subjects: Vec<Option<Uuid>> = events.iter().map(|event| event.subject).collect();
    let actors: Vec<String> = events.iter().map(|event| event.actor.clone()).collect();
    let actions: Vec<String> = events.iter().map(|event| event.action.clone()).collect();
    let objects: Vec<String> = events.iter().map(|event| event.object.clone()).collect();
    sqlx::query!(
        "WITH event AS (
             INSERT INTO audit_event (id, outcome, subject, actor, action, object, body)
             SELECT * FROM UNNEST($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::text[],
                 $6::text[], $7::bytea[])
         )
         INSERT INTO audit_pending (id) SELECT * FROM UNNEST($1::uuid[])",
        &ids,
        &outcomes,
        &subjects as &[Option<Uuid>],
        &actors,
        &actions,
        &objects,
        &bodies,
    )
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(broken("writing events of the audit log"))
}

pub(super) const fn outcome(event: &Recorded) -> Outcome {
    match event.refusal {
        Some(_) => Outcome::Refused,
        None => Outcome::Done,
    }
}
