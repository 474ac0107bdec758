use kernel::{CustomerId, Lang, Moment};
use store::outbox::NewEvent;

use super::Customer;

/// Someone became a customer.
pub(super) fn signed_up(customer: &Customer) -> NewEvent {
    NewEvent {
        kind: "customer.signed_up",
        subject: customer.id.uuid(),
        at: customer.created_at,
        payload: Some(serde_json::json!({
            "client_code": customer.client_code,
            "lang": customer.lang.tag(),
        })),
    }
}

/// A customer is called otherwise now. The names themselves stay in the tables of the customers.
pub(super) fn renamed(id: CustomerId, at: Moment) -> NewEvent {
    NewEvent { kind: "customer.renamed", subject: id.uuid(), at, payload: None }
}

/// The bank speaks another language to a customer now.
pub(super) fn language_changed(id: CustomerId, lang: Lang, at: Moment) -> NewEvent {
    NewEvent {
        kind: "customer.language_changed",
        subject: id.uuid(),
        at,
        payload: Some(serde_json::json!({ "lang": lang.tag() })),
    }
}
