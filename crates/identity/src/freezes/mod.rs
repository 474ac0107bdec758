//! Customers who are frozen: "it was not me" in one tap, the bank's own stop, and the way back.
//!
//! A frozen customer has no session and gets none, and no money leaves their accounts: the books
//! refuse it, as `payments` follows [`UserStatus`]. What others pay them still arrives.

mod rules;
mod sql;

use kernel::{CaseId, Code, Ctx, CustomerId, Permission, Result, Secret, SessionId};
use serde_json::{Map, Value, json};
use store::Tx;
use store::audit::{self, Entry};

use crate::cases::{FROZEN_BY_BANK, FROZEN_BY_CUSTOMER};
use crate::contacts::COOLING_SECONDS;
use crate::factors::Factor;
use crate::revocations::Reason;
use crate::{Identity, factors, signals};

/// Whether a customer may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// They may.
    Active,
    /// Nothing until the bank has looked into it.
    Frozen,
    /// They left the bank.
    Closed,
}

impl UserStatus {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Frozen => "frozen",
            Self::Closed => "closed",
        }
    }

    pub(crate) fn of_row(text: &str) -> Result<Self> {
        match text {
            "active" => Ok(Self::Active),
            "frozen" => Ok(Self::Frozen),
            "closed" => Ok(Self::Closed),
            _ => Err(kernel::Error::invariant("the status of a user cannot be read")),
        }
    }
}

impl Identity {
    /// "It was not me", in a session: ends every session and freezes the customer's money, and
    /// opens a case for the bank.
    pub async fn freeze_myself(&self, ctx: &Ctx) -> Result<CaseId> {
        ctx.require(Permission::SessionUse)?;
        let user = ctx.customer()?;
        self.freeze_at_once(ctx, user, json!({ "from": "session" })).await
    }

    /// The same by what came with the notice of a new sign-in, without a session: whoever has the
    /// notice can stop the customer's money, and nothing else. [`Code::CodeExpired`] when it is not
    /// good any more.
    pub async fn freeze_by_alarm(&self, ctx: &Ctx, alarm: &str) -> Result<(CustomerId, CaseId)> {
        // Anonymous: the alarm is the proof.
        let alarm = rules::Alarm::open(&self.keys, alarm, ctx.now()).ok_or(Code::CodeExpired)?;
        let facts = json!({ "from": "notice", "session": alarm.session });
        let case = self.freeze_at_once(ctx, alarm.user, facts).await?;
        Ok((alarm.user, case))
    }

    /// What goes with the notice of a new sign-in, so that whoever reads it can say "it was not
    /// me". Good for a week, and for nothing else.
    pub fn alarm(&self, ctx: &Ctx, user: CustomerId, session: SessionId) -> Secret<String> {
        // Part of whatever writes the notice.
        rules::Alarm::new(user, session, ctx.now()).seal(&self.keys)
    }

    async fn freeze_at_once(&self, ctx: &Ctx, user: CustomerId, facts: Value) -> Result<CaseId> {
        let mut tx = self.store.begin().await?;
        let case = self.freeze(&mut tx, ctx, user, (FROZEN_BY_CUSTOMER, facts)).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(user);
        Ok(case)
    }

    /// Freezes a customer for the bank, in the transaction of another use case, as the last thing
    /// in it.
    pub async fn freeze_for_bank(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        facts: Value,
    ) -> Result<CaseId> {
        // Part of a use case that asked who may.
        self.freeze(tx, ctx, user, (FROZEN_BY_BANK, facts)).await
    }

    /// Freezing who is frozen gives the case that is open. Who has left stays gone.
    async fn freeze(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        (kind, facts): (&'static str, Value),
    ) -> Result<CaseId> {
        match turn(tx, user, UserStatus::Frozen).await? {
            UserStatus::Closed => return Err(Code::NotFound.into()),
            UserStatus::Frozen => {
                if let Some(case) = sql::open_case(tx, user).await? {
                    return Ok(case);
                }
            }
            UserStatus::Active => {}
        }
        let case = self.open_case(tx, ctx, kind, (user, facts)).await?;
        let entry = Entry::done("customer.frozen").subject(user.uuid()).object("case", case);
        audit::append(tx, &self.keys, ctx, entry.facts(json!({ "kind": kind }))).await?;
        let facts = json!({ "reason": kind, "case": case });
        signals::tell(tx, ctx, signals::ACCOUNT_DISABLED, user, facts).await?;
        factors::end_waiting(tx, ctx, user).await?;
        self.end_sessions(tx, ctx, (user, None), Reason::UserFrozen).await?;
        Ok(case)
    }

    /// Lets a frozen customer in again and closes the cases about it, in the transaction of the
    /// approval and as the last thing in it. Who is not frozen stays as they are.
    ///
    /// Whoever made the freeze necessary must not come back with the customer: what was set up in
    /// the days before it is gone, and payments stay small for a while.
    pub async fn unfreeze(&self, tx: &mut Tx, ctx: &Ctx, user: CustomerId) -> Result<()> {
        // Part of a use case that asked who may.
        if turn(tx, user, UserStatus::Active).await? != UserStatus::Frozen {
            return Ok(());
        }
        let now = ctx.now();
        let frozen_at = sql::frozen_at(tx, user).await?.unwrap_or(now);
        let since = frozen_at.plus_seconds(rules::DOUBTED_SECONDS.saturating_neg());
        sql::close_cases(tx, user, now).await?;
        sql::cool_off(tx, user, now.plus_seconds(COOLING_SECONDS)).await?;
        let devices = sql::new_devices(tx, user, since).await?;
        let mut taken = Map::from_iter([("devices".to_owned(), devices.len().into())]);
        for factor in Factor::ALL {
            let count = sql::take_new(tx, user, *factor, (since, now)).await?;
            if count > 0 {
                taken.insert(factor.as_str().to_owned(), count.into());
                self.credential_changed(tx, ctx, user, (factor.as_str(), "delete")).await?;
            }
        }
        let entry = Entry::done("customer.unfrozen").subject(user.uuid());
        let entry = entry.facts(json!({ "taken": taken }));
        audit::append(tx, &self.keys, ctx, entry).await?;
        signals::tell(tx, ctx, signals::ACCOUNT_ENABLED, user, json!({})).await?;
        for device in devices {
            self.end_device(tx, ctx, (user, device), Reason::UserFrozen).await?;
        }
        Ok(())
    }

    /// Ends the way of a customer into the bank for good, in the transaction of the approval and as
    /// the last thing in it.
    pub async fn close_user(&self, tx: &mut Tx, ctx: &Ctx, user: CustomerId) -> Result<()> {
        // Part of a use case that asked who may.
        if turn(tx, user, UserStatus::Closed).await? == UserStatus::Closed {
            return Ok(());
        }
        let entry = Entry::done("customer.closed").subject(user.uuid());
        audit::append(tx, &self.keys, ctx, entry).await?;
        let facts = json!({ "reason": Reason::UserClosed.as_str() });
        signals::tell(tx, ctx, signals::ACCOUNT_DISABLED, user, facts).await?;
        factors::end_waiting(tx, ctx, user).await?;
        self.end_sessions(tx, ctx, (user, None), Reason::UserClosed).await
    }

    /// Whether a customer may do anything now. For parts of the bank.
    pub async fn user_status(&self, ctx: &Ctx, user: CustomerId) -> Result<UserStatus> {
        Self::may_see(ctx, user)?;
        let status = sql::status(self.store.pool(), user).await?.ok_or(Code::NotFound)?;
        UserStatus::of_row(&status)
    }
}

/// Gives the status before. From closed there is no way.
async fn turn(tx: &mut Tx, user: CustomerId, to: UserStatus) -> Result<UserStatus> {
    let before = sql::lock(tx, user).await?.ok_or(Code::NotFound)?;
    let before = UserStatus::of_row(&before)?;
    let leads = match to {
        UserStatus::Active => before == UserStatus::Frozen,
        UserStatus::Frozen => before == UserStatus::Active,
        UserStatus::Closed => before != UserStatus::Closed,
    };
    if leads {
        sql::set(tx, user, to).await?;
    }
    Ok(before)
}
