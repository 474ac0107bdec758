//! What one operation costs by a tariff.

use kernel::{Asset, Day, Money};

use super::document::{Conditions, Free, Over, Promotion, Rule, Tariff};
use crate::{Decimal, Exact, split};

/// What a tariff asks of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What moves.
    pub amount: Money,
    /// The day in Tashkent on which it is priced.
    pub day: Day,
    /// The tier of the customer.
    pub tier: &'a str,
    /// The channel it came by.
    pub channel: &'a str,
    /// Who is on the other side.
    pub counterparty: &'a str,
}

/// What a customer used in the window of a rule before this operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// So many operations.
    pub operations: u32,
    /// So much of the quantity.
    pub quantity: Decimal,
}

/// What an operation costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge<'a> {
    /// The rule that priced it.
    pub rule: &'a Rule,
    /// What it would cost without the promotion.
    pub list: Money,
    /// What the customer pays: tax and all shares.
    pub fee: Money,
    /// The tax in it.
    pub vat: Money,
    /// What of it is the bank's.
    pub bank: Money,
    /// What of it is others', by party in the order of the rule.
    pub shares: Vec<(&'a str, Money)>,
    /// The promotion that made it cheaper.
    pub promotion: Option<&'a str>,
}

/// Why a tariff does not price an operation. None happens to a tariff without faults, within the
/// largest amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCharged {
    /// No rule takes it.
    NoRule,
    /// A number does not fit.
    TooLarge,
}

impl Tariff {
    /// The rule that prices an operation.
    pub fn rule(&self, facts: &Facts<'_>) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.when.hold(facts))
    }

    /// What an operation costs, given what was used before it in the window of its rule.
    pub fn charge(&self, facts: &Facts<'_>, used: Usage) -> Result<Charge<'_>, NotCharged> {
        self.rule(facts).ok_or(NotCharged::NoRule)?.charge(facts, used)
    }
}

impl Conditions {
    /// Whether all of them hold.
    pub fn hold(&self, facts: &Facts<'_>) -> bool {
        let among = |names: &[String], name| names.is_empty() || names.iter().any(|n| n == name);
        let amount = Decimal::of_money(facts.amount);
        self.asset.as_deref().is_none_or(|code| code == facts.amount.asset.code())
            && among(&self.tiers, facts.tier)
            && among(&self.channels, facts.channel)
            && among(&self.counterparties, facts.counterparty)
            && self.from.is_none_or(|from| amount >= from)
            && self.up_to.is_none_or(|up_to| amount <= up_to)
    }
}

impl Free {
    /// How much of a quantity it leaves to be priced, after what was used; `None` when all of it is
    /// free. It ends when either bound is used up.
    pub fn leaves(self, used: Usage, quantity: Decimal) -> Option<Decimal> {
        if self.operations.is_some_and(|bound| used.operations >= bound) {
            return Some(quantity);
        }
        let bound = self.quantity?;
        let rest = quantity.less(bound.less(used.quantity));
        (rest > Decimal::ZERO).then_some(rest)
    }
}

impl Rule {
    /// The exact price of an operation, before bounds and promotions.
    pub fn exact(&self, quantity: Decimal, used: Usage) -> Option<Exact> {
        let used = if self.over.is_some() { used } else { Usage::default() };
        let Some(free) = self.free else {
            return self.price.after(used.quantity, quantity);
        };
        match free.leaves(used, quantity) {
            None => Some(Exact::ZERO),
            Some(priced) => {
                // What was priced before this: all that went beyond what was free.
                let before = free.quantity.map_or(used.quantity, |bound| used.quantity.less(bound));
                self.price.after(before, priced)
            }
        }
    }

    fn charge(&self, facts: &Facts<'_>, used: Usage) -> Result<Charge<'_>, NotCharged> {
        let asset = facts.amount.asset;
        let exact =
            self.exact(Decimal::of_money(facts.amount), used).ok_or(NotCharged::TooLarge)?;
        let money = |exact: Exact| exact.round(self.rounding, asset).ok_or(NotCharged::TooLarge);
        let exact = self.bounded(exact);
        let list = money(exact)?;
        let promotion = self.promotions.iter().find(|p| p.holds(facts.day));
        let fee = match promotion {
            Some(promotion) => money(promotion.of(exact).ok_or(NotCharged::TooLarge)?)?,
            None => list,
        };
        let vat = self.vat(fee).ok_or(NotCharged::TooLarge)?;
        let (bank, shares) = self.shared(fee.minor.saturating_sub(vat.minor), asset)?;
        let promotion = promotion.map(|p| p.name.as_str());
        Ok(Charge { rule: self, list, fee, vat, bank, shares, promotion })
    }

    fn bounded(&self, exact: Exact) -> Exact {
        if exact == Exact::ZERO {
            return exact;
        }
        let least = self.minimum.map_or(exact, |minimum| exact.max(minimum.exact()));
        self.maximum.map_or(least, |maximum| least.min(maximum.exact()))
    }

    /// The tax in a fee: fee × rate ÷ (1 + rate), a half minor unit up.
    fn vat(&self, fee: Money) -> Option<Money> {
        let rate = i128::from(self.vat_percent.percent()?.millionths());
        let whole = rate.checked_add(1_000_000)?;
        let tax = i128::from(fee.minor).checked_mul(rate)?.checked_mul(2)?.checked_add(whole)?;
        let minor = tax.checked_div(whole.checked_mul(2)?)?;
        Some(Money::new(i64::try_from(minor).ok()?, fee.asset))
    }

    #[expect(clippy::type_complexity, reason = "the bank's part, and that of each other party")]
    fn shared(&self, net: i64, asset: Asset) -> Result<(Money, Vec<(&str, Money)>), NotCharged> {
        let mut rest = 100_000_000_i64;
        let mut weights = Vec::with_capacity(self.shares.len().saturating_add(1));
        for share in &self.shares {
            let weight = share.percent.millionths();
            rest = rest.saturating_sub(weight);
            weights.push(weight);
        }
        weights.push(rest);
        let mut parts = split(net, &weights).ok_or(NotCharged::TooLarge)?;
        let bank = parts.pop().unwrap_or(0);
        let parts = self.shares.iter().zip(parts);
        let shares = parts.map(|(s, minor)| (s.party.as_str(), Money::new(minor, asset)));
        Ok((Money::new(bank, asset), shares.collect()))
    }
}

impl Promotion {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && day <= self.until
    }

    fn of(&self, exact: Exact) -> Option<Exact> {
        let kept = Decimal::ONE.less(self.percent.percent()?);
        exact.times(kept)
    }
}

impl Over {
    /// The first day of the window that a day lies in.
    pub fn start(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Month => day.month_start(),
        }
    }
}
