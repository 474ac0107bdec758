//! The job that sends the code of a confirmation, with what is confirmed in the message.

use std::sync::Arc;
use std::time::Duration;

use kernel::{ChallengeId, Clock, Ctx, CustomerId, Error, Permissions, Result};
use serde::{Deserialize, Serialize};
use store::jobs::{self, Job, NewJob, Runner};
use tokio::time::timeout;

use super::{code_of, rules, sql};
use crate::Identity;
use crate::ports::{Languages, Sms, SmsSender};

/// Sends the code of a confirmation.
const SEND: &str = "sms.confirmation";
/// As many as fit into the life of a confirmation; see the job of the one-time codes.
const ATTEMPTS_MAX: i16 = 8;
const SEND_TIMEOUT_SECONDS: u64 = 20;

/// Which code to send. Neither it nor what it is for stands in the job.
#[derive(Debug, Serialize, Deserialize)]
struct SendCode {
    confirmation: ChallengeId,
    sent_count: i32,
}

/// The job that sends code number `sent_count` of a confirmation.
pub(super) fn send(confirmation: ChallengeId, sent_count: i32) -> Result<NewJob> {
    let payload = SendCode { confirmation, sent_count };
    NewJob::of(SEND, &payload, ATTEMPTS_MAX)
}

/// Gives a runner what sends the codes of confirmations through an operator.
#[must_use]
pub fn register(
    runner: Runner,
    identity: &Identity,
    clock: &Clock,
    (sender, languages): (&Arc<dyn SmsSender>, &Arc<dyn Languages>),
) -> Runner {
    let (identity, clock) = (identity.clone(), clock.clone());
    let (sender, languages) = (Arc::clone(sender), Arc::clone(languages));
    let handler = jobs::handler(move |job| {
        let (identity, clock) = (identity.clone(), clock.clone());
        let (sender, languages) = (Arc::clone(&sender), Arc::clone(&languages));
        async move { identity.send_confirmation(&clock, (&*sender, &*languages), job).await }
    });
    runner.on(SEND, handler)
}

impl Identity {
    async fn send_confirmation(
        &self,
        clock: &Clock,
        (sender, languages): (&dyn SmsSender, &dyn Languages),
        job: Job,
    ) -> Result<()> {
        const DOING: &str = "sending the code of a confirmation";
        let what: SendCode =
            serde_json::from_value(job.payload).map_err(|e| Error::broken(DOING, e))?;
        let id = what.confirmation;
        // Nothing is sent for what is over or has a later code: it would only confuse.
        let found = sql::to_send(self.store.pool(), id, what.sent_count, clock.now()).await?;
        let Some(found) = found else { return Ok(()) };
        let user = CustomerId::from_uuid(found.user_id);
        let act = self.shown(user, id, &found.shown).await?;
        let bank = Ctx::system("confirmations", Permissions::OPERATOR).with_clock(clock.clone());
        let lang = languages.language_of(user).await?.unwrap_or_default();
        let sms = Sms {
            to: self.phone_of(&bank, user).await?,
            text: rules::message(lang, &act, &code_of(&self.keys, id, &found)),
            reference: format!("{id}_{}", what.sent_count),
        };
        match timeout(Duration::from_secs(SEND_TIMEOUT_SECONDS), sender.send(&sms)).await {
            Ok(sent) => sent.map(|_| ()),
            Err(_) => Err(Error::invariant("the SMS operator did not answer in time")),
        }
    }
}
