//! Employees: who works here, with which roles, and whether they may do what they ask for.
//!
//! What a role allows is written in `policies/`. Every decision goes to the audit log: with what
//! was done when it is allowed, in a record of its own when it is refused.

mod rules;
pub(crate) mod sql;

use std::collections::HashMap;

use kernel::{
    BlindIndex, Code, Ctx, CustomerId, EmailAddress, Employee, Error, KeyRing, Moment, Permission,
    Phone, Result, Role, Roles, SealedAt, Secret, StaffId,
};
use policy::{Object, Question, Verdict};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::{Tx, subjects};
use uuid::Uuid;

use crate::{Identity, sealed};
pub use rules::{LinkMail, StaffStatus};
pub(crate) use rules::{NEEDED, name, roles_of_row};

/// Employees that a list shows at most.
const LIST_MAX: i64 = 1_000;

/// An employee as colleagues see them.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// The employee.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their mail address; `None` when it was erased.
    pub email: Option<Secret<String>>,
    /// The customer that they are, when the bank knows.
    pub customer: Option<CustomerId>,
    /// Their roles.
    pub roles: Roles,
    /// Whether they work.
    pub status: StaffStatus,
    /// When they were taken in.
    pub created_at: Moment,
    /// When they last signed in.
    pub last_sign_in: Option<Moment>,
    /// When they last did something here.
    pub last_seen: Option<Moment>,
    /// The link by which they are to come in, while they have not.
    pub link: Option<Link>,
}

/// The last link of somebody who is invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// What became of the mail with it; `None` when the operator handed it over.
    pub mail: Option<LinkMail>,
    /// Until when it is good.
    pub until: Moment,
}

/// What allowed an employee to do something. To be told to the audit log with what was done.
#[derive(Clone, Debug)]
#[must_use = "what an employee was allowed to do goes to the audit log"]
pub struct Grant {
    permission: Permission,
    object: Object,
    policies: Vec<String>,
}

impl Grant {
    /// The event of what was done, with the policies that allowed it.
    pub fn done(&self) -> Entry {
        self.done_with(json!({}))
    }

    /// The same, with more facts: an object without personal data.
    pub fn done_with(&self, mut facts: Value) -> Entry {
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("policies".to_owned(), json!(self.policies));
        }
        about(Entry::done(action(self.permission)), self.object).facts(facts)
    }
}

/// The name of a permission in the audit log.
const fn action(permission: Permission) -> &'static str {
    match permission.staff_name() {
        Some(name) => name,
        None => "staff.act",
    }
}

fn about(entry: Entry, object: Object) -> Entry {
    match object {
        Object::Bank => entry,
        Object::Customer(id) => entry.subject(id.uuid()).object("customer", id),
        Object::Staff(id) => entry.subject(id.uuid()).object("staff", id),
    }
}

impl Identity {
    /// Asks the policies whether the employee may do something to something now. A refusal is in
    /// the audit log before it is answered: [`Code::PermissionMissing`], or
    /// [`Code::StaffProofRequired`] when a fresh use of the passkey would do.
    pub async fn staff_may(
        &self,
        ctx: &Ctx,
        permission: Permission,
        object: Object,
    ) -> Result<Grant> {
        self.staff_may_about(ctx, permission, (object, false)).await
    }

    /// Whether the employee may do something once they use their passkey: for the form of it. A
    /// refusal is in the audit log.
    pub async fn staff_could(
        &self,
        ctx: &Ctx,
        permission: Permission,
        object: Object,
    ) -> Result<()> {
        let employee = Employee { proved_at: ctx.now(), ..ctx.staff()? };
        self.asked(ctx, (employee, permission), (object, false)).await.map(drop)
    }

    /// The same as [`Self::staff_may`], for reading what is about somebody of whom only the id is
    /// known: nobody reads what is about themselves, as an employee or as a customer.
    pub async fn staff_may_read(
        &self,
        ctx: &Ctx,
        permission: Permission,
        subject: Option<Uuid>,
    ) -> Result<Grant> {
        let me = ctx.staff()?;
        let object = match subject {
            Some(subject) if subject == me.id.uuid() => Object::Staff(me.id),
            Some(subject) if me.is(subject) => Object::Customer(CustomerId::from_uuid(subject)),
            _ => Object::Bank,
        };
        self.staff_may(ctx, permission, object).await
    }

    /// The same as [`Self::staff_may`], for something that may be the employee's own proposal.
    pub(crate) async fn staff_may_about(
        &self,
        ctx: &Ctx,
        permission: Permission,
        about: (Object, bool),
    ) -> Result<Grant> {
        self.asked(ctx, (ctx.staff()?, permission), about).await
    }

    async fn asked(
        &self,
        ctx: &Ctx,
        (employee, permission): (Employee, Permission),
        (object, own_proposal): (Object, bool),
    ) -> Result<Grant> {
        let question = Question { employee, permission, object, own_proposal, now: ctx.now() };
        let decision = policy::policies()?.decide(&question)?;
        let code = match decision.verdict {
            Verdict::Allowed => {
                return Ok(Grant { permission, object, policies: decision.policies });
            }
            Verdict::Denied if own_proposal => Code::ApprovalOwn,
            Verdict::Denied => Code::PermissionMissing,
            Verdict::ProofTooOld => Code::StaffProofRequired,
        };
        let facts = json!({ "policies": decision.policies });
        let entry = about(Entry::refused(action(permission), code), object).facts(facts);
        audit::record(&self.store, &self.keys, ctx, entry).await?;
        tracing::warn!(
            counter.staff_refused = 1,
            staff = %employee.id,
            action = action(permission),
            code = code.as_str(),
            trace = %ctx.trace,
            "an employee was refused"
        );
        Err(code.into())
    }

    /// Notes what an employee was allowed to read.
    pub async fn note_read(&self, ctx: &Ctx, grant: &Grant) -> Result<()> {
        audit::record(&self.store, &self.keys, ctx, grant.done()).await.map(|_| ())
    }

    /// Everybody who works here, by name.
    pub async fn staff(&self, ctx: &Ctx) -> Result<Vec<StaffMember>> {
        let grant = self.staff_may(ctx, Permission::StaffRead, Object::Bank).await?;
        let rows = sql::list(self.store.pool(), LIST_MAX).await?;
        let members = self.members(rows).await?;
        self.note_read(ctx, &grant).await?;
        Ok(members)
    }

    /// The same, for the operator's command line.
    pub async fn staff_for_operator(&self, ctx: &Ctx) -> Result<Vec<StaffMember>> {
        // Part of a command of whoever runs the bank.
        let rows = sql::list(self.store.pool(), LIST_MAX).await?;
        let members = self.members(rows).await?;
        let entry = Entry::done(action(Permission::StaffRead));
        audit::record(&self.store, &self.keys, ctx, entry).await?;
        Ok(members)
    }

    /// One of them.
    pub async fn staff_member(&self, ctx: &Ctx, id: StaffId) -> Result<StaffMember> {
        let grant = self.staff_may(ctx, Permission::StaffRead, Object::Bank).await?;
        let row = sql::one(self.store.pool(), id).await?.ok_or(Code::NotFound)?;
        let found = self.members(vec![row]).await?.pop().ok_or(Code::NotFound)?;
        let read = grant.done().subject(id.uuid()).object("staff", id);
        audit::record(&self.store, &self.keys, ctx, read).await?;
        Ok(found)
    }

    /// Oneself.
    pub async fn staff_self(&self, ctx: &Ctx) -> Result<StaffMember> {
        ctx.require(Permission::StaffSessionUse)?;
        let row = sql::one(self.store.pool(), ctx.staff()?.id).await?.ok_or(Code::NotFound)?;
        Ok(self.members(vec![row]).await?.pop().ok_or(Code::NotFound)?)
    }

    /// The names of employees, for what they did. Those unknown are left out.
    pub async fn staff_names(&self, ctx: &Ctx) -> Result<HashMap<StaffId, String>> {
        ctx.require(Permission::StaffSessionUse)?;
        let rows = sql::list(self.store.pool(), LIST_MAX).await?;
        Ok(rows.into_iter().map(|row| (StaffId::from_uuid(row.id), row.name)).collect())
    }

    /// The employees at work who may do something, by name: whom a colleague may hand it to.
    pub async fn staff_who_may(
        &self,
        ctx: &Ctx,
        permission: Permission,
    ) -> Result<Vec<(StaffId, String)>> {
        ctx.require(Permission::StaffSessionUse)?;
        let policies = policy::policies()?;
        let mut found = Vec::new();
        for row in sql::list(self.store.pool(), LIST_MAX).await? {
            let works = StaffStatus::of_row(&row.status)? == StaffStatus::Active;
            if works && policies.permissions(roles_of_row(&row.roles)?)?.has(permission) {
                found.push((StaffId::from_uuid(row.id), row.name));
            }
        }
        Ok(found)
    }

    async fn members(&self, rows: Vec<sql::Row>) -> Result<Vec<StaffMember>> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let keys = subjects::read_many(self.store.pool(), &self.keys, &ids).await?;
        let keys: HashMap<_, _> = keys.into_iter().collect();
        rows.into_iter()
            .map(|row| {
                let id = StaffId::from_uuid(row.id);
                let open = |key: &kernel::SubjectKey| {
                    key.open_text(email_place(id), &row.email_sealed)
                        .ok_or(Error::invariant("a sealed mail address does not open"))
                };
                Ok(StaffMember {
                    id,
                    name: row.name,
                    email: keys.get(&row.id).map(open).transpose()?,
                    customer: row.customer_id.map(CustomerId::from_uuid),
                    roles: roles_of_row(&row.roles)?,
                    status: StaffStatus::of_row(&row.status)?,
                    created_at: row.created_at.into(),
                    last_sign_in: row.last_sign_in.map(Moment::from),
                    last_seen: row.last_seen.map(Moment::from),
                    link: match row.link_until {
                        None => None,
                        Some(until) => Some(Link {
                            mail: row.mail.as_deref().map(LinkMail::of_row).transpose()?,
                            until: until.into(),
                        }),
                    },
                })
            })
            .collect()
    }
}

/// Where the mail address of an employee stands.
pub(crate) const fn email_place(id: StaffId) -> SealedAt<'static> {
    SealedAt { column: "staff.email", row: id.uuid() }
}

/// What a mail address of an employee is found by.
pub(crate) fn email_index(keys: &KeyRing, email: &EmailAddress) -> [u8; 32] {
    keys.blind(BlindIndex::Email, email.expose())
}

/// What the own phone of an employee is found by.
pub(crate) fn phone_index(keys: &KeyRing, phone: &Phone) -> [u8; 32] {
    sealed::phone_index(keys, phone)
}

/// Knows employees as the customer who has their phone from now on: by signing up, or by changing
/// the number. In the transaction of that.
pub(crate) async fn recognise(
    tx: &mut Tx,
    (keys, ctx): (&KeyRing, &Ctx),
    customer: CustomerId,
    phone: &[u8; 32],
) -> Result<()> {
    for id in sql::recognise(tx, customer, phone).await? {
        let entry = Entry::done("staff.customer_known").subject(id.uuid()).object("staff", id);
        let entry = entry.facts(json!({ "customer": customer }));
        audit::append(tx, keys, ctx, entry).await?;
    }
    Ok(())
}

/// Refuses what would leave nobody to propose or to decide about the staff: somebody loses roles,
/// or all of them.
pub(crate) async fn keep_needed(
    tx: &mut Tx,
    id: StaffId,
    (before, after): (Roles, Roles),
) -> Result<()> {
    for role in NEEDED {
        let lost = before.has(role) && !after.has(role);
        if lost && sql::others_with(tx, id, role).await? == 0 {
            return Err(Code::StaffLastOfRole.into());
        }
    }
    Ok(())
}

/// The roles of somebody as they stand in a difference.
pub(crate) fn written(roles: Roles) -> String {
    roles.iter().map(Role::as_str).collect::<Vec<_>>().join(", ")
}
