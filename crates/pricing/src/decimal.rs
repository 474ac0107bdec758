//! Numbers of a tariff: exact decimals, and the one rounding that turns a price into money.

use std::fmt;
use std::str::FromStr;

use kernel::{Amount, Asset, Money};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Digits after the point of a [`Decimal`].
const DIGITS: usize = 6;
const SCALE: i128 = 1_000_000;
/// Largest magnitude that a tariff may write: a million times the largest single amount.
const MAX_WHOLE_DIGITS: usize = 19;

/// A number of a tariff with at most six digits after the point: a quantity in whole units (sum,
/// dollars, messages), a price of one, or a rate, where 1.3 % is 0.013. Written as a text, never as
/// a floating point number. Not below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotDecimal;

impl fmt::Display for NotDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a number of at most 19 digits with at most 6 after the point")
    }
}

impl std::error::Error for NotDecimal {}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One unit; as a rate, all of it.
    pub const ONE: Self = Self(SCALE);

    /// A whole number of units.
    pub fn whole(units: u32) -> Self {
        Self(i128::from(units).saturating_mul(SCALE))
    }

    /// Money in whole units of its asset. Below zero counts as nothing.
    pub fn of_money(money: Money) -> Self {
        Self(i128::from(money.minor.max(0)).saturating_mul(minor_in(money.asset, SCALE)))
    }

    /// A percentage as a rate: 1.3 is 0.013. `None` when the rate has more than six digits.
    pub fn percent(self) -> Option<Self> {
        (self.0.checked_rem(100) == Some(0)).then(|| Self(self.0.checked_div(100).unwrap_or(0)))
    }

    /// In millionths.
    pub fn millionths(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// The sum; never wraps.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left when `other` is taken away; nothing when it is more.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// How many packages of a size it takes to hold this: what is begun counts. `None` for an empty
    /// size.
    pub fn packages(self, size: Self) -> Option<Self> {
        let filled = self.0.checked_add(size.0)?.checked_sub(1)?.checked_div(size.0)?;
        filled.checked_mul(SCALE).map(Self)
    }

    /// One of so many equal parts; digits beyond the sixth are left out.
    #[must_use]
    pub fn divided(self, parts: std::num::NonZeroU32) -> Self {
        Self(self.0.checked_div(i128::from(parts.get())).unwrap_or(self.0))
    }

    /// Times a price or a rate, exactly. `None` when it does not fit.
    pub fn times(self, other: Self) -> Option<Exact> {
        self.0.checked_mul(other.0).map(Exact)
    }

    /// As it is.
    pub const fn exact(self) -> Exact {
        Exact(self.0.saturating_mul(SCALE))
    }

    /// The minor units of an asset that are in it, what is less than one left out.
    pub fn minor(self, asset: Asset) -> i64 {
        let minor = self.0.checked_div(minor_in(asset, SCALE)).unwrap_or(0);
        i64::try_from(minor).unwrap_or(i64::MAX)
    }
}

/// The size of an asset's minor unit, where a whole unit is `scale`.
fn minor_in(asset: Asset, scale: i128) -> i128 {
    let minor_in_whole = 10_i128.checked_pow(asset.digits()).unwrap_or(1);
    scale.checked_div(minor_in_whole).unwrap_or(1)
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) || whole.len() > MAX_WHOLE_DIGITS {
            return Err(NotDecimal);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DIGITS {
            return Err(NotDecimal);
        }
        format!("{whole}{fraction:0<DIGITS$}").parse().map(Self).map_err(|_| NotDecimal)
    }
}

impl fmt::Display for Decimal {
    /// Without needless zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.checked_div(SCALE).unwrap_or(0);
        let rest = self.0.checked_rem(SCALE).unwrap_or(0);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let rest = format!("{rest:0>DIGITS$}");
        write!(f, "{whole}.{}", rest.trim_end_matches('0'))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A price before it is rounded: whole units with twelve digits after the point, which is what the
/// product of two [`Decimal`]s has. Not below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Exact(i128);

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    const SCALE: i128 = SCALE * SCALE;

    /// The sum. `None` when it does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left when `other` is taken away; nothing when it is more.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// Times a rate; digits beyond the twelfth are left out. `None` when it does not fit.
    pub fn times(self, rate: Decimal) -> Option<Self> {
        self.0.checked_mul(rate.0)?.checked_div(SCALE).map(Self)
    }

    /// As money of an asset. `None` above the largest single amount.
    pub fn round(self, rounding: Rounding, asset: Asset) -> Option<Money> {
        let minor = minor_in(asset, Self::SCALE);
        let step = minor.checked_mul(i128::from(rounding.to_minor.get()))?;
        let (whole, rest) = (self.0.checked_div(step)?, self.0.checked_rem(step)?);
        let twice = rest.checked_mul(2)?;
        let up = match rounding.mode {
            RoundingMode::Down => false,
            RoundingMode::Up => rest > 0,
            RoundingMode::HalfUp => twice >= step,
            RoundingMode::HalfEven => {
                twice > step || (twice == step && whole.checked_rem(2) == Some(1))
            }
        };
        let steps = whole.checked_add(i128::from(up))?;
        let minor = steps.checked_mul(i128::from(rounding.to_minor.get()))?;
        let minor = i64::try_from(minor).ok().filter(|minor| *minor <= Amount::MAX_MINOR)?;
        Some(Money::new(minor, asset))
    }
}

impl fmt::Display for Exact {
    /// Without needless zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.checked_div(Self::SCALE).unwrap_or(0);
        let rest = self.0.checked_rem(Self::SCALE).unwrap_or(0);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let rest = format!("{rest:0>12}");
        write!(f, "{whole}.{}", rest.trim_end_matches('0'))
    }
}

/// Which way a price is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// To the nearest; a half goes up.
    HalfUp,
    /// To the nearest; a half goes to the even one.
    HalfEven,
    /// Any rest goes up.
    Up,
    /// Any rest is left out.
    Down,
}

/// How a price becomes money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Which way.
    pub mode: RoundingMode,
    /// To a multiple of so many minor units: 1 for tiyin, 100 for whole sum.
    pub to_minor: std::num::NonZeroU32,
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "figures of a test")]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn decimals_are_read_strictly() {
        for (text, shown) in [
            ("0", "0"),
            ("007", "7"),
            ("1.50", "1.5"),
            ("0.000001", "0.000001"),
            ("2.0000000", "2"),
        ] {
            assert_eq!(d(text).to_string(), shown);
        }
        for bad in
            ["", ".", "1.", ".5", "-1", "+1", "1,5", "1e3", " 1", "0.0000001", "1.2.3", "٣", "NaN"]
        {
            assert_eq!(bad.parse::<Decimal>(), Err(NotDecimal), "{bad:?}");
        }
        assert_eq!("99999999999999999999".parse::<Decimal>(), Err(NotDecimal));
        // A number in a document would go through floating point: only texts are read.
        assert!(serde_json::from_str::<Decimal>("1.5").is_err());
        assert_eq!(serde_json::from_str::<Decimal>("\"1.5\"").unwrap(), d("1.5"));
    }

    #[test]
    fn every_rounding_keeps_its_name() {
        use RoundingMode::{Down, HalfEven, HalfUp, Up};
        // The table in the documentation of java.math.RoundingMode, without its negative numbers.
        let whole = NonZeroU32::new(100).unwrap();
        for (text, up, down, half_up, half_even) in [
            ("5.5", 6, 5, 6, 6),
            ("2.5", 3, 2, 3, 2),
            ("1.6", 2, 1, 2, 2),
            ("1.1", 2, 1, 1, 1),
            ("1.0", 1, 1, 1, 1),
        ] {
            let table = [(Up, up), (Down, down), (HalfUp, half_up), (HalfEven, half_even)];
            for (mode, expected) in table {
                let rounding = Rounding { mode, to_minor: whole };
                let money = d(text).exact().round(rounding, Asset::Uzs).unwrap();
                assert_eq!(money.minor, expected * 100, "{text} {mode:?}");
            }
        }
        let whole_sum = Rounding { mode: HalfUp, to_minor: NonZeroU32::new(100).unwrap() };
        let round = |text| d(text).exact().round(whole_sum, Asset::Uzs).unwrap().minor;
        assert_eq!([round("1500.49"), round("1500.50")], [150_000, 150_100]);
    }

    #[test]
    fn packages_are_counted_as_begun() {
        for (quantity, size, expected) in [
            ("121", "10", "13"),
            ("120", "10", "12"),
            ("0", "10", "0"),
            ("0.000001", "10", "1"),
            ("7.5", "2.5", "3"),
        ] {
            assert_eq!(d(quantity).packages(d(size)), Some(d(expected)), "{quantity} by {size}");
        }
        assert_eq!(d("1").packages(Decimal::ZERO), None);
    }

    #[test]
    fn what_does_not_fit_is_no_money() {
        let largest = Money::new(Amount::MAX_MINOR, Asset::Uzs);
        let rounding = Rounding { mode: RoundingMode::HalfUp, to_minor: NonZeroU32::MIN };
        let exact = Decimal::of_money(largest).exact();
        assert_eq!(exact.round(rounding, Asset::Uzs), Some(largest));
        let above = exact.plus(d("0.01").exact()).unwrap();
        assert_eq!(above.round(rounding, Asset::Uzs), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(whole in 0u64..10_u64.pow(18), rest in 0u32..1_000_000) {
            let number = d(&format!("{whole}.{rest:06}"));
            prop_assert_eq!(d(&number.to_string()), number);
        }

        #[test]
        fn a_rounding_is_within_one_step(
            units in 0u32..1_000_000_000,
            rest in 0u32..1_000_000,
            to_minor in 1u32..10_000,
        ) {
            let exact = d(&format!("{units}.{rest:06}")).exact();
            for mode in [
                RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Up, RoundingMode::Down,
            ] {
                let rounding = Rounding { mode, to_minor: NonZeroU32::new(to_minor).unwrap() };
                let money = exact.round(rounding, Asset::Uzs).unwrap();
                let difference = i128::from(money.minor) * 10_i128.pow(10) - exact.0;
                let step = i128::from(to_minor) * 10_i128.pow(10);
                prop_assert!(difference.abs() < step);
                prop_assert_eq!(money.minor % i64::from(to_minor), 0);
                match mode {
                    RoundingMode::Up => prop_assert!(difference >= 0),
                    RoundingMode::Down => prop_assert!(difference <= 0),
                    _ => prop_assert!(difference.abs() * 2 <= step),
                }
            }
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Decimal>();
        }
    }
}
