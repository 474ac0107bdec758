//! Operations in the audit log.
//!
//! An operation is its own record: it is written once, and never changed. Its event in the audit
//! log follows from its event in the outbox, many at a time and each exactly once, so that the path
//! of a payment carries no statement more. From then on the tree that proves the log binds the
//! operation: its id, who was behind it and in which session, the hash of what was asked, what it
//! was confirmed by, and how it ended.

mod sql;

use std::sync::Arc;

use kernel::{CustomerId, Moment, OperationId, Result, StaffId};
use serde_json::json;
use sql::Operation;
use store::audit::{self, Origin, Recorded};
use store::outbox::{BatchRelay, Event, Within};
use store::{Store, hex};

/// The name under which the outbox remembers how far operations are in the audit log.
const CONSUMER: &str = "audit";

/// What brings operations into the audit log. Any number of nodes may run one.
pub fn recorder(store: Store) -> BatchRelay {
    BatchRelay::new(store, CONSUMER, Arc::new(|tx, events| Box::pin(record(tx, events))))
}

async fn record(tx: Within<'_>, events: &[Event]) -> Result<()> {
    // Events of other subjects have no operation.
    let ids: Vec<_> = events.iter().map(|event| event.subject).collect();
    let operations = sql::operations(tx, &ids).await?;
    let events = operations.iter().map(event_of).collect::<Result<Vec<_>>>()?;
    audit::append_recorded(tx, &events).await
}

fn event_of(operation: &Operation) -> Result<Recorded> {
    let (actor, subject) = match operation.initiator_kind {
        1 => {
            let customer = CustomerId::from_uuid(operation.initiator);
            (customer.to_string(), Some(customer.uuid()))
        }
        2 => (StaffId::from_uuid(operation.initiator).to_string(), None),
        // Of a part of the bank the operation knows a hash of the name.
        _ => ("system:bank".to_owned(), None),
    };
    let mut facts = json!({
        "request": hex(&operation.request_hash),
        "transfers": operation.transfers,
    });
    if let Some((facts, confirmation)) = facts.as_object_mut().zip(operation.confirmation.as_ref())
    {
        facts.insert("confirmation".to_owned(), confirmation.as_str().into());
    }
    Ok(Recorded {
        at: Moment::from(operation.at),
        actor,
        // Those of before it was kept have none.
        origin: operation.origin.as_ref().map(Origin::from_json).transpose()?.unwrap_or_default(),
        action: operation.kind.clone(),
        refusal: operation.refusal.clone(),
        subject,
        object: format!("operation:{}", OperationId::from_uuid(operation.id)),
        facts,
    })
}
