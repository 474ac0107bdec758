//! The jobs that send notices: one for each contact.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Ctx, CustomerId, Error, Lang, Moment, Permissions, Result, Secret, SessionId};
use serde::{Deserialize, Serialize};
use store::jobs::{self, Handler, Job, NewJob, Runner};
use store::subjects;
use tokio::time::timeout;

use super::{Notice, Way, rules};
use crate::Identity;
use crate::ports::{Email, EmailSender, Handed, Languages, Sms, SmsSender};
use crate::sealed::Contact;

const BY_SMS: &str = "notice.sms";
const BY_EMAIL: &str = "notice.email";
/// A day and more, with the pauses between them.
const ATTEMPTS_MAX: i16 = 15;
const SEND_TIMEOUT_SECONDS: u64 = 20;

/// Which of a user's contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Sms,
    Email,
}

/// What to send to whom.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Send {
    user: CustomerId,
    notice: Notice,
    /// When it happened, in microseconds.
    at: i64,
    /// The session that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<SessionId>,
    /// A contact that is the user's no more, sealed; the one they have when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

impl Send {
    pub fn new(user: CustomerId, notice: &Notice, at: Moment) -> Self {
        Self { user, notice: notice.clone(), at: at.micros(), session: None, to: None }
    }

    fn at(&self) -> Moment {
        Moment::from_micros(self.at)
    }

    pub fn to(self, sealed: String) -> Self {
        Self { to: Some(sealed), ..self }
    }

    pub fn by_session(self, session: Option<SessionId>) -> Self {
        Self { session, ..self }
    }

    pub fn job(&self, way: Way) -> Result<NewJob> {
        let kind = match way {
            Way::Sms => BY_SMS,
            Way::Email => BY_EMAIL,
        };
        NewJob::of(kind, self, ATTEMPTS_MAX)
    }
}

/// What notices need of the outside.
#[derive(Clone)]
pub struct Ports {
    /// Sends text messages.
    pub sms: Arc<dyn SmsSender>,
    /// Sends mail.
    pub email: Arc<dyn EmailSender>,
    /// Knows the languages of customers.
    pub languages: Arc<dyn Languages>,
    /// The address of the phone app, without a slash at its end.
    pub site: String,
}

/// Gives a runner what sends notices.
#[must_use]
pub fn register(runner: Runner, identity: &Identity, clock: &Clock, ports: &Ports) -> Runner {
    let on = |channel| handler(identity, clock, ports, channel);
    runner.on(BY_SMS, on(Channel::Sms)).on(BY_EMAIL, on(Channel::Email))
}

fn handler(identity: &Identity, clock: &Clock, ports: &Ports, channel: Channel) -> Handler {
    let (identity, clock, ports) = (identity.clone(), clock.clone(), ports.clone());
    jobs::handler(move |job| {
        let (identity, clock, ports) = (identity.clone(), clock.clone(), ports.clone());
        async move { identity.send_notice(&clock, &ports, (channel, job)).await }
    })
}

impl Identity {
    async fn send_notice(
        &self,
        clock: &Clock,
        ports: &Ports,
        (channel, job): (Channel, Job),
    ) -> Result<()> {
        const DOING: &str = "sending a notice";
        let reference = job.id.to_string();
        let what: Send =
            serde_json::from_value(job.payload).map_err(|e| Error::broken(DOING, e))?;
        let to = match &what.to {
            Some(sealed) => {
                let key = subjects::read(self.store.pool(), &self.keys, what.user.uuid()).await?;
                key.map(|key| Contact::open_for(&key, what.user, sealed)).transpose()?
            }
            None => self.contact_of(what.user.uuid(), channel).await?,
        };
        let Some(to) = to else { return Ok(()) };
        let lang = ports.languages.language_of(what.user).await?.unwrap_or_default();
        let sent = async {
            match to {
                Contact::Phone(to) => {
                    let text = Secret::new(rules::sms(&what.notice, lang, what.at()));
                    ports.sms.send(&Sms { to, text, reference }).await.map(|_| ())
                }
                Contact::Email(to) => {
                    let alarm = self.alarm_address(clock, ports, &what);
                    let email = mail(to, &what, (lang, Some(&alarm)), reference);
                    match ports.email.send(&email).await? {
                        Handed::Taken | Handed::Refused => Ok(()),
                    }
                }
            }
        };
        match timeout(Duration::from_secs(SEND_TIMEOUT_SECONDS), sent).await {
            Ok(sent) => sent,
            Err(_) => Err(Error::invariant("a notice was not taken in time")),
        }
    }

    /// Where one tap stops the customer's money.
    fn alarm_address(&self, clock: &Clock, ports: &Ports, what: &Send) -> String {
        // Made for the bank itself.
        let ctx = Ctx::system("notices", Permissions::NONE).with_clock(clock.clone());
        let alarm = self.alarm(&ctx, what.user, (what.session, what.at()));
        format!("{}/not-me/{}", ports.site, alarm.expose())
    }
}

fn mail(
    to: kernel::EmailAddress,
    what: &Send,
    (lang, alarm): (Lang, Option<&str>),
    reference: String,
) -> Email {
    Email {
        to,
        subject: rules::subject(&what.notice, lang),
        text: Secret::new(rules::email(&what.notice, lang, what.at(), alarm)),
        reference,
    }
}
