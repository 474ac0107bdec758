//! What a customer is told when something about their way in changes: by SMS, and at their mailbox
//! if they have one. A customer who did not do it learns of it at every contact, the old one too.
//!
//! Messages have no links: whoever learns to follow links in a bank's messages follows other
//! people's. Only mail carries the way to say "it was not me", as it does nothing but stop the
//! customer's money.

pub mod jobs;
mod rules;
mod sql;

use kernel::{Ctx, CustomerId, EmailAddress, Moment, Phone, Result, SessionId};
use serde::{Deserialize, Serialize};
use store::outbox::Event;
use store::{Tx, subjects};
use uuid::Uuid;

use crate::sealed::Contact;
use crate::{Identity, signals};

/// What a customer is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Somebody signed in on a device that the bank did not know.
    NewDevice,
    /// The password was changed in a session.
    PasswordChanged,
    /// The password was reset.
    PasswordReset,
    /// The phone was changed.
    PhoneChanged,
    /// A mailbox was given where there was none.
    EmailAdded,
    /// The mailbox was changed.
    EmailChanged,
    /// The mailbox was taken away.
    EmailRemoved,
    /// An identity document was declared.
    DocumentChanged,
    /// A way to prove who one is was added.
    FactorAdded,
    /// One was taken away.
    FactorRemoved,
    /// The PIN of a device was set, or another in its place.
    PinSet,
    /// New recovery codes were made.
    RecoveryRenewed,
    /// The customer is frozen.
    Frozen,
    /// The customer is not frozen any more.
    Unfrozen,
    /// The same, and what was set up shortly before is gone.
    UnfrozenWithoutNew,
    /// A token came back that was used already: somebody may have a copy.
    TokenReused,
    /// The bank gave out, in person, what resets the password.
    RecoveryGiven,
    /// Somebody tried several times to sign in, and could not.
    SignInsRefused,
}

/// Where a notice goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Sms,
    Email,
}

impl Way {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Sms, Self::Email].into_iter().find(|way| way.as_str() == text)
    }

    const fn of(contact: &Contact) -> Self {
        match contact {
            Contact::Phone(_) => Self::Sms,
            Contact::Email(_) => Self::Email,
        }
    }
}

impl Notice {
    /// The notice of an event, if it has one.
    pub fn of(event: &Event) -> Option<Self> {
        let word = |name: &str| event.payload.as_ref()?.get(name)?.as_str();
        match event.kind.as_str() {
            kind if is_new_device(kind, word("change"), word("device")) => Some(Self::NewDevice),
            // What an unfreeze takes is told with it, all at once.
            signals::CREDENTIAL_CHANGE if word("reason") == Some(signals::UNFROZEN) => None,
            signals::CREDENTIAL_CHANGE => {
                Self::of_credential(word("credential_type")?, word("change_type")?, word("reason"))
            }
            signals::SESSION_REVOKED if word("reason") == Some("token_reused") => {
                Some(Self::TokenReused)
            }
            signals::SIGN_IN_REFUSED => Some(Self::SignInsRefused),
            signals::ACCOUNT_ENABLED => {
                let taken = event.payload.as_ref().and_then(|facts| facts.get("taken")?.as_bool());
                Some(if taken == Some(true) { Self::UnfrozenWithoutNew } else { Self::Unfrozen })
            }
            // Whoever left the bank knows.
            signals::ACCOUNT_DISABLED if word("reason") != Some("user_closed") => {
                Some(Self::Frozen)
            }
            _ => None,
        }
    }

    fn of_credential(credential: &str, change: &str, reason: Option<&str>) -> Option<Self> {
        Some(match (credential, change) {
            ("password", _) if reason == Some("reset") => Self::PasswordReset,
            ("password", _) => Self::PasswordChanged,
            ("phone", _) => Self::PhoneChanged,
            ("email", "delete" | "revoke") => Self::EmailRemoved,
            ("email", "create") => Self::EmailAdded,
            ("email", _) => Self::EmailChanged,
            ("document", _) => Self::DocumentChanged,
            ("assisted-recovery", _) => Self::RecoveryGiven,
            ("pin", "update") => Self::PinSet,
            ("recovery_code", "update") => Self::RecoveryRenewed,
            (_, "create") => Self::FactorAdded,
            (_, "delete" | "revoke") => Self::FactorRemoved,
            _ => return None,
        })
    }

    /// Whose event it is: events of sessions stand under the session.
    fn user_of(event: &Event) -> Option<CustomerId> {
        let named = event.payload.as_ref().and_then(|facts| facts.get("user")?.as_str());
        named.map_or(Some(CustomerId::from_uuid(event.subject)), |text| text.parse().ok())
    }
}

impl Identity {
    /// Reacts to an event: enqueues the notice that follows from it, to the contacts that the
    /// customer has now; of a new device, to those that they lost lately too. It may react twice: a
    /// notice that comes twice does no harm.
    pub async fn notify_of(&self, ctx: &Ctx, event: &Event) -> Result<()> {
        // Called by the bank itself, on nobody's behalf.
        let (Some(notice), Some(user)) = (Notice::of(event), Notice::user_of(event)) else {
            return Ok(());
        };
        let mut tx = self.store.begin().await?;
        for way in [Way::Sms, Way::Email] {
            let what = jobs::Send::new(user, &notice, event.at).by_session(session_of(event));
            store::jobs::enqueue(&mut tx, ctx, what.job(way)?).await?;
        }
        if notice == Notice::NewDevice {
            for (way, sealed) in sql::former(&mut tx, user, event.at).await? {
                let what = jobs::Send::new(user, &notice, event.at).to(sealed);
                let what = what.by_session(session_of(event));
                store::jobs::enqueue(&mut tx, ctx, what.job(way)?).await?;
            }
        }
        self.store.commit_and_wake(tx).await
    }

    /// Tells a contact that the customer just lost, in the transaction that takes it.
    pub(crate) async fn notify_old(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        (notice, contact): (Notice, &Contact),
    ) -> Result<()> {
        // Who is erased meanwhile is told nothing.
        let key = subjects::read(&mut **tx, &self.keys, user.uuid()).await?;
        let Some(key) = key else { return Ok(()) };
        let sealed = contact.seal_for(&key, user);
        let what = jobs::Send::new(user, &notice, ctx.now()).to(sealed);
        store::jobs::enqueue(tx, ctx, what.job(Way::of(contact))?).await?;
        Ok(())
    }

    /// Remembers a contact that a customer has just lost, until then.
    pub(crate) async fn remember_former(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        (contact, until): (&Contact, Moment),
    ) -> Result<()> {
        let key = subjects::read(&mut **tx, &self.keys, user.uuid()).await?;
        let Some(key) = key else { return Ok(()) };
        let former = sql::Former {
            index: &contact.index(&self.keys),
            way: Way::of(contact),
            sealed: &contact.seal_for(&key, user),
            lost_at: ctx.now(),
            until,
        };
        sql::remember_former(tx, user, &former).await
    }

    /// Forgets what a customer lost: whoever held it is not the customer, the bank has seen.
    pub(crate) async fn forget_former(&self, tx: &mut Tx, user: CustomerId) -> Result<()> {
        // Part of a use case that asked who may.
        sql::forget_former(tx, user).await
    }

    /// Tells of something that proves who a user is and is kept elsewhere, in the transaction of
    /// its change: what, and `create`, `update` or `delete`.
    pub async fn credential_changed(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        (what, change): (&'static str, &'static str),
    ) -> Result<()> {
        // Part of a use case that asked who may.
        let facts = serde_json::json!({ "credential_type": what, "change_type": change });
        signals::tell(tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await
    }

    pub(crate) async fn contact_of(
        &self,
        user: Uuid,
        way: jobs::Channel,
    ) -> Result<Option<Contact>> {
        let user = CustomerId::from_uuid(user);
        let Some(contacts) = self.contacts_or_none(user).await? else { return Ok(None) };
        Ok(match way {
            jobs::Channel::Sms => Some(Contact::Phone(contacts.phone)),
            jobs::Channel::Email => contacts.email.map(Contact::Email),
        })
    }
}

fn session_of(event: &Event) -> Option<SessionId> {
    event.payload.as_ref()?.get("session")?.as_str()?.parse().ok()
}

/// The contacts of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserContacts {
    /// The phone that signs in.
    pub phone: Phone,
    /// The mailbox.
    pub email: Option<EmailAddress>,
}

/// Whether an event tells that a device was bound, or that somebody came in where nothing was. What
/// a sign-up binds is no news.
fn is_new_device(kind: &str, change: Option<&str>, device: Option<&str>) -> bool {
    (kind == signals::DEVICE_COMPLIANCE_CHANGE && change == Some("bound"))
        || (kind == signals::SESSION_ESTABLISHED && device.is_none())
}
