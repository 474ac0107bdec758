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
mod deciding;
mod foreseeing;
pub mod jobs;
mod kinds;
mod listing;
mod on_customers;
mod phone;
mod reading;
mod rules;
mod sql;
mod staff_link;
mod terms;

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{ApprovalId, ChallengeId, Code, Ctx, Error, Moment, Permission, Result, SealedAt};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::editions::Editions;
use store::{Tx, commit, subjects};

use self::action::Kind;
use self::deciding::Decision;
use self::rules::Proposed;
use self::sql::Stored;
use crate::ports::Leaving;
use crate::staff::Grant;
use crate::told::{RefusedAct, RefusedAttempt};
use crate::{Identity, Owner, PasskeyChallenge, stated_reason};
pub use action::{Action, Approved, Given, Preview, Shown};
pub use foreseeing::Foreseen;
pub use kinds::{
    Invited, NewRoles, OnStaff, StaffInvite, StaffReinstate, StaffRoles, StaffSuspend,
};
pub use listing::{Listed, Listing, Waiting};
pub use on_customers::{
    CustomerClose, CustomerErase, CustomerRecover, CustomerUnfreeze, Everybody, GlobalKill,
    OnCustomer, customer_status,
};
pub use phone::{CustomerPhone, ProvenPhone};
pub use reading::{ApprovalSummary, ApprovalView, DecisionView};
pub use rules::{Change, Say, State, Terms};
pub use staff_link::StaffLink;
pub use terms::{BookView, OnEdition, Publishing, TermsPublish, TermsWithdraw};

/// What employees propose and decide about, with every kind of it.
#[derive(Clone)]
pub struct Approvals {
    identity: Identity,
    kinds: Arc<BTreeMap<&'static str, Arc<dyn Kind>>>,
    editions: Option<Editions>,
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
    /// With the kinds that are about the staff, sessions and the way in of customers. Those that
    /// are about more of a customer come with [`Approvals::with_leaving`]: without knowing what
    /// somebody has with the bank, nobody closes them or opens their accounts again.
    pub fn new(identity: &Identity) -> Self {
        let on = || identity.clone();
        let approvals = Self { identity: on(), kinds: Arc::default(), editions: None };
        approvals
            .with(StaffInvite(on()))
            .with(StaffLink(on()))
            .with(StaffRoles)
            .with(StaffSuspend)
            .with(StaffReinstate)
            .with(CustomerRecover(on()))
            .with(CustomerPhone(on()))
            .with(GlobalKill(on()))
    }

    /// The same, with the kinds about customers who are let in again or leave the bank, and whoever
    /// keeps what they have with it.
    #[must_use]
    pub fn with_leaving(self, books: &Arc<dyn Leaving>) -> Self {
        let on = || (self.identity.clone(), Arc::clone(books));
        let (unfreeze, close, erase) = (on(), on(), on());
        self.with(CustomerUnfreeze(unfreeze.0, unfreeze.1))
            .with(CustomerClose(close.0, close.1))
            .with(CustomerErase(erase.0, erase.1))
    }

    /// The same, with the kinds about what the bank goes by.
    #[must_use]
    pub fn with_terms(self, editions: &Editions) -> Self {
        let on = || (self.identity.clone(), editions.clone());
        let (publish, withdraw) = (on(), on());
        let approvals = Self { editions: Some(editions.clone()), ..self };
        approvals
            .with(TermsPublish(publish.0, publish.1))
            .with(TermsWithdraw(withdraw.0, withdraw.1))
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
        let object = A::object(payload);
        let grant = self.identity.staff_may(ctx, A::TERMS.propose, object).await?;
        for object in A::also(payload) {
            self.identity.staff_may(ctx, A::TERMS.propose, object).await.map(drop)?;
        }
        let reason = stated_reason(reason)?.to_owned();
        let tx = self.identity.store.begin().await?;
        self.propose_in::<A>(tx, ctx, payload, (reason, &grant)).await
    }

    /// The same in a transaction that has begun, by whoever was asked whether they may.
    async fn propose_in<A: Action>(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        payload: &A::Payload,
        (reason, grant): (String, &Grant),
    ) -> Result<ApprovalId> {
        let (object, apart) = (A::object(payload), A::apart(payload));
        let payload = serde_json::to_string(payload)
            .map_err(|e| Error::broken("writing what is proposed", e))?;
        let kind = self.kind(A::TERMS.kind)?;
        let now = ctx.now();
        self.close_expired(&mut tx, ctx).await?;
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
        self.add(&mut tx, ctx, (&proposed, apart), &preview.changes).await?;
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

    /// Whether whoever asks may decide: a refusal is in the audit log.
    pub async fn may_sign(&self, ctx: &Ctx, id: ApprovalId) -> Result<()> {
        // It is asked of the policies, about this proposal.
        self.open_to(ctx, id).await.map(drop)
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
            Say::Reject => Some(stated_reason(reason.unwrap_or_default())?.to_owned()),
            Say::Approve => None,
        };
        let owner = Owner::Staff(ctx.staff()?.id);
        let signed = stored.proposed.signed_hash(say);
        let proof = (challenge, answer);
        let asserted = self.identity.finish_passkey_signature(ctx, owner, signed, proof).await;
        let by = RefusedAttempt::of("staff.proved", "passkey").by_staff(ctx.staff()?.id);
        let asserted = self.identity.or_record_refused(ctx, by, asserted).await?;
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
            drop(tx);
            // Not by the name of what closes a proposal: it stays open.
            let act = RefusedAct::of("approval.withdraw").object("approval", id);
            let act = act.about(stored.proposed.subject);
            return self.identity.refuse_act(ctx, act, Code::NotFound).await;
        }
        if !sql::close(&mut tx, id, (State::Withdrawn, None), ctx.now()).await? {
            return Err(Code::ApprovalClosed.into());
        }
        let entry = Entry::done("approval.withdrawn").subject(stored.proposed.subject);
        self.note(&mut tx, ctx, entry.object("approval", id)).await?;
        commit(tx).await
    }

    /// Closes what nobody decided about in time, and tells the audit log. Proposals that are over
    /// are not open meanwhile either. Gives how many it closed.
    pub async fn expire(&self, ctx: &Ctx) -> Result<usize> {
        // Called by the bank itself, on nobody's behalf.
        let mut tx = self.identity.store.begin().await?;
        let expired = self.close_expired(&mut tx, ctx).await?;
        commit(tx).await?;
        Ok(expired)
    }

    async fn close_expired(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        let expired = sql::expire(tx, ctx.now()).await?;
        for (id, subject) in &expired {
            let entry = Entry::done("approval.expired").subject(*subject).object("approval", *id);
            self.note(tx, ctx, entry).await?;
        }
        Ok(expired.len())
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
        (proposed, apart): (&Proposed, Option<[u8; 32]>),
        changes: &[Change],
    ) -> Result<()> {
        let keys = &self.identity.keys;
        let key = subjects::ensure(tx, keys, proposed.subject, ctx.now()).await?;
        let key = key.ok_or(Code::NotFound)?;
        let text = serde_json::to_vec(changes)
            .map_err(|e| Error::broken("writing what a proposal changes", e))?;
        let difference = key.seal(difference_place(proposed.id), &text);
        let seal = proposed.seal(keys);
        let new = sql::New { proposed, difference: &difference, seal, apart };
        if sql::insert(tx, &new).await? { Ok(()) } else { Err(Code::ApprovalOpen.into()) }
    }

    /// An open proposal that the employee may decide about.
    async fn open_to(&self, ctx: &Ctx, id: ApprovalId) -> Result<(Stored, Grant)> {
        ctx.require(Permission::ApprovalRead)?;
        let stored = sql::read(self.identity.store.pool(), id).await?.ok_or(Code::NotFound)?;
        self.check(ctx, &stored).await?;
        let kind = self.kind(&stored.proposed.kind)?;
        let own = stored.proposed.maker == ctx.staff()?.id;
        let (may, about) = (kind.terms().approve, (stored.proposed.object, own));
        let grant = self.identity.staff_may_about(ctx, may, about).await?;
        for object in kind.also(&stored.proposed.payload)? {
            self.identity.staff_may_about(ctx, may, (object, own)).await.map(drop)?;
        }
        if is_open(&stored, ctx.now()) {
            Ok((stored, grant))
        } else {
            Err(Code::ApprovalClosed.into())
        }
    }

    /// Refuses a proposal that is not as it was made, or does not stand where it was brought.
    async fn check(&self, ctx: &Ctx, stored: &Stored) -> Result<()> {
        if is_genuine(&self.identity, stored) {
            let mut tx = self.identity.store.begin().await?;
            let closing = self.closing(&mut tx, stored).await?;
            drop(tx);
            // It may have been closed since it was read: then both say so by now.
            let stands = match closing {
                None => stored.state == State::Open,
                Some(how) => sql::read(self.identity.store.pool(), stored.proposed.id)
                    .await?
                    .is_some_and(|now| now.state == how),
            };
            if stands {
                return Ok(());
            }
        }
        let (id, subject) = (stored.proposed.id, stored.proposed.subject);
        tracing::error!(counter.approval_tampered = 1, approval = %id, "a proposal was altered");
        let entry = Entry::refused("approval.read", Code::ApprovalTampered).subject(subject);
        let entry = entry.object("approval", id);
        audit::record(&self.identity.store, &self.identity.keys, ctx, entry).await?;
        Err(Code::ApprovalTampered.into())
    }
}

/// Where the difference of a proposal stands.
const fn difference_place(id: ApprovalId) -> SealedAt<'static> {
    SealedAt { column: "approval.difference", row: id.uuid() }
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
