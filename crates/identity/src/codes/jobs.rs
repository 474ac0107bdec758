//! The job that sends a one-time code.

use std::sync::Arc;
use std::time::Duration;

use kernel::{ChallengeId, Clock, Error, Lang, Result};
use serde::{Deserialize, Serialize};
use store::jobs::{self, Handler, Job, NewJob, Runner};
use tokio::time::timeout;

use super::{rules, sql};
use crate::Identity;
use crate::ports::{Sms, SmsSender};

/// Sends a one-time code by SMS.
const SEND: &str = "sms.code";
/// As many as fit into the life of a code: the waits between them double from a second, half of
/// each is random, and together they last one to two minutes of the code's three.
const ATTEMPTS_MAX: i16 = 8;
const SEND_TIMEOUT_SECONDS: u64 = 20;

/// Which code to send. The code itself is computed when it is sent.
#[derive(Debug, Serialize, Deserialize)]
struct SendCode {
    challenge: ChallengeId,
    sent_count: i32,
    lang: String,
}

/// The job that sends code number `sent_count` of a challenge.
pub(super) fn send(challenge: ChallengeId, sent_count: i32, lang: Lang) -> Result<NewJob> {
    let payload = SendCode { challenge, sent_count, lang: lang.tag().to_owned() };
    Ok(NewJob {
        kind: SEND,
        payload: serde_json::to_value(payload)
            .map_err(|e| Error::broken("writing the job that sends a code", e))?,
        queue_key: None,
        run_at: None,
        max_attempts: ATTEMPTS_MAX,
    })
}

/// Gives a runner what sends one-time codes through an operator.
#[must_use]
pub fn register(
    runner: Runner,
    identity: &Identity,
    clock: &Clock,
    sender: &Arc<dyn SmsSender>,
) -> Runner {
    runner.on(SEND, handler(identity, clock, sender))
}

fn handler(identity: &Identity, clock: &Clock, sender: &Arc<dyn SmsSender>) -> Handler {
    let (identity, clock, sender) = (identity.clone(), clock.clone(), Arc::clone(sender));
    jobs::handler(move |job| {
        let (identity, clock, sender) = (identity.clone(), clock.clone(), Arc::clone(&sender));
        async move { identity.send_code(&clock, sender.as_ref(), job).await }
    })
}

impl Identity {
    async fn send_code(&self, clock: &Clock, sender: &dyn SmsSender, job: Job) -> Result<()> {
        const DOING: &str = "sending a one-time code";
        let what: SendCode =
            serde_json::from_value(job.payload).map_err(|e| Error::broken(DOING, e))?;
        let (pool, now) = (self.store.pool(), clock.now());
        // Nothing is sent for a challenge that is over or has a later code: it would only confuse.
        let known = sql::to_send(pool, what.challenge, what.sent_count, now).await?;
        let Some(known) = known else { return Ok(()) };
        let to = known.open(&self.keys)?;
        let lang = Lang::from_tag(&what.lang).unwrap_or_default();
        let code = rules::code(&self.keys, what.challenge, what.sent_count);
        let sms = Sms {
            to: to.phone()?,
            text: rules::message(lang, &code),
            reference: format!("{}_{}", what.challenge, what.sent_count),
        };
        match timeout(Duration::from_secs(SEND_TIMEOUT_SECONDS), sender.send(&sms)).await {
            Ok(sent) => sent.map(|_| ()),
            Err(_) => Err(Error::invariant("the SMS operator did not answer in time")),
        }
    }
}
