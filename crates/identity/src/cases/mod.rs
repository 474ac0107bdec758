//! Matters that somebody of the bank has to look into.

mod sql;

use kernel::{CaseId, Ctx, CustomerId, Moment, Result};
use serde_json::Value;
use store::Tx;
use uuid::Uuid;

use crate::Identity;

/// Cases that a list shows at most.
const LIST_MAX: i64 = 200;

/// A matter that somebody has to look into.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What it is about, such as [`FROZEN_BY_CUSTOMER`].
    pub kind: String,
    /// Whom it is about.
    pub subject: Uuid,
    /// When it was opened.
    pub opened_at: Moment,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// What was known when it was opened. Holds no personal data.
    pub facts: Value,
}

/// A customer said that a sign-in was not theirs, and was frozen.
pub const FROZEN_BY_CUSTOMER: &str = "frozen_by_customer";
/// The bank froze a customer.
pub const FROZEN_BY_BANK: &str = "frozen_by_bank";

impl Identity {
    /// Opens a case, in the transaction of what it is about.
    pub async fn open_case(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        kind: &'static str,
        subject: (CustomerId, Value),
    ) -> Result<CaseId> {
        // Part of a use case that asked who may.
        let id = CaseId::generate(ctx.now(), ctx.entropy());
        sql::insert(tx, (id, kind), subject.0.uuid(), &subject.1, ctx.now()).await?;
        Ok(id)
    }

    /// The cases of a customer, or all open ones: the oldest first. For the bank only.
    pub async fn cases(&self, of: Option<CustomerId>) -> Result<Vec<Case>> {
        // Part of a use case that asked who may.
        match of {
            Some(customer) => sql::of_subject(self.store.pool(), customer.uuid(), LIST_MAX).await,
            None => sql::open(self.store.pool(), LIST_MAX).await,
        }
    }

    /// Closes a case, in the transaction of what settled it. False when it was closed already.
    pub async fn close_case(&self, tx: &mut Tx, ctx: &Ctx, case: CaseId) -> Result<bool> {
        // Part of a use case that asked who may.
        sql::close(tx, case, ctx.now()).await
    }
}
