//! What the chart makes of transfers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;

use accounting::chart::{AbsAccount, GlAccount, Line, Side, Sides};
use kernel::AccountNumber;
use proptest::prelude::*;

fn gl(number: u32) -> GlAccount {
    GlAccount::new(number).unwrap()
}

fn fee(debit: Side, credit: Side) -> Line {
    Line {
        name: "x".to_owned(),
        leg: 1,
        debit,
        credit,
        through: Some(gl(29_801)),
        purpose: "x".to_owned(),
    }
}

proptest! {
    /// Whatever is gathered on the way, the documents of transfers and of sums together do to the
    /// chart what the transfers do, and leave nothing on the way.
    #[test]
    fn what_is_gathered_is_moved_on_whole(
        amounts in prop::collection::vec((1_i64..1_000_000, any::<bool>()), 1..50),
    ) {
        let customer: AccountNumber = "20206000912345678001".parse().unwrap();
        let paid = fee(Side::Number, Side::Gl(gl(45_200)));
        let back = fee(Side::Gl(gl(45_200)), Side::Number);
        let mut balances: BTreeMap<AbsAccount, i64> = BTreeMap::new();
        let mut sums: BTreeMap<Sides, i64> = BTreeMap::new();
        let mut book = |sides: Sides, amount: i64| {
            *balances.entry(sides.debit).or_default() -= amount;
            *balances.entry(sides.credit).or_default() += amount;
        };
        let mut net = 0;
        for (amount, forth) in amounts {
            let (line, debit, credit) = if forth {
                (&paid, Some(customer), None)
            } else {
                (&back, None, Some(customer))
            };
            let booking = line.book(debit, credit).unwrap();
            book(booking.own, amount);
            *sums.entry(booking.summed.unwrap()).or_default() += amount;
            net += if forth { amount } else { -amount };
        }
        for (sides, sum) in sums {
            book(sides, sum);
        }
        prop_assert_eq!(balances.get(&AbsAccount::Gl(gl(29_801))), Some(&0));
        prop_assert_eq!(balances.get(&AbsAccount::Gl(gl(45_200))), Some(&net));
        prop_assert_eq!(balances.get(&AbsAccount::Number(customer)), Some(&-net));
    }
}
