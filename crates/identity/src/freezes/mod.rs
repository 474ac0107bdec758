//! Customers who are frozen: "it was not me" in one tap, the bank's own stop, and the way back.
//!
//! A frozen customer has no session and gets none, and no money leaves their accounts: the books
//! refuse it, as `payments` follows [`UserStatus`]. What others pay them still arrives.

mod rules;
mod sql;

pub(crate) use sql::lock;

use kernel::{CaseId, Code, Ctx, CustomerId, Moment, Permission, Result, Secret, SessionId};
use serde_json::{Map, Value, json};
use store::Tx;
use store::audit::{self, Entry};

use crate::cases::{FROZEN_BY_BANK, FROZEN_BY_CUSTOMER};
use crate::contacts::COOLING_SECONDS;
use crate::factors::Factor;
use crate::ports::Leaving;
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

/// Why somebody is frozen.
struct Why<'a> {
    /// The kind of the case about it.
    kind: &'static str,
    /// What is known; no personal data.
    facts: Value,
    /// What an employee wrote.
    reason: Option<&'a str>,
}

impl Identity {
    /// "It was not me", in a session: ends every session and freezes the customer's money, and
    /// opens a case for the bank.
    pub async fn freeze_myself(&self, ctx: &Ctx) -> Result<CaseId> {
        ctx.require(Permission::SessionUse)?;
        let user = ctx.customer()?;
        let tx = self.store.begin().await?;
        self.freeze_at_once(tx, ctx, user, json!({ "from": "session" })).await
    }

    /// The same by what came with a notice, without a session: whoever has the notice can stop the
    /// customer's money, and nothing else. [`Code::CodeExpired`] when it is not good any more:
    /// after a week, or once the customer was frozen after what it tells, and let in again.
    pub async fn freeze_by_alarm(&self, ctx: &Ctx, alarm: &str) -> Result<(CustomerId, CaseId)> {
        // Anonymous: the alarm is the proof.
        let alarm = rules::Alarm::open(&self.keys, alarm, ctx.now()).ok_or(Code::CodeExpired)?;
        let facts = json!({ "from": "notice", "session": alarm.session });
        let mut tx = self.store.begin().await?;
        let status = sql::lock(&mut tx, alarm.user).await?.ok_or(Code::NotFound)?;
        let frozen = sql::times(&mut tx, alarm.user).await?.frozen;
        if alarm.is_spent(UserStatus::of_row(&status)?, frozen) {
            return Err(Code::CodeExpired.into());
        }
        let case = self.freeze_at_once(tx, ctx, alarm.user, facts).await?;
        Ok((alarm.user, case))
    }

    /// What goes with the notice of what a session did, or the bank, and when, so that whoever
    /// reads it can say "it was not me". Good for a week, and for nothing else.
    pub fn alarm(
        &self,
        ctx: &Ctx,
        user: CustomerId,
        what: (Option<SessionId>, Moment),
    ) -> Secret<String> {
        // Part of whatever writes the notice.
        rules::Alarm::new(user, what, ctx.now()).seal(&self.keys)
    }

    async fn freeze_at_once(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        user: CustomerId,
        facts: Value,
    ) -> Result<CaseId> {
        let why = Why { kind: FROZEN_BY_CUSTOMER, facts, reason: None };
        let case = self.freeze(&mut tx, ctx, user, why).await?;
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
        self.freeze(tx, ctx, user, Why { kind: FROZEN_BY_BANK, facts, reason: None }).await
    }

    /// The same for an employee who says why.
    pub(crate) async fn freeze_for_staff(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        reason: &str,
    ) -> Result<CaseId> {
        // Part of a use case that asked who may.
        let facts = json!({ "staff": ctx.staff()?.id });
        let why = Why { kind: FROZEN_BY_BANK, facts, reason: Some(reason) };
        self.freeze(tx, ctx, user, why).await
    }

    /// Freezing who is frozen gives the case that is open. Who has left stays gone.
    async fn freeze(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        Why { kind, facts, reason }: Why<'_>,
    ) -> Result<CaseId> {
        let before = turn(tx, ctx, user, UserStatus::Frozen).await?;
        sql::stopped(tx, user, ctx.now()).await?;
        match before {
            UserStatus::Closed => return Err(Code::NotFound.into()),
            UserStatus::Frozen => {
                if let Some(case) = sql::open_case(tx, user).await? {
                    self.give_reason(tx, (case, user), reason).await?;
                    return Ok(case);
                }
            }
            UserStatus::Active => {}
        }
        let case = self.open_case(tx, ctx, kind, (user, facts)).await?;
        self.give_reason(tx, (case, user), reason).await?;
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
    /// the days before it is gone, every PIN with it, the password is void, and payments stay small
    /// for a while. A phone that was changed in those days cannot just go: the proposal asks
    /// [`Identity::doubts_phone`] before.
    pub async fn unfreeze(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        books: &dyn Leaving,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        if turn(tx, ctx, user, UserStatus::Active).await? != UserStatus::Frozen {
            return Ok(());
        }
        let now = ctx.now();
        let frozen = sql::times(tx, user).await?.frozen.unwrap_or(now);
        let since = rules::doubted_since(frozen);
        sql::close_cases(tx, user, now).await?;
        sql::cool_off(tx, user, now.plus_seconds(COOLING_SECONDS)).await?;
        let devices = sql::new_devices(tx, user, since).await?;
        let mut taken = self.take_new(tx, ctx, (user, since), books).await?;
        // Whoever made the freeze necessary may have held one of them, and mail carries the way to
        // freeze the customer again.
        self.forget_former(tx, user).await?;
        // A PIN is no way in of its own: it goes as the password does.
        let ways = taken.keys().any(|what| what != Factor::Pin.as_str());
        let facts = json!({ "taken": ways || !devices.is_empty() });
        taken.insert("devices".to_owned(), devices.len().into());
        let entry = Entry::done("customer.unfrozen").subject(user.uuid());
        let entry = entry.facts(json!({ "taken": taken }));
        audit::append(tx, &self.keys, ctx, entry).await?;
        signals::tell(tx, ctx, signals::ACCOUNT_ENABLED, user, facts).await?;
        for device in devices {
            self.end_device(tx, ctx, (user, device), Reason::UserFrozen).await?;
        }
        Ok(())
    }

    /// Takes what a customer set up since then. Gives how much of each that was. Whoever follows
    /// security events is told of each; the customer of all of it at once.
    async fn take_new(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, since): (CustomerId, Moment),
        books: &dyn Leaving,
    ) -> Result<Map<String, Value>> {
        let mut taken = Map::new();
        for factor in Factor::ALL {
            let count = sql::take_new(tx, user, *factor, (since, ctx.now())).await?;
            if count > 0 {
                taken.insert(factor.as_str().to_owned(), count.into());
            }
        }
        if self.take_new_email(tx, ctx, user, since).await? {
            taken.insert("email".to_owned(), 1.into());
        }
        // With the phone it resets the password.
        if books.takes_document(tx, user, since).await? {
            taken.insert("document".to_owned(), 1.into());
        }
        for what in taken.keys() {
            let facts = json!({
                "credential_type": what, "change_type": "delete", "reason": signals::UNFROZEN,
            });
            signals::tell(tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await?;
        }
        Ok(taken)
    }

    /// Whether a frozen customer's phone was changed so shortly before the freeze that it may be
    /// somebody else's.
    pub(crate) async fn doubts_phone(&self, tx: &mut Tx, user: CustomerId) -> Result<bool> {
        // Part of a use case that asked who may.
        let times = sql::times(tx, user).await?;
        Ok(times.frozen.is_some_and(|frozen| rules::is_doubted(times.phone_set, frozen)))
    }

    /// Ends the way of a customer into the bank for good, in the transaction of the approval and as
    /// the last thing in it.
    pub async fn close_user(&self, tx: &mut Tx, ctx: &Ctx, user: CustomerId) -> Result<()> {
        // Part of a use case that asked who may.
        if turn(tx, ctx, user, UserStatus::Closed).await? == UserStatus::Closed {
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

/// Gives the status before. From closed there is no way. The moment is that at which the user was
/// locked: a change that came before it is not later by its clock.
async fn turn(tx: &mut Tx, ctx: &Ctx, user: CustomerId, to: UserStatus) -> Result<UserStatus> {
    let before = sql::lock(tx, user).await?.ok_or(Code::NotFound)?;
    let before = UserStatus::of_row(&before)?;
    let leads = match to {
        UserStatus::Active => before == UserStatus::Frozen,
        UserStatus::Frozen => before == UserStatus::Active,
        UserStatus::Closed => before != UserStatus::Closed,
    };
    if leads {
        sql::set(tx, user, to, ctx.now()).await?;
    }
    Ok(before)
}
