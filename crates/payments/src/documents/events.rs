use serde_json::json;
use store::outbox::NewEvent;

use super::Paper;

/// A customer had a document made. The code by which anybody verifies it does not leave the table.
pub(super) fn issued(paper: &Paper) -> NewEvent {
    NewEvent {
        kind: "statement.issued",
        subject: paper.account.uuid(),
        at: paper.issued_at,
        payload: Some(json!({
            "customer": paper.customer,
            "key": paper.key,
            "from": paper.first_day.to_string(),
            "to": paper.last_day.to_string(),
        })),
    }
}
