//! What a proposal would do and who would decide about it, before it is made.

use kernel::{Ctx, Error, Result, Role, Roles};

use super::Approvals;
use super::action::Action;
use super::rules::{Change, Terms};

/// What whoever is about to propose something is shown.
#[derive(Clone, Debug)]
pub struct Foreseen {
    /// What every proposal of the kind keeps to.
    pub terms: Terms,
    /// The roles of those who may decide about it.
    pub deciders: Roles,
    /// What would change, as things are now.
    pub changes: Vec<Change>,
}

impl Approvals {
    /// What a proposal would change and who would decide about it. Nothing is written; what could
    /// not be proposed now is refused as the proposal would be.
    pub async fn foresee<A: Action>(&self, ctx: &Ctx, payload: &A::Payload) -> Result<Foreseen> {
        let terms = A::TERMS;
        self.identity.staff_could(ctx, terms.propose, A::object(payload)).await?;
        let payload = serde_json::to_string(payload)
            .map_err(|e| Error::broken("writing what would be proposed", e))?;
        let mut tx = self.identity.store.begin().await?;
        let preview = self.kind(terms.kind)?.preview(&mut tx, ctx, &payload).await?;
        drop(tx);
        Ok(Foreseen { terms, deciders: Self::deciders(&terms)?, changes: preview.changes })
    }

    /// The roles of those who may decide about proposals of a kind.
    pub fn deciders(terms: &Terms) -> Result<Roles> {
        let policies = policy::policies()?;
        Role::ALL.into_iter().try_fold(Roles::NONE, |deciders, role| {
            let allowed = policies.permissions(Roles::NONE.with(role))?;
            Ok(if allowed.has(terms.approve) { deciders.with(role) } else { deciders })
        })
    }
}
