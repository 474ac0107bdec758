//! The kinds of proposals about customers, and about everybody's sessions.

use std::sync::Arc;

use kernel::{Code, Ctx, CustomerId, Permission, Result};
use policy::Object;
use serde::{Deserialize, Serialize};
use store::Tx;

use super::action::{Action, Approved, Given, Preview, Shown};
use super::rules::{Change, Terms};
use super::sql;
use crate::ports::Leaving;
use crate::{Identity, UserStatus};

/// How long a proposal about a customer waits.
const LIFE_SECONDS: i64 = 3 * 86_400;
/// The customer stands at the counter.
const RECOVER_LIFE_SECONDS: i64 = 4 * 3_600;
/// The global kill is for now or never.
const KILL_LIFE_SECONDS: i64 = 3_600;

/// Something about a customer.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OnCustomer {
    /// The customer.
    pub customer: CustomerId,
}

/// How a customer stands, whom a proposal of another part of the bank is about: locked until the
/// transaction ends. [`Code::NotFound`] when there is none.
pub async fn customer_status(tx: &mut Tx, customer: CustomerId) -> Result<UserStatus> {
    let status = sql::lock_customer(tx, customer).await?.ok_or(Code::NotFound)?;
    UserStatus::of_row(&status)
}

/// Lets a frozen customer in again. What would change names the freeze: one that came after the
/// proposal, or what came of a case meanwhile, is not what was approved to be lifted.
pub struct CustomerUnfreeze(pub(super) Identity, pub(super) Arc<dyn Leaving>);

impl Action for CustomerUnfreeze {
    const TERMS: Terms = Terms {
        kind: "customer.unfreeze",
        propose: Permission::CustomerUnfreezePropose,
        approve: Permission::CustomerUnfreezeApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = OnCustomer;

    fn object(payload: &OnCustomer) -> Object {
        Object::Customer(payload.customer)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &OnCustomer) -> Result<Preview> {
        let status = sql::lock_customer(tx, payload.customer).await?.ok_or(Code::NotFound)?;
        if status != "frozen" {
            return Err(Code::NothingToChange.into());
        }
        if self.0.doubts_phone(tx, payload.customer).await? {
            return Err(Code::PhoneDoubted.into());
        }
        let mut preview = customer_change(payload.customer, &status, "active");
        preview.changes.extend(sql::freeze(tx, payload.customer).await?.changes());
        Ok(preview)
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, OnCustomer>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        self.0.unfreeze(tx, ctx, payload.customer, self.1.as_ref()).await.map(|()| None)
    }

    fn done(&self, payload: &OnCustomer) {
        self.0.forget_sessions_of(payload.customer);
    }

    async fn followed(&self, ctx: &Ctx, payload: &OnCustomer) -> Result<()> {
        self.1.follows(ctx, payload.customer).await
    }
}

/// Ends the way of a customer into the bank for good, when nothing of theirs is left there. What
/// would change names the cases that are open: they stay open, a fraud is looked into whoever left.
pub struct CustomerClose(pub(super) Identity, pub(super) Arc<dyn Leaving>);

impl Action for CustomerClose {
    const TERMS: Terms = Terms {
        kind: "customer.close",
        propose: Permission::CustomerClosePropose,
        approve: Permission::CustomerCloseApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = OnCustomer;

    fn object(payload: &OnCustomer) -> Object {
        Object::Customer(payload.customer)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &OnCustomer) -> Result<Preview> {
        let status = sql::lock_customer(tx, payload.customer).await?.ok_or(Code::NotFound)?;
        if status == "closed" {
            return Err(Code::NothingToChange.into());
        }
        settled(&self.1, tx, payload.customer).await?;
        let mut preview = customer_change(payload.customer, &status, "closed");
        let kept = sql::open_cases(tx, payload.customer).await?.into_iter().map(|case| {
            let case = case.to_string();
            Change::new("case_kept", Some(&case), Some(&case))
        });
        preview.changes.extend(kept);
        Ok(preview)
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, OnCustomer>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        self.1.leaves(tx, ctx, payload.customer).await?;
        self.0.close_user(tx, ctx, payload.customer).await.map(|()| None)
    }

    fn done(&self, payload: &OnCustomer) {
        self.0.forget_sessions_of(payload.customer);
    }
}

/// Refuses while there is money of the customer's, or some is held.
async fn settled(books: &Arc<dyn Leaving>, tx: &mut Tx, customer: CustomerId) -> Result<()> {
    if books.is_settled(tx, customer).await? { Ok(()) } else { Err(Code::AccountNotEmpty.into()) }
}

fn customer_change(customer: CustomerId, before: &str, after: &str) -> Preview {
    let change = Change::new("status", Some(before), Some(after));
    Preview { subject: customer.uuid(), changes: vec![change] }
}

/// Ends every session of every customer. For a bank that has lost its keys.
pub struct GlobalKill(pub(super) Identity);

/// Whose sessions: everybody's.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Everybody {}

impl Action for GlobalKill {
    const TERMS: Terms = Terms {
        kind: "global_kill",
        propose: Permission::GlobalKillPropose,
        approve: Permission::GlobalKillApprove,
        quorum: 1,
        life_seconds: KILL_LIFE_SECONDS,
    };
    type Payload = Everybody;

    fn object(_: &Everybody) -> Object {
        Object::Bank
    }

    async fn preview(&self, _: &mut Tx, _: &Ctx, _: &Everybody) -> Result<Preview> {
        // About nobody: there is no personal data in it.
        let change = Change::new("sessions", Some("all"), Some("none"));
        Ok(Preview { subject: uuid::Uuid::nil(), changes: vec![change] })
    }

    async fn execute(&self, tx: &mut Tx, ctx: &Ctx, _: Approved<'_, Everybody>) -> Result<Shown> {
        self.0.end_everyones_sessions(tx, ctx).await.map(|()| None)
    }

    fn done(&self, _: &Everybody) {
        self.0.cache.clear();
    }
}

/// Gives a customer who has lost everything a code that stands for the second proof of a reset.
/// They came to the bank in person.
pub struct CustomerRecover(pub(super) Identity);

impl Action for CustomerRecover {
    const TERMS: Terms = Terms {
        kind: "customer.recover",
        propose: Permission::CustomerRecoverPropose,
        approve: Permission::CustomerRecoverApprove,
        quorum: 1,
        life_seconds: RECOVER_LIFE_SECONDS,
    };
    type Payload = OnCustomer;

    fn object(payload: &OnCustomer) -> Object {
        Object::Customer(payload.customer)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &OnCustomer) -> Result<Preview> {
        let status = sql::lock_customer(tx, payload.customer).await?.ok_or(Code::NotFound)?;
        match status.as_str() {
            "closed" => return Err(Code::NotFound.into()),
            "frozen" => return Err(Code::CustomerFrozen.into()),
            _ => {}
        }
        let change = Change::new("recovery", None, Some("code"));
        Ok(Preview { subject: payload.customer.uuid(), changes: vec![change] })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, OnCustomer>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        let code = self.0.assisted_recovery(tx, ctx, payload.customer).await?;
        Ok(Some(Given::ResetCode(code)))
    }
}

/// Erases the personal data of a customer who has left: from then on what was sealed under their
/// key is unreadable everywhere, in backups and in the audit log too, and what stood in clear is
/// blank. What came for them after they left has to be given back first: nobody could say any more
/// whose it is.
pub struct CustomerErase(pub(super) Identity, pub(super) Arc<dyn Leaving>);

impl Action for CustomerErase {
    const TERMS: Terms = Terms {
        kind: "customer.erase",
        propose: Permission::CustomerErasePropose,
        approve: Permission::CustomerEraseApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = OnCustomer;

    fn object(payload: &OnCustomer) -> Object {
        Object::Customer(payload.customer)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &OnCustomer) -> Result<Preview> {
        let status = sql::lock_customer(tx, payload.customer).await?.ok_or(Code::NotFound)?;
        if status != "closed" {
            return Err(Code::CustomerNotClosed.into());
        }
        settled(&self.1, tx, payload.customer).await?;
        let change = Change::new("personal_data", Some("kept"), Some("erased"));
        Ok(Preview { subject: payload.customer.uuid(), changes: vec![change] })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, OnCustomer>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        self.1.is_erased(tx, payload.customer).await?;
        self.0.erase_user(tx, ctx, payload.customer).await.map(|()| None)
    }
}
