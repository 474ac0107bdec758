//! Holds whose time is over.

mod sql;

use kernel::{Code, Ctx, Error, OperationId, Result};

use crate::engine::Ledger;
use crate::model::{Hold, Operation, Principal, Transfer, TransferKind};

/// Holds ended in one round.
const MAX_ROUND: i64 = 500;

impl Ledger {
    /// Gives back the money of holds whose time is over, each by an operation of its own that
    /// carries an id derived from the hold: however many nodes do this, each hold ends once.
    /// Answers how many ended; call again while that is not zero.
    pub async fn expire_due_holds(&self, ctx: &Ctx) -> Result<usize> {
        // By the same clock that decides: see `rules::check_due`.
        let due = sql::due(self.store.pool(), self.clock.set_by_hand(), MAX_ROUND).await?;
        let mut ended = 0_usize;
        for hold in due {
            match self.execute(ctx, expiry(ctx, &hold)?).await {
                Ok(_) => ended = ended.saturating_add(1),
                // Captured or released meanwhile.
                Err(Error::Refused(refusal)) if refusal.code != Code::Busy => {
                    tracing::debug!(hold = %hold.id, code = %refusal.code, "a hold did not expire");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(ended)
    }
}

fn expiry(ctx: &Ctx, hold: &Hold) -> Result<Operation> {
    let initiator = Principal::of(ctx).ok_or(Error::from(Code::SignInRequired))?;
    let id = OperationId::derive(hold.id.uuid(), "expire");
    let mut operation = Operation::new(id, "hold.expire", initiator);
    operation.transfers.push(Transfer {
        debit: hold.debit,
        credit: hold.credit,
        amount: hold.amount,
        kind: TransferKind::Expire { hold: hold.id },
        code: hold.code,
    });
    Ok(operation)
}
