//! How a decision is written, and how what was approved is carried out.

use kernel::{ApprovalId, Code, Ctx, Employee, Error, Permission, Result, StaffId, StaffSessionId};
use policy::{Object, Question, Verdict};
use serde_json::json;
use store::audit::{self, Entry};
use store::{Tx, commit};
use uuid::Uuid;

use super::action::{Approved, Kind, Shown};
use super::rules::{self, Proposed, Said, Say, State};
use super::sql::{self, Decided, NewDecision, Stored};
use super::{Approvals, Outcome, is_genuine, is_open};
use crate::staff::{self, Grant};
use crate::{Asserted, StaffStatus};

/// The events by which a proposal is closed, and where it stands when they were done.
const CLOSING: [(&str, State); 4] = [
    ("approval.rejected", State::Rejected),
    ("approval.withdrawn", State::Withdrawn),
    ("approval.expired", State::Expired),
    ("approval.executed", State::Executed),
];

/// A decision that was signed.
pub(super) struct Decision {
    pub say: Say,
    pub reason: Option<String>,
    pub signed: [u8; 32],
    pub asserted: Asserted,
}

impl Approvals {
    /// Writes a decision that was signed, and what follows from it.
    pub(super) async fn take_down(
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
        let genuine = is_genuine(&self.identity, &stored)
            && stored.proposed.signed_hash(decision.say) == decision.signed
            && self.closing(&mut tx, &stored).await?.is_none();
        if !genuine {
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
            let entry = Entry::done("approval.rejected").subject(stored.proposed.subject);
            self.note(&mut tx, ctx, entry.object("approval", id)).await?;
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
        let said = Said {
            approval: stored.proposed.id,
            checker: ctx.staff()?.id,
            say: decision.say,
            reason: decision.reason.clone(),
            signed_hash: decision.signed.to_vec(),
            passkey: decision.asserted.passkey,
            at: ctx.now(),
        };
        let new = NewDecision {
            said: &said,
            maker: stored.proposed.maker,
            evidence: &decision.asserted.evidence,
            seal: said.seal(&self.identity.keys),
        };
        if sql::decide(tx, &new).await? { Ok(()) } else { Err(Code::ApprovalDecided.into()) }
    }

    /// Who approved it. A decision that the program did not write does not count.
    async fn approvers(&self, tx: &mut Tx, stored: &Stored) -> Result<Vec<StaffId>> {
        let decisions = sql::decisions(&mut **tx, stored.proposed.id).await?;
        let said = self.genuine(stored, decisions);
        let approved = said.into_iter().filter(|said| said.say == Say::Approve);
        Ok(approved.map(|said| said.checker).collect())
    }

    /// Those of the decisions about a proposal that the program wrote.
    pub(super) fn genuine(&self, stored: &Stored, decisions: Vec<Decided>) -> Vec<Said> {
        let (about, keys) = (&stored.proposed, &self.identity.keys);
        let (genuine, forged): (Vec<_>, Vec<_>) = decisions
            .into_iter()
            .partition(|decided| decided.said.is_genuine(keys, &decided.seal, about));
        for Decided { said, .. } in forged {
            let (approval, checker) = (about.id, said.checker);
            tracing::error!(
                counter.approval_tampered = 1, %approval, %checker, "a decision was forged"
            );
        }
        genuine.into_iter().map(|decided| decided.said).collect()
    }

    /// How a proposal was closed, whatever its row says: by a rejection under its seal, or by what
    /// the audit log has of it, from which nothing is taken unseen.
    pub(super) async fn closing(&self, tx: &mut Tx, stored: &Stored) -> Result<Option<State>> {
        let decisions = sql::decisions(&mut **tx, stored.proposed.id).await?;
        let said = self.genuine(stored, decisions);
        if said.iter().any(|said| said.say == Say::Reject) {
            return Ok(Some(State::Rejected));
        }
        let object = format!("approval:{}", stored.proposed.id);
        let last = audit::last_of(&mut **tx, &object, &CLOSING.map(|(action, _)| action)).await?;
        let Some((action, outcome)) = last else { return Ok(None) };
        if outcome == audit::Outcome::Refused {
            return Ok(Some(State::Refused));
        }
        Ok(CLOSING.into_iter().find(|(name, _)| *name == action).map(|(_, state)| state))
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
                // It is done, whatever becomes of this.
                if let Err(error) = kind.followed(ctx, payload).await {
                    tracing::error!(?error, approval = %id, "others do not follow an approval yet");
                }
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
        let objects = [vec![proposed.object], kind.also(&proposed.payload)?].concat();
        for (person, permission) in people {
            for object in &objects {
                self.still_may(tx, ctx, (person, permission), *object).await?;
            }
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
        let Proposed { id, reason, payload, .. } = proposed;
        kind.execute(tx, ctx, Approved { id: *id, reason, payload }).await
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
            session: StaffSessionId::from_uuid(Uuid::nil()),
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
