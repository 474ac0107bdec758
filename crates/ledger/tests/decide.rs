//! Properties of the pure decision.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::collections::HashMap;

use common::{World, requests};
use kernel::{AccountId, Asset, Code, Moment};
use ledger::rules::{Book, Decision, decide};
use ledger::{BalanceRule, TransferKind, Window};
use proptest::prelude::*;

/// Some day in November 2026.
const START: i64 = 1_795_000_000_000_000;

fn played(
    requests: &[common::Request],
    mut after: impl FnMut(&Book, &Book, &Decision, &World),
) -> Book {
    let mut world = World::new(Moment::from_micros(START));
    let mut book = Book::default();
    let opening = world.opening();
    assert!(matches!(decide(&mut book, world.now, &opening), Decision::Posted { .. }));
    for request in requests {
        let Some(operation) = world.interpret(request) else { continue };
        let before = book.clone();
        let decision = decide(&mut book, world.now, &operation);
        after(&before, &book, &decision, &world);
    }
    book
}

/// Sums over all accounts of an asset: posted and pending, each debits less credits.
fn sums(book: &Book, asset: Asset) -> (i128, i128) {
    let mut sums = (0, 0);
    for a in book.accounts.values().filter(|a| a.asset == asset) {
        sums.0 += i128::from(a.debits_posted) - i128::from(a.credits_posted);
        sums.1 += i128::from(a.debits_pending) - i128::from(a.credits_pending);
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn money_is_never_made_and_rules_are_never_broken(
        requests in prop::collection::vec(requests(), 1..80)
    ) {
        played(&requests, |_, book, _, _| {
            for asset in Asset::ALL {
                assert_eq!(sums(book, asset), (0, 0));
            }
            for a in book.accounts.values() {
                let debits = i128::from(a.debits_posted) + i128::from(a.debits_pending);
                let credits = i128::from(a.credits_posted) + i128::from(a.credits_pending);
                let (posted_debits, posted_credits) =
                    (i128::from(a.debits_posted), i128::from(a.credits_posted));
                match a.rule {
                    BalanceRule::None => {}
                    BalanceRule::DebitsWithinCredits => assert!(debits <= posted_credits),
                    BalanceRule::CreditsWithinDebits => assert!(credits <= posted_debits),
                }
                assert!(a.debits_pending >= 0 && a.credits_pending >= 0);
            }
        });
    }

    #[test]
    fn a_refusal_changes_nothing(requests in prop::collection::vec(requests(), 1..80)) {
        played(&requests, |before, book, decision, _| {
            if !matches!(decision, Decision::Posted { .. }) {
                assert_eq!(before.accounts, book.accounts);
                assert_eq!(before.holds, book.holds);
                assert_eq!(before.counters, book.counters);
                assert_eq!(before.references, book.references);
            }
            if matches!(decision, Decision::Replayed(_) | Decision::Rejected(_)) {
                assert_eq!(before.known, book.known);
            }
        });
    }

    #[test]
    fn history_explains_every_balance(requests in prop::collection::vec(requests(), 1..80)) {
        let mut balances: HashMap<AccountId, i64> = HashMap::new();
        let mut moments: HashMap<AccountId, Moment> = HashMap::new();
        let book = played(&requests, |_, _, decision, _| {
            let Decision::Posted { entries, .. } = decision else { return };
            for e in entries {
                let moved = match e.transfer.kind {
                    TransferKind::Post | TransferKind::Capture { .. } => e.transfer.amount,
                    _ => 0,
                };
                let debit = balances.entry(e.transfer.debit).or_default();
                *debit -= moved;
                assert_eq!(*debit, e.debit_balance);
                let credit = balances.entry(e.transfer.credit).or_default();
                *credit += moved;
                assert_eq!(*credit, e.credit_balance);
                for side in [e.transfer.debit, e.transfer.credit] {
                    let last = moments.insert(side, e.at);
                    assert!(last.is_none_or(|l| l < e.at), "moments of an account must increase");
                }
            }
        });
        for (id, balance) in balances {
            prop_assert_eq!(book.accounts[&id].balance(), balance);
        }
    }

    #[test]
    fn a_known_id_answers_as_the_first_time(requests in prop::collection::vec(requests(), 1..60)) {
        let mut world = World::new(Moment::from_micros(START));
        let mut book = Book::default();
        decide(&mut book, world.now, &world.opening());
        for request in &requests {
            let Some(operation) = world.interpret(request) else { continue };
            let first = decide(&mut book, world.now, &operation);
            let snapshot = book.clone();
            let second = decide(&mut book, world.now, &operation);
            match (first, second) {
                (Decision::Posted { at, .. }, Decision::Replayed(known)) => {
                    prop_assert_eq!((known.at, known.refusal), (at, None));
                }
                (Decision::Refused { at, refusal }, Decision::Replayed(known)) => {
                    prop_assert_eq!((known.at, known.refusal), (at, Some(refusal)));
                }
                (Decision::Replayed(a), Decision::Replayed(b)) => prop_assert_eq!(a, b),
                (Decision::Rejected(a), Decision::Rejected(b)) => prop_assert_eq!(a, b),
                (a, b) => prop_assert!(false, "{a:?} then {b:?}"),
            }
            let mut other = operation.clone();
            other.request_hash[31] ^= 0xff;
            if snapshot.known.contains_key(&other.id) {
                let decision = decide(&mut book, world.now, &other);
                prop_assert_eq!(decision, Decision::Rejected(Code::IdempotencyKeyReused));
            }
            prop_assert_eq!(&snapshot.accounts, &book.accounts);
        }
    }

    #[test]
    fn counters_hold_what_posted_operations_used(
        requests in prop::collection::vec(requests(), 1..80)
    ) {
        let mut used = HashMap::new();
        let book = played(&requests, |_, book, decision, world| {
            if !matches!(decision, Decision::Posted { .. }) {
                return;
            }
            for u in &world.asked.last().unwrap().uses {
                // What was never counted cannot be given back.
                if u.amount < 0 && !used.contains_key(&(u.counter, u.window.start)) {
                    continue;
                }
                *used.entry((u.counter, u.window.start)).or_insert(0) += u.amount;
                assert!(book.counters[&u.counter].parts().iter().all(|(_, used)| *used >= 0));
            }
        });
        for ((key, start), amount) in used {
            let parts = book.counters[&key].parts();
            // Of a window that is over for long nothing is kept.
            if parts.first().is_some_and(|(first, _)| start >= *first) {
                prop_assert_eq!(book.counters[&key].used(Window::alone(start)), amount);
            }
        }
    }
}

/// Ids that the bank derives from a cause can be computed by whoever knows the cause, so a customer
/// who sends one as their own key must not be able to take it from the bank.
#[test]
fn a_customer_cannot_take_an_id_that_the_bank_derives() {
    let mut world = World::new(Moment::from_micros(START));
    let mut book = Book::default();
    let mut opening = world.opening();
    let theirs = opening.id;
    opening.id = kernel::OperationId::derive(theirs.uuid(), "expire");
    let decision = decide(&mut book, world.now, &opening);
    assert_eq!(decision, Decision::Rejected(Code::IdempotencyKeyMalformed));
    opening.initiator.kind = 0;
    assert!(matches!(decide(&mut book, world.now, &opening), Decision::Posted { .. }));
}
