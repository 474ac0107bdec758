//! Every "when X happened, then Y" of the bank.
//!
//! Reactions run at least once and in order, so each is idempotent by what it reacts to. They go by
//! the state of the subject, never by the event alone.

use kernel::Result;
use store::outbox::{self, Event, Handler};

/// The name under which the outbox remembers how far reactions have come.
pub const CONSUMER: &str = "reactions";

/// What the relay calls for every event.
pub fn handler() -> Handler {
    outbox::handler(|event: Event| async move { react(&event) })
}

fn react(event: &Event) -> Result<()> {
    match event.kind.as_str() {
        // A refresh token came back that was used before: either a thief has it or the customer
        // had it stolen. The family is dead already; someone should look.
        "authn_token_reuse" => {
            tracing::warn!(subject = %event.subject, at = %event.at, "a refresh token was used again");
        }
        // Everything else is read by its own consumers, or by nobody yet.
        _ => {}
    }
    Ok(())
}
