//! The kind of proposal by which a difference between books is resolved: one employee says how and
//! by what evidence, another one decides.
//!
//! What would change shows the difference as it was when it was proposed. When a later comparison
//! finds another amount, or finds that the books agree, what was approved is not what would happen,
//! and nothing does.

use identity::approvals::{Action, Approved, Change, Preview, Shown, Terms};
use kernel::{Code, Ctx, Permission, Refusal, Result};
use policy::Object;
use serde::{Deserialize, Serialize};
use store::Tx;
use uuid::Uuid;

use crate::reconciliation::{How, StoredBreak, stated_evidence};
use crate::{Accounting, BreakId};

/// How long a proposal to resolve a difference waits.
const LIFE_SECONDS: i64 = 14 * 86_400;
/// What the difference says that is open.
const OPEN: &str = "open";

/// Resolves a difference between books.
pub struct BreakResolve(Accounting);

impl BreakResolve {
    /// Over the accounting that keeps them.
    pub const fn new(accounting: Accounting) -> Self {
        Self(accounting)
    }
}

/// Which difference is resolved, how, and what proves it. The evidence tells nothing about a
/// person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resolving {
    /// The difference.
    pub of: BreakId,
    /// How.
    pub how: How,
    /// What proves it: the id of an operation, the number of a letter.
    pub evidence: String,
}

impl Action for BreakResolve {
    const TERMS: Terms = Terms {
        kind: "break.resolve",
        propose: Permission::BreakResolvePropose,
        approve: Permission::BreakResolveApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = Resolving;

    fn object(_: &Resolving) -> Object {
        Object::Bank
    }

    fn apart(payload: &Resolving) -> Option<[u8; 32]> {
        let id = payload.of.uuid().into_bytes();
        [id, id].concat().try_into().ok()
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &Resolving) -> Result<Preview> {
        if !How::SAID.contains(&payload.how) {
            return Err(Refusal::new(Code::FieldInvalid).field("how").into());
        }
        let evidence = stated_evidence(&payload.evidence)?;
        let found = self.0.lock_break(tx, payload.of).await?.ok_or(Code::NotFound)?;
        if found.resolved.is_some() {
            return Err(Code::NothingToChange.into());
        }
        let mut changes = known(&found);
        changes.push(Change::new("break_state", Some(OPEN), Some(payload.how.as_str())));
        changes.push(Change::new("break_evidence", None, Some(evidence)));
        // About nobody: there is no personal data in it.
        Ok(Preview { subject: Uuid::nil(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, Resolving>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        let resolution = (payload.how, payload.evidence.as_str());
        self.0.resolve_break(tx, ctx, payload.of, resolution).await.map(|()| None)
    }
}

/// What the difference is, which stays as it is.
fn known(found: &StoredBreak) -> Vec<Change> {
    let kept = |field, text: &str| Change::new(field, Some(text), Some(text));
    let theirs = &found.found;
    vec![
        kept("break", &found.id.to_string()),
        kept("break_book", &found.book),
        kept("break_kind", theirs.kind.as_str()),
        kept("break_reference", &theirs.reference),
        kept("break_day", &theirs.day.to_string()),
        kept("break_difference", &theirs.difference.to_string()),
    ]
}
