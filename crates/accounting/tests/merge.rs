//! Books that are read in parts are compared as if they were read at once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use accounting::reconciliation::merge::{Keyed, Merge, Needs};
use accounting::reconciliation::rules::{Item, Status, Tolerance, compare};
use kernel::{Asset, Day, Money};
use proptest::prelude::*;

fn day() -> Day {
    Day::new(2026, 11, 30).unwrap()
}

fn tolerance() -> Tolerance {
    Tolerance { days: 0, open_from: day().days_after(20) }
}

/// A book of entries of few keys, references and amounts, so that all kinds of breaks happen.
fn book(name: &str, entries: &[(u8, u8, i64, u8)]) -> Vec<Keyed> {
    let mut book: Vec<_> = entries
        .iter()
        .zip(0..)
        .map(|((key, reference, minor, later), n)| Keyed {
            key: format!("k{key:03}"),
            item: Item {
                id: format!("{name}{n}"),
                // Not in the order of the keys within one.
                reference: format!("k{key:03} {}", 9 - reference),
                amount: Money::new(*minor, Asset::Uzs),
                fee: None,
                status: Status::Done,
                day: day().days_after(*later),
            },
        })
        .collect();
    book.sort_by(|a, b| a.key.cmp(&b.key));
    book
}

fn parts(book: &[Keyed], size: usize) -> Vec<(Vec<Keyed>, bool)> {
    let mut parts: Vec<_> = book.chunks(size).map(|part| (part.to_vec(), false)).collect();
    match parts.last_mut() {
        Some(last) => last.1 = true,
        None => parts.push((Vec::new(), true)),
    }
    parts
}

fn entries() -> impl Strategy<Value = Vec<(u8, u8, i64, u8)>> {
    prop::collection::vec((0_u8..12, 0_u8..2, 1_i64..4, 0_u8..2), 0..40)
}

proptest! {
    #[test]
    fn in_parts_or_at_once_it_is_the_same(
        here in entries(),
        there in entries(),
        (size_here, size_there) in (1_usize..6, 1_usize..6),
    ) {
        let (ours, theirs) = (book("o", &here), book("t", &there));
        let items = |book: &[Keyed]| book.iter().map(|k| k.item.clone()).collect::<Vec<_>>();
        let whole = compare(&items(&ours), &items(&theirs), tolerance());

        let mut merge = Merge::new(tolerance());
        let mut ours = parts(&ours, size_here).into_iter();
        let mut theirs = parts(&theirs, size_there).into_iter();
        loop {
            match merge.needs() {
                Needs::Ours => {
                    let (part, last) = ours.next().unwrap();
                    merge.ours(part, last).unwrap();
                }
                Needs::Theirs => {
                    let (part, last) = theirs.next().unwrap();
                    merge.theirs(part, last).unwrap();
                }
                Needs::Nothing => break,
            }
        }
        prop_assert_eq!(merge.finish().unwrap(), whole);
    }
}

#[test]
fn a_book_out_of_order_is_not_compared() {
    let mut out_of_order = book("o", &[(1, 0, 1, 0), (2, 0, 1, 0)]);
    out_of_order.reverse();
    assert!(Merge::new(tolerance()).ours(out_of_order, true).is_err());
    let mut merge = Merge::new(tolerance());
    merge.ours(book("o", &[(2, 0, 1, 0)]), false).unwrap();
    assert!(merge.ours(book("o", &[(1, 0, 1, 0)]), true).is_err());
    let mut merge = Merge::new(tolerance());
    merge.ours(Vec::new(), true).unwrap();
    assert!(merge.ours(Vec::new(), true).is_err(), "it has ended");
    assert!(Merge::new(tolerance()).finish().is_err(), "nothing was read");
    assert!(Merge::new(tolerance()).ours(Vec::new(), false).is_err(), "it does not go on");
}
