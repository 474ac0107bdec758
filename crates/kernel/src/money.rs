use std::fmt;

use crate::{Code, Error, Refusal, Result};

/// A unit of account. The numeric code is ISO 4217's; it is also the ledger's asset number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Asset {
    /// Uzbek sum; minor unit tiyin, 1/100.
    Uzs,
    /// United States dollar; minor unit cent, 1/100.
    Usd,
}

impl Asset {
    /// Every asset the bank keeps accounts in.
    pub const ALL: [Self; 2] = [Self::Uzs, Self::Usd];

    /// ISO 4217 letters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Uzs => "UZS",
            Self::Usd => "USD",
        }
    }

    /// ISO 4217 number.
    pub const fn numeric(self) -> i16 {
        match self {
            Self::Uzs => 860,
            Self::Usd => 840,
        }
    }

    /// The three digits that stand for this asset inside a 20-digit account number: the national
    /// currency is written 000 there, others as in ISO 4217.
    pub const fn account_digits(self) -> &'static str {
        match self {
            Self::Uzs => "000",
            Self::Usd => "840",
        }
    }

    /// Digits after the decimal point.
    pub const fn digits(self) -> u32 {
        match self {
            Self::Uzs | Self::Usd => 2,
        }
    }

    /// The asset of an ISO 4217 code in capital letters.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.code() == code)
    }

    /// The asset of an ISO 4217 number.
    pub fn from_numeric(numeric: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.numeric() == numeric)
    }

    const fn scale(self) -> i64 {
        match self.digits() {
            0 => 1,
            _ => 100,
        }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in the minor units of an asset. May be negative (a balance, a change); what may not is
/// an [`Amount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units: tiyin, cents.
    pub minor: i64,
    /// What they are units of.
    pub asset: Asset,
}

impl Money {
    /// An amount of `minor` units.
    pub const fn new(minor: i64, asset: Asset) -> Self {
        Self { minor, asset }
    }

    /// Nothing of an asset.
    pub const fn zero(asset: Asset) -> Self {
        Self::new(0, asset)
    }

    /// The sum, refused when assets differ or the sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self> {
        if self.asset != other.asset {
            return Err(Code::CurrencyMismatch.into());
        }
        match self.minor.checked_add(other.minor) {
            Some(minor) => Ok(Self::new(minor, self.asset)),
            None => Err(Code::AmountTooLarge.into()),
        }
    }

    /// The decimal text with exactly the asset's digits: `-1250.05`.
    pub fn decimal(self) -> String {
        let scale = self.asset.scale().unsigned_abs();
        let magnitude = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let whole = magnitude.checked_div(scale).unwrap_or(magnitude);
        let rest = magnitude.checked_rem(scale).unwrap_or(0);
        match self.asset.digits() {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{rest:02}"),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.asset)
    }
}

/// An amount above zero: what a transfer moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Amount(Money);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not decimal digits with at most one point.
    #[error("not a decimal number")]
    NotANumber,
    /// Zero or below.
    #[error("not above zero")]
    NotPositive,
    /// More digits after the point than the asset has.
    #[error("too many digits after the point")]
    TooPrecise,
    /// Above [`Amount::MAX_MINOR`].
    #[error("too large")]
    TooLarge,
}

impl From<AmountError> for Error {
    fn from(e: AmountError) -> Self {
        let code = match e {
            AmountError::NotANumber => Code::AmountMalformed,
            AmountError::NotPositive => Code::AmountNotPositive,
            AmountError::TooPrecise => Code::AmountTooPrecise,
            AmountError::TooLarge => Code::AmountTooLarge,
        };
        Self::Refused(Refusal::new(code).field("amount"))
    }
}

impl Amount {
    /// The largest single amount, in minor units: 10 trillion sum. Far above any payment, far below
    /// where the running totals of an account (64 bits) could overflow.
    pub const MAX_MINOR: i64 = 1_000_000_000_000_000;

    /// An amount from minor units.
    pub const fn from_minor(minor: i64, asset: Asset) -> std::result::Result<Self, AmountError> {
        if minor <= 0 {
            return Err(AmountError::NotPositive);
        }
        if minor > Self::MAX_MINOR {
            return Err(AmountError::TooLarge);
        }
        Ok(Self(Money::new(minor, asset)))
    }

    /// Reads decimal text as people and machines write it in requests: digits, and a point with at
    /// most the asset's digits after it. No sign but a leading minus (refused with its own reason),
    /// no spaces, no exponent.
    pub fn parse(text: &str, asset: Asset) -> std::result::Result<Self, AmountError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) {
            return Err(AmountError::NotANumber);
        }
        if negative {
            return Err(AmountError::NotPositive);
        }
        let significant = fraction.trim_end_matches('0');
        let digits = usize::try_from(asset.digits()).unwrap_or(0);
        if significant.len() > digits {
            return Err(AmountError::TooPrecise);
        }
        let padded = format!("{significant:0<digits$}");
        let joined = format!("{whole}{padded}");
        let joined = joined.trim_start_matches('0');
        if joined.is_empty() {
            return Err(AmountError::NotPositive);
        }
        let minor: i64 = joined.parse().map_err(|_| AmountError::TooLarge)?;
        Self::from_minor(minor, asset)
    }

    /// As money.
    pub const fn money(self) -> Money {
        self.0
    }

    /// Minor units, above zero.
    pub const fn minor(self) -> i64 {
        self.0.minor
    }

    /// The asset.
    pub const fn asset(self) -> Asset {
        self.0.asset
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_strictly() {
        let read = |t| Amount::parse(t, Asset::Uzs).map(Amount::minor);
        assert_eq!(read("1"), Ok(100));
        assert_eq!(read("1.5"), Ok(150));
        assert_eq!(read("1.50"), Ok(150));
        assert_eq!(read("1.500"), Ok(150));
        assert_eq!(read("0.01"), Ok(1));
        assert_eq!(read("007"), Ok(700));
        assert_eq!(read("0"), Err(AmountError::NotPositive));
        assert_eq!(read("0.00"), Err(AmountError::NotPositive));
        assert_eq!(read("-5"), Err(AmountError::NotPositive));
        assert_eq!(read("1.005"), Err(AmountError::TooPrecise));
        assert_eq!(read("10000000000000"), Ok(Amount::MAX_MINOR));
        assert_eq!(read("10000000000000.01"), Err(AmountError::TooLarge));
        assert_eq!(read("99999999999999999999999999"), Err(AmountError::TooLarge));
        for bad in
            ["", ".", "1.", ".5", "1,5", "1e3", "+1", " 1", "1 000", "٣", "0x10", "--1", "1.2.3"]
        {
            assert_eq!(read(bad), Err(AmountError::NotANumber), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(minor in 1i64..=Amount::MAX_MINOR) {
            let text = Money::new(minor, Asset::Usd).decimal();
            prop_assert_eq!(Amount::parse(&text, Asset::Usd).map(Amount::minor), Ok(minor));
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,40}") {
            let _ = Amount::parse(&text, Asset::Uzs);
        }
    }

    #[test]
    fn negative_money_prints_its_sign_once() {
        assert_eq!(Money::new(-5, Asset::Uzs).decimal(), "-0.05");
        assert_eq!(Money::new(-105, Asset::Uzs).decimal(), "-1.05");
        assert_eq!(Money::new(i64::MIN, Asset::Uzs).decimal(), "-92233720368547758.08");
    }
}
