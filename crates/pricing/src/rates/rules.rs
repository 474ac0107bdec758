//! What the Central Bank publishes, and what the bank makes of it.

use std::fmt;
use std::num::NonZeroU32;

use kernel::{Amount, Asset, Code, Day, Error, Money, Result};
use serde::{Deserialize, Serialize};

use crate::{Decimal, Rounding, RoundingMode};

/// How many days are looked back for rates that are missing: more than any holiday has.
pub const BACK_DAYS: u8 = 10;
/// How often a working day is asked for whose rates are not there yet.
const HURRY_SECONDS: i64 = 300;
/// How often the other days are asked for: weekends, which may be working days, and holidays.
const PAUSE_SECONDS: i64 = 3_600;
/// The days of a week on which rates are usually published.
const WORKING_DAYS: i64 = 5;
/// Longest time a rate may be good for.
pub const MAX_AGE_DAYS: u8 = 30;
/// Largest rate that is believed, in sum for its nominal; a millionth of it still fits 64 bits.
const MAX_RATE: u32 = 1_000_000_000;
const MILLION: i64 = 1_000_000;
/// Largest nominal.
const MAX_NOMINAL: u32 = 1_000_000;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Nothing would come of it.
    TooSmall,
}

impl From<NoRate> for Error {
    fn from(no: NoRate) -> Self {
        let code = match no {
            NoRate::Stale => Code::RateStale,
            NoRate::NotDealt => Code::CurrencyNotDealt,
            NoRate::TooLarge => Code::AmountTooLarge,
            NoRate::TooSmall => Code::ExchangeTooSmall,
        };
        code.into()
    }
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

const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);
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
    /// What holds until the bank says otherwise: half a percent on dollars, at a rate of the last
    /// five days, which is as long as a holiday with its weekends.
    pub fn first() -> Self {
        let half = Decimal::ONE.divided(TWO);
        let dollars =
            Spread { asset: Asset::Usd.code().to_owned(), buy_percent: half, sell_percent: half };
        Self { currencies: vec![dollars], max_age_days: 5 }
    }

    /// Reads the document.
    pub fn read(text: &str) -> std::result::Result<Self, NotSpreads> {
        let spreads: Self = serde_json::from_str(text)
            .map_err(|e| NotSpreads::Unreadable { line: e.line(), column: e.column() })?;
        spreads.check()?;
        Ok(spreads)
    }

    fn check(&self) -> std::result::Result<(), NotSpreads> {
        if self.max_age_days > MAX_AGE_DAYS {
            return Err(NotSpreads::TooOld);
        }
        let mut known = Vec::with_capacity(self.currencies.len());
        for spread in &self.currencies {
            let wrong = |what| NotSpreads::Wrong { asset: spread.asset.clone(), what };
            let asset = Asset::from_code(&spread.asset).filter(|a| *a != Asset::Uzs);
            let asset = asset.ok_or_else(|| wrong("a currency that the bank does not keep"))?;
            if known.contains(&asset) {
                return Err(wrong("there twice"));
            }
            known.push(asset);
            for percent in [spread.buy_percent, spread.sell_percent] {
                if percent.percent().is_none_or(|rate| rate >= Decimal::ONE) {
                    return Err(wrong("not a percentage below 100 with at most four digits"));
                }
            }
        }
        Ok(())
    }

    /// The currencies that the bank deals in.
    pub fn assets(&self) -> impl Iterator<Item = Asset> + '_ {
        self.currencies.iter().filter_map(|spread| Asset::from_code(&spread.asset))
    }

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

    /// What a change of an amount comes to on a day, be it of the currency or of sum. What the
    /// customer names is exact; the other side is rounded by less than one of its minor units, and
    /// never so that the customer gets more, or gives less, than by the bank's rate: what they give
    /// is rounded up, what they get down.
    pub fn exchange(
        &self,
        published: &Published,
        (amount, side): (Amount, Side),
        day: Day,
    ) -> std::result::Result<Exchanged, NoRate> {
        if !published.is_good(day, self.max_age_days) {
            return Err(NoRate::Stale);
        }
        let rate = self.rate(published, side)?;
        if rate.minor == 0 {
            return Err(NoRate::TooSmall);
        }
        let amount = amount.money();
        let (currency, sum) = if amount.asset == Asset::Uzs {
            let currency = side.currency_for(amount, rate, published.asset);
            (currency.ok_or(NoRate::TooLarge)?, amount)
        } else if amount.asset == published.asset {
            (amount, side.sum_for(amount, rate).ok_or(NoRate::TooLarge)?)
        } else {
            return Err(NoRate::NotDealt);
        };
        if currency.minor == 0 || sum.minor == 0 {
            return Err(NoRate::TooSmall);
        }
        let worth = published.worth(currency).ok_or(NoRate::TooLarge)?;
        Exchanged::of(side, (currency, sum), worth, rate).ok_or(NoRate::TooLarge)
    }
}

impl Exchanged {
    /// With the spread that follows from the rest. `None` when it is below zero: no change that was
    /// made by the rules comes to that.
    pub fn of(
        side: Side,
        (currency, sum): (Money, Money),
        worth: Money,
        rate: Money,
    ) -> Option<Self> {
        let spread = match side {
            Side::Buy => worth.minor.checked_sub(sum.minor)?,
            Side::Sell => sum.minor.checked_sub(worth.minor)?,
        };
        let spread = Money::new(spread, Asset::Uzs);
        (spread.minor >= 0).then_some(Self { currency, sum, worth, spread, rate })
    }

    /// What the customer gives, and what they get for it.
    pub const fn given_and_taken(&self, side: Side) -> (Money, Money) {
        match side {
            Side::Buy => (self.currency, self.sum),
            Side::Sell => (self.sum, self.currency),
        }
    }
}

impl Side {
    /// How the amount is rounded that follows from the one that the customer named. The sum follows
    /// from the currency: what a customer gets is rounded down, what they give up.
    const fn rounds_sum(self) -> RoundingMode {
        match self {
            Self::Buy => RoundingMode::Down,
            Self::Sell => RoundingMode::Up,
        }
    }

    /// The sum for so much of the currency.
    fn sum_for(self, currency: Money, rate: Money) -> Option<Money> {
        let rounding = Rounding { mode: self.rounds_sum(), to_minor: TO_TIYIN };
        Decimal::of_money(currency).times(Decimal::of_money(rate))?.round(rounding, Asset::Uzs)
    }

    /// So much of the currency as a sum is for. It is the other side of [`Side::sum_for`], so it is
    /// rounded the other way: down what the bank sells, up what it buys.
    fn currency_for(self, sum: Money, rate: Money, asset: Asset) -> Option<Money> {
        let scale = 10_i128.checked_pow(asset.digits())?;
        let (sum, rate) = (i128::from(sum.minor).checked_mul(scale)?, i128::from(rate.minor));
        let (whole, rest) = (sum.checked_div(rate)?, sum.checked_rem(rate)?);
        let up = match self {
            Self::Buy => rest > 0,
            Self::Sell => false,
        };
        let minor = i64::try_from(whole.checked_add(i128::from(up))?).ok()?;
        (minor <= Amount::MAX_MINOR).then(|| Money::new(minor, asset))
    }
}

/// Why a text is no document of spreads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSpreads {
    /// It is not of the form.
    Unreadable {
        /// Where.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// Rates would be good for too long.
    TooOld,
    /// Something about a currency.
    Wrong {
        /// What stands for the currency.
        asset: String,
        /// What.
        what: &'static str,
    },
}

impl fmt::Display for NotSpreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { line, column } => {
                write!(f, "not of the form of spreads, at line {line} column {column}")
            }
            Self::TooOld => write!(f, "max_age_days: at most {MAX_AGE_DAYS}"),
            Self::Wrong { asset, what } => write!(f, "currencies[{asset}]: {what}"),
        }
    }
}

impl std::error::Error for NotSpreads {}

/// A rate of so many millionths of a sum. `None` for what no rate can be.
pub fn of_millionths(millionths: i64) -> Option<Decimal> {
    let (whole, rest) = (millionths.checked_div(MILLION)?, millionths.checked_rem(MILLION)?);
    let rate: Decimal = format!("{whole}.{rest:06}").parse().ok()?;
    (rate > Decimal::ZERO).then_some(rate)
}

/// Refuses what a source said of a day when it cannot be right.
pub fn check(day: Day, published: &[Published]) -> Result<()> {
    let mut known = Vec::with_capacity(published.len());
    for rate in published {
        let good = rate.day == day
            && rate.asset != Asset::Uzs
            && rate.rate > Decimal::ZERO
            && rate.rate <= Decimal::whole(MAX_RATE)
            && rate.nominal.get() <= MAX_NOMINAL
            && !known.contains(&rate.asset);
        if !good {
            return Err(Error::invariant("a source of rates said what cannot be right"));
        }
        known.push(rate.asset);
    }
    Ok(())
}

/// The days whose rates are still to be asked for, the latest first: today's, those of working days
/// that were missed, and every day since the last one that is known, because a weekend's may be
/// there, too.
pub fn to_ask(today: Day, known: &[Day]) -> Vec<Day> {
    let last = known.iter().max();
    (0..=BACK_DAYS)
        .map(|back| today.days_before(back))
        .filter(|day| !known.contains(day))
        .filter(|day| works(*day) || last.is_none_or(|last| day > last))
        .collect()
}

/// How long to wait before the same days are asked for again.
pub fn pause_seconds(today: Day, missing: &[Day]) -> i64 {
    if works(today) && missing.contains(&today) { HURRY_SECONDS } else { PAUSE_SECONDS }
}

fn works(day: Day) -> bool {
    day.days_since(day.week_start()) < WORKING_DAYS
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
    fn a_sum_is_changed_exactly() {
        let (published, spreads) = (published("11821.18", 1), spreads("0.5", "0.7"));
        let day = Day::new(2026, 10, 1).unwrap();
        let change = |sum: &str, side| {
            let sum = Amount::parse(sum, Asset::Uzs).unwrap();
            spreads.exchange(&published, (sum, side), day)
        };
        // 1,000,000 / 11903.93 = 84.0058…, / 11762.07 = 85.0190…
        let sold = change("1000000", Side::Sell).unwrap();
        assert_eq!(
            (sold.currency.decimal(), sold.sum.decimal()),
            ("84.00".into(), "1000000.00".into())
        );
        let bought = change("1000000", Side::Buy).unwrap();
        assert_eq!(
            (bought.currency.decimal(), bought.sum.decimal()),
            ("85.02".into(), "1000000.00".into())
        );
        // For a hundred sum there is no whole cent.
        assert_eq!(change("100", Side::Sell), Err(NoRate::TooSmall));
        assert_eq!(change("100", Side::Buy).unwrap().currency.minor, 1);
    }

    #[test]
    fn documents_are_read_strictly() {
        let good = r#"{"currencies":[{"asset":"USD","buy_percent":"0.5","sell_percent":"0.75"}],
                       "max_age_days":5}"#;
        let first = Spreads::first();
        assert_eq!(Spreads::read(&serde_json::to_string(&first).unwrap()), Ok(first));
        let read = Spreads::read(good).unwrap();
        assert_eq!(read.assets().collect::<Vec<_>>(), [Asset::Usd]);
        assert_eq!(Spreads::read(&serde_json::to_string(&read).unwrap()), Ok(read));
        for (from, to) in [
            (r#""0.5""#, "0.5"),
            (r#""0.5""#, r#""100""#),
            (r#""0.5""#, r#""0.00001""#),
            ("USD", "UZS"),
            ("USD", "usd"),
            (r#""max_age_days":5"#, r#""max_age_days":31"#),
            (r#""max_age_days":5"#, r#""max_age_days":5,"more":1"#),
            ("[{", r#"[{"asset":"USD","buy_percent":"1","sell_percent":"1"},{"#),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from}");
            assert!(Spreads::read(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rate_is_kept_in_millionths() {
        for text in ["11821.18", "0.000001", "1", "1000000000", "6.8"] {
            let rate: Decimal = text.parse().unwrap();
            assert_eq!(of_millionths(rate.millionths()), Some(rate), "{text}");
        }
        for bad in [0, -1, -1_000_001, i64::MIN] {
            assert_eq!(of_millionths(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_missing_is_asked_for() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let asked = |today, known: &[&str]| {
            let known: Vec<_> = known.iter().map(|text| day(text)).collect();
            let days = to_ask(day(today), &known);
            days.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        // 4 October 2026 is a Sunday; nothing is known: all days are asked for.
        assert_eq!(asked("2026-10-04", &[]).len(), 11);
        let week = [
            "2026-09-22",
            "2026-09-23",
            "2026-09-24",
            "2026-09-25",
            "2026-09-28",
            "2026-09-29",
            "2026-09-30",
        ];
        // Thursday was a holiday: it is asked for as long as it is near.
        assert_eq!(asked("2026-10-02", &week), ["2026-10-02", "2026-10-01"]);
        let week = [&week[..], &["2026-10-02"]].concat();
        assert_eq!(asked("2026-10-04", &week), ["2026-10-04", "2026-10-03", "2026-10-01"]);
        let week = [&week[..], &["2026-10-05"]].concat();
        assert_eq!(asked("2026-10-05", &week), ["2026-10-01"]);
        let pause = |today, missing| pause_seconds(day(today), &[day(missing)]);
        assert_eq!(pause("2026-10-05", "2026-10-05"), HURRY_SECONDS);
        assert_eq!(pause("2026-10-05", "2026-10-01"), PAUSE_SECONDS);
        assert_eq!(pause("2026-10-04", "2026-10-04"), PAUSE_SECONDS);
    }

    #[test]
    fn what_cannot_be_right_is_not_kept() {
        let good = published("11821.18", 1);
        check(good.day, &[good]).unwrap();
        check(good.day, &[]).unwrap();
        for bad in [
            vec![good, good],
            vec![Published { asset: Asset::Uzs, ..good }],
            vec![Published { rate: Decimal::ZERO, ..good }],
            vec![Published { rate: Decimal::whole(MAX_RATE + 1), ..good }],
            vec![published("1", MAX_NOMINAL + 1)],
            vec![Published { day: Day::EPOCH, ..good }],
        ] {
            assert!(check(good.day, &bad).is_err(), "{bad:?}");
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
            nominal in prop::sample::select(vec![1u32, 10, 100]),
            buy in 0u32..200,
            sell in 0u32..200,
            minor in 1i64..10_000_000,
            of_sum in any::<bool>(),
        ) {
            let text = |n: u32| format!("{}.{:02}", n / 100, n % 100);
            let published = published(&text(rate), nominal);
            let spreads = spreads(&text(buy), &text(sell));
            let asset = if of_sum { Asset::Uzs } else { Asset::Usd };
            let amount = Amount::from_minor(minor, asset).unwrap();
            let day = Day::new(2026, 10, 1).unwrap();
            for side in [Side::Buy, Side::Sell] {
                let change = match spreads.exchange(&published, (amount, side), day) {
                    Ok(change) => change,
                    // A rate that rounds to nothing, or an amount that does.
                    Err(no) => {
                        prop_assert_eq!(no, NoRate::TooSmall);
                        continue;
                    }
                };
                prop_assert!(change.spread.minor >= 0);
                let parts = match side {
                    Side::Buy => change.sum.minor + change.spread.minor,
                    Side::Sell => change.sum.minor - change.spread.minor,
                };
                prop_assert_eq!(parts, change.worth.minor);
                // What was named stays; the other side is off by less than one minor unit, in the
                // bank's favour.
                let named = if of_sum { change.sum } else { change.currency };
                prop_assert_eq!(named, amount.money());
                let by_rate = i128::from(change.currency.minor) * i128::from(change.rate.minor);
                let sum = i128::from(change.sum.minor) * 100;
                let favour = match side {
                    Side::Buy => by_rate - sum,
                    Side::Sell => sum - by_rate,
                };
                let unit = if of_sum { i128::from(change.rate.minor) } else { 100 };
                prop_assert!((0..unit).contains(&favour), "{} of {}", favour, unit);
            }
        }
    }
}
