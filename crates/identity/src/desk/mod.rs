//! What employees see and do about the way of a customer into the bank: contacts, sessions,
//! devices, freezing. Each use case asks the policies about this customer, and tells the audit log.

mod sql;

use std::collections::HashMap;

use kernel::{
    BlindIndex, CaseId, Code, Ctx, CustomerId, DeviceId, EmailAddress, Permission, Phone, Result,
    SessionId, SubjectKey,
};
use policy::Object;
use serde_json::json;
use store::{audit, subjects};

use crate::cases::Case;
use crate::devices::Device;
use crate::freezes::UserStatus;
use crate::sealed::{self, Column};
use crate::sessions::SessionView;
use crate::{Identity, Reason, stated_reason};

/// A user as the bank knows them. Personal data: does not print.
#[derive(Clone)]
pub struct KnownUser {
    /// Whether they may do anything.
    pub status: UserStatus,
    /// The phone; `None` when it was erased.
    pub phone: Option<Phone>,
    /// The mail address, when there is one.
    pub email: Option<EmailAddress>,
}

impl KnownUser {
    /// Whether what told who they are is gone.
    pub const fn is_erased(&self) -> bool {
        self.phone.is_none()
    }
}

impl std::fmt::Debug for KnownUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownUser").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Identity {
    /// The user who is reached by this phone, for a use case that asked the policies.
    pub async fn known_by_phone(&self, ctx: &Ctx, phone: &Phone) -> Result<Option<CustomerId>> {
        ctx.require(Permission::CustomerSearch)?;
        let index = sealed::phone_index(&self.keys, phone);
        sql::by_contact(self.store.pool(), &sql::Index::Phone(index)).await
    }

    /// The same by a mail address.
    pub async fn known_by_email(
        &self,
        ctx: &Ctx,
        email: &EmailAddress,
    ) -> Result<Option<CustomerId>> {
        ctx.require(Permission::CustomerSearch)?;
        let index = self.keys.blind(BlindIndex::Email, email.expose());
        sql::by_contact(self.store.pool(), &sql::Index::Email(index)).await
    }

    /// What the bank knows of users, for a use case that asked the policies and shows of it what
    /// they allow.
    pub async fn known_users(
        &self,
        ctx: &Ctx,
        ids: &[CustomerId],
    ) -> Result<HashMap<CustomerId, KnownUser>> {
        ctx.require(Permission::CustomerRead)?;
        let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
        let rows = sql::users(self.store.pool(), &ids).await?;
        let keys = subjects::read_many(self.store.pool(), &self.keys, &ids).await?;
        let keys: HashMap<_, _> = keys.into_iter().collect();
        rows.into_iter()
            .map(|(id, row)| {
                let known = known(CustomerId::from_uuid(id), &row, keys.get(&id))?;
                Ok((CustomerId::from_uuid(id), known))
            })
            .collect()
    }

    /// Where a customer is signed in.
    pub async fn sessions_of_customer(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
    ) -> Result<Vec<SessionView>> {
        let about = Object::Customer(customer);
        let grant = self.staff_may(ctx, Permission::CustomerReadSessions, about).await?;
        let sessions = self.sessions(ctx, customer).await?;
        self.note_read(ctx, &grant).await?;
        Ok(sessions)
    }

    /// The devices of a customer.
    pub async fn devices_of_customer(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
    ) -> Result<Vec<Device>> {
        let about = Object::Customer(customer);
        let grant = self.staff_may(ctx, Permission::CustomerReadSessions, about).await?;
        let devices = self.devices(ctx, customer).await?;
        self.note_read(ctx, &grant).await?;
        Ok(devices)
    }

    /// Ends one session of a customer.
    pub async fn end_session_of_customer(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        session: SessionId,
    ) -> Result<()> {
        let about = Object::Customer(customer);
        let grant = self.staff_may(ctx, Permission::CustomerEndSessions, about).await?;
        if !self.sessions(ctx, customer).await?.iter().any(|known| known.id == session) {
            return Err(Code::NotFound.into());
        }
        let mut tx = self.store.begin().await?;
        let entry = grant.done_with(json!({ "session": session }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        self.end_one(&mut tx, ctx, (customer, session), Reason::EndedByStaff).await?;
        self.store.commit_and_wake(tx).await?;
        self.cache.evict_session(session);
        Ok(())
    }

    /// Ends every session of a customer.
    pub async fn end_sessions_of_customer(&self, ctx: &Ctx, customer: CustomerId) -> Result<()> {
        let about = Object::Customer(customer);
        let grant = self.staff_may(ctx, Permission::CustomerEndSessions, about).await?;
        let mut tx = self.store.begin().await?;
        audit::append(&mut tx, &self.keys, ctx, grant.done()).await?;
        self.end_sessions(&mut tx, ctx, (customer, None), Reason::EndedByStaff).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(customer);
        Ok(())
    }

    /// Takes a device from a customer; its sessions end.
    pub async fn end_device_of_customer(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        device: DeviceId,
    ) -> Result<()> {
        let about = Object::Customer(customer);
        let grant = self.staff_may(ctx, Permission::CustomerEndSessions, about).await?;
        let mut tx = self.store.begin().await?;
        let entry = grant.done_with(json!({ "device": device }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        self.end_device(&mut tx, ctx, (customer, device), Reason::EndedByStaff).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(customer);
        Ok(())
    }

    /// Freezes a customer at once, by one employee: what it costs when it was wrong is small, and
    /// lifting it takes two. Gives the case that is open about it.
    pub async fn freeze_customer(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        reason: &str,
    ) -> Result<CaseId> {
        let about = Object::Customer(customer);
        let grant = self.staff_may(ctx, Permission::CustomerFreeze, about).await?;
        let reason = stated_reason(reason)?;
        let mut tx = self.store.begin().await?;
        let entry = grant.done().personal(json!({ "reason": reason }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        let case = self.freeze_for_staff(&mut tx, ctx, customer, reason).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(customer);
        Ok(case)
    }

    /// The matters about one customer, closed ones too.
    pub async fn cases_of_customer(&self, ctx: &Ctx, customer: CustomerId) -> Result<Vec<Case>> {
        let about = Object::Customer(customer);
        let grant = self.staff_may(ctx, Permission::CaseRead, about).await?;
        let cases = self.cases(Some(customer)).await?;
        self.note_read(ctx, &grant).await?;
        Ok(cases)
    }
}

/// Whoever is erased has no key any more, and nothing that can be read.
fn known(id: CustomerId, row: &sql::Row, key: Option<&SubjectKey>) -> Result<KnownUser> {
    let phone = key.map(|key| sealed::open_phone(key, id, &row.phone_sealed)).transpose()?;
    let email = key.zip(row.email_sealed.as_deref());
    let email =
        email.map(|(key, bytes)| sealed::open(key, Column::Email, id, bytes)).transpose()?;
    let email = email.map(|text| sealed::read_email(text.expose())).transpose()?;
    Ok(KnownUser { status: UserStatus::of_row(&row.status)?, phone, email })
}
