use kernel::{AccountId, CustomerId, Moment};
use serde_json::json;
use store::outbox::NewEvent;

/// An account is called otherwise by its owner now. The name itself stays in the table.
pub(super) fn renamed(account: AccountId, customer: CustomerId, at: Moment) -> NewEvent {
    NewEvent {
        kind: "account.renamed",
        subject: account.uuid(),
        at,
        payload: Some(json!({ "customer": customer })),
    }
}
