//! How to reach a user, and how that changes: the phone that signs in, and a mailbox beside it.
//!
//! A new contact is proven by a code sent to it, and the change by a second factor shown in the
//! session within five minutes, or by an identity document; at the bank, by two employees who saw
//! the customer. The customer is told at the old contact and the new, and payments stay small for a
//! while: whoever took the account over gains nothing from it that they could not have had before.

mod sql;

use kernel::{
    Actor, ChallengeId, Code, Ctx, CustomerId, EmailAddress, Moment, Permission, Phone, Result,
    Secret,
};
use serde_json::json;
use store::audit::{self, Entry};
use store::{Tx, subjects};

use crate::codes::{ChallengeView, Purpose};
use crate::notices::{Notice, UserContacts};
use crate::revocations::Reason;
use crate::sealed::{self, Column, Contact};
use crate::{ClientInfo, Identity, factors, signals, staff};

/// How long payments stay small after a contact or the password was replaced.
pub(crate) const COOLING_SECONDS: i64 = 12 * 3_600;

/// That a customer showed the number of their identity document, by whoever compared it.
#[derive(Clone, Copy, Debug)]
pub struct DocumentShown(());

impl DocumentShown {
    /// For whoever has just compared what was shown with what is stored, after counting the
    /// attempt.
    pub const fn compared() -> Self {
        Self(())
    }
}

impl Identity {
    /// The contacts of a user: one's own, or anybody's for a part of the bank.
    pub async fn user_contacts(&self, ctx: &Ctx, user: CustomerId) -> Result<UserContacts> {
        ctx.require(Permission::ProfileRead)?;
        if !matches!(ctx.actor, Actor::System(_)) && ctx.customer()? != user {
            return Err(Code::NotFound.into());
        }
        self.contacts_or_none(user).await?.ok_or_else(|| Code::NotFound.into())
    }

    /// Without a key there is nobody behind the row any more.
    pub(crate) async fn contacts_or_none(&self, user: CustomerId) -> Result<Option<UserContacts>> {
        let pool = self.store.pool();
        let Some(row) = sql::read(pool, user).await? else { return Ok(None) };
        let key = subjects::read(pool, &self.keys, user.uuid()).await?;
        key.map(|key| row.open(&key, user)).transpose()
    }

    /// Begins to change the phone of the signed-in customer: sends a code to the new one. Whether
    /// it is another customer's is told only to whoever can read that code.
    pub async fn start_phone_change(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        ctx.require(Permission::ProfileChange)?;
        self.require_fresh(ctx).await?;
        self.send_to_new(ctx, Contact::Phone(phone.clone()), client).await
    }

    /// The same for a customer who has shown their identity document instead of a second factor:
    /// the old phone is gone.
    pub async fn start_phone_change_by_document(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        client: &ClientInfo,
        _shown: DocumentShown,
    ) -> Result<ChallengeView> {
        ctx.require(Permission::ProfileChange)?;
        self.send_to_new(ctx, Contact::Phone(phone.clone()), client).await
    }

    /// Begins to give or change the mailbox of the signed-in customer.
    pub async fn start_email_change(
        &self,
        ctx: &Ctx,
        email: &EmailAddress,
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        ctx.require(Permission::ProfileChange)?;
        self.require_fresh(ctx).await?;
        self.send_to_new(ctx, Contact::Email(email.clone()), client).await
    }

    async fn send_to_new(
        &self,
        ctx: &Ctx,
        contact: Contact,
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        let user = ctx.customer()?;
        let known = self.contacts_or_none(user).await?.ok_or(Code::NotFound)?;
        let (same, purpose) = match &contact {
            Contact::Phone(phone) => (known.phone == *phone, Purpose::NewPhone),
            Contact::Email(email) => (known.email.as_ref() == Some(email), Purpose::NewEmail),
        };
        if same {
            return Err(Code::ContactUnchanged.into());
        }
        self.start_own_challenge(ctx, contact, purpose, client).await
    }

    /// Ends the change of the phone with the code that was sent to the new one.
    pub async fn finish_phone_change(
        &self,
        ctx: &Ctx,
        challenge: ChallengeId,
        code: &Secret<String>,
    ) -> Result<()> {
        ctx.require(Permission::ProfileChange)?;
        self.finish_change(ctx, Purpose::NewPhone, challenge, code).await
    }

    /// Ends the change of the mailbox with the code that was sent to the new one.
    pub async fn finish_email_change(
        &self,
        ctx: &Ctx,
        challenge: ChallengeId,
        code: &Secret<String>,
    ) -> Result<()> {
        ctx.require(Permission::ProfileChange)?;
        self.finish_change(ctx, Purpose::NewEmail, challenge, code).await
    }

    async fn finish_change(
        &self,
        ctx: &Ctx,
        purpose: Purpose,
        challenge: ChallengeId,
        code: &Secret<String>,
    ) -> Result<()> {
        let user = ctx.customer()?;
        let proof = self.verify_code(ctx, challenge, code).await?;
        let mut tx = self.begin_change(user).await?;
        let old = self.lock_contacts(&mut tx, user).await?;
        let new = self.consume_contact(&mut tx, ctx, purpose, &proof.ticket).await?;
        self.replace(&mut tx, ctx, user, (&old, new)).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(user);
        Ok(())
    }

    /// Takes the mailbox of the signed-in customer away.
    pub async fn remove_email(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::ProfileChange)?;
        self.require_fresh(ctx).await?;
        let user = ctx.customer()?;
        let mut tx = self.begin_change(user).await?;
        let old = self.lock_contacts(&mut tx, user).await?;
        let email = old.email.ok_or(Code::NotFound)?;
        sql::remove_email(&mut tx, user).await?;
        let entry = Entry::done("contact.removed")
            .subject(user.uuid())
            .facts(json!({ "contact": "email" }))
            .personal(json!({ "old": email.expose() }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        let old = Contact::Email(email);
        self.notify_old(&mut tx, ctx, user, (Notice::EmailRemoved, &old)).await?;
        // Taking it away first must not silence it for what comes after.
        let until = ctx.now().plus_seconds(COOLING_SECONDS);
        self.remember_former(&mut tx, ctx, user, (&old, until)).await?;
        let facts = json!({ "credential_type": "email", "change_type": "delete" });
        signals::tell(&mut tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await?;
        self.store.commit_and_wake(tx).await
    }

    /// Gives a customer the phone that they proved at the bank, in the transaction of the approval
    /// and as the last thing in it. Every session ends. The phone that they have already is proven
    /// by it, and nothing changes.
    pub(crate) async fn set_phone_at_desk(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        phone: Phone,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        let old = self.lock_contacts(tx, user).await?;
        if old.phone == phone {
            sql::proven(tx, user, ctx.now()).await?;
            let entry = Entry::done("contact.proven").subject(user.uuid());
            let entry = entry.facts(json!({ "contact": "phone" }));
            return audit::append(tx, &self.keys, ctx, entry).await.map(|_| ());
        }
        self.put(tx, ctx, user, (&old, Contact::Phone(phone))).await?;
        self.forget_former(tx, user).await?;
        self.end_sessions(tx, ctx, (user, None), Reason::ContactChanged).await
    }

    /// The phone of a user, in a transaction that locked them.
    pub(crate) async fn phone_in(&self, tx: &mut Tx, user: CustomerId) -> Result<Phone> {
        // Part of a use case that asked who may.
        Ok(self.lock_contacts(tx, user).await?.phone)
    }

    /// Takes away a mailbox that was given since then. Gives whether there was one. Nothing is
    /// written to it: mail carries the way to freeze the customer again.
    pub(crate) async fn take_new_email(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        since: Moment,
    ) -> Result<bool> {
        // Part of a use case that asked who may.
        if !sql::has_email_since(tx, user, since).await? {
            return Ok(false);
        }
        let old = self.lock_contacts(tx, user).await?;
        sql::remove_email(tx, user).await?;
        let entry = Entry::done("contact.removed")
            .subject(user.uuid())
            .facts(json!({ "contact": "email", "reason": "unfrozen" }))
            .personal(json!({ "old": old.email.as_ref().map(EmailAddress::expose) }));
        audit::append(tx, &self.keys, ctx, entry).await?;
        Ok(true)
    }

    /// Also of somebody frozen, for the desk. A customer's own change asks
    /// [`Identity::begin_change`] before: a request that was let in before a freeze changes nothing
    /// after it.
    async fn lock_contacts(&self, tx: &mut Tx, user: CustomerId) -> Result<UserContacts> {
        let row = sql::lock(tx, user).await?.ok_or(Code::NotFound)?;
        let key = subjects::read(&mut **tx, &self.keys, user.uuid()).await?;
        row.open(&key.ok_or(Code::NotFound)?, user)
    }

    /// Puts a proven contact in the place of the old one and tells both. The last thing in its
    /// transaction.
    async fn replace(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        contacts: (&UserContacts, Contact),
    ) -> Result<()> {
        let before = self.put(tx, ctx, user, contacts).await?;
        if let Some(before) = before {
            let until = ctx.now().plus_seconds(COOLING_SECONDS);
            self.remember_former(tx, ctx, user, (&before, until)).await?;
        }
        self.recheck_sessions(tx, ctx, user, Reason::ContactChanged).await
    }

    /// Gives the contact that was replaced.
    async fn put(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        (old, new): (&UserContacts, Contact),
    ) -> Result<Option<Contact>> {
        let now = ctx.now();
        factors::end_waiting(tx, ctx, user).await?;
        let key = subjects::read(&mut **tx, &self.keys, user.uuid()).await?;
        let key = key.ok_or(Code::NotFound)?;
        let index = new.index(&self.keys);
        let until = now.plus_seconds(COOLING_SECONDS);
        let (word, notice, before, taken) = match &new {
            Contact::Phone(phone) => {
                let sealed = sealed::seal(&key, Column::Phone, user, phone.expose());
                let before = Some(Contact::Phone(old.phone.clone()));
                let taken = sql::set_phone(tx, user, (&index, &sealed), (now, until)).await?;
                ("phone", Notice::PhoneChanged, before, taken)
            }
            Contact::Email(email) => {
                let sealed = sealed::seal(&key, Column::Email, user, email.expose());
                let before = old.email.clone().map(Contact::Email);
                let taken = sql::set_email(tx, user, (&index, &sealed), (now, until)).await?;
                ("email", Notice::EmailChanged, before, taken)
            }
        };
        if taken {
            return Err(Code::ContactTaken.into());
        }
        if matches!(new, Contact::Phone(_)) {
            staff::recognise(tx, (&self.keys, ctx), user, &index).await?;
        }
        let change = if before.is_some() { "update" } else { "create" };
        let entry = Entry::done("contact.changed")
            .subject(user.uuid())
            .facts(json!({ "contact": word, "change": change }))
            .personal(json!({
                "old": before.as_ref().map(Contact::expose),
                "new": new.expose(),
            }));
        audit::append(tx, &self.keys, ctx, entry).await?;
        if let Some(before) = &before {
            self.notify_old(tx, ctx, user, (notice, before)).await?;
        }
        let facts = json!({ "credential_type": word, "change_type": change });
        signals::tell(tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await?;
        Ok(before)
    }
}
