//! Exchange rates: what the Central Bank publishes, and what the bank makes of it.

use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;

use kernel::{Amount, Asset, Day, Money, Result};
use serde::{Deserialize, Serialize};

use crate::{Decimal, Rounding, RoundingMode};

/// A rate as it was published: so many sum for so many units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The currency.
    pub asset: Asset,
    /// The day from which it holds.
    pub day: Day,
    /// Sum.
    pub rate: Decimal,
    /// For so many units of the currency.
    pub nominal: NonZeroU32,
}

/// Where published rates come from.
pub trait RateSource: Send + Sync {
    /// The rates of a day; none when none were published.
    fn of_day(&self, day: Day)
    -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>>;
}

/// What the bank adds and takes: a document with a day from which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spreads {
    /// By currency.
    pub currencies: Vec<Spread>,
    /// How many days a published rate is good for: over a holiday, not longer.
    pub max_age_days: u8,
}

/// The spread of a currency, in percent of the published rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// ISO 4217 letters.
    pub asset: String,
    /// Taken off what the bank pays for it.
    pub buy_percent: Decimal,
    /// Added to what the bank asks for it.
    pub sell_percent: Decimal,
}

/// Which way the bank's customer changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The customer gives the currency and gets sum: the bank buys.
    Buy,
    /// The customer gives sum and gets the currency: the bank sells.
    Sell,
}

/// Why there is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRate {
    /// None was published, or the last one is too old.
    Stale,
    /// The bank does not deal in it.
    NotDealt,
    /// A number does not fit.
    TooLarge,
}

/// What a change comes to: both sides, and what of the sum is the bank's spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// The currency.
    pub currency: Money,
    /// Sum that the customer gives or gets.
    pub sum: Money,
    /// What the currency is worth by the published rate: what moves through the position.
    pub worth: Money,
    /// The bank's: what the customer gives above that, or gets below it.
    pub spread: Money,
    /// The bank's rate: sum for one unit, to the tiyin.
    pub rate: Money,
}

/// What is rounded to the tiyin.
const TO_TIYIN: NonZeroU32 = NonZeroU32::MIN;

impl Published {
    /// Whether it may be used on a day.
    pub fn is_good(&self, day: Day, max_age_days: u8) -> bool {
        (0..=i64::from(max_age_days)).contains(&day.days_since(self.day))
    }

    /// Sum for one unit, exactly as far as six digits go.
    fn of_one(&self) -> Decimal {
        self.rate.divided(self.nominal)
    }

    /// What an amount of the currency is worth in sum, a half tiyin up.
    pub fn worth(&self, amount: Money) -> Option<Money> {
        let rounding = Rounding { mode: RoundingMode::HalfUp, to_minor: TO_TIYIN };
        Decimal::of_money(amount).times(self.of_one())?.round(rounding, Asset::Uzs)
    }
}

impl Spreads {
    /// The bank's rate: sum for one unit, to the tiyin. What it buys at is rounded down, what it
    /// sells at up.
    pub fn rate(&self, published: &Published, side: Side) -> std::result::Result<Money, NoRate> {
        let code = published.asset.code();
        let spread = self.currencies.iter().find(|s| s.asset == code).ok_or(NoRate::NotDealt)?;
        let (percent, mode) = match side {
            Side::Buy => (spread.buy_percent, RoundingMode::Down),
            Side::Sell => (spread.sell_percent, RoundingMode::Up),
        };
        let rate = || {
            let factor = percent.percent()?;
            let factor = match side {
                Side::Buy => Decimal::ONE.less(factor),
                Side::Sell => Decimal::ONE.plus(factor),
            };
            let rounding = Rounding { mode, to_minor: TO_TIYIN };
            published.of_one().times(factor)?.round(rounding, Asset::Uzs)
        };
        rate().ok_or(NoRate::TooLarge)
    }

    /// What a change of so much of the currency comes to on a day. The customer never gets more,
    /// nor gives less, than by the bank's rate: what they give is rounded up, what they get down.
    pub fn exchange(
        &self,
        published: &Published,
        (currency, side): (Amount, Side),
        day: Day,
    ) -> std::result::Result<Exchanged, NoRate> {
        if !published.is_good(day, self.max_age_days) {
            return Err(NoRate::Stale);
        }
        let rate = self.rate(published, side)?;
        let mode = match side {
            Side::Buy => RoundingMode::Down,
            Side::Sell => RoundingMode::Up,
        };
        let exact = Decimal::of_money(currency.money()).times(Decimal::of_money(rate));
        let sum = exact.and_then(|e| e.round(Rounding { mode, to_minor: TO_TIYIN }, Asset::Uzs));
        let (sum, worth) = sum.zip(published.worth(currency.money())).ok_or(NoRate::TooLarge)?;
        let spread = match side {
            Side::Buy => worth.minor.saturating_sub(sum.minor),
            Side::Sell => sum.minor.saturating_sub(worth.minor),
        };
        let spread = Money::new(spread, Asset::Uzs);
        Ok(Exchanged { currency: currency.money(), sum, worth, spread, rate })
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "figures of a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn published(rate: &str, nominal: u32) -> Published {
        Published {
            asset: Asset::Usd,
            day: Day::new(2026, 9, 30).unwrap(),
            rate: rate.parse().unwrap(),
            nominal: NonZeroU32::new(nominal).unwrap(),
        }
    }

    fn spreads(buy: &str, sell: &str) -> Spreads {
        let spread = Spread {
            asset: "USD".to_owned(),
            buy_percent: buy.parse().unwrap(),
            sell_percent: sell.parse().unwrap(),
        };
        Spreads { currencies: vec![spread], max_age_days: 5 }
    }

    #[test]
    fn the_bank_s_rate_is_never_better_than_it_says() {
        let (published, spreads) = (published("11821.18", 1), spreads("0.5", "0.7"));
        // 11821.18 × 0.995 = 11762.0741; × 1.007 = 11903.92826.
        let rate = |side| spreads.rate(&published, side).unwrap().decimal();
        assert_eq!((rate(Side::Buy), rate(Side::Sell)), ("11762.07".into(), "11903.93".into()));
        let hundred = Amount::parse("100.50", Asset::Usd).unwrap();
        let day = Day::new(2026, 10, 1).unwrap();
        let change = |side| spreads.exchange(&published, (hundred, side), day).unwrap();
        // 100.5 × 11762.07 = 1182088.035, × 11903.93 = 1196344.965, × 11821.18 = 1188028.59.
        let bought = change(Side::Buy);
        assert_eq!(bought.sum.decimal(), "1182088.03");
        assert_eq!(
            (bought.worth.decimal(), bought.spread.decimal()),
            ("1188028.59".into(), "5940.56".into())
        );
        let sold = change(Side::Sell);
        assert_eq!(
            (sold.sum.decimal(), sold.spread.decimal()),
            ("1196344.97".into(), "8316.38".into())
        );
    }

    #[test]
    fn a_rate_is_good_for_so_many_days() {
        let spreads = spreads("0", "0");
        let one = Amount::parse("1", Asset::Usd).unwrap();
        for (day, expected) in [
            ("2026-09-29", Err(NoRate::Stale)),
            ("2026-09-30", Ok(())),
            ("2026-10-05", Ok(())),
            ("2026-10-06", Err(NoRate::Stale)),
        ] {
            let change =
                spreads.exchange(&published("1", 1), (one, Side::Buy), day.parse().unwrap());
            assert_eq!(change.map(|_| ()), expected, "{day}");
        }
    }

    #[test]
    fn a_nominal_divides() {
        let yen = Money::new(100, Asset::Usd);
        assert_eq!(published("775.30", 10).worth(yen).unwrap().decimal(), "77.53");
    }

    proptest! {
        #[test]
        fn the_sides_differ_by_the_spread(
            rate in 1u32..2_000_000_000,
            buy in 0u32..200,
            sell in 0u32..200,
            minor in 1i64..10_000_000,
        ) {
            let text = |n: u32| format!("{}.{:02}", n / 100, n % 100);
            let published = published(&text(rate), 1);
            let spreads = spreads(&text(buy), &text(sell));
            let amount = Amount::from_minor(minor, Asset::Usd).unwrap();
            let day = Day::new(2026, 10, 1).unwrap();
            for side in [Side::Buy, Side::Sell] {
                let change = spreads.exchange(&published, (amount, side), day).unwrap();
                prop_assert!(change.spread.minor >= 0);
                let parts = match side {
                    Side::Buy => change.sum.minor + change.spread.minor,
                    Side::Sell => change.sum.minor - change.spread.minor,
                };
                prop_assert_eq!(parts, change.worth.minor);
            }
        }
    }
}
