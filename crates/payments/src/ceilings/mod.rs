//! How much is allowed: what an operation uses of the limits that hold, for the ledger to count in
//! the same commit.

mod own;
pub mod rules;
mod temporary;

use kernel::{AccountId, Asset, Code, Ctx, CustomerId, DeviceId, Money, Refusal, Result};
use ledger::{MaxBalance, Operation, Use};
use limits::document::Measure;
use limits::{Facts, Holding, Met, Subjects};

use crate::Payments;
use crate::fees::channel;
use rules::{counted, exceeded, facts};

pub use own::{LimitOf, LimitSetBy, LimitView};
pub(crate) use rules::{Ceilings, Named};
pub use temporary::{MAX_TEMPORARY_DAYS, MovingLimit, TemporaryLimit};

/// What limits ask of an operation between two accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moving {
    /// Its kind.
    pub kind: &'static str,
    /// Whose limits they are.
    pub customer: CustomerId,
    /// The account that gives.
    pub from: AccountId,
    /// The account that takes.
    pub to: AccountId,
    /// What leaves the first.
    pub amount: Money,
    /// What the second holds.
    pub takes: Asset,
    /// What the amount is worth in sum, where the operation says so itself.
    pub worth: Option<Money>,
}

impl Payments {
    /// What an operation uses of the limits that hold now. Refused when one stops it whatever was
    /// before, or hangs on what is not known today.
    pub(crate) async fn ceilings(&self, ctx: &Ctx, moving: &Moving) -> Result<Ceilings> {
        let now = ctx.now();
        let holding = self.limits.at(now).await?;
        let device = ctx.assurance.and_then(|assurance| assurance.device);
        let subjects = Subjects {
            account: moving.from.uuid(),
            device: device.map(DeviceId::uuid),
            counterparty: Some(moving.to.uuid()),
            ..Subjects::of(moving.customer.uuid())
        };
        let amounts = (moving.amount, moving.takes);
        let mut facts = facts((moving.kind, channel(ctx)), subjects, amounts, now.day());
        facts.worth = match moving.worth {
            Some(worth) => Some(worth.minor),
            None => self.worth(ctx, &holding, &facts).await?,
        };
        let adjusted = self.limits.adjusted(&holding, &facts, now).await?;
        let mut ceilings = Ceilings::default();
        for met in holding.limits.met(&facts, &adjusted, |name| holding.values.get(name)) {
            match met {
                Met::Counts(limit, of) => {
                    ceilings.uses.push(counted(&of));
                    ceilings.named.push(Named::of(limit, ctx.lang, facts.amount.asset));
                }
                Met::Within(_) => {}
                Met::Stops(limit, most) => {
                    let named = Named::of(limit, ctx.lang, facts.amount.asset);
                    return Err(exceeded(&named, most).into());
                }
                Met::Balance(limit, most) => {
                    ceilings.balances.push((moving.to, most));
                    ceilings.of_balances.push(Named::of(limit, ctx.lang, facts.takes));
                }
                Met::Unknown(_) => return Err(Code::NotPriced.into()),
            }
        }
        Ok(ceilings)
    }

    /// What an amount in another currency is worth by the rate of the day, in tiyin. Asked only
    /// where a limit counts it; `None` where the last rate is too old.
    async fn worth(&self, ctx: &Ctx, holding: &Holding, facts: &Facts<'_>) -> Result<Option<i64>> {
        let counts_worth =
            |limit: &limits::Limit| limit.measure == Measure::Worth && limit.counts(facts);
        let (now, amount) = (ctx.now(), facts.amount);
        if amount.asset == Asset::Uzs || !holding.limits.limits.iter().any(counts_worth) {
            return Ok(None);
        }
        let Some((_, spreads)) = self.rates.spreads(now).await? else { return Ok(None) };
        let kept = self.rates.published(amount.asset, now.day()).await?;
        let published = kept.map(|kept| kept.published);
        let good = published.filter(|rate| rate.is_good(now.day(), spreads.max_age_days));
        Ok(good.and_then(|rate| rate.worth(amount)).map(|worth| worth.minor))
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

impl Ceilings {
    /// Has the ledger count them in the commit of an operation.
    pub(crate) fn bind(&self, operation: &mut Operation) {
        operation.uses.extend_from_slice(&self.uses);
        let bound =
            |(account, ceiling): &(_, _)| MaxBalance { account: *account, ceiling: *ceiling };
        operation.max_balances.extend(self.balances.iter().map(bound));
    }
}

/// The refusal of what would leave too much on the account that takes. `own`: it is the payer's,
/// who may know how much still fits.
fn told_of_balance(refusal: &Refusal, own: bool, ceilings: &Ceilings) -> Option<Refusal> {
    let index: usize = refusal.get("balance")?.parse().ok()?;
    let named = ceilings.of_balances.get(index)?;
    Some(if own { exceeded(named, remaining(refusal)) } else { Refusal::new(Code::PayeeLimit) })
}

/// What of an operation the books say was too much.
pub(crate) fn stopped<'a>(refusal: &Refusal, uses: &'a [Use]) -> Option<&'a Use> {
    let index = refusal.get("limit").and_then(|index| index.parse::<usize>().ok())?;
    uses.get(index)
}

/// The refusal of the books in the words of the limit that stopped it, if it was one of these.
/// `uses` are those of the operation; `own`: both accounts are of one customer.
pub(crate) fn told(
    refusal: &Refusal,
    (uses, own): (&[Use], bool),
    ceilings: &Ceilings,
) -> Option<Refusal> {
    if refusal.code != Code::LimitExceeded {
        return None;
    }
    told_of_balance(refusal, own, ceilings).or_else(|| {
        let stopped = stopped(refusal, uses)?;
        let index = ceilings.uses.iter().position(|used| used.counter == stopped.counter)?;
        Some(exceeded(ceilings.named.get(index)?, remaining(refusal)))
    })
}

/// What the books say remains of what they refuse.
pub(crate) fn remaining(refusal: &Refusal) -> i64 {
    refusal.get("remaining").and_then(|left| left.parse().ok()).unwrap_or(0)
}
