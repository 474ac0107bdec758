//! The job that sends a security event to one receiver.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, CustomerId, Error, HookId, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::jobs::{self, Handler, Job, NewJob, Runner};
use store::outbox;
use store::signing::Signing;
use tokio::time::timeout;

use super::{rules, unwritten};
use crate::Identity;
use crate::ports::HookSender;

/// Sends one event to one receiver.
const DELIVER: &str = "hook.deliver";
/// The type of a security event token (RFC 8417, 2.3).
const TYP: &str = "secevent+jwt";
/// The waits between attempts double from a second: together about half a day. What then still
/// failed is kept as a dead job, which the operator can revive.
const ATTEMPTS_MAX: i16 = 16;
const DELIVER_TIMEOUT: Duration = Duration::from_secs(20);

/// What to send. It is signed when it is sent, by the key of that time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub receiver: HookId,
    pub jti: String,
    pub kind: String,
    pub user: CustomerId,
    pub at_millis: i64,
    pub payload: Option<Value>,
}

/// The job that sends an event to a receiver.
pub(super) fn deliver(receiver: HookId, event: &outbox::Event) -> Result<NewJob> {
    let what = Delivery {
        receiver,
        jti: format!("evt-{}-{}", event.cursor.xid, event.cursor.seq),
        kind: event.kind.clone(),
        user: CustomerId::from_uuid(event.subject),
        at_millis: event.at.micros().div_euclid(1_000),
        payload: event.payload.clone(),
    };
    let job = NewJob::of(DELIVER, &what, ATTEMPTS_MAX)?;
    Ok(NewJob { queue_key: Some(receiver.to_string()), ..job })
}

/// With what events are sent.
#[derive(Clone)]
pub struct Outbound {
    /// Who signs them.
    pub signing: Signing,
    /// Who carries them.
    pub sender: Arc<dyn HookSender>,
    /// Who the bank is to its receivers: the address of its API.
    pub issuer: String,
}

/// Gives a runner what sends security events.
#[must_use]
pub fn register(runner: Runner, identity: &Identity, clock: &Clock, outbound: Outbound) -> Runner {
    runner.on(DELIVER, handler(identity, clock, outbound))
}

fn handler(identity: &Identity, clock: &Clock, outbound: Outbound) -> Handler {
    let (identity, clock) = (identity.clone(), clock.clone());
    jobs::handler(move |job| {
        let (identity, clock, outbound) = (identity.clone(), clock.clone(), outbound.clone());
        async move { identity.deliver(&clock, &outbound, job).await }
    })
}

impl Identity {
    async fn deliver(&self, clock: &Clock, outbound: &Outbound, job: Job) -> Result<()> {
        let what: Delivery = serde_json::from_value(job.payload).map_err(unwritten)?;
        // One that has ended meanwhile is sent nothing.
        let Some(url) = self.hook_url(what.receiver).await? else { return Ok(()) };
        let claims = rules::claims(&what, &outbound.issuer, &url, clock.now());
        let token = outbound.signing.sign_jws(&claims, TYP).await?;
        match timeout(DELIVER_TIMEOUT, outbound.sender.send(&url, token)).await {
            Ok(sent) => sent,
            Err(_) => Err(Error::invariant("a receiver did not take a security event in time")),
        }
    }
}
