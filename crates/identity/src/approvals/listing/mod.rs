//! Lists of proposals, page by page, and how many wait. What waits for somebody is decided by the
//! same question everywhere, so that no list and no number leaves out what another one has.

mod sql;

use kernel::{ApprovalId, Ctx, Employee, Permission, Result};
use policy::{Object, Question, Verdict};

use super::reading::{ApprovalSummary, summary};
use super::sql::Stored;
use super::{Approvals, is_open};
use sql::Wanted;

/// Proposals that one page of a list holds.
const PAGE: usize = 50;

/// A list of proposals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// What whoever asks may decide about, and has not.
    Inbox,
    /// What they proposed themselves, while it waits.
    Own,
    /// Everything that waits.
    Open,
    /// Everything that does not.
    Closed,
}

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The latest first.
    pub proposals: Vec<ApprovalSummary>,
    /// Whether there are older ones.
    pub more: bool,
}

/// How much waits for an employee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Proposals that they may decide about, and have not.
    pub inbox: u64,
    /// Proposals of their own.
    pub own: u64,
}

impl Approvals {
    /// Proposals, the latest first, fifty at a time from before one of them on.
    pub async fn list(
        &self,
        ctx: &Ctx,
        listed: Listed,
        before: Option<ApprovalId>,
    ) -> Result<Listing> {
        let grant = self.identity.staff_may(ctx, Permission::ApprovalRead, Object::Bank).await?;
        let mut found = self.page(ctx, listed, before).await?;
        self.identity.note_read(ctx, &grant).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let proposals = found.iter().map(|stored| summary(stored, ctx.now())).collect();
        Ok(Listing { proposals, more })
    }

    /// How many proposals wait for whoever asks; none for whoever sees no proposals.
    pub async fn waiting(&self, ctx: &Ctx) -> Result<Waiting> {
        ctx.require(Permission::StaffSessionUse)?;
        let employee = ctx.staff()?;
        if !ctx.permissions.has(Permission::ApprovalRead) {
            return Ok(Waiting::default());
        }
        let pool = self.identity.store.pool();
        let wanted = self.wanted(ctx, employee);
        let mut waiting = Waiting { inbox: 0, own: sql::count_own(pool, &wanted).await? };
        for alike in sql::count_inbox(pool, &wanted).await? {
            if self.may_decide(ctx, employee, (&alike.kind, alike.object, false))? {
                waiting.inbox = waiting.inbox.saturating_add(alike.count);
            }
        }
        Ok(waiting)
    }

    /// One more than a page, when there are so many.
    async fn page(
        &self,
        ctx: &Ctx,
        listed: Listed,
        mut before: Option<ApprovalId>,
    ) -> Result<Vec<Stored>> {
        let (pool, employee) = (self.identity.store.pool(), ctx.staff()?);
        let most = PAGE.saturating_add(1);
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let wanted = self.wanted(ctx, employee);
        match listed {
            Listed::Open => return sql::list(pool, true, (before, &wanted.oneself), limit).await,
            Listed::Closed => {
                return sql::list(pool, false, (before, &wanted.oneself), limit).await;
            }
            Listed::Own => return sql::list_own(pool, &wanted, before, limit).await,
            Listed::Inbox => {}
        }
        let mut found = Vec::new();
        // What is about oneself is left out: that is little, so few rounds do.
        loop {
            let batch = sql::list_inbox(pool, &wanted, before, limit).await?;
            let last = batch.last().map(|stored| stored.proposed.id);
            let whole = batch.len() >= most;
            for stored in batch {
                if self.could_decide(ctx, &stored, employee)? {
                    found.push(stored);
                }
            }
            if found.len() >= most || !whole {
                found.truncate(most);
                return Ok(found);
            }
            before = last;
        }
    }

    /// What the database looks for: the kinds that the roles allow to decide about.
    fn wanted(&self, ctx: &Ctx, employee: Employee) -> Wanted {
        let kinds = self.kinds.values().map(|kind| kind.terms());
        Wanted {
            by: employee.id,
            kinds: kinds
                .filter(|terms| ctx.permissions.has(terms.approve))
                .map(|terms| terms.kind.to_owned())
                .collect(),
            oneself: employee.subjects(),
            now: ctx.now(),
        }
    }

    /// Whether the policies let an employee decide, without asking in their name.
    pub(super) fn could_decide(
        &self,
        ctx: &Ctx,
        stored: &Stored,
        employee: Employee,
    ) -> Result<bool> {
        let proposed = &stored.proposed;
        let own = proposed.maker == employee.id;
        if !is_open(stored, ctx.now()) {
            return Ok(false);
        }
        let also = self.kind(&proposed.kind)?.also(&proposed.payload)?;
        for object in also.into_iter().chain([proposed.object]) {
            if !self.may_decide(ctx, employee, (&proposed.kind, object, own))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn may_decide(
        &self,
        ctx: &Ctx,
        employee: Employee,
        (kind, object, own_proposal): (&str, Object, bool),
    ) -> Result<bool> {
        let permission = self.kind(kind)?.terms().approve;
        let question = Question { employee, permission, object, own_proposal, now: ctx.now() };
        Ok(policy::policies()?.decide(&question)?.verdict == Verdict::Allowed)
    }
}
