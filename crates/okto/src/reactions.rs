//! Every "when X happened, then Y" of the bank, in one list.
//!
//! Reactions run at least once and in order, so each is idempotent by what it reacts to. They go by
//! the state of the subject, never by the event alone. A kind that is not listed has no reaction.

use kernel::Result;
use store::outbox::{self, Event, Handler};

/// The name under which the outbox remembers how far reactions have come.
pub const CONSUMER: &str = "reactions";

/// What the relay calls for every event.
pub fn handler() -> Handler {
    outbox::handler(react)
}

async fn react(event: Event) -> Result<()> {
    if event.kind == identity::TOKEN_REUSE {
        // The family of the token is dead already; an engineer should look who had a copy.
        tracing::warn!(subject = %event.subject, at = %event.at, "a refresh token was used again");
    }
    Ok(())
}
