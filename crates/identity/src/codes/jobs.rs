//! The jobs that send one-time codes: by SMS, and to a mailbox.

use std::sync::Arc;
use std::time::Duration;

use kernel::{ChallengeId, Clock, CustomerId, Error, Lang, Result, Secret};
use serde::{Deserialize, Serialize};
use store::jobs::{self, Job, NewJob, Runner};
use tokio::time::timeout;

use super::{Purpose, rules, sql};
use crate::Identity;
use crate::ports::{Email, EmailSender, Handed, Languages, Sms, SmsSender};
use crate::sealed::Contact;

/// Sends a one-time code by SMS.
const SEND: &str = "sms.code";
/// Sends a one-time code to a mailbox.
const SEND_EMAIL: &str = "email.code";
/// As many as fit into the life of a code: the waits between them double from a second, half of
/// each is random, and together they last one to two minutes of the code's three.
const ATTEMPTS_MAX: i16 = 8;
const SEND_TIMEOUT_SECONDS: u64 = 20;

/// Which code to send. The code itself is computed when it is sent.
#[derive(Debug, Serialize, Deserialize)]
struct SendCode {
    challenge: ChallengeId,
    sent_count: i32,
    /// Of the request, for whoever is no customer.
    lang: String,
    /// Whom it is sent to, where the contact is not yet the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<CustomerId>,
}

/// The job that sends code number `sent_count` of a challenge.
pub(super) fn send(
    (challenge, sent_count): (ChallengeId, i32),
    (lang, user): (Lang, Option<CustomerId>),
    channel: &str,
) -> Result<NewJob> {
    let payload = SendCode { challenge, sent_count, lang: lang.tag().to_owned(), user };
    NewJob::of(if channel == "email" { SEND_EMAIL } else { SEND }, &payload, ATTEMPTS_MAX)
}

/// Gives a runner what sends one-time codes through an operator.
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
        async move { identity.send_code(&clock, (&*sender, &*languages), job).await }
    });
    runner.on(SEND, handler)
}

/// Gives a runner what sends one-time codes to mailboxes.
#[must_use]
pub fn register_email(
    runner: Runner,
    identity: &Identity,
    clock: &Clock,
    (sender, languages): (&Arc<dyn EmailSender>, &Arc<dyn Languages>),
) -> Runner {
    let (identity, clock) = (identity.clone(), clock.clone());
    let (sender, languages) = (Arc::clone(sender), Arc::clone(languages));
    let handler = jobs::handler(move |job| {
        let (identity, clock) = (identity.clone(), clock.clone());
        let (sender, languages) = (Arc::clone(&sender), Arc::clone(&languages));
        async move { identity.email_code(&clock, (&*sender, &*languages), job).await }
    });
    runner.on(SEND_EMAIL, handler)
}

/// A code with its way.
struct Ready {
    to: Contact,
    purpose: Purpose,
    lang: Lang,
    code: Secret<String>,
    reference: String,
}

impl Identity {
    /// The code of a job; `None` when nothing is to be sent. Nothing is for a challenge that is
    /// over or has a later code: it would only confuse. And nobody is written to about the password
    /// of a phone that is no customer's. A customer is written to in their own language, whatever
    /// that of the browser or of the employee is; a stranger in that of the request.
    async fn ready(
        &self,
        clock: &Clock,
        languages: &dyn Languages,
        job: Job,
    ) -> Result<Option<Ready>> {
        const DOING: &str = "sending a one-time code";
        let what: SendCode =
            serde_json::from_value(job.payload).map_err(|e| Error::broken(DOING, e))?;
        let (pool, id) = (self.store.pool(), what.challenge);
        let Some(known) = sql::to_send(pool, id, what.sent_count, clock.now()).await? else {
            return Ok(None);
        };
        let purpose = Purpose::parse(&known.purpose)
            .ok_or(Error::invariant("a challenge has a purpose that is not known"))?;
        if purpose == Purpose::Reset && known.user.is_none() {
            return Ok(None);
        }
        let own = match what.user.or(known.user) {
            Some(user) => languages.language_of(user).await?,
            None => None,
        };
        Ok(Some(Ready {
            to: known.contact.open(&self.keys)?,
            purpose,
            lang: own.or_else(|| Lang::from_tag(&what.lang)).unwrap_or_default(),
            code: rules::code(&self.keys, id, what.sent_count),
            reference: format!("{id}_{}", what.sent_count),
        }))
    }

    async fn send_code(
        &self,
        clock: &Clock,
        (sender, languages): (&dyn SmsSender, &dyn Languages),
        job: Job,
    ) -> Result<()> {
        let Some(ready) = self.ready(clock, languages, job).await? else { return Ok(()) };
        let sms = Sms {
            to: ready.to.phone()?,
            text: rules::message(ready.lang, ready.purpose, &ready.code),
            reference: ready.reference,
        };
        match timeout(Duration::from_secs(SEND_TIMEOUT_SECONDS), sender.send(&sms)).await {
            Ok(sent) => sent.map(|_| ()),
            Err(_) => Err(Error::invariant("the SMS operator did not answer in time")),
        }
    }

    async fn email_code(
        &self,
        clock: &Clock,
        (sender, languages): (&dyn EmailSender, &dyn Languages),
        job: Job,
    ) -> Result<()> {
        let Some(ready) = self.ready(clock, languages, job).await? else { return Ok(()) };
        let email = Email {
            to: ready.to.email()?,
            subject: rules::subject(ready.lang, ready.purpose),
            text: rules::message(ready.lang, ready.purpose, &ready.code),
            reference: ready.reference,
        };
        match timeout(Duration::from_secs(SEND_TIMEOUT_SECONDS), sender.send(&email)).await {
            // A mailbox that takes nothing earns no code; whoever typed it asks for another.
            Ok(Ok(Handed::Taken | Handed::Refused)) => Ok(()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::invariant("the mail server did not answer in time")),
        }
    }
}
