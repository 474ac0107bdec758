//! Every "when X happened, then Y" of the bank, in one list.
//!
//! Reactions run at least once and in order, so each is idempotent by what it reacts to. They go by
//! the state of the subject, never by the event alone. A kind that is not listed has no reaction.

use identity::signals;
use kernel::{CustomerId, Result};
use payments::Payments;
use store::outbox::{self, Event, Handler};

use crate::bank::{Bank, system};

/// The name under which the outbox remembers how far reactions have come.
pub const CONSUMER: &str = "reactions";

/// What the relay calls for every event.
pub fn handler(bank: &Bank) -> Handler {
    let (payments, identity) = (bank.payments.clone(), bank.identity.clone());
    let clock = bank.clock.clone();
    outbox::handler(move |event| {
        let (payments, identity, clock) = (payments.clone(), identity.clone(), clock.clone());
        async move {
            react(&payments, &event).await?;
            // Whatever changes about the way of a customer into the bank, they are told.
            identity.notify_of(&system("notices").with_clock(clock.clone()), &event).await?;
            // So is whoever receives security events.
            identity.send_to_hooks(&system("hooks").with_clock(clock), &event).await
        }
    })
}

async fn react(payments: &Payments, event: &Event) -> Result<()> {
    match event.kind.as_str() {
        // The accounts of whoever is frozen let nothing out, and open when they are unfrozen.
        signals::ACCOUNT_DISABLED | signals::ACCOUNT_ENABLED => {
            let customer = CustomerId::from_uuid(event.subject);
            payments.follow_status(&system("freezes"), customer).await
        }
        // The family of the token is dead already; an engineer should look who had a copy.
        identity::TOKEN_REUSE => {
            let (subject, at) = (event.subject, event.at);
            tracing::warn!(%subject, %at, "a refresh token was used again");
            Ok(())
        }
        _ => Ok(()),
    }
}
