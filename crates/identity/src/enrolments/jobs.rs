//! The mail that brings a new employee their link.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Code, Ctx, EmailAddress, Error, Permissions, Result, Secret, StaffId};
use serde::{Deserialize, Serialize};
use store::audit::{self, Entry};
use store::jobs::{self, Job, NewJob, Runner};
use store::{commit, subjects};
use tokio::time::timeout;
use uuid::Uuid;

use super::{rules, sql};
use crate::ports::{Email, EmailSender, Handed};
use crate::staff::LinkMail;
use crate::{Identity, staff};

const MAIL: &str = "staff.enrolment_mail";
/// A day with its pauses: after it the link is over.
const ATTEMPTS_MAX: i16 = 12;
const SEND_TIMEOUT_SECONDS: u64 = 20;

/// Which link goes to whom. The code of the link is computed when it is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Invite {
    pub staff: StaffId,
    pub enrolment: Uuid,
    /// The address of the panel.
    pub site: String,
}

impl Invite {
    pub fn job(&self) -> Result<NewJob> {
        NewJob::of(MAIL, self, ATTEMPTS_MAX)
    }
}

/// Gives a runner what sends enrolment links.
#[must_use]
pub fn register(
    runner: Runner,
    identity: &Identity,
    clock: &Clock,
    mail: &Arc<dyn EmailSender>,
) -> Runner {
    let (identity, clock, mail) = (identity.clone(), clock.clone(), Arc::clone(mail));
    runner.on(
        MAIL,
        jobs::handler(move |job| {
            let (identity, clock, mail) = (identity.clone(), clock.clone(), Arc::clone(&mail));
            async move { identity.send_invitation(&clock, mail.as_ref(), job).await }
        }),
    )
}

impl Identity {
    async fn send_invitation(&self, clock: &Clock, mail: &dyn EmailSender, job: Job) -> Result<()> {
        const DOING: &str = "sending an employee their link";
        let reference = job.id.to_string();
        let what: Invite =
            serde_json::from_value(job.payload).map_err(|e| Error::broken(DOING, e))?;
        let pool = self.store.pool();
        // Used, over, or another was made since: there is nothing to send.
        let Some(open) = sql::open(pool, what.enrolment, clock.now()).await? else {
            return Ok(());
        };
        let key = subjects::read(pool, &self.keys, what.staff.uuid()).await?;
        let sealed = staff::sql::email_of(pool, what.staff).await?;
        let (Some(key), Some(sealed)) = (key, sealed) else { return Ok(()) };
        let to = key.open_text(staff::email_place(what.staff), &sealed);
        let to = to.and_then(|text| EmailAddress::parse(text.expose()));
        let to = to.ok_or(Error::invariant("the address of an employee cannot be read"))?;
        let code = rules::code(&self.keys, what.enrolment);
        let link = format!("{}/enrol/{}", what.site, code.expose());
        let email = Email {
            to,
            subject: rules::MAIL_SUBJECT.to_owned(),
            text: Secret::new(rules::mail(&open.name, &link)),
            reference,
        };
        match timeout(Duration::from_secs(SEND_TIMEOUT_SECONDS), mail.send(&email)).await {
            Ok(sent) => self.note_mail(clock, &what, sent?).await,
            Err(_) => Err(Error::invariant("an invitation was not taken in time")),
        }
    }

    /// Notes what became of a link: whoever waits for it is told by those who see its state.
    async fn note_mail(&self, clock: &Clock, what: &Invite, handed: Handed) -> Result<()> {
        let ctx = Ctx::system("enrolments", Permissions::NONE).with_clock(clock.clone());
        let (mail, entry) = match handed {
            Handed::Taken => (LinkMail::Sent, Entry::done(MAIL)),
            Handed::Refused => {
                let staff = what.staff;
                tracing::warn!(counter.enrolment_mail_refused = 1, %staff, "a link was not taken");
                (LinkMail::Refused, Entry::refused(MAIL, Code::MailRefused))
            }
        };
        let entry = entry.subject(what.staff.uuid()).object("staff", what.staff);
        let mut tx = self.store.begin().await?;
        sql::mailed(&mut tx, what.enrolment, mail).await?;
        audit::append(&mut tx, &self.keys, &ctx, entry).await?;
        commit(tx).await
    }
}
