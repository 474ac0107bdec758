use kernel::Result;
use serde_json::Value;
use store::broken;
use store::outbox::Within;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::model::Ref;

/// What the audit log tells of an operation.
pub struct Operation {
    pub id: Uuid,
    pub at: OffsetDateTime,
    pub kind: String,
    pub initiator_kind: i16,
    pub initiator: Uuid,
    pub request_hash: Vec<u8>,
    pub refusal: Option<String>,
    pub transfers: i64,
    pub origin: Option<Value>,
    /// The confirmation by which the customer made it.
    pub confirmation: Option<String>,
}

/// The operations among these ids, in the order in which they happened.
pub async fn operations(tx: Within<'_>, ids: &[Uuid]) -> Result<Vec<Operation>> {
    sqlx::query_as!(
        Operation,
        r#"SELECT o.id, o.at, o.kind, o.initiator_kind, o.initiator, o.request_hash, o.refusal,
                  (SELECT count(*) FROM transfer t WHERE t.operation_id = o.id) AS "transfers!",
                  o.origin,
                  (SELECT min(r.reference) FROM operation_ref r
                   WHERE r.operation_id = o.id AND r.scheme = $2) AS confirmation
           FROM operation o WHERE o.id = ANY($1) ORDER BY o.at, o.id"#,
        ids,
        Ref::CONFIRMATION,
    )
    .fetch_all(tx)
    .await
    .map_err(broken("reading operations for the audit log"))
}
