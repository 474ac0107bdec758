//! How much is allowed: what an operation uses of the limits that hold, for the ledger to count in
//! the same commit.

mod own;
pub mod rules;
mod temporary;

use kernel::{Code, Ctx, DeviceId, Refusal, Result};
use ledger::Use;
use limits::{Met, Subjects};

use crate::Payments;
use crate::fees::channel;
use crate::transfers::rules::Quoted;

pub use own::LimitView;
pub(crate) use rules::{Ceilings, Named};
use rules::{counted, exceeded, facts};
pub use temporary::{MAX_TEMPORARY_DAYS, MovingLimit, TemporaryLimit};

impl Payments {
    /// What a transfer uses of the limits that hold now. Refused when one stops it whatever was
    /// before, or hangs on what is not known today.
    pub(crate) async fn ceilings(&self, ctx: &Ctx, quoted: &Quoted) -> Result<Ceilings> {
        let now = ctx.now();
        let holding = self.limits.at(now).await?;
        let device = ctx.assurance.and_then(|assurance| assurance.device);
        let amount = quoted.amount.money();
        let subjects = Subjects {
            account: quoted.payer.account.uuid(),
            device: device.map(DeviceId::uuid),
            counterparty: Some(quoted.payee.account.uuid()),
            ..Subjects::of(quoted.customer.uuid())
        };
        let facts = facts(subjects, channel(ctx), amount, now.day());
        let adjusted = self.limits.adjusted(&holding, &facts, now).await?;
        let mut ceilings = Ceilings::default();
        for met in holding.limits.met(&facts, &adjusted, |name| holding.values.get(name)) {
            match met {
                Met::Counts(limit, of) => {
                    ceilings.uses.push(counted(&of));
                    ceilings.named.push(Named::of(limit, ctx.lang, amount.asset));
                }
                Met::Within(_) => {}
                Met::Stops(limit, most) => {
                    return Err(exceeded(&Named::of(limit, ctx.lang, amount.asset), most).into());
                }
                Met::Balance(limit, most) => {
                    ceilings.balances.push((quoted.payee.account, most));
                    ceilings.of_balances.push(Named::of(limit, ctx.lang, amount.asset));
                }
                Met::Unknown(_) => return Err(Code::NotPriced.into()),
            }
        }
        Ok(ceilings)
    }

    /// Refuses what would pass a ceiling as the counters stand now, so that nobody confirms what is
    /// refused in any case. The commit counts for itself.
    pub(crate) async fn within(&self, ceilings: &Ceilings) -> Result<()> {
        let asked: Vec<_> = ceilings.uses.iter().map(|used| (used.counter, used.window)).collect();
        let standing = self.ledger.used(&asked).await?;
        let named = ceilings.uses.iter().zip(&ceilings.named);
        for ((used, named), standing) in named.zip(standing) {
            let left = used.ceiling.saturating_sub(standing).max(0);
            if used.amount > left {
                return Err(exceeded(named, left).into());
            }
        }
        Ok(())
    }
}

/// The refusal of what would leave too much on the account that takes. `own`: it is the payer's,
/// who may know how much still fits.
pub(crate) fn told_of_balance(
    refusal: &Refusal,
    own: bool,
    ceilings: &Ceilings,
) -> Option<Refusal> {
    let index: usize = refusal.get("balance")?.parse().ok()?;
    let named = ceilings.of_balances.get(index)?;
    Some(if own { exceeded(named, remaining(refusal)) } else { Refusal::new(Code::PayeeLimit) })
}

/// The refusal of the books in the words of the limit that stopped it, if it was one of these.
pub(crate) fn told(refusal: &Refusal, stopped: &Use, ceilings: &Ceilings) -> Option<Refusal> {
    let index = ceilings.uses.iter().position(|used| used.counter == stopped.counter)?;
    Some(exceeded(ceilings.named.get(index)?, remaining(refusal)))
}

/// What the books say remains of what they refuse.
pub(crate) fn remaining(refusal: &Refusal) -> i64 {
    refusal.get("remaining").and_then(|left| left.parse().ok()).unwrap_or(0)
}
