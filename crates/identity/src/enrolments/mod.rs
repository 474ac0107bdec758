//! How an employee comes by a passkey: with a link that works once, within a day.
//!
//! The first employees are taken in on the operator's command line; all others by a proposal that
//! somebody else approves. The code in a link is a keyed hash of the enrolment's id: nothing in the
//! database makes a link, and whoever sends it can compute it when it is sent.

pub mod jobs;
mod rules;
mod sql;

use kernel::{
    ChallengeId, Code, Ctx, EmailAddress, Error, Moment, Permission, Phone, Refusal, Result, Roles,
    Secret, StaffId,
};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::rates::{self, Rate};
use store::{Tx, commit, subjects};
use uuid::Uuid;

use self::rules::LINK_SECONDS;
use crate::client::rate_key;
use crate::staff::sql::Person;
use crate::staff::{self, LinkMail, roles_of_row};
use crate::told::RefusedAttempt;
use crate::{
    ClientInfo, Identity, Names, Owner, PasskeyChallenge, Realm, StaffStatus, passkeys, users,
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
    /// Their own phone, by which they are a customer of the bank or may become one: they may not
    /// act on their own record then. Only the operator's command line does without.
    pub phone: Option<&'a str>,
}

impl Invitation<'_> {
    /// The phone, when there is one.
    pub(crate) fn own_phone(&self) -> Result<Option<Phone>> {
        let malformed = || Refusal::new(Code::PhoneMalformed).field("phone").into();
        self.phone.map(|phone| Phone::parse(phone).ok_or_else(malformed)).transpose()
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
    /// mail address, makes a new link, and says by which phone they are a customer when there is
    /// one; their roles stay. Gives the code of the link.
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
        let (id, roles) = match known {
            Some(id) => (id, self.meet_again(&mut tx, id, &invitation).await?),
            None => (self.take_in(&mut tx, ctx, &invitation, &email).await?, invitation.roles),
        };
        let enrolment = self.enrol(&mut tx, ctx, (id, None)).await?;
        let code = rules::code(&self.keys, enrolment);
        let action = if known.is_some() { "staff.enrolment_renewed" } else { "staff.taken_in" };
        let entry = Entry::done(action).subject(id.uuid()).object("staff", id);
        let said = json!({ "roles": roles.names(), "phone": invitation.phone.is_some() });
        let entry = entry.facts(said);
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
            person: self.person(tx, invitation.own_phone()?.as_ref()).await?,
        };
        let added = staff::sql::insert(tx, &new, ctx.now()).await?;
        if added { Ok(id) } else { Err(Code::StaffEmailKnown.into()) }
    }

    /// Somebody who works here already, when the operator makes them a new link. Gives their roles.
    async fn meet_again(
        &self,
        tx: &mut Tx,
        id: StaffId,
        invitation: &Invitation<'_>,
    ) -> Result<Roles> {
        if let Some(phone) = invitation.own_phone()? {
            let person = self.person(tx, Some(&phone)).await?;
            staff::sql::set_person(tx, id, person).await?;
        }
        Ok(staff::sql::lock(tx, id).await?.ok_or(Code::NotFound)?.roles)
    }

    /// By what somebody with this phone is known as a customer.
    pub(crate) async fn person(&self, tx: &mut Tx, phone: Option<&Phone>) -> Result<Person> {
        let Some(phone) = phone.map(|phone| staff::phone_index(&self.keys, phone)) else {
            return Ok(Person::default());
        };
        let customer = users::id_of(&mut **tx, &phone).await?;
        Ok(Person { phone: Some(phone), customer })
    }

    /// Makes the link of an employee, which is to be mailed or not; those before are over.
    async fn enrol(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (staff, mail): (StaffId, Option<LinkMail>),
    ) -> Result<Uuid> {
        let now = ctx.now();
        let id = Uuid::from_bytes(ctx.entropy().bytes());
        sql::end_others(tx, staff, now).await?;
        sql::insert(tx, (id, mail), staff, (now, now.plus_seconds(LINK_SECONDS))).await?;
        Ok(id)
    }

    /// The same, and has it sent to their mail address. Nobody else of the bank sees it: whoever
    /// did could enrol in their name.
    pub(crate) async fn enrol_by_mail(&self, tx: &mut Tx, ctx: &Ctx, staff: StaffId) -> Result<()> {
        let enrolment = self.enrol(tx, ctx, (staff, Some(LinkMail::Waits))).await?;
        let site = self.site(Realm::Staff)?.origin();
        let invite = jobs::Invite { staff, enrolment, site };
        store::jobs::enqueue(tx, ctx, invite.job()?).await.map(|_| ())
    }
}
