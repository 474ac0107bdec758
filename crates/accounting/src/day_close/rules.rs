//! The sums of a day by account of the chart, and how two books of them are compared. Pure.

use std::collections::BTreeMap;

use kernel::{Asset, Day, Error, Money, Result};

use crate::chart::{GlAccount, Sides};
use crate::ports::Turnover;
use crate::reconciliation::rules::{Compared, Item, Status, Tolerance, compare};

/// What moved on an account of the chart in a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// What was debited.
    pub debits: i64,
    /// What was credited.
    pub credits: i64,
}

/// What moved in a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<(GlAccount, Asset), Movement>);

impl Sums {
    /// Adds a document.
    pub fn add(&mut self, sides: Sides, amount: Money) -> Result<()> {
        const NO_PLACE: Error = Error::invariant("an account has no place in the chart");
        let (debit, credit) = (sides.debit.gl(), sides.credit.gl());
        let debited = self.0.entry((debit.ok_or(NO_PLACE)?, amount.asset)).or_default();
        debited.debits = plus(debited.debits, amount.minor)?;
        let credited = self.0.entry((credit.ok_or(NO_PLACE)?, amount.asset)).or_default();
        credited.credits = plus(credited.credits, amount.minor)?;
        Ok(())
    }

    /// Each account of the chart with what moved on it.
    pub fn iter(&self) -> impl Iterator<Item = (GlAccount, Asset, Movement)> + '_ {
        self.0.iter().map(|((account, asset), moved)| (*account, *asset, *moved))
    }
}

fn plus(sum: i64, amount: i64) -> Result<i64> {
    sum.checked_add(amount).ok_or(Error::invariant("a sum of a day does not fit"))
}

/// What stands on accounts of the chart, as credits less debits.
pub type Balances = BTreeMap<(GlAccount, Asset), i64>;

/// Compares what both books say of a day: what was debited, what was credited, and what stands
/// there after it. `before` is what stood in ours before the day.
pub fn compare_day(
    day: Day,
    (ours, before): (&Sums, &Balances),
    theirs: &[Turnover],
) -> Result<Compared> {
    let mut here = Vec::new();
    let mut closing = before.clone();
    for (account, asset, moved) in ours.iter() {
        push(&mut here, day, (account, asset), ("debit", moved.debits));
        push(&mut here, day, (account, asset), ("credit", moved.credits));
        let balance = closing.entry((account, asset)).or_default();
        let net = moved.credits.saturating_sub(moved.debits);
        *balance = plus(*balance, net)?;
    }
    for (of, balance) in closing {
        push(&mut here, day, of, ("closing", balance));
    }
    let mut there = Vec::new();
    for turnover in theirs {
        let of = (turnover.account, turnover.asset);
        push(&mut there, day, of, ("debit", turnover.debits));
        push(&mut there, day, of, ("credit", turnover.credits));
        push(&mut there, day, of, ("closing", turnover.closing));
    }
    let tolerance = Tolerance { days: 0, open_from: day.days_after(1) };
    Ok(compare(&here, &there, tolerance))
}

/// Nothing is not mentioned: a book that leaves an account out says the same as one that says zero.
fn push(
    items: &mut Vec<Item>,
    day: Day,
    (account, asset): (GlAccount, Asset),
    (what, minor): (&str, i64),
) {
    if minor == 0 {
        return;
    }
    items.push(Item {
        id: format!("{account}/{asset}/{what}"),
        reference: format!("{day} {account}/{asset} {what}"),
        amount: Money::new(minor, asset),
        fee: None,
        status: Status::Done,
        day,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconciliation::rules::BreakKind;

    fn sides(debit: &str, credit: &str) -> Sides {
        Sides { debit: debit.parse().unwrap(), credit: credit.parse().unwrap() }
    }

    fn turnover(account: u32, debits: i64, credits: i64, closing: i64) -> Turnover {
        let account = GlAccount::new(account).unwrap();
        Turnover { account, asset: Asset::Uzs, opening: 0, debits, credits, closing }
    }

    #[test]
    fn books_of_a_day_agree_or_say_where_not() {
        let day: Day = "2026-11-30".parse().unwrap();
        let mut ours = Sums::default();
        let uzs = |minor| Money::new(minor, Asset::Uzs);
        ours.add(sides("10101", "20206000912345678001"), uzs(500)).unwrap();
        ours.add(sides("20206000912345678001", "20206000912345678002"), uzs(300)).unwrap();
        ours.add(sides("20206000912345678001", "45200"), uzs(7)).unwrap();
        let before = Balances::from([((GlAccount::new(45_200).unwrap(), Asset::Uzs), 100)]);
        let theirs = [
            turnover(10_101, 500, 0, -500),
            turnover(20_206, 307, 800, 493),
            turnover(45_200, 0, 7, 107),
            turnover(45_300, 0, 0, 0),
        ];
        let compared = compare_day(day, (&ours, &before), &theirs).unwrap();
        assert_eq!((compared.agreed, compared.breaks.len()), (7, 0));

        let mut other = theirs;
        other[2] = turnover(45_200, 0, 9, 109);
        let compared = compare_day(day, (&ours, &before), &other).unwrap();
        let found: Vec<_> = compared
            .breaks
            .iter()
            .map(|b| (b.kind, b.reference.as_str(), b.difference.minor))
            .collect();
        assert_eq!(
            found,
            [
                (BreakKind::Amount, "2026-11-30 45200/UZS closing", -2),
                (BreakKind::Amount, "2026-11-30 45200/UZS credit", -2),
            ]
        );
        // What was changed in a day that is over shows in what stands there since.
        let compared = compare_day(day, (&ours, &Balances::new()), &theirs).unwrap();
        assert_eq!(compared.breaks.len(), 1);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_an_incident() {
        let mut sums = Sums::default();
        let most = Money::new(i64::MAX, Asset::Uzs);
        sums.add(sides("10101", "45200"), most).unwrap();
        assert!(sums.add(sides("10101", "45200"), Money::new(1, Asset::Uzs)).is_err());
    }
}
