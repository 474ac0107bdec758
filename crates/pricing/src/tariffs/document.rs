//! A tariff as it is written, and what makes one acceptable.

use kernel::{Asset, is_name};
use serde::{Deserialize, Serialize};

use super::price::{MAX_TIERS, Price};
use crate::{Decimal, Rounding};

/// Most rules of one tariff.
pub const MAX_RULES: usize = 64;
/// Most promotions of one rule, and most parties that share its fee.
pub const MAX_PARTS: usize = 16;

/// What one kind of operation costs. The first rule whose conditions all hold prices it; the last
/// one has none, so that every operation has a price, be it zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// In the order in which they are tried.
    pub rules: Vec<Rule>,
}

/// One line of a tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Names it in the tariff and in every operation that it prices: `p2p-uzcard`.
    pub name: String,
    /// When it prices an operation.
    #[serde(default)]
    pub when: Conditions,
    /// What it costs.
    pub price: Price,
    /// Over which time the quantities of a customer are added up, for the price and for what is
    /// free. Without it each operation stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    /// What costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<Free>,
    /// The least it costs when it costs anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Decimal>,
    /// The most it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Decimal>,
    /// How the exact price becomes money.
    pub rounding: Rounding,
    /// The tax that is contained in the fee, in percent of what remains without it.
    #[serde(default)]
    pub vat_percent: Decimal,
    /// Who gets which part of the fee without its tax; what is left is the bank's.
    #[serde(default)]
    pub shares: Vec<Share>,
    /// Discounts for a time. The first that holds counts.
    #[serde(default)]
    pub promotions: Vec<Promotion>,
}

/// When a rule prices an operation. What is not said is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// ISO 4217 letters of what moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// The tiers of customers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// The channels: `app`, `api`, `branch`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Who is on the other side: `own`, `bank`, `uzcard`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counterparties: Vec<String>,
    /// The least amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Decimal>,
    /// The largest amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Decimal>,
}

impl Conditions {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A calendar window in Tashkent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// From midnight.
    Day,
    /// From the first.
    Month,
}

/// What costs nothing. It ends when either bound is used up; what lies beyond is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// So many operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations: Option<u32>,
    /// So much of the quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
}

/// A part of a fee that is not the bank's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Whose it is: `scheme`, `agent`.
    pub party: String,
    /// In percent of the fee without its tax.
    pub percent: Decimal,
}

/// A discount for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    /// Names it in every operation that it makes cheaper.
    pub name: String,
    /// The first day, `2026-12-01`.
    pub from: kernel::Day,
    /// The last day.
    pub until: kernel::Day,
    /// In percent of the fee; 100 waives it.
    pub percent: Decimal,
}

/// What is wrong with a tariff, and where.
pub type Fault = kernel::Fault<Wrong>;

/// What may be wrong with a tariff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There are none, or more than the bank reads.
    Count,
    /// Not 1 to 40 small letters, digits or hyphens.
    Name,
    /// Somebody has that name already.
    Taken,
    /// The last rule has conditions, or one before it has none and hides what follows.
    Unreachable,
    /// No asset of the bank.
    Asset,
    /// It ends before it begins.
    Order,
    /// Tiers do not grow, or the last one ends.
    Tiers,
    /// More than a hundred percent, or more than four digits after the point.
    Percent,
    /// A size of nothing.
    Size,
    /// Something is free, and it has no bound or no time over which it is counted; or operations
    /// are free by a price that goes on from those before it.
    Free,
}

impl Wrong {
    /// Names it to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Name => "name",
            Self::Taken => "taken",
            Self::Unreachable => "unreachable",
            Self::Asset => "asset",
            Self::Order => "order",
            Self::Tiers => "tiers",
            Self::Percent => "percent",
            Self::Size => "size",
            Self::Free => "free",
        }
    }
}

impl AsRef<str> for Wrong {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Tariff {
    /// Everything that is wrong with it; nothing when it may be used.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        if self.rules.is_empty() || self.rules.len() > MAX_RULES {
            faults.add("rules", Wrong::Count);
        }
        let last = self.rules.len().saturating_sub(1);
        for (rule, index) in self.rules.iter().zip(0_usize..) {
            let at = format!("rules[{index}]");
            let names = self.rules.iter().take(index).map(|r| r.name.as_str());
            faults.name(&format!("{at}.name"), &rule.name, names);
            if rule.when.is_empty() != (index == last) {
                faults.add(format!("{at}.when"), Wrong::Unreachable);
            }
            rule.check(&at, &mut faults);
        }
        faults.0
    }
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, at: impl Into<String>, what: Wrong) {
        self.0.push(Fault { at: at.into(), what });
    }

    fn name<'a>(&mut self, at: &str, name: &str, mut taken: impl Iterator<Item = &'a str>) {
        if !is_name(name, "-") {
            self.add(at, Wrong::Name);
        } else if taken.any(|other| other == name) {
            self.add(at, Wrong::Taken);
        }
    }

    fn percent(&mut self, at: String, percent: Decimal) {
        if percent > Decimal::whole(100) || percent.percent().is_none() {
            self.add(at, Wrong::Percent);
        }
    }
}

impl Rule {
    fn check(&self, at: &str, faults: &mut Faults) {
        self.when.check(&format!("{at}.when"), faults);
        self.price.check(&format!("{at}.price"), faults);
        let bounded = |free: Free| free.operations.is_some() || free.quantity.is_some();
        // How much of what was used before was free is not known when operations are counted, so a
        // price that adds up cannot go on from it.
        let counts = |free: Free| free.operations.is_some() && self.price.adds_up();
        if self.free.is_some_and(|free| !bounded(free) || self.over.is_none() || counts(free)) {
            faults.add(format!("{at}.free"), Wrong::Free);
        }
        if self.minimum.zip(self.maximum).is_some_and(|(least, most)| least > most) {
            faults.add(format!("{at}.minimum"), Wrong::Order);
        }
        faults.percent(format!("{at}.vat_percent"), self.vat_percent);
        self.check_shares(at, faults);
        self.check_promotions(at, faults);
    }

    fn check_shares(&self, at: &str, faults: &mut Faults) {
        let mut sum = Decimal::ZERO;
        for (share, index) in self.shares.iter().zip(0_usize..) {
            let at = format!("{at}.shares[{index}]");
            let taken = self.shares.iter().take(index).map(|s| s.party.as_str());
            faults.name(&format!("{at}.party"), &share.party, taken.chain(["bank"]));
            faults.percent(format!("{at}.percent"), share.percent);
            sum = sum.plus(share.percent);
        }
        if self.shares.len() > MAX_PARTS {
            faults.add(format!("{at}.shares"), Wrong::Count);
        }
        if sum > Decimal::whole(100) {
            faults.add(format!("{at}.shares"), Wrong::Percent);
        }
    }

    fn check_promotions(&self, at: &str, faults: &mut Faults) {
        if self.promotions.len() > MAX_PARTS {
            faults.add(format!("{at}.promotions"), Wrong::Count);
        }
        for (promotion, index) in self.promotions.iter().zip(0_usize..) {
            let at = format!("{at}.promotions[{index}]");
            let taken = self.promotions.iter().take(index).map(|p| p.name.as_str());
            faults.name(&format!("{at}.name"), &promotion.name, taken);
            faults.percent(format!("{at}.percent"), promotion.percent);
            if promotion.until < promotion.from {
                faults.add(format!("{at}.until"), Wrong::Order);
            }
        }
    }
}

impl Conditions {
    fn check(&self, at: &str, faults: &mut Faults) {
        if self.asset.as_deref().is_some_and(|code| Asset::from_code(code).is_none()) {
            faults.add(format!("{at}.asset"), Wrong::Asset);
        }
        if self.from.zip(self.up_to).is_some_and(|(from, up_to)| from > up_to) {
            faults.add(format!("{at}.up_to"), Wrong::Order);
        }
        for (list, names) in [
            ("tiers", &self.tiers),
            ("channels", &self.channels),
            ("counterparties", &self.counterparties),
        ] {
            if names.len() > MAX_PARTS {
                faults.add(format!("{at}.{list}"), Wrong::Count);
            }
            for (name, index) in names.iter().zip(0_usize..) {
                let taken = names.iter().take(index).map(String::as_str);
                faults.name(&format!("{at}.{list}[{index}]"), name, taken);
            }
        }
    }
}

impl Price {
    fn check(&self, at: &str, faults: &mut Faults) {
        match self {
            Self::Percentage { percent, .. } => {
                faults.percent(format!("{at}.percent"), *percent);
            }
            Self::Package { size, .. } if *size == Decimal::ZERO => {
                faults.add(format!("{at}.size"), Wrong::Size);
            }
            Self::Fixed { .. } | Self::Package { .. } => {}
            Self::Graduated { tiers } | Self::Volume { tiers } => {
                if tiers.is_empty() || tiers.len() > MAX_TIERS {
                    faults.add(format!("{at}.tiers"), Wrong::Count);
                }
                let mut before = Some(Decimal::ZERO);
                for (tier, index) in tiers.iter().zip(1_usize..) {
                    let last = index == tiers.len();
                    let grows = match (before, tier.up_to) {
                        (Some(before), Some(up_to)) => up_to > before && !last,
                        (Some(_), None) => last,
                        (None, _) => false,
                    };
                    let at = format!("{at}.tiers[{}]", index.saturating_sub(1));
                    if !grows {
                        faults.add(format!("{at}.up_to"), Wrong::Tiers);
                    }
                    faults.percent(format!("{at}.percent"), tier.percent);
                    before = tier.up_to;
                }
            }
        }
    }
}
