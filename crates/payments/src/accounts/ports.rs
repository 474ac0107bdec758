//! The rule for the key digit of account numbers, which every installation brings itself.

use kernel::AccountNumberParts;

/// How the ninth digit of a 20-digit account number, its key, is made.
///
/// The real rule is not public and seems to depend on the bank's MFO, which does not stand in the
/// number. A bank plugs in the rule of its core system here. It is used to issue numbers only:
/// numbers of others are never checked against it.
pub trait AccountKeyScheme: Send + Sync + 'static {
    /// The key digit, 0 to 9, of a number with these parts.
    fn key_digit(&self, parts: &AccountNumberParts) -> u8;
}

/// A made-up rule for demonstrations, not the real one: the sum of the other digits, each times 1,
/// 3, 7 or 9 in turn, modulo ten. It is here so that numbers look complete, and changes with every
/// mistyped digit.
#[derive(Clone, Copy, Debug, Default)]
pub struct DemoKeyScheme;

impl DemoKeyScheme {
    const WEIGHTS: [u32; 4] = [1, 3, 7, 9];
}

impl AccountKeyScheme for DemoKeyScheme {
    fn key_digit(&self, parts: &AccountNumberParts) -> u8 {
        let number = parts.with_key(0);
        let digits = number.as_ref().map_or("", |n| n.as_str()).bytes();
        let sum = digits.zip(Self::WEIGHTS.into_iter().cycle()).fold(0_u32, |sum, (b, weight)| {
            let digit = u32::from(b.saturating_sub(b'0'));
            sum.saturating_add(digit.saturating_mul(weight))
        });
        u8::try_from(sum.rem_euclid(10)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Asset;

    use super::*;

    #[test]
    fn the_demo_key_is_a_digit_that_depends_on_every_part() {
        let parts = AccountNumberParts {
            balance_account: 20_206,
            asset: Asset::Uzs,
            client: 10_000_001,
            order: 1,
        };
        // 2*1 + 2*7 + 6*1 + 1*3 + 1*1 + 1*9 = 35
        assert_eq!(DemoKeyScheme.key_digit(&parts), 5);
        let others = [
            AccountNumberParts { asset: Asset::Usd, ..parts },
            AccountNumberParts { client: 10_000_002, ..parts },
            AccountNumberParts { client: 10_500_001, ..parts },
            AccountNumberParts { order: 101, ..parts },
            AccountNumberParts { balance_account: 20_208, ..parts },
        ];
        for other in others {
            assert!(DemoKeyScheme.key_digit(&other) <= 9);
            assert_ne!(DemoKeyScheme.key_digit(&other), 5, "{other:?}");
        }
    }
}
