//! The kinds of proposals about the staff.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{
    ApprovalId, Code, Ctx, EmailAddress, Error, Permission, Phone, Refusal, Result, Roles,
    SealedAt, StaffId,
};
use policy::Object;
use serde::{Deserialize, Serialize};
use store::{Tx, subjects};

use super::Approvals;
use super::action::{Action, Approved, Preview, Shown};
use super::rules::{Change, Terms};
use crate::staff::{self, email_index, email_place, keep_needed, written};
use crate::{Identity, Invitation, Owner, StaffStatus, passkeys, stated_reason};

const DAY_SECONDS: i64 = 86_400;
/// How long a proposal about the staff or a customer waits.
pub(super) const LIFE_SECONDS: i64 = 3 * DAY_SECONDS;

/// Something about an employee.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OnStaff {
    /// The employee.
    pub staff: StaffId,
}

/// Takes in an employee.
pub struct StaffInvite(pub(super) Identity);

/// Who is to be taken in. The mail address and the phone are sealed under the employee's own key;
/// the name stands in the open, as that of every employee.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invited {
    staff: StaffId,
    name: String,
    email_sealed: String,
    /// The same as a keyed hash, so that nobody is invited twice at a time.
    email_index: [u8; 32],
    roles: Vec<String>,
    phone_sealed: Option<String>,
}

/// Where the phone of somebody who is to be taken in stands.
const fn phone_place(staff: StaffId) -> SealedAt<'static> {
    SealedAt { column: "approval.staff_phone", row: staff.uuid() }
}

impl Invited {
    fn phone(&self, key: &kernel::SubjectKey) -> Result<Option<Phone>> {
        const UNREADABLE: Error = Error::invariant("the phone of an invitation does not open");
        let Some(sealed) = &self.phone_sealed else { return Ok(None) };
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| UNREADABLE)?;
        let phone = key.open_text(phone_place(self.staff), &sealed).ok_or(UNREADABLE)?;
        Phone::parse(phone.expose()).map(Some).ok_or(UNREADABLE)
    }

    fn email(&self, key: &kernel::SubjectKey) -> Result<EmailAddress> {
        const UNREADABLE: Error = Error::invariant("the address of an invitation does not open");
        let sealed = URL_SAFE_NO_PAD.decode(&self.email_sealed).map_err(|_| UNREADABLE)?;
        let email = key.open_text(email_place(self.staff), &sealed).ok_or(UNREADABLE)?;
        EmailAddress::parse(email.expose()).ok_or(UNREADABLE)
    }

    async fn opened(
        &self,
        tx: &mut Tx,
        identity: &Identity,
    ) -> Result<(EmailAddress, Option<Phone>)> {
        let key = subjects::read(&mut **tx, &identity.keys, self.staff.uuid()).await?;
        let key = key.ok_or(Code::NotFound)?;
        Ok((self.email(&key)?, self.phone(&key)?))
    }
}

impl Action for StaffInvite {
    const TERMS: Terms = Terms {
        kind: "staff.invite",
        propose: Permission::StaffInvitePropose,
        approve: Permission::StaffInviteApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = Invited;

    fn object(_: &Invited) -> Object {
        Object::Bank
    }

    fn apart(payload: &Invited) -> Option<[u8; 32]> {
        Some(payload.email_index)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &Invited) -> Result<Preview> {
        let roles = staff::roles_of_row(&payload.roles)?;
        let (email, phone) = payload.opened(tx, &self.0).await?;
        let known = staff::sql::id_by_email(&mut **tx, &email_index(&self.0.keys, &email)).await?;
        if known.is_some() {
            return Err(Code::StaffEmailKnown.into());
        }
        let changes = vec![
            Change::new("name", None, Some(&payload.name)),
            Change::new("email", None, Some(email.expose())),
            Change::new("roles", None, Some(&written(roles))),
        ];
        // Who becomes a customer only after it was proposed is not what was approved.
        let customer = self.0.person(tx, phone.as_ref()).await?.customer;
        let phone =
            phone.map(|phone| Change::new("phone", None, Some(&format!("+{}", phone.expose()))));
        let customer = customer.map(|id| Change::new("customer", None, Some(&id.to_string())));
        let changes = changes.into_iter().chain(phone).chain(customer).collect();
        Ok(Preview { subject: payload.staff.uuid(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, Invited>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        let (email, phone) = payload.opened(tx, &self.0).await?;
        let sealed = URL_SAFE_NO_PAD.decode(&payload.email_sealed);
        let sealed = sealed.map_err(|e| Error::broken("reading an invitation", e))?;
        let new = staff::sql::New {
            id: payload.staff,
            name: &payload.name,
            email_index: email_index(&self.0.keys, &email),
            email_sealed: &sealed,
            roles: staff::roles_of_row(&payload.roles)?,
            person: self.0.person(tx, phone.as_ref()).await?,
        };
        if !staff::sql::insert(tx, &new, ctx.now()).await? {
            return Err(Code::StaffEmailKnown.into());
        }
        self.0.enrol_by_mail(tx, ctx, payload.staff).await.map(|()| None)
    }
}

impl Approvals {
    /// Proposes to take in an employee.
    pub async fn propose_invitation(
        &self,
        ctx: &Ctx,
        invitation: Invitation<'_>,
        reason: &str,
    ) -> Result<ApprovalId> {
        let may = Permission::StaffInvitePropose;
        let grant = self.identity.staff_may(ctx, may, Object::Bank).await?;
        let reason = stated_reason(reason)?.to_owned();
        let name =
            staff::name(invitation.name).ok_or(Refusal::new(Code::NameMalformed).field("name"))?;
        let email = EmailAddress::parse(invitation.email)
            .ok_or(Refusal::new(Code::EmailMalformed).field("email"))?;
        if invitation.roles.is_empty() {
            return Err(Code::StaffRolesEmpty.into());
        }
        let phone = invitation.own_phone()?;
        let phone = phone.ok_or(Refusal::new(Code::PhoneMalformed).field("phone"))?;
        let staff = StaffId::generate(ctx.now(), ctx.entropy());
        let mut tx = self.identity.store.begin().await?;
        let keys = &self.identity.keys;
        // The key is born with the proposal, and not at all without it.
        let key = subjects::ensure(&mut tx, keys, staff.uuid(), ctx.now()).await?;
        let key = key.ok_or(Error::invariant("a new employee was erased"))?;
        let seal = |place, text: &str| URL_SAFE_NO_PAD.encode(key.seal(place, text.as_bytes()));
        let invited = Invited {
            staff,
            name,
            email_sealed: seal(email_place(staff), email.expose()),
            email_index: email_index(keys, &email),
            roles: invitation.roles.names().into_iter().map(str::to_owned).collect(),
            phone_sealed: Some(seal(phone_place(staff), phone.expose())),
        };
        self.propose_in::<StaffInvite>(tx, ctx, &invited, (reason, &grant)).await
    }

    /// Proposes other roles for an employee.
    pub async fn propose_roles(
        &self,
        ctx: &Ctx,
        staff: StaffId,
        roles: Roles,
        reason: &str,
    ) -> Result<ApprovalId> {
        // The proposal asks who may.
        let roles = roles.names().into_iter().map(str::to_owned).collect();
        self.propose::<StaffRoles>(ctx, &NewRoles { staff, roles }, reason).await
    }
}

/// Gives an employee other roles.
pub struct StaffRoles;

/// The roles that an employee is to have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewRoles {
    staff: StaffId,
    roles: Vec<String>,
}

impl Action for StaffRoles {
    const TERMS: Terms = Terms {
        kind: "staff.roles",
        propose: Permission::StaffRolesPropose,
        approve: Permission::StaffRolesApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = NewRoles;

    fn object(payload: &NewRoles) -> Object {
        Object::Staff(payload.staff)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &NewRoles) -> Result<Preview> {
        let after = staff::roles_of_row(&payload.roles)?;
        let standing = staff::sql::lock(tx, payload.staff).await?.ok_or(Code::NotFound)?;
        if after.is_empty() {
            return Err(Code::StaffRolesEmpty.into());
        }
        if standing.roles == after {
            return Err(Code::NothingToChange.into());
        }
        if standing.status == StaffStatus::Active {
            keep_needed(tx, payload.staff, (standing.roles, after)).await?;
        }
        let (before, after) = (written(standing.roles), written(after));
        let changes = vec![Change::new("roles", Some(&before), Some(&after))];
        Ok(Preview { subject: payload.staff.uuid(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        _: &Ctx,
        approved: Approved<'_, NewRoles>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        let roles = staff::roles_of_row(&payload.roles)?;
        staff::sql::set_roles(tx, payload.staff, roles).await.map(|()| None)
    }
}

/// Suspends an employee: every session of theirs is over, and they get none.
pub struct StaffSuspend;

impl Action for StaffSuspend {
    const TERMS: Terms = Terms {
        kind: "staff.suspend",
        propose: Permission::StaffSuspendPropose,
        approve: Permission::StaffSuspendApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = OnStaff;

    fn object(payload: &OnStaff) -> Object {
        Object::Staff(payload.staff)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &OnStaff) -> Result<Preview> {
        let standing = staff::sql::lock(tx, payload.staff).await?.ok_or(Code::NotFound)?;
        match standing.status {
            StaffStatus::Suspended => return Err(Code::NothingToChange.into()),
            StaffStatus::Active => {
                keep_needed(tx, payload.staff, (standing.roles, Roles::NONE)).await?;
            }
            StaffStatus::Invited => {}
        }
        Ok(status_change(payload.staff, standing.status, StaffStatus::Suspended))
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        _: &Ctx,
        approved: Approved<'_, OnStaff>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        staff::sql::set_status(tx, payload.staff, StaffStatus::Suspended).await.map(|()| None)
    }
}

/// Lets an employee who was suspended work again.
pub struct StaffReinstate;

impl StaffReinstate {
    /// Who has no passkey yet still has to come by one.
    async fn status(tx: &mut Tx, staff: StaffId) -> Result<StaffStatus> {
        let passkeys = passkeys::count(tx, Owner::Staff(staff)).await?;
        Ok(if passkeys == 0 { StaffStatus::Invited } else { StaffStatus::Active })
    }
}

impl Action for StaffReinstate {
    const TERMS: Terms = Terms {
        kind: "staff.reinstate",
        propose: Permission::StaffSuspendPropose,
        approve: Permission::StaffSuspendApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = OnStaff;

    fn object(payload: &OnStaff) -> Object {
        Object::Staff(payload.staff)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &OnStaff) -> Result<Preview> {
        let standing = staff::sql::lock(tx, payload.staff).await?.ok_or(Code::NotFound)?;
        if standing.status != StaffStatus::Suspended {
            return Err(Code::NothingToChange.into());
        }
        let after = Self::status(tx, payload.staff).await?;
        Ok(status_change(payload.staff, standing.status, after))
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        _: &Ctx,
        approved: Approved<'_, OnStaff>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        let after = Self::status(tx, payload.staff).await?;
        staff::sql::set_status(tx, payload.staff, after).await.map(|()| None)
    }
}

fn status_change(staff: StaffId, before: StaffStatus, after: StaffStatus) -> Preview {
    let change = Change::new("status", Some(before.as_str()), Some(after.as_str()));
    Preview { subject: staff.uuid(), changes: vec![change] }
}
