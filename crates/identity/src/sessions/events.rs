use kernel::{CustomerId, Moment, SessionId};
use store::outbox::NewEvent;

/// A refresh token was presented again and its session was ended. Named as in the OWASP logging
/// vocabulary.
pub(super) fn token_reuse(session: SessionId, user: CustomerId, at: Moment) -> NewEvent {
    NewEvent {
        kind: "authn_token_reuse",
        subject: session.uuid(),
        at,
        payload: Some(serde_json::json!({ "user": user })),
    }
}
