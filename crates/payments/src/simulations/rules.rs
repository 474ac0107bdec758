use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::{AccountId, Asset, Error, Moment, Money, OperationId, Result};
use ledger::statements::Past;
use ledger::{Counter, CounterKey};
use limits::book::Values;
use limits::{Facts as LimitFacts, Limits, Met, Subjects};
use pricing::rates::Side;
use pricing::tariffs::{Facts, Tariff, Usage};
use pricing::{Decimal, tariffs};
use uuid::Uuid;

use crate::ceilings::rules::{counted, facts};
use crate::exchange;
use crate::exchange::rules::ExchangeDetail;
use crate::fees::{APP, TIER};
use crate::transfers::rules::KIND;

/// What a draft would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    /// So many operations were looked at.
    pub operations: usize,
    /// What each rule of a tariff would have priced.
    pub rules: Vec<RuleEffect>,
    /// What each limit would have stopped.
    pub limits: Vec<LimitEffect>,
}

/// What one rule of a tariff would have priced, in one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEffect {
    /// The rule.
    pub rule: String,
    /// So many operations.
    pub operations: u64,
    /// What they cost by the tariff that holds.
    pub holds: Money,
    /// What they would have cost by the draft.
    pub draft: Money,
}

/// What one limit would have stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitEffect {
    /// The limit.
    pub limit: String,
    /// So many operations meet it.
    pub met: u64,
    /// So many of them it would have stopped.
    pub stopped: u64,
    /// Of so many customers.
    pub customers: usize,
}

/// What customers used in the windows of a tariff's rules.
type Used = HashMap<(Uuid, String, Asset, kernel::Day), Usage>;

/// Prices the operations by both tariffs, each with the quantities that add up by itself.
pub fn by_tariff(past: &[Past], holds: &Tariff, draft: &Tariff) -> Result<Simulation> {
    let (mut of_holds, mut of_draft) = (Used::new(), Used::new());
    let mut rules: BTreeMap<(String, &str), RuleEffect> = BTreeMap::new();
    for operation in past {
        let before = price(holds, operation, &mut of_holds);
        let (_, before) = before.unwrap_or_default();
        let Some((rule, after)) = price(draft, operation, &mut of_draft) else { continue };
        let asset = operation.amount.asset;
        let effect = rules.entry((rule.clone(), asset.code())).or_insert_with(|| RuleEffect {
            rule,
            operations: 0,
            holds: Money::zero(asset),
            draft: Money::zero(asset),
        });
        effect.operations = effect.operations.saturating_add(1);
        effect.holds = effect.holds.plus(Money::new(before, asset))?;
        effect.draft = effect.draft.plus(Money::new(after, asset))?;
    }
    let rules = rules.into_values().collect();
    Ok(Simulation { operations: past.len(), rules, limits: Vec::new() })
}

/// The rule that prices an operation, and the fee in minor units.
fn price(tariff: &Tariff, past: &Past, used: &mut Used) -> Option<(String, i64)> {
    let (day, amount) = (past.at.day(), past.amount);
    let counterparty = if past.own { "own" } else { "bank" };
    let facts = Facts { amount, day, tier: TIER, channel: APP, counterparty };
    let rule = tariff.rule(&facts)?;
    let usage = rule.over.map(|over: tariffs::Over| {
        let key = (past.initiator, rule.name.clone(), amount.asset, over.start(day));
        used.entry(key).or_default()
    });
    let standing = usage.as_deref().copied().unwrap_or_default();
    let fee = tariff.charge(&facts, standing).ok()?.fee.minor;
    if let Some(usage) = usage {
        usage.operations = usage.operations.saturating_add(1);
        usage.quantity = usage.quantity.plus(Decimal::of_money(amount));
    }
    Some((rule.name.clone(), fee))
}

/// Counts the operations anew by these limits, in the order in which they came; what one stops is
/// counted by none.
pub fn by_limits(past: &[Counting], limits: &Limits, values: &Values) -> Result<Simulation> {
    struct Effect {
        met: u64,
        stopped: u64,
        customers: HashSet<Uuid>,
    }
    let mut counters: HashMap<CounterKey, Counter> = HashMap::new();
    let mut effects: Vec<Effect> = limits
        .limits
        .iter()
        .map(|_| Effect { met: 0, stopped: 0, customers: HashSet::new() })
        .collect();
    for operation in past {
        let facts = operation.facts();
        let mut passes = true;
        let mut uses = Vec::new();
        for met in limits.met(&facts, &[], |name| values.get(name)) {
            let (limit, stops) = match &met {
                Met::Counts(limit, of) => {
                    let used = counted(of);
                    let mut counter = counters.get(&used.counter).cloned().unwrap_or_default();
                    let stops = counter.count(&used).is_err();
                    uses.push((used.counter, counter));
                    (limit, stops)
                }
                Met::Stops(limit, _) => (limit, true),
                Met::Within(limit) => (limit, false),
                Met::Balance(..) | Met::Unknown(_) => continue,
            };
            let index = limits.limits.iter().position(|l| l.name == limit.name);
            let effect = index.and_then(|index| effects.get_mut(index));
            let effect = effect.ok_or(Error::invariant("a limit is none of its document"))?;
            effect.met = effect.met.saturating_add(1);
            if stops {
                effect.stopped = effect.stopped.saturating_add(1);
                effect.customers.insert(operation.initiator);
                passes = false;
            }
        }
        if passes {
            counters.extend(uses);
        }
    }
    let effect = |(limit, effect): (&limits::Limit, Effect)| LimitEffect {
        limit: limit.name.clone(),
        met: effect.met,
        stopped: effect.stopped,
        customers: effect.customers.len(),
    };
    let limits = limits.limits.iter().zip(effects).map(effect).collect();
    Ok(Simulation { operations: past.len(), rules: Vec::new(), limits })
}

/// What limits ask of an operation of the past.
#[derive(Clone, Copy, Debug)]
pub struct Counting {
    kind: &'static str,
    id: OperationId,
    at: Moment,
    initiator: Uuid,
    from: AccountId,
    to: AccountId,
    amount: Money,
    takes: Asset,
    /// In tiyin, where the operation says so itself.
    worth: Option<i64>,
}

impl Counting {
    /// Of a transfer.
    pub const fn of_transfer(past: &Past) -> Self {
        let Past { id, at, initiator, debit: from, credit: to, amount, .. } = past;
        let (from, to, takes) = (*from, *to, amount.asset);
        Self {
            kind: KIND,
            id: *id,
            at: *at,
            initiator: *initiator,
            from,
            to,
            amount: *amount,
            takes,
            worth: None,
        }
    }

    /// Of an exchange: the account that takes is the one that its second transfer goes to, as what
    /// was given goes to the bank.
    pub fn of_exchange(past: &Past) -> Result<Self> {
        let detail: ExchangeDetail = serde_json::from_value(past.detail.clone())
            .map_err(|error| Error::broken("reading the document of an exchange", error))?;
        let (given, taken) = detail.given_and_taken()?;
        let to = past.next_credit.ok_or(Error::invariant("an exchange has no second leg"))?;
        let worth = match detail.side {
            Side::Buy => detail.worth,
            Side::Sell => given.minor,
        };
        let transfer = Self::of_transfer(past);
        let (kind, takes, worth) = (exchange::KIND, taken.asset, Some(worth));
        Ok(Self { kind, to, takes, worth, ..transfer })
    }

    /// What orders it among others.
    pub const fn order(&self) -> (Moment, OperationId) {
        (self.at, self.id)
    }

    fn facts(&self) -> LimitFacts<'static> {
        let subjects = Subjects {
            account: self.from.uuid(),
            counterparty: Some(self.to.uuid()),
            ..Subjects::of(self.initiator)
        };
        let amounts = (self.amount, self.takes);
        let facts = facts((self.kind, APP), subjects, amounts, self.at.day());
        LimitFacts { worth: self.worth, ..facts }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;
    use serde_json::json;

    use super::*;

    const AT: Moment = Moment::from_micros(1_795_000_000_000_000);

    fn past(customer: u128, day: i64, sum: i64) -> Past {
        let at = AT.plus_seconds(day.saturating_mul(86_400));
        Past {
            id: OperationId::generate(at, Entropy),
            at,
            initiator: Uuid::from_u128(customer),
            debit: AccountId::from_uuid(Uuid::from_u128(customer)),
            credit: AccountId::from_uuid(Uuid::from_u128(100)),
            amount: Money::new(sum.saturating_mul(100), Asset::Uzs),
            own: false,
            next_credit: None,
            detail: serde_json::Value::Null,
        }
    }

    #[test]
    fn limits_are_counted_in_order_and_what_is_stopped_uses_nothing() {
        let limit = json!({"limits": [{
            "name": "day", "title": {"uz": "a", "ru": "b", "en": "c"}, "set_by": "tariff",
            "per": "customer", "window": "day", "measure": {"amount": "UZS"},
            "ceiling": {"fixed": 10_000},
        }]});
        let limits: Limits = serde_json::from_value(limit).unwrap();
        let past =
            [past(1, 0, 60), past(1, 0, 50), past(1, 0, 40), past(2, 0, 101), past(1, 1, 100)];
        let past = past.each_ref().map(Counting::of_transfer);
        let simulation = by_limits(&past, &limits, &Values::default()).unwrap();
        let effect = LimitEffect { limit: "day".to_owned(), met: 5, stopped: 2, customers: 2 };
        assert_eq!((simulation.operations, simulation.limits), (5, vec![effect]));
    }

    #[test]
    fn a_tariff_is_compared_with_the_one_that_holds() {
        let tariff = |percent: &str| -> Tariff {
            serde_json::from_value(json!({"rules": [{
                "name": "rest",
                "price": {"model": "percentage", "percent": percent},
                "over": "month",
                "free": {"operations": 1},
                "rounding": {"mode": "half_up", "to_minor": 1},
            }]}))
            .unwrap()
        };
        let past = [past(1, 0, 100), past(1, 0, 100), past(2, 0, 100), past(2, 0, 200)];
        let simulation = by_tariff(&past, &tariff("1"), &tariff("2")).unwrap();
        let effect = RuleEffect {
            rule: "rest".to_owned(),
            operations: 4,
            holds: Money::new(300, Asset::Uzs),
            draft: Money::new(600, Asset::Uzs),
        };
        assert_eq!(simulation.rules, [effect]);
    }
}
