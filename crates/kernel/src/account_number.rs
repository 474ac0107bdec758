use std::fmt;
use std::str::FromStr;

use crate::Asset;

/// A 20-digit account number of Uzbekistan: `BBBBB CCC K NNNNNNNN SSS`, that is balance account,
/// currency, key digit, client code and order number (structure: chart of accounts, reg. 3336).
///
/// The rule for the key digit is not public, so a number is never refused on its key: whoever
/// issues numbers has a key scheme, everyone else takes them as they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountNumber([u8; 20]);

/// The parts of an account number without its key digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountNumberParts {
    /// Balance account of the chart of accounts, five digits: 20206 is demand
    /// deposits of individuals.
    pub balance_account: u32,
    /// The asset, written as 000 for the national currency.
    pub asset: Asset,
    /// Client code, eight digits.
    pub client: u32,
    /// Order number among the client's accounts, three digits.
    pub order: u16,
}

impl AccountNumberParts {
    /// The number with this key digit. `None` when a part does not fit its digits.
    pub fn with_key(self, key: u8) -> Option<AccountNumber> {
        let currency = self.asset.account_digits();
        let text = format!(
            "{:05}{currency}{key}{:08}{:03}",
            self.balance_account, self.client, self.order
        );
        text.parse().ok()
    }
}

impl AccountNumber {
    /// The twenty digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The last four digits, for lists.
    pub fn tail(&self) -> &str {
        self.as_str().get(16..).unwrap_or_default()
    }
}

impl FromStr for AccountNumber {
    type Err = ();

    /// Reads twenty digits; spaces between groups are allowed.
    fn from_str(s: &str) -> Result<Self, ()> {
        const LONGEST_TEXT: usize = 32;
        if s.len() > LONGEST_TEXT {
            return Err(());
        }
        let mut digits = [0_u8; 20];
        let mut filled = digits.iter_mut();
        for b in s.bytes() {
            match b {
                b'0'..=b'9' => *filled.next().ok_or(())? = b,
                b' ' => {}
                _ => return Err(()),
            }
        }
        if filled.next().is_some() { Err(()) } else { Ok(Self(digits)) }
    }
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_where_the_chart_puts_them() {
        let parts = AccountNumberParts {
            balance_account: 20206,
            asset: Asset::Uzs,
            client: 1_234_567,
            order: 1,
        };
        assert_eq!(parts.with_key(9).unwrap().as_str(), "20206000901234567001");
        let dollars = AccountNumberParts { asset: Asset::Usd, ..parts };
        assert_eq!(dollars.with_key(0).unwrap().as_str(), "20206840001234567001");
        assert!(AccountNumberParts { client: 123_456_789, ..parts }.with_key(1).is_none());
    }

    #[test]
    fn spaces_are_taken_and_all_else_is_not() {
        assert!("20206 000 9 01234567 001".parse::<AccountNumber>().is_ok());
        for bad in ["", "2020600090123456700", "202060009012345670011", "2020600090123456700a"] {
            assert!(bad.parse::<AccountNumber>().is_err(), "{bad}");
        }
    }
}
