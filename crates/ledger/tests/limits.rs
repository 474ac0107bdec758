//! Limits under operations and reversals: no ceiling is ever passed, and a reversal makes exactly
//! its part usable again, in the window that it was taken from.
//!
//! What was used is added up here from the operations alone, window by window, and compared with
//! what the counters say.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::{
    AccountId, Asset, Clock, Code, Ctx, Day, Entropy, ManualClock, Moment, OperationId, Permissions,
};
use ledger::rules::{Book, Decision, decide};
use ledger::{
    BalanceRule, Config, CounterKey, Ledger, NewAccount, Operation, Principal, Transfer,
    TransferKind, Use, Window,
};
use proptest::prelude::*;
use store::testing::TestDatabase;
use uuid::Uuid;

/// Some noon in November 2026.
const START: Moment = Moment::from_micros(1_795_000_000_000_000);
/// A day's, three days', for ever, and how many a day.
const CEILINGS: [i64; 4] = [100, 200, 900, 5];

fn ctx() -> Ctx {
    Ctx::system("test", Permissions::OPERATOR)
}

fn key(limit: usize) -> CounterKey {
    CounterKey { limit: Uuid::from_u128(u128::try_from(limit).unwrap()), subject: Uuid::nil() }
}

/// In which window a limit counts what happens on a day.
fn window(limit: usize, day: Day) -> Window {
    let start = |day: Day| day.start().seconds();
    match limit {
        1 => Window { start: start(day), oldest: start(day.days_before(2)) },
        2 => Window::EVER,
        _ => Window::alone(start(day)),
    }
}

/// What a payment of a day uses.
fn uses(day: Day, amount: i64) -> Vec<Use> {
    let of = |(limit, ceiling): (usize, i64)| {
        let amount = if limit == 3 { 1 } else { amount };
        Use::up_to(key(limit), window(limit, day), amount, ceiling)
    };
    (0..).zip(CEILINGS).map(of).collect()
}

/// A payment, and how much of it was given back.
#[derive(Clone)]
struct Paid {
    operation: Operation,
    amount: i64,
    back: i64,
    reversals: u32,
}

impl Paid {
    /// Gives so much more back: of each use the same proportion of it as of the amount.
    fn reversal(&self, part: i64) -> Operation {
        let id = self.operation.id.uuid();
        let id = OperationId::derive(id, &format!("reversal/{}", self.reversals));
        let mut reversal = Operation::new(id, "test.reversal", self.operation.initiator);
        let Transfer { debit, credit, .. } = self.operation.transfers[0];
        reversal.transfers.push(moved(credit, debit, part));
        for used in &self.operation.uses {
            let share = |amount: i64| used.amount * amount / self.amount;
            let part = share(self.back + part) - share(self.back);
            if part > 0 {
                reversal.uses.push(used.given_back_in_part(part));
            }
        }
        reversal
    }
}

const fn moved(debit: AccountId, credit: AccountId, amount: i64) -> Transfer {
    Transfer { debit, credit, amount, kind: TransferKind::Post, code: 1 }
}

fn payment(now: Moment, [from, to]: [AccountId; 2], amount: i64, day: Day) -> Operation {
    let initiator = Principal::of(&ctx()).unwrap();
    let mut operation =
        Operation::new(OperationId::generate(now, Entropy), "test.payment", initiator);
    operation.transfers.push(moved(from, to, amount));
    operation.uses = uses(day, amount);
    operation
}

fn opening(now: Moment, accounts: [AccountId; 2]) -> Operation {
    let initiator = Principal::of(&ctx()).unwrap();
    let mut operation = Operation::new(OperationId::generate(now, Entropy), "open", initiator);
    for id in accounts {
        operation.opens.push(NewAccount {
            id,
            number: None,
            owner: None,
            asset: Asset::Uzs,
            code: 20_206,
            rule: BalanceRule::None,
        });
    }
    operation
}

/// What operations used of each limit, by where the part of the counter begins.
#[derive(Clone, Default)]
struct Tally([BTreeMap<i64, i64>; 4]);

impl Tally {
    fn add(&mut self, uses: &[Use]) {
        for used in uses {
            let limit = usize::try_from(used.counter.limit.as_u128()).unwrap();
            *self.0[limit].entry(used.window.start).or_default() += used.amount;
        }
    }

    /// Nothing is below zero, and no window above its ceiling.
    fn check(&self) {
        for (limit, parts) in self.0.iter().enumerate() {
            for (start, used) in parts {
                assert!(*used >= 0, "limit {limit} has {used} in {start}");
                let days = if limit == 1 { 2 } else { 0 };
                let oldest = start - days * 86_400;
                let sum: i64 = parts.range(oldest..=*start).map(|(_, used)| used).sum();
                assert!(sum <= CEILINGS[limit], "limit {limit} has {sum} up to {start}");
            }
        }
    }

    /// What more may be used of a limit on a day, if nothing of that is forgotten.
    fn room(&self, limit: usize, day: Day) -> i64 {
        let Window { start, oldest } = window(limit, day);
        let parts = &self.0[limit];
        let used: i64 = if oldest < start {
            parts.range(oldest..).map(|(_, used)| used).sum()
        } else {
            parts.get(&start).copied().unwrap_or(0)
        };
        CEILINGS[limit] - used
    }
}

#[derive(Clone, Debug)]
enum Step {
    Pay { amount: i64, late: bool },
    Back { which: usize, percent: i64 },
    Midnight,
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..60_i64, prop::bool::weighted(0.2))
            .prop_map(|(amount, late)| Step::Pay { amount, late }),
        4 => (any::<usize>(), 1..=100_i64)
            .prop_map(|(which, percent)| Step::Back { which, percent }),
        1 => Just(Step::Midnight),
    ]
}

/// Whether so much more of one limit is let in on a day.
fn lets(book: &Book, now: Moment, accounts: [AccountId; 2], used: Use) -> bool {
    let mut operation = payment(now, accounts, 1, now.day());
    operation.uses = vec![used];
    matches!(decide(&mut book.clone(), now, &operation), Decision::Posted { .. })
}

/// A reversal gave exactly this back: so much less is used of the window, and exactly what there is
/// room for then is let in. Of a window that is forgotten nothing is.
fn gave_exactly(
    used: &Use,
    (before, after): (&Book, &Book),
    tally: &Tally,
    (now, accounts): (Moment, [AccountId; 2]),
) {
    let counter = &after.counters[&used.counter];
    let kept = |start: i64| counter.forgotten().is_none_or(|forgotten| start > forgotten);
    let change = counter.used(used.window) - before.counters[&used.counter].used(used.window);
    assert_eq!(change, if kept(used.window.start) { used.amount } else { 0 });
    let limit = usize::try_from(used.counter.limit.as_u128()).unwrap();
    // What is counted for ever has no day.
    if !kept(used.window.oldest) || limit == 2 {
        return;
    }
    let room = tally.room(limit, Moment::from_micros(used.window.start * 1_000_000).day());
    let asks = |amount| Use { amount, ..*used };
    assert!(room <= 0 || lets(after, now, accounts, asks(room)));
    assert!(!lets(after, now, accounts, asks(room.max(0) + 1)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// In whatever order operations and reversals are decided, late ones too: no ceiling is passed
    /// at any time, a reversal is never refused for its limits, and after it exactly as much more
    /// is let in as it gave back, on the day of the payment and not on another.
    #[test]
    fn a_reversal_makes_exactly_its_part_usable_again(
        steps in prop::collection::vec(steps(), 1..80)
    ) {
        let accounts = [(); 2].map(|()| AccountId::generate(START, Entropy));
        let (mut book, mut now) = (Book::default(), START);
        decide(&mut book, now, &opening(now, accounts));
        let (mut tally, mut paid) = (Tally::default(), Vec::<Paid>::new());
        for step in steps {
            now = now.plus_seconds(1);
            match step {
                Step::Midnight => now = now.plus_seconds(86_400),
                Step::Pay { amount, late } => {
                    let day = if late { now.day().days_before(1) } else { now.day() };
                    let operation = payment(now, accounts, amount, day);
                    let fits = operation.uses.iter().zip(0..).all(|(used, limit)| {
                        used.amount <= tally.room(limit, day)
                    });
                    match decide(&mut book, now, &operation) {
                        Decision::Posted { .. } => {
                            prop_assert!(fits);
                            tally.add(&operation.uses);
                            paid.push(Paid { operation, amount, back: 0, reversals: 0 });
                        }
                        Decision::Refused { refusal, .. } => {
                            prop_assert_eq!(refusal.code, Code::LimitExceeded);
                            // One that comes late finds what was forgotten full.
                            prop_assert!(!fits || late);
                        }
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
                Step::Back { which, percent } => {
                    let open: Vec<_> = (0..paid.len())
                        .filter(|n| paid[*n].back < paid[*n].amount)
                        .collect();
                    let Some(n) = which.checked_rem(open.len()) else { continue };
                    let paid = &mut paid[open[n]];
                    let part = ((paid.amount - paid.back) * percent / 100).max(1);
                    let reversal = paid.reversal(part);
                    let before = book.clone();
                    let decision = decide(&mut book, now, &reversal);
                    prop_assert!(matches!(decision, Decision::Posted { .. }), "{:?}", decision);
                    tally.add(&reversal.uses);
                    for used in &reversal.uses {
                        gave_exactly(used, (&before, &book), &tally, (now, accounts));
                    }
                    paid.back += part;
                    paid.reversals += 1;
                    // The same one again gives nothing more back.
                    let again = decide(&mut book, now, &reversal);
                    prop_assert!(matches!(again, Decision::Replayed(_)));
                }
            }
            tally.check();
            for (limit, parts) in tally.0.iter().enumerate() {
                let Some(counter) = book.counters.get(&key(limit)) else { continue };
                for (start, used) in counter.parts() {
                    prop_assert_eq!(parts.get(start), Some(used));
                }
            }
        }
    }
}

/// The answer to an operation, asked again until there is one.
async fn answered(ledger: &Ledger, operation: &Operation) -> Result<(), Code> {
    for _ in 0..400 {
        match ledger.execute(&ctx(), operation.clone()).await {
            Ok(_) => return Ok(()),
            Err(error) => match error.code() {
                Some(Code::Busy | Code::OutcomeUnknown) | None => {}
                Some(code) => return Err(code),
            },
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("an operation was never answered");
}

/// Cuts the connections of all nodes, again and again, as a server that is restarted does.
async fn cut_connections(db: &TestDatabase, stop: Arc<AtomicBool>) {
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(70)).await;
        // The one that cuts may be cut as well by what it asks of the pool.
        drop(sqlx::query(cut).execute(db.store().pool()).await);
    }
}

/// In the order in which the books have them, and out of what stands in each, the operations pass
/// no ceiling and make what stands in the counters.
async fn as_recorded(ledgers: &[Ledger], done: &[OperationId]) {
    let mut recorded = Vec::new();
    for id in done {
        recorded.push(ledgers[0].operation(*id).await.unwrap().unwrap());
    }
    recorded.sort_unstable_by_key(|operation| operation.at);
    let mut tally = Tally::default();
    for operation in &recorded {
        tally.add(&operation.uses);
        tally.check();
    }
    let keys: Vec<_> = (0..CEILINGS.len()).map(key).collect();
    let counters: HashMap<_, _> = ledgers[1].counters(&keys).await.unwrap();
    for (limit, parts) in tally.0.iter().enumerate() {
        for (start, used) in counters[&key(limit)].parts() {
            assert_eq!(parts.get(start), Some(used), "limit {limit} in {start}");
        }
    }
    assert_eq!(ledgers[1].verify().await.unwrap().findings, vec![]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_nodes_across_midnight_and_cut_connections_no_ceiling_is_passed() {
    const DAYS: usize = 4;
    let db = TestDatabase::create().await;
    let clock = ManualClock::new(Clock::System.now());
    let nodes = [(); 2].map(|()| Config { workers: 2, ..Config::default() });
    let mut ledgers = Vec::new();
    for config in nodes {
        let clock = Clock::Manual(clock.clone());
        ledgers.push(Ledger::start(&db.store(), clock, config).await.unwrap());
    }
    let accounts = [(); 2].map(|()| AccountId::generate(clock.now(), Entropy));
    answered(&ledgers[0], &opening(clock.now(), accounts)).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let mut paid: Vec<Paid> = Vec::new();
    let mut done: Vec<OperationId> = Vec::new();
    let play = async {
        for _ in 0..DAYS {
            let mut calls = Vec::new();
            // Reversals of earlier days come among the payments, and some payments come late.
            for (paid, n) in paid.iter().zip(0..).filter(|(paid, _)| paid.back < paid.amount) {
                let part = ((paid.amount - paid.back) / 2).max(1);
                calls.push((Some((n, part)), paid.reversal(part)));
            }
            for n in 0..24 {
                let day = clock.now().day();
                let day = if n % 6 == 0 { day.days_before(1) } else { day };
                calls.push((None, payment(clock.now(), accounts, 7 + n % 31, day)));
            }
            let midnight = clock.clone();
            let turned = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                midnight.advance_seconds(86_400);
            });
            let asked = calls.into_iter().zip(0_usize..).map(|((of, operation), n)| {
                let ledger = ledgers[n % 2].clone();
                tokio::spawn(async move {
                    let answer = answered(&ledger, &operation).await;
                    (of, operation, answer)
                })
            });
            let asked: Vec<_> = asked.collect();
            for asked in asked {
                let (of, operation, answer) = asked.await.unwrap();
                match (of, answer) {
                    (Some((n, part)), Ok(())) => {
                        paid[n].back += part;
                        paid[n].reversals += 1;
                        done.push(operation.id);
                    }
                    (None, Ok(())) => {
                        done.push(operation.id);
                        let amount = operation.transfers[0].amount;
                        paid.push(Paid { operation, amount, back: 0, reversals: 0 });
                    }
                    (None, Err(code)) => assert_eq!(code, Code::LimitExceeded),
                    (Some(_), Err(code)) => panic!("a reversal was refused: {code}"),
                }
            }
            turned.await.unwrap();
        }
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(play, cut_connections(&db, Arc::clone(&stop)));

    as_recorded(&ledgers, &done).await;
    assert!(done.len() > DAYS * 4, "{}", done.len());
}
