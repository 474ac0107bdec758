//! How an employee comes by a passkey: with a link that works once, within a day.
//!
//! The first employees are taken in on the operator's command line; all others by a proposal that
//! somebody else approves. The code in a link is a keyed hash of the enrolment's id: nothing in the
//! database makes a link, and whoever sends it can compute it when it is sent.

pub mod jobs;
mod rules;
mod sql;

use kernel::{
    ChallengeId, Code, Ctx, CustomerId, EmailAddress, Error, Moment, Permission, Phone, Refusal,
    Result, Roles, Secret, StaffId,
};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::rates::{self, Rate};
use store::{Tx, commit, subjects};
use uuid::Uuid;

use self::rules::LINK_SECONDS;
use crate::client::rate_key;
use crate::staff::{self, roles_of_row};
use crate::told::RefusedAttempt;
use crate::{
    ClientInfo, Identity, Names, Owner, PasskeyChallenge, Realm, StaffStatus, passkeys, sealed,
    users,
};

/// Who is taken in.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their mail address.
    pub email: &'a str,
    /// What they will do.
    pub roles: Roles,
    /// The phone by which they are a customer of the bank, if they are: they may not act on their
    /// own record then.
    pub phone: Option<&'a str>,
}

impl Invitation<'_> {
    /// The customer who is taken in. [`Code::NotFound`] when the phone is no customer's.
    pub(crate) async fn customer(&self, identity: &Identity) -> Result<Option<CustomerId>> {
        let Some(phone) = self.phone else { return Ok(None) };
        let phone = Phone::parse(phone).ok_or(Refusal::new(Code::PhoneMalformed).field("phone"))?;
        let index = sealed::phone_index(&identity.keys, &phone);
        let found = users::id_of(identity.store.pool(), &index).await?;
        found.map(Some).ok_or_else(|| Refusal::new(Code::NotFound).field("phone").into())
    }
}

/// What a link that is still good is for.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The employee.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Roles,
    /// Whether they work already, and this is another passkey.
    pub works: bool,
    /// Until when the link is good.
    pub expires: Moment,
}

impl Identity {
    /// Takes in an employee at once, on the operator's command line; for one who is known by the
    /// mail address, only makes a new link. Gives the code of the link.
    pub async fn invite_by_operator(
        &self,
        ctx: &Ctx,
        invitation: Invitation<'_>,
    ) -> Result<(StaffId, Secret<String>)> {
        ctx.require(Permission::StaffBootstrap)?;
        let email = EmailAddress::parse(invitation.email)
            .ok_or(Refusal::new(Code::EmailMalformed).field("email"))?;
        let mut tx = self.store.begin().await?;
        let index = staff::email_index(&self.keys, &email);
        let known = staff::sql::id_by_email(&mut *tx, &index).await?;
        let id = match known {
            Some(id) => id,
            None => self.take_in(&mut tx, ctx, &invitation, &email).await?,
        };
        let enrolment = self.enrol(&mut tx, ctx, id).await?;
        let code = rules::code(&self.keys, enrolment);
        let action = if known.is_some() { "staff.enrolment_renewed" } else { "staff.taken_in" };
        let entry = Entry::done(action).subject(id.uuid()).object("staff", id);
        let entry = entry.facts(json!({ "roles": invitation.roles.names() }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await?;
        Ok((id, code))
    }

    /// The code of an employee's link that is still good, for the operator: it is shown again while
    /// nobody used it.
    pub async fn enrolment_code(&self, ctx: &Ctx, id: StaffId) -> Result<Option<Secret<String>>> {
        ctx.require(Permission::StaffBootstrap)?;
        let open = sql::open_of(self.store.pool(), id, ctx.now()).await?;
        Ok(open.map(|enrolment| rules::code(&self.keys, enrolment)))
    }

    /// Who has this mail address, for the operator.
    pub async fn staff_by_email(&self, ctx: &Ctx, email: &str) -> Result<Option<StaffId>> {
        ctx.require(Permission::StaffBootstrap)?;
        let email =
            EmailAddress::parse(email).ok_or(Refusal::new(Code::EmailMalformed).field("email"))?;
        let index = staff::email_index(&self.keys, &email);
        staff::sql::id_by_email(self.store.pool(), &index).await
    }

    /// Whether an employee has a passkey, for the operator.
    pub async fn has_passkey(&self, ctx: &Ctx, id: StaffId) -> Result<bool> {
        ctx.require(Permission::StaffBootstrap)?;
        let mut tx = self.store.begin().await?;
        Ok(passkeys::count(&mut tx, Owner::Staff(id)).await? > 0)
    }

    /// What a link is for. [`Code::EnrolmentOver`] when it is not good.
    pub async fn enrolment(&self, ctx: &Ctx, code: &str, client: &ClientInfo) -> Result<Enrolment> {
        // Anonymous: the link is the proof.
        self.open_enrolment(ctx, code, client).await.map(|(_, enrolment)| enrolment)
    }

    /// Begins to register the passkey that a link is for.
    pub async fn start_enrolment(
        &self,
        ctx: &Ctx,
        code: &str,
        client: &ClientInfo,
    ) -> Result<PasskeyChallenge> {
        // Anonymous: the link is the proof.
        let (_, enrolment) = self.open_enrolment(ctx, code, client).await?;
        let names = Names { account: &enrolment.name, person: &enrolment.name };
        self.start_registration(ctx, Owner::Staff(enrolment.staff), names).await
    }

    /// Adds the passkey and uses the link up. From now on the employee can sign in.
    pub async fn finish_enrolment(
        &self,
        ctx: &Ctx,
        (code, client): (&str, &ClientInfo),
        (challenge, answer): (ChallengeId, &Value),
        passkey_name: &str,
    ) -> Result<StaffId> {
        // Anonymous: the link is the proof.
        let name = passkeys::name(passkey_name)?;
        let (id, enrolment) = self.open_enrolment(ctx, code, client).await?;
        let owner = Owner::Staff(enrolment.staff);
        let made = self.finish_registration(ctx, owner, challenge, answer).await?;
        let mut tx = self.store.begin().await?;
        let good = sql::activate(&mut tx, enrolment.staff).await?
            && sql::use_up(&mut tx, id, ctx.now()).await?;
        if !good {
            return Err(Code::EnrolmentOver.into());
        }
        let passkey = passkeys::add(&mut tx, ctx, owner, &made, &name).await?;
        let entry = Entry::done("staff.enrolled")
            .subject(enrolment.staff.uuid())
            .object("passkey", passkey)
            .facts(json!({ "staff": enrolment.staff, "may_sync": made.may_sync() }))
            .personal(json!({ "network": client.ip_prefix(), "client": client.user_agent }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await?;
        Ok(enrolment.staff)
    }

    async fn open_enrolment(
        &self,
        ctx: &Ctx,
        code: &str,
        client: &ClientInfo,
    ) -> Result<(Uuid, Enrolment)> {
        const PER_ADDRESS: Rate =
            Rate { scope: "enrolment/address", max: 120, window_seconds: 900 };
        rates::take(&self.store, ctx, PER_ADDRESS, &rate_key(client.ip)).await?;
        let open = match rules::read(&self.keys, code) {
            Some(id) => sql::open(self.store.pool(), id, ctx.now()).await?.map(|open| (id, open)),
            None => None,
        };
        let attempt = RefusedAttempt::of("staff.enrolled", "link").at(client);
        let open = open.ok_or_else(|| Code::EnrolmentOver.into());
        let (id, open) = self.or_record_refused(ctx, attempt, open).await?;
        let enrolment = Enrolment {
            staff: StaffId::from_uuid(open.staff),
            roles: roles_of_row(&open.roles)?,
            works: open.status == StaffStatus::Active.as_str(),
            name: open.name,
            expires: open.expires_at.into(),
        };
        Ok((id, enrolment))
    }

    async fn take_in(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        invitation: &Invitation<'_>,
        email: &EmailAddress,
    ) -> Result<StaffId> {
        let name =
            staff::name(invitation.name).ok_or(Refusal::new(Code::NameMalformed).field("name"))?;
        if invitation.roles.is_empty() {
            return Err(Code::StaffRolesEmpty.into());
        }
        let id = StaffId::generate(ctx.now(), ctx.entropy());
        let key = subjects::ensure(tx, &self.keys, id.uuid(), ctx.now()).await?;
        let key = key.ok_or(Error::invariant("a new employee was erased"))?;
        let sealed = key.seal(staff::email_place(id), email.expose().as_bytes());
        let new = staff::sql::New {
            id,
            name: &name,
            email_index: staff::email_index(&self.keys, email),
            email_sealed: &sealed,
            roles: invitation.roles,
            customer: invitation.customer(self).await?,
        };
        let added = staff::sql::insert(tx, &new, ctx.now()).await?;
        if added { Ok(id) } else { Err(Code::StaffEmailKnown.into()) }
    }

    /// Makes the link of an employee; those before are over.
    async fn enrol(&self, tx: &mut Tx, ctx: &Ctx, staff: StaffId) -> Result<Uuid> {
        let now = ctx.now();
        let id = Uuid::from_bytes(ctx.entropy().bytes());
        sql::end_others(tx, staff, now).await?;
        sql::insert(tx, id, staff, (now, now.plus_seconds(LINK_SECONDS))).await?;
        Ok(id)
    }

    /// The same, and has it sent to their mail address. Nobody else of the bank sees it: whoever
    /// did could enrol in their name.
    pub(crate) async fn enrol_by_mail(&self, tx: &mut Tx, ctx: &Ctx, staff: StaffId) -> Result<()> {
        let enrolment = self.enrol(tx, ctx, staff).await?;
        let site = self.site(Realm::Staff)?.origin();
        let invite = jobs::Invite { staff, enrolment, site };
        store::jobs::enqueue(tx, ctx, invite.job()?).await.map(|_| ())
    }
}
