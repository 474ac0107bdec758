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
