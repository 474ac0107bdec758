//! What employees see of proposals.

use kernel::{ApprovalId, Code, Ctx, Error, Moment, Permission, Result, StaffId};
use policy::Object;
use store::{audit, subjects};

use super::rules::{Change, Said, Say, State};
use super::sql::{self, Stored};
use super::{Approvals, difference_place, is_open};

/// A proposal in a list.
#[derive(Clone, Debug)]
pub struct ApprovalSummary {
    /// The proposal.
    pub id: ApprovalId,
    /// Its kind, such as `staff.roles`.
    pub kind: String,
    /// What it is about.
    pub object: Object,
    /// Who proposed it.
    pub maker: StaffId,
    /// Why.
    pub reason: String,
    /// How many approvals it needs.
    pub quorum: i16,
    /// Where it stands.
    pub state: State,
    /// When it was proposed.
    pub created_at: Moment,
    /// Until when it can be decided about.
    pub expires_at: Moment,
    /// When it was closed.
    pub closed_at: Option<Moment>,
}

/// A decision about a proposal.
#[derive(Clone, Debug)]
pub struct DecisionView {
    /// Who decided.
    pub checker: StaffId,
    /// What.
    pub say: Say,
    /// Why: of a rejection.
    pub reason: Option<String>,
    /// When.
    pub at: Moment,
}

/// A proposal with all there is to know before a decision.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    /// The proposal.
    pub summary: ApprovalSummary,
    /// What would change, or did; `None` when the data of the subject was erased.
    pub changes: Option<Vec<Change>>,
    /// The decisions so far, in their order; without those that the bank did not write.
    pub decisions: Vec<DecisionView>,
    /// Why it could not be carried out though it was approved.
    pub refusal: Option<Code>,
    /// Whether whoever looks may decide about it now.
    pub may_decide: bool,
    /// Whether whoever looks may take it back.
    pub may_withdraw: bool,
}

impl Approvals {
    /// One proposal, with what it would change. Nobody reads one about themselves.
    pub async fn get(&self, ctx: &Ctx, id: ApprovalId) -> Result<ApprovalView> {
        self.identity.staff_could(ctx, Permission::ApprovalRead, Object::Bank).await?;
        let pool = self.identity.store.pool();
        let stored = sql::read(pool, id).await?.ok_or(Code::NotFound)?;
        let about = stored.proposed.object;
        let grant = self.identity.staff_may(ctx, Permission::ApprovalRead, about).await?;
        self.check(ctx, &stored).await?;
        let decisions = self.genuine(&stored, sql::decisions(pool, id).await?);
        let key = subjects::read(pool, &self.identity.keys, stored.proposed.subject).await?;
        let changes = key.map(|key| changes(&key, &stored)).transpose()?;
        let read = grant.done().subject(stored.proposed.subject).object("approval", id);
        audit::record(&self.identity.store, &self.identity.keys, ctx, read).await?;
        let employee = ctx.staff()?;
        let open = is_open(&stored, ctx.now());
        let decided = decisions.iter().any(|said| said.checker == employee.id);
        let may = open && !decided && self.could_decide(ctx, &stored, employee)?;
        Ok(ApprovalView {
            may_decide: may,
            may_withdraw: open && stored.proposed.maker == employee.id,
            refusal: stored.refusal.as_deref().and_then(Code::parse),
            summary: summary(&stored, ctx.now()),
            changes,
            decisions: decisions.into_iter().map(DecisionView::from).collect(),
        })
    }
}

impl From<Said> for DecisionView {
    fn from(said: Said) -> Self {
        let Said { checker, say, reason, at, .. } = said;
        Self { checker, say, reason, at }
    }
}

fn changes(key: &kernel::SubjectKey, stored: &Stored) -> Result<Vec<Change>> {
    const UNREADABLE: &str = "reading what a proposal changes";
    let text = key
        .open(difference_place(stored.proposed.id), &stored.difference)
        .ok_or(Error::invariant("what a proposal changes does not open"))?;
    serde_json::from_slice(text.expose()).map_err(|e| Error::broken(UNREADABLE, e))
}

pub(super) fn summary(stored: &Stored, now: Moment) -> ApprovalSummary {
    let proposed = &stored.proposed;
    let over = stored.state == State::Open && !is_open(stored, now);
    ApprovalSummary {
        id: proposed.id,
        kind: proposed.kind.clone(),
        object: proposed.object,
        maker: proposed.maker,
        reason: proposed.reason.clone(),
        quorum: proposed.quorum,
        state: if over { State::Expired } else { stored.state },
        created_at: proposed.created_at,
        expires_at: proposed.expires_at,
        closed_at: stored.closed_at,
    }
}
