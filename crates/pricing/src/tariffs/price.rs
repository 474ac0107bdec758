//! The models of a price: from a quantity to an exact amount.

use serde::{Deserialize, Serialize};

use crate::{Decimal, Exact};

/// Most tiers of one price.
pub const MAX_TIERS: usize = 32;

/// What a quantity costs. The quantity is the amount of an operation in whole units, or a number of
/// things (messages, cards). All numbers are in whole units of the tariff's asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum Price {
    /// The same for any quantity.
    Fixed {
        /// What it costs.
        amount: Decimal,
    },
    /// A share of the quantity, and a fixed part.
    Percentage {
        /// In percent: `"0.5"`.
        percent: Decimal,
        /// Added to it.
        #[serde(default)]
        fixed: Decimal,
    },
    /// Each tier prices the part of the quantity that lies in it. The first tier is reached by
    /// nothing, any other by more than where the one before it ends.
    Graduated {
        /// In order.
        tiers: Vec<Tier>,
    },
    /// The tier that the whole quantity lies in prices all of it. Nothing costs nothing.
    Volume {
        /// In order.
        tiers: Vec<Tier>,
    },
    /// By packages; one that is begun is paid.
    Package {
        /// What a package holds.
        size: Decimal,
        /// What it costs.
        amount: Decimal,
    },
}

/// A step of a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The largest quantity that lies in it; none for the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Decimal>,
    /// What reaching it costs.
    #[serde(default)]
    pub flat: Decimal,
    /// What each unit in it costs.
    #[serde(default)]
    pub per_unit: Decimal,
    /// What each unit in it costs, in percent of itself: for quantities that are money.
    #[serde(default)]
    pub percent: Decimal,
}

impl Tier {
    /// The price of one unit. `None` when the percentage has more digits than a rate.
    pub fn unit_price(&self) -> Option<Decimal> {
        Some(self.per_unit.plus(self.percent.percent()?))
    }
}

impl Price {
    /// What a quantity costs. `None` when the price is not well formed or a number does not fit.
    pub fn of(&self, quantity: Decimal) -> Option<Exact> {
        match self {
            Self::Fixed { amount } => Some(amount.exact()),
            Self::Percentage { percent, fixed } => {
                quantity.times(percent.percent()?)?.plus(fixed.exact())
            }
            Self::Graduated { tiers } => graduated(tiers, quantity),
            Self::Volume { tiers } => volume(tiers, quantity),
            Self::Package { size, amount } => quantity.packages(*size)?.times(*amount),
        }
    }

    /// What a quantity costs on top of what was used before it. By tiers and by packages: what both
    /// cost together, less what the earlier cost. What is fixed, and a percentage, are of each
    /// operation.
    pub fn after(&self, before: Decimal, quantity: Decimal) -> Option<Exact> {
        if before == Decimal::ZERO || !self.adds_up() {
            return self.of(quantity);
        }
        Some(self.of(before.plus(quantity))?.less(self.of(before)?))
    }

    /// Whether what an operation costs depends on those before it.
    pub const fn adds_up(&self) -> bool {
        match self {
            Self::Fixed { .. } | Self::Percentage { .. } => false,
            Self::Graduated { .. } | Self::Volume { .. } | Self::Package { .. } => true,
        }
    }

    /// Its tiers, when it has any.
    pub fn tiers(&self) -> Option<&[Tier]> {
        match self {
            Self::Graduated { tiers } | Self::Volume { tiers } => Some(tiers),
            Self::Fixed { .. } | Self::Percentage { .. } | Self::Package { .. } => None,
        }
    }
}

fn graduated(tiers: &[Tier], quantity: Decimal) -> Option<Exact> {
    let mut total = Exact::ZERO;
    let mut from = Decimal::ZERO;
    for (tier, index) in tiers.iter().zip(0_usize..) {
        if index > 0 && quantity <= from {
            break;
        }
        let end = tier.up_to.map_or(quantity, |up_to| up_to.min(quantity));
        let inside = end.less(from);
        total = total.plus(tier.flat.exact())?.plus(inside.times(tier.unit_price()?)?)?;
        from = tier.up_to.unwrap_or(quantity);
    }
    Some(total)
}

fn volume(tiers: &[Tier], quantity: Decimal) -> Option<Exact> {
    if quantity == Decimal::ZERO {
        return Some(Exact::ZERO);
    }
    let tier = tiers.iter().find(|tier| tier.up_to.is_none_or(|up_to| quantity <= up_to))?;
    quantity.times(tier.unit_price()?)?.plus(tier.flat.exact())
}
