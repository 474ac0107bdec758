//! What an operation costs its customer: worked out by the tariff that holds, once, when it is
//! shown. What is shown is charged, and what is charged is booked.

pub mod postings;
pub mod rules;

use kernel::{Actor, Code, Ctx, CustomerId, Error, Money, Result};
use ledger::Window;
use pricing::tariffs::{Facts, NotCharged};

use crate::Payments;

pub use rules::{Fee, PARTIES, Used};
use rules::{counters, window_start};

/// What is to be priced.
#[derive(Clone, Copy, Debug)]
pub struct Priced<'a> {
    /// The kind of the operation.
    pub kind: &'static str,
    /// Who pays.
    pub customer: CustomerId,
    /// What moves.
    pub amount: Money,
    /// Who is on the other side, as tariffs name them.
    pub counterparty: &'a str,
}

/// By which channel somebody comes, as tariffs and limits name it.
pub(crate) const fn channel(ctx: &Ctx) -> &'static str {
    match ctx.actor {
        Actor::Customer { .. } => APP,
        Actor::Staff(_) => "branch",
        Actor::Anonymous | Actor::System(_) => "bank",
    }
}

/// The channel by which customers come themselves.
pub(crate) const APP: &str = "app";

/// The tier of every customer, until there are others.
pub(crate) const TIER: &str = "standard";

impl Payments {
    /// What an operation costs by the tariff that holds now. [`Code::NotPriced`] when there is
    /// none, or it makes a number that does not fit.
    pub(crate) async fn fee(&self, ctx: &Ctx, priced: Priced<'_>) -> Result<Fee> {
        let now = ctx.now();
        let holding = self.tariffs.at(priced.kind, now).await?;
        let facts = Facts {
            amount: priced.amount,
            day: now.day(),
            tier: TIER,
            channel: channel(ctx),
            counterparty: priced.counterparty,
        };
        let rule = holding.tariff.rule(&facts).ok_or(Code::NotPriced)?;
        let (customer, asset) = (priced.customer.uuid(), priced.amount.asset);
        let used = match window_start(rule, now) {
            None => None,
            Some(since) => {
                let keys = counters(priced.kind, &rule.name, customer, asset);
                let used = self.ledger.used(&keys.map(|key| (key, Window::alone(since)))).await?;
                let [operations, quantity] = <[i64; 2]>::try_from(used)
                    .map_err(|_| Error::invariant("not every counter was read"))?;
                Some(Used { since, operations, quantity })
            }
        };
        let usage = used.map(|used| used.usage(asset)).unwrap_or_default();
        let charge = holding.tariff.charge(&facts, usage).map_err(|why| match why {
            NotCharged::NoRule | NotCharged::TooLarge => Error::from(Code::NotPriced),
        })?;
        Fee::of(holding.edition, &charge, used).ok_or(Error::invariant(
            "a tariff gives a share to somebody whom the bank does not pay",
        ))
    }
}
