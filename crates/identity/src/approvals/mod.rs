//! Four eyes: what one employee proposes and others decide about, for any kind of action.
//!
//! A proposal is stored with exactly what is to be done and what would change, under a keyed hash,
//! so that nobody who can only write to the database makes or alters one. A decision is signed with
//! a passkey over both, and over the decision itself. The last approval that is needed carries the
//! proposal out in its own transaction: after a crash either all of it happened or nothing.
//!
//! Before it is carried out everything is asked again: whoever proposed it, and everybody who
//! approved it, must still be allowed to; what would change must be what it was; and it must not
//! have been carried out before. That a decision is never the maker's, and that nobody decides
//! twice, is also a constraint of the database.
//!
//! Decisions are taken one after the other, whatever they are about: they are rare, and this way
//! two of them never wait for each other's rows.

mod action;
mod kinds;
mod on_customers;
mod rules;
mod sql;

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{
    ApprovalId, ChallengeId, Code, Ctx, Employee, Error, Moment, Permission, Refusal, Result,
    SealedAt, StaffId,
};
use policy::{Object, Question, Verdict};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::{Tx, commit, subjects};

use self::action::Kind;
use self::rules::Proposed;
use self::sql::{Decided, NewDecision, Stored};
use crate::staff::{self, Grant};
use crate::{Asserted, Identity, Owner, PasskeyChallenge, StaffStatus};
pub use action::{Action, Preview, Shown};
pub use kinds::{
    Invited, NewRoles, OnStaff, StaffInvite, StaffReinstate, StaffRoles, StaffSuspend,
};
pub use on_customers::{
    CustomerClose, CustomerErase, CustomerRecover, CustomerUnfreeze, Everybody, GlobalKill,
    OnCustomer,
};
pub use rules::{Change, Say, State, Terms};

/// Proposals that one page of a list holds.
const PAGE_MAX: i64 = 50;

/// What employees propose and decide about, with every kind of it.
#[derive(Clone)]
pub struct Approvals {
    identity: Identity,
    kinds: Arc<BTreeMap<&'static str, Arc<dyn Kind>>>,
}

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
    /// The decisions so far, in their order.
    pub decisions: Vec<DecisionView>,
    /// Why it could not be carried out though it was approved.
    pub refusal: Option<Code>,
    /// Whether whoever looks may decide about it now.
    pub may_decide: bool,
    /// Whether whoever looks may take it back.
    pub may_withdraw: bool,
}

/// What came of a decision.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is carried out, and gave something to be shown once.
    Executed(Shown),
    /// It is rejected.
    Rejected,
    /// It needs so many more approvals.
    Waits(i64),
}

impl Approvals {
    /// With the kinds that are about the staff, sessions and the state of customers.
    pub fn new(identity: Identity) -> Self {
        let on = || identity.clone();
        let approvals = Self { identity: on(), kinds: Arc::default() };
        approvals.with(StaffInvite(on())).with(StaffRoles).with(StaffSuspend).with(StaffReinstate)
    }

    /// The same, with one more kind.
    #[must_use]
    pub fn with(mut self, action: impl Action) -> Self {
        let kind: Arc<dyn Kind> = Arc::new(action);
        Arc::make_mut(&mut self.kinds).insert(kind.terms().kind, kind);
        self
    }

    /// The terms of every kind, by name.
    pub fn terms(&self) -> Vec<Terms> {
        self.kinds.values().map(|kind| kind.terms()).collect()
    }

    /// Proposes something. [`Code::ApprovalOpen`] when the same is proposed already, and whatever
    /// the kind refuses.
    pub async fn propose<A: Action>(
        &self,
        ctx: &Ctx,
        payload: &A::Payload,
        reason: &str,
    ) -> Result<ApprovalId> {
        ctx.require(A::TERMS.propose)?;
        let reason = read_reason(reason)?;
        let object = A::object(payload);
        let grant = self.identity.staff_may(ctx, A::TERMS.propose, object).await?;
        let payload = serde_json::to_string(payload)
            .map_err(|e| Error::broken("writing what is proposed", e))?;
        let kind = self.kind(A::TERMS.kind)?;
        let now = ctx.now();
        let mut tx = self.identity.store.begin().await?;
        sql::expire(&mut *tx, now).await?;
        let preview = kind.preview(&mut tx, ctx, &payload).await?;
        let proposed = Proposed {
            id: ApprovalId::generate(now, ctx.entropy()),
            kind: A::TERMS.kind.to_owned(),
            object,
            subject: preview.subject,
            maker: ctx.staff()?.id,
            reason,
            payload,
            difference_hash: rules::difference_hash(&preview.changes)?,
            quorum: i16::from(A::TERMS.quorum),
            created_at: now,
            expires_at: now.plus_seconds(A::TERMS.life_seconds),
        };
        self.add(&mut tx, ctx, &proposed, &preview.changes).await?;
        let facts = json!({ "approval": proposed.id, "kind": proposed.kind });
        self.note(&mut tx, ctx, grant.done_with(facts)).await?;
        commit(tx).await?;
        Ok(proposed.id)
    }

    /// Asks for the signature of a decision: the passkey signs the proposal, what it would change,
    /// and the decision.
    pub async fn start_decision(
        &self,
        ctx: &Ctx,
        id: ApprovalId,
        say: Say,
    ) -> Result<PasskeyChallenge> {
        let (stored, _) = self.open_to(ctx, id).await?;
        let owner = Owner::Staff(ctx.staff()?.id);
        let signed = stored.proposed.signed_hash(say);
        self.identity.start_passkey_signature(ctx, owner, signed).await
    }

    /// Decides, with the signature. The last approval that is needed carries the proposal out.
    pub async fn decide(
        &self,
        ctx: &Ctx,
        id: ApprovalId,
        (say, reason): (Say, Option<&str>),
        (challenge, answer): (ChallengeId, &Value),
    ) -> Result<Outcome> {
        let (stored, grant) = self.open_to(ctx, id).await?;
        let reason = match say {
            Say::Reject => Some(read_reason(reason.unwrap_or_default())?),
            Say::Approve => None,
        };
        let owner = Owner::Staff(ctx.staff()?.id);
        let signed = stored.proposed.signed_hash(say);
        let asserted =
            self.identity.finish_passkey_signature(ctx, owner, signed, (challenge, answer)).await?;
        let decision = Decision { say, reason, signed, asserted };
        self.take_down(ctx, id, &decision, &grant).await
    }

    /// Takes back what one proposed oneself.
    pub async fn withdraw(&self, ctx: &Ctx, id: ApprovalId) -> Result<()> {
        ctx.require(Permission::StaffSessionUse)?;
        let me = ctx.staff()?.id;
        let mut tx = self.turn().await?;
        let stored = sql::lock(&mut tx, id).await?.ok_or(Code::NotFound)?;
        if stored.proposed.maker != me {
            return Err(Code::NotFound.into());
        }
        if !sql::close(&mut tx, id, (State::Withdrawn, None), ctx.now()).await? {
            return Err(Code::ApprovalClosed.into());
        }
        let entry = Entry::done("approval.withdrawn").subject(stored.proposed.subject);
        self.note(&mut tx, ctx, entry.object("approval", id)).await?;
        commit(tx).await
    }

    /// Proposals, the latest first: those that wait, or those that are closed, fifty at a time from
    /// before one of them on.
    pub async fn list(
        &self,
        ctx: &Ctx,
        open: bool,
        before: Option<ApprovalId>,
    ) -> Result<Vec<ApprovalSummary>> {
        ctx.require(Permission::ApprovalRead)?;
        let grant = self.identity.staff_may(ctx, Permission::ApprovalRead, Object::Bank).await?;
        let stored = sql::list(self.identity.store.pool(), open, before, PAGE_MAX).await?;
        self.identity.note_read(ctx, &grant).await?;
        Ok(stored.iter().map(|stored| summary(stored, ctx.now())).collect())
    }

    /// How many proposals wait for a decision of whoever asks, among the latest fifty.
    pub async fn waiting(&self, ctx: &Ctx) -> Result<usize> {
        ctx.require(Permission::StaffSessionUse)?;
        let employee = ctx.staff()?;
        let stored = sql::list(self.identity.store.pool(), true, None, PAGE_MAX).await?;
        let open = stored.iter().filter(|stored| is_open(stored, ctx.now()));
        open.map(|stored| self.could_decide(ctx, stored, employee))
            .try_fold(0, |sum: usize, may| Ok(sum.saturating_add(usize::from(may?))))
    }

    /// One proposal, with what it would change.
    pub async fn get(&self, ctx: &Ctx, id: ApprovalId) -> Result<ApprovalView> {
        ctx.require(Permission::ApprovalRead)?;
        let grant = self.identity.staff_may(ctx, Permission::ApprovalRead, Object::Bank).await?;
        let pool = self.identity.store.pool();
        let stored = sql::read(pool, id).await?.ok_or(Code::NotFound)?;
        self.check(ctx, &stored).await?;
        let decisions = sql::decisions(pool, id).await?;
        let key = subjects::read(pool, &self.identity.keys, stored.proposed.subject).await?;
        let changes = key.map(|key| changes(&key, &stored)).transpose()?;
        let read = grant.done().subject(stored.proposed.subject).object("approval", id);
        audit::record(&self.identity.store, &self.identity.keys, ctx, read).await?;
        let employee = ctx.staff()?;
        let open = is_open(&stored, ctx.now());
        let decided = decisions.iter().any(|decided| decided.checker == employee.id);
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

    /// Closes what nobody decided about in time. For every hour; proposals that are over are not
    /// open meanwhile either.
    pub async fn expire(&self, now: Moment) -> Result<usize> {
        // Called by the bank itself, on nobody's behalf.
        Ok(sql::expire(self.identity.store.pool(), now).await?.len())
    }

    fn kind(&self, name: &str) -> Result<Arc<dyn Kind>> {
        let kind = self.kinds.get(name).cloned();
        kind.ok_or(Error::invariant("a kind of proposal is not known to this program"))
    }

    async fn note(&self, tx: &mut Tx, ctx: &Ctx, entry: Entry) -> Result<()> {
        audit::append(tx, &self.identity.keys, ctx, entry).await.map(|_| ())
    }

    /// A transaction whose turn it is to decide.
    async fn turn(&self) -> Result<Tx> {
        let mut tx = self.identity.store.begin().await?;
        sql::one_at_a_time(&mut tx).await?;
        Ok(tx)
    }

    async fn add(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        proposed: &Proposed,
        changes: &[Change],
    ) -> Result<()> {
        let keys = &self.identity.keys;
        let key = subjects::ensure(tx, keys, proposed.subject, ctx.now()).await?;
        let key = key.ok_or(Code::NotFound)?;
        let text = serde_json::to_vec(changes)
            .map_err(|e| Error::broken("writing what a proposal changes", e))?;
        let difference = key.seal(difference_place(proposed.id), &text);
        let new = sql::New { proposed, difference: &difference, seal: proposed.seal(keys) };
        if sql::insert(tx, &new).await? { Ok(()) } else { Err(Code::ApprovalOpen.into()) }
    }

    /// An open proposal that the employee may decide about.
    async fn open_to(&self, ctx: &Ctx, id: ApprovalId) -> Result<(Stored, Grant)> {
        ctx.require(Permission::ApprovalRead)?;
        let stored = sql::read(self.identity.store.pool(), id).await?.ok_or(Code::NotFound)?;
        self.check(ctx, &stored).await?;
        let terms = self.kind(&stored.proposed.kind)?.terms();
        let own = stored.proposed.maker == ctx.staff()?.id;
        let about = (stored.proposed.object, own);
        let grant = self.identity.staff_may_about(ctx, terms.approve, about).await?;
        if is_open(&stored, ctx.now()) {
            Ok((stored, grant))
        } else {
            Err(Code::ApprovalClosed.into())
        }
    }

    /// Refuses a proposal that is not as it was made.
    async fn check(&self, ctx: &Ctx, stored: &Stored) -> Result<()> {
        if is_genuine(&self.identity, stored) {
            return Ok(());
        }
        let (id, subject) = (stored.proposed.id, stored.proposed.subject);
        tracing::error!(counter.approval_tampered = 1, approval = %id, "a proposal was altered");
        let entry = Entry::refused("approval.read", Code::ApprovalTampered).subject(subject);
        let entry = entry.object("approval", id);
        audit::record(&self.identity.store, &self.identity.keys, ctx, entry).await?;
        Err(Code::ApprovalTampered.into())
    }

    /// Whether the policies let an employee decide, without asking in their name.
    fn could_decide(&self, ctx: &Ctx, stored: &Stored, employee: Employee) -> Result<bool> {
        let terms = self.kind(&stored.proposed.kind)?.terms();
        let question = Question {
            employee,
            permission: terms.approve,
            object: stored.proposed.object,
            own_proposal: stored.proposed.maker == employee.id,
            now: ctx.now(),
        };
        Ok(policy::policies()?.decide(&question)?.verdict == Verdict::Allowed)
    }

    /// Writes a decision that was signed, and what follows from it.
    async fn take_down(
        &self,
        ctx: &Ctx,
        id: ApprovalId,
        decision: &Decision,
        grant: &Grant,
    ) -> Result<Outcome> {
        let mut tx = self.turn().await?;
        let stored = sql::lock(&mut tx, id).await?.ok_or(Code::NotFound)?;
        if !is_open(&stored, ctx.now()) {
            return Err(Code::ApprovalClosed.into());
        }
        // It was read and signed a moment ago; what is carried out is what is there now.
        if !is_genuine(&self.identity, &stored)
            || stored.proposed.signed_hash(decision.say) != decision.signed
        {
            drop(tx);
            self.check(ctx, &stored).await?;
            return Err(Code::ApprovalTampered.into());
        }
        self.add_decision(&mut tx, ctx, &stored, decision).await?;
        let facts = json!({
            "approval": id,
            "kind": stored.proposed.kind,
            "say": decision.say.as_str(),
            "passkey": decision.asserted.passkey,
        });
        self.note(&mut tx, ctx, grant.done_with(facts)).await?;
        if decision.say == Say::Reject {
            sql::close(&mut tx, id, (State::Rejected, None), ctx.now()).await?;
            commit(tx).await?;
            return Ok(Outcome::Rejected);
        }
        let approvers = self.approvers(&mut tx, &stored).await?;
        let missing = i64::from(stored.proposed.quorum)
            .saturating_sub(i64::try_from(approvers.len()).unwrap_or(i64::MAX));
        if missing > 0 {
            commit(tx).await?;
            return Ok(Outcome::Waits(missing));
        }
        self.carry_out(tx, ctx, &stored, &approvers).await
    }

    async fn add_decision(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        stored: &Stored,
        decision: &Decision,
    ) -> Result<()> {
        let (approval, checker) = (stored.proposed.id, ctx.staff()?.id);
        let keys = &self.identity.keys;
        let seal = rules::decision_seal(keys, approval, checker, (decision.say, &decision.signed));
        let new = NewDecision {
            approval,
            maker: stored.proposed.maker,
            checker,
            say: decision.say,
            reason: decision.reason.as_deref(),
            signed_hash: decision.signed,
            passkey: decision.asserted.passkey,
            evidence: &decision.asserted.evidence,
            seal,
        };
        if sql::decide(tx, &new, ctx.now()).await? {
            Ok(())
        } else {
            Err(Code::ApprovalDecided.into())
        }
    }

    /// Who approved it. A decision that the program did not write does not count.
    async fn approvers(&self, tx: &mut Tx, stored: &Stored) -> Result<Vec<StaffId>> {
        let id = stored.proposed.id;
        let expected = stored.proposed.signed_hash(Say::Approve);
        let decisions = sql::decisions(&mut **tx, id).await?;
        let genuine = |decided: &Decided| {
            let said = (decided.say, decided.signed_hash.as_slice());
            let seal = rules::decision_seal(&self.identity.keys, id, decided.checker, said);
            decided.say == Say::Approve
                && decided.signed_hash == expected
                && decided.seal == seal
                && decided.checker != stored.proposed.maker
        };
        Ok(decisions.iter().filter(|d| genuine(d)).map(|d| d.checker).collect())
    }

    /// Does what was approved, or writes why not. The answer comes after the commit of either.
    async fn carry_out(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        stored: &Stored,
        approvers: &[StaffId],
    ) -> Result<Outcome> {
        let (id, payload) = (stored.proposed.id, &stored.proposed.payload);
        let kind = self.kind(&stored.proposed.kind)?;
        sql::begin_attempt(&mut tx).await?;
        let done = self.attempt(&mut tx, ctx, (kind.as_ref(), stored), approvers).await;
        match done {
            Ok(shown) => {
                self.identity.store.commit_and_wake(tx).await?;
                kind.done(payload);
                Ok(Outcome::Executed(shown))
            }
            Err(Error::Refused(refusal)) => {
                sql::undo_attempt(&mut tx).await?;
                let why = Some(refusal.code.as_str());
                sql::close(&mut tx, id, (State::Refused, why), ctx.now()).await?;
                let entry = Entry::refused("approval.executed", refusal.code)
                    .subject(stored.proposed.subject)
                    .object("approval", id);
                self.note(&mut tx, ctx, entry).await?;
                commit(tx).await?;
                Err(Error::Refused(refusal))
            }
            // Everything is rolled back, the decision too: it can be taken again.
            Err(broken) => Err(broken),
        }
    }

    async fn attempt(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (kind, stored): (&dyn Kind, &Stored),
        approvers: &[StaffId],
    ) -> Result<Shown> {
        let proposed = &stored.proposed;
        let terms = kind.terms();
        let mut people = vec![(proposed.maker, terms.propose)];
        people.extend(approvers.iter().map(|checker| (*checker, terms.approve)));
        for (person, permission) in people {
            self.still_may(tx, ctx, (person, permission), proposed.object).await?;
        }
        let now = kind.preview(tx, ctx, &proposed.payload).await?;
        if rules::difference_hash(&now.changes)? != proposed.difference_hash {
            return Err(Code::ApprovalStale.into());
        }
        let first = sql::executed(tx, proposed.id, ctx.now()).await?
            && sql::close(tx, proposed.id, (State::Executed, None), ctx.now()).await?;
        if !first {
            return Err(Code::ApprovalClosed.into());
        }
        let facts = json!({
            "kind": proposed.kind,
            "maker": proposed.maker,
            "approvers": approvers,
            "payload_hash": store::hex(&stored.payload_hash),
            "difference_hash": store::hex(&proposed.difference_hash),
        });
        let entry = Entry::done("approval.executed").subject(proposed.subject);
        self.note(tx, ctx, entry.object("approval", proposed.id).facts(facts)).await?;
        kind.execute(tx, ctx, &proposed.payload).await
    }

    /// Refuses when somebody may not any more what they did for a proposal. When they used their
    /// passkey was judged then.
    async fn still_may(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (person, permission): (StaffId, Permission),
        object: Object,
    ) -> Result<()> {
        let standing = staff::sql::lock(tx, person).await?;
        let standing = standing.filter(|standing| standing.status == StaffStatus::Active);
        let standing = standing.ok_or(Code::ApprovalRightsLost)?;
        let employee = Employee {
            id: person,
            session: kernel::StaffSessionId::from_uuid(uuid::Uuid::nil()),
            roles: standing.roles,
            customer: standing.customer,
            aal: 3,
            proved_at: ctx.now(),
        };
        let question =
            Question { employee, permission, object, own_proposal: false, now: ctx.now() };
        match policy::policies()?.decide(&question)?.verdict {
            Verdict::Allowed => Ok(()),
            Verdict::Denied | Verdict::ProofTooOld => Err(Code::ApprovalRightsLost.into()),
        }
    }
}

/// A decision that was signed.
struct Decision {
    say: Say,
    reason: Option<String>,
    signed: [u8; 32],
    asserted: Asserted,
}

impl From<Decided> for DecisionView {
    fn from(decided: Decided) -> Self {
        let Decided { checker, say, reason, at, .. } = decided;
        Self { checker, say, reason, at }
    }
}

/// Where the difference of a proposal stands.
const fn difference_place(id: ApprovalId) -> SealedAt<'static> {
    SealedAt { column: "approval.difference", row: id.uuid() }
}

fn changes(key: &kernel::SubjectKey, stored: &Stored) -> Result<Vec<Change>> {
    const UNREADABLE: &str = "reading what a proposal changes";
    let text = key
        .open(difference_place(stored.proposed.id), &stored.difference)
        .ok_or(Error::invariant("what a proposal changes does not open"))?;
    serde_json::from_slice(text.expose()).map_err(|e| Error::broken(UNREADABLE, e))
}

fn is_open(stored: &Stored, now: Moment) -> bool {
    stored.state == State::Open && now < stored.proposed.expires_at
}

/// Whether a proposal is as it was made.
fn is_genuine(identity: &Identity, stored: &Stored) -> bool {
    let proposed = &stored.proposed;
    stored.seal == proposed.seal(&identity.keys)
        && stored.payload_hash == rules::payload_hash(&proposed.kind, &proposed.payload)
}

fn summary(stored: &Stored, now: Moment) -> ApprovalSummary {
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

fn read_reason(text: &str) -> Result<String> {
    Ok(rules::reason(text).ok_or(Refusal::new(Code::ReasonMissing).field("reason"))?)
}
