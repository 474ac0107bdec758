//! Two books that agree, and every way in which they may not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use accounting::reconciliation::rules::{BreakKind, Item, Status, Tolerance, compare};
use kernel::{Asset, Day, Money};
use proptest::prelude::*;

fn day(n: u8) -> Day {
    Day::new(2026, 11, 1).unwrap().days_after(n)
}

fn item(id: &str, reference: &str, minor: i64) -> Item {
    Item {
        id: id.to_owned(),
        reference: reference.to_owned(),
        amount: Money::new(minor, Asset::Uzs),
        fee: Some(Money::new(100, Asset::Uzs)),
        status: Status::Done,
        day: day(3),
    }
}

const fn tolerance(open_from: Day) -> Tolerance {
    Tolerance { days: 1, open_from }
}

fn breaks(ours: &[Item], theirs: &[Item]) -> Vec<(BreakKind, String, i64)> {
    let compared = compare(ours, theirs, tolerance(day(20)));
    compared.breaks.into_iter().map(|b| (b.kind, b.reference, b.difference.minor)).collect()
}

#[test]
fn every_kind_of_break() {
    let ours = item("o", "r", 500);
    let theirs = item("t", "r", 500);
    let with = |change: fn(&mut Item)| {
        let mut item = item("t", "r", 500);
        change(&mut item);
        item
    };
    for (here, there, expected) in [
        (vec![ours.clone()], vec![theirs.clone()], None),
        (vec![], vec![theirs.clone()], Some((BreakKind::MissingHere, -500))),
        (vec![ours.clone()], vec![], Some((BreakKind::MissingThere, 500))),
        (vec![ours.clone()], vec![with(|i| i.amount.minor = 400)], Some((BreakKind::Amount, 100))),
        (
            vec![ours.clone()],
            vec![with(|i| i.amount.asset = Asset::Usd)],
            Some((BreakKind::Currency, 500)),
        ),
        (
            vec![ours.clone()],
            vec![with(|i| i.status = Status::Failed)],
            Some((BreakKind::Status, 500)),
        ),
        (
            vec![ours.clone()],
            vec![theirs.clone(), item("t2", "r", 500)],
            Some((BreakKind::Duplicate, -500)),
        ),
        (
            vec![ours.clone(), item("o2", "r", 500), item("o3", "r", 500)],
            vec![theirs.clone()],
            Some((BreakKind::Duplicate, 1_000)),
        ),
        (
            vec![ours.clone()],
            vec![with(|i| i.fee = Some(Money::new(70, Asset::Uzs)))],
            Some((BreakKind::Fee, 30)),
        ),
        (vec![ours.clone()], vec![with(|i| i.day = day(5))], Some((BreakKind::Late, 0))),
        (vec![ours.clone()], vec![with(|i| i.day = day(4))], None),
        // Who does not say a fee does not contradict one.
        (vec![ours.clone()], vec![with(|i| i.fee = None)], None),
        // Parts of one.
        (vec![ours.clone()], vec![item("t", "r", 200), item("t2", "r", 300)], None),
        // What moved nothing is missed by nobody.
        (vec![], vec![with(|i| i.status = Status::Failed)], None),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(kind, diff)| (kind, "r".to_owned(), diff)).collect();
        let found = breaks(&here, &there);
        if let [(BreakKind::Fee, ..)] = expected.as_slice() {
            // Parts have a fee each; here it is one.
            assert_eq!(found, expected);
        } else {
            let found: Vec<_> =
                found.into_iter().filter(|(kind, ..)| *kind != BreakKind::Fee).collect();
            assert_eq!(found, expected, "{here:?} {there:?}");
        }
    }
}

#[test]
fn what_is_on_its_way_is_not_missing_yet() {
    let ours = [item("o", "r", 500)];
    assert_eq!(compare(&ours, &[], tolerance(day(3))).breaks, []);
    assert_eq!(compare(&ours, &[], tolerance(day(4))).breaks.len(), 1);
}

#[test]
fn the_likely_other_half_is_named_and_not_taken() {
    let ours = [item("o", "rrn-1", 500), item("p", "rrn-2", 700)];
    let theirs = [item("t", "rrn-9", 500)];
    let found = compare(&ours, &theirs, tolerance(day(20)));
    let likely: Vec<_> =
        found.breaks.iter().map(|b| (b.kind, b.reference.as_str(), b.likely.as_deref())).collect();
    assert_eq!(
        likely,
        [
            (BreakKind::MissingThere, "rrn-1", Some("t")),
            (BreakKind::MissingThere, "rrn-2", None),
            (BreakKind::MissingHere, "rrn-9", Some("o")),
        ]
    );
}

/// What is done to a book that agreed.
#[derive(Clone, Copy, Debug)]
enum Drift {
    None,
    Lose,
    Invent,
    Twice,
    Amount,
    Fee,
    Status,
    Late,
}

fn drift() -> impl Strategy<Value = Drift> {
    prop_oneof![
        8 => Just(Drift::None),
        1 => Just(Drift::Lose),
        1 => Just(Drift::Invent),
        1 => Just(Drift::Twice),
        1 => Just(Drift::Amount),
        1 => Just(Drift::Fee),
        1 => Just(Drift::Status),
        1 => Just(Drift::Late),
    ]
}

proptest! {
    /// Of two books that agreed, exactly what was done to one of them is found, and the differences
    /// explain how far apart the two are.
    #[test]
    fn every_drift_is_found_and_nothing_else(
        items in prop::collection::vec((1i64..1_000_000, 0u8..10, drift()), 0..60),
        order in any::<u64>(),
    ) {
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        let mut expected = Vec::new();
        for (n, (minor, at, drift)) in items.into_iter().enumerate() {
            let reference = format!("r{n:03}");
            let mut here = item(&format!("o{n}"), &reference, minor);
            here.day = day(at);
            let mut there = Item { id: format!("t{n}"), ..here.clone() };
            let kind = match drift {
                Drift::None => None,
                Drift::Lose => Some(BreakKind::MissingThere),
                Drift::Invent => Some(BreakKind::MissingHere),
                Drift::Twice => Some(BreakKind::Duplicate),
                Drift::Amount => { there.amount.minor += 7; Some(BreakKind::Amount) }
                Drift::Fee => { there.fee = Some(Money::new(99, Asset::Uzs)); Some(BreakKind::Fee) }
                Drift::Status => { there.status = Status::Failed; Some(BreakKind::Status) }
                Drift::Late => { there.day = day(at + 2); Some(BreakKind::Late) }
            };
            expected.extend(kind.map(|kind| (kind, reference)));
            if !matches!(drift, Drift::Invent) {
                ours.push(here);
            }
            if matches!(drift, Drift::Twice) {
                theirs.push(Item { id: format!("d{n}"), ..there.clone() });
            }
            if !matches!(drift, Drift::Lose) {
                theirs.push(there);
            }
        }
        if !theirs.is_empty() {
            let by = usize::try_from(order % 1_000).unwrap() % theirs.len();
            theirs.rotate_left(by);
        }
        let compared = compare(&ours, &theirs, tolerance(day(20)));
        let found: Vec<_> =
            compared.breaks.iter().map(|b| (b.kind, b.reference.clone())).collect();
        prop_assert_eq!(found, expected);

        let moved = |items: &[Item]| -> i64 {
            items.iter().filter(|i| i.status == Status::Done).map(|i| i.amount.minor).sum()
        };
        let explained: i64 = compared
            .breaks
            .iter()
            .filter(|b| b.kind != BreakKind::Fee)
            .map(|b| b.difference.minor)
            .sum();
        prop_assert_eq!(moved(&ours) - moved(&theirs), explained);
    }

    /// The other way round it is the same with the signs turned.
    #[test]
    fn it_does_not_matter_whose_book_is_whose(
        here in prop::collection::vec((0u8..12, 1i64..4, 0u8..4), 0..20),
        there in prop::collection::vec((0u8..12, 1i64..4, 0u8..4), 0..20),
    ) {
        let book = |name: &str, list: &[(u8, i64, u8)]| -> Vec<Item> {
            let of = |(n, (reference, minor, at)): (usize, &(u8, i64, u8))| {
                let mut item = item(&format!("{name}{n}"), &format!("r{reference}"), *minor);
                item.day = day(*at);
                item
            };
            list.iter().enumerate().map(of).collect()
        };
        let (ours, theirs) = (book("o", &here), book("t", &there));
        let turned = |kind| match kind {
            BreakKind::MissingHere => BreakKind::MissingThere,
            BreakKind::MissingThere => BreakKind::MissingHere,
            other => other,
        };
        let one = breaks(&ours, &theirs);
        let other: Vec<_> = breaks(&theirs, &ours)
            .into_iter()
            .map(|(kind, reference, difference)| (turned(kind), reference, -difference))
            .collect();
        prop_assert_eq!(one, other);
    }
}
