use kernel::{CustomerId, Moment, SessionId};
use store::outbox::NewEvent;

/// The event of a refresh token that came back after it was used (OWASP logging vocabulary).
pub const TOKEN_REUSE: &str = "authn_token_reuse";

/// A refresh token was presented again and its session was ended. Named as in the OWASP logging
/// vocabulary.
pub(super) fn token_reuse(session: SessionId, user: CustomerId, at: Moment) -> NewEvent {
    NewEvent {
        kind: TOKEN_REUSE,
        subject: session.uuid(),
        at,
        payload: Some(serde_json::json!({ "user": user })),
    }
}
