//! The PostgreSQL engine against the pure decision: the same requests, the same answers, the same
//! rows.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::HashMap;
use std::sync::Arc;

use common::{World, requests};
use kernel::{
    AccountId, Asset, Clock, Code, Ctx, Entropy, Error, HoldId, ManualClock, Moment, OperationId,
    Permissions, Refusal,
};
use ledger::rules::{Book, Decision, decide};
use ledger::statements::{Codes, Filter, Labelled};
use ledger::{
    BalanceRule, Config, Entry, Ledger, NewAccount, Operation, Principal, Status, Transfer,
    TransferKind,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::testing::TestDatabase;
use uuid::Uuid;

fn ctx() -> Ctx {
    Ctx::system("test", Permissions::OPERATOR)
}

async fn manual(db: &TestDatabase, now: Moment) -> (Ledger, ManualClock) {
    let clock = ManualClock::new(now);
    let config = Config { workers: 1, ..Config::default() };
    let ledger = Ledger::start(&db.store(), Clock::Manual(clock.clone()), config).await.unwrap();
    (ledger, clock)
}

/// The transfers that the model says each operation wrote.
type Written = HashMap<OperationId, Vec<Entry>>;

/// Sends operations as one batch and compares every answer with the model's.
async fn compare_batch(
    ledger: &Ledger,
    (book, written): (&mut Book, &mut Written),
    now: Moment,
    batch: &[Operation],
) {
    let answers: Vec<_> = {
        let mut calls = Vec::new();
        for operation in batch {
            let (ledger, operation, ctx) = (ledger.clone(), operation.clone(), ctx());
            calls.push(async move { ledger.execute(&ctx, operation).await });
        }
        let mut started = Vec::new();
        for mut call in calls.into_iter().map(Box::pin) {
            // The first poll puts the operation into the queue: in this order.
            let waker = std::task::Waker::noop();
            let first = call.as_mut().poll(&mut std::task::Context::from_waker(waker));
            started.push((first, call));
        }
        let mut answers = Vec::new();
        for (first, call) in started {
            answers.push(match first {
                std::task::Poll::Ready(answer) => answer,
                std::task::Poll::Pending => call.await,
            });
        }
        answers
    };
    for (operation, answer) in batch.iter().zip(answers) {
        match (decide(book, now, operation), answer) {
            (Decision::Posted { at, entries }, Ok(receipt)) => {
                assert!(!receipt.replayed);
                assert_eq!((receipt.at, &receipt.entries), (at, &entries));
                written.insert(operation.id, entries);
            }
            (Decision::Refused { refusal, .. }, Err(Error::Refused(got))) => {
                assert_eq!(got, refusal);
            }
            (Decision::Replayed(known), answer) => match (known.refusal, answer) {
                (None, Ok(receipt)) => {
                    assert!(receipt.replayed);
                    assert_eq!(receipt.at, known.at);
                }
                (Some(refusal), Err(Error::Refused(got))) => {
                    // Values come back in another order from the database.
                    assert_eq!((got.code, sorted(&got)), (refusal.code, sorted(&refusal)));
                }
                (known, got) => panic!("replay: {known:?} and {got:?}"),
            },
            (Decision::Rejected(code), Err(error)) => assert_eq!(error.code(), Some(code)),
            (decision, got) => panic!("{operation:?}\nmodel {decision:?}\npostgres {got:?}"),
        }
    }
}

fn sorted(refusal: &Refusal) -> Vec<(String, String)> {
    let mut values: Vec<_> =
        refusal.values.iter().map(|(n, v)| (n.to_string(), v.clone())).collect();
    values.sort();
    values
}

/// Compares every row of the case with the model's book: accounts, holds, counters, references,
/// operations and their transfers. When a hold ends stands in the hold, not in its transfer.
async fn compare_books(ledger: &Ledger, book: &Book, written: &Written, world: &World) {
    for id in &world.accounts {
        let stored = ledger.account(*id).await.unwrap().unwrap();
        assert_eq!(stored.account, book.accounts[id]);
        let held: i64 = ledger.open_holds(*id).await.unwrap().iter().map(|h| h.amount).sum();
        assert_eq!(held, stored.account.debits_pending);
    }
    for (id, hold) in &book.holds {
        assert_eq!(ledger.hold(*id).await.unwrap().as_ref(), Some(hold));
    }
    let keys: Vec<_> = book.counters.keys().copied().collect();
    let counters = ledger.counters(&keys).await.unwrap();
    for (key, counter) in &book.counters {
        assert_eq!(counters[key], *counter);
    }
    for ((scheme, reference), operation) in &book.references {
        let stored = ledger.operations_by_reference(scheme, reference).await.unwrap();
        assert!(stored.contains(operation));
    }
    for operation in &world.asked {
        let stored = ledger.operation(operation.id).await.unwrap();
        let known = book.known.get(&operation.id);
        assert_eq!(stored.is_some(), known.is_some());
        let (Some(stored), Some(known)) = (stored, known) else { continue };
        assert_eq!((stored.at, stored.initiator), (known.at, known.initiator));
        assert_eq!(stored.request_hash, known.request_hash);
        assert_eq!(stored.refusal.as_ref().map(sorted), known.refusal.as_ref().map(sorted));
        assert_eq!((&stored.uses, &stored.detail), (&operation.uses, &operation.detail));
        let mut expected = written.get(&operation.id).cloned().unwrap_or_default();
        for entry in &mut expected {
            if let TransferKind::Hold { expires_at } = &mut entry.transfer.kind {
                *expires_at = None;
            }
        }
        assert_eq!(stored.entries, expected);
    }
}

#[tokio::test]
async fn random_business_gives_the_same_answers_and_rows() {
    let db = TestDatabase::create().await;
    let base = Clock::System.now();
    let cases = 24;
    let mut runner = TestRunner::default();
    for case in 0..cases {
        // Each case begins later, so that its accounts and operations are its own.
        let start = base.plus_seconds(case);
        let (ledger, clock) = manual(&db, start).await;
        let mut world = World::new(start);
        let (mut book, mut written) = (Book::default(), Written::new());
        let opening = world.opening();
        compare_batch(&ledger, (&mut book, &mut written), world.now, &[opening]).await;
        let strategy = prop::collection::vec(requests(), 20..120);
        let asked = strategy.new_tree(&mut runner).unwrap().current();
        let mut batch = Vec::new();
        for request in &asked {
            let before = world.now;
            match world.interpret(request) {
                Some(operation) if batch.len() < 17 => batch.push(operation),
                next => {
                    compare_batch(&ledger, (&mut book, &mut written), before, &batch).await;
                    batch.clear();
                    batch.extend(next);
                    clock.advance_seconds(world.now.micros_since(before) / 1_000_000);
                }
            }
        }
        compare_batch(&ledger, (&mut book, &mut written), world.now, &batch).await;
        compare_books(&ledger, &book, &written, &world).await;
    }
    let report = manual(&db, base).await.0.verify().await.unwrap();
    assert_eq!(report.findings, vec![]);
    assert!(report.operations > 500, "{report:?}");
}

/// Two accounts of a customer and a bank account that money comes from.
async fn three_accounts(ledger: &Ledger, now: Moment) -> [AccountId; 3] {
    let ids = [(); 3].map(|()| AccountId::generate(now, Entropy));
    let mut open = operation(now, "account.open");
    for (id, rule) in ids.iter().zip([
        BalanceRule::None,
        BalanceRule::DebitsWithinCredits,
        BalanceRule::DebitsWithinCredits,
    ]) {
        let new = NewAccount {
            id: *id,
            number: None,
            owner: None,
            asset: Asset::Uzs,
            code: 20_206,
            rule,
        };
        open.opens.push(new);
    }
    ledger.execute(&ctx(), open).await.unwrap();
    ids
}

fn operation(now: Moment, kind: &'static str) -> Operation {
    let initiator = Principal::of(&ctx()).unwrap();
    Operation::new(OperationId::generate(now, Entropy), kind, initiator)
}

fn post(now: Moment, debit: AccountId, credit: AccountId, amount: i64) -> Operation {
    let mut operation = operation(now, "test.post");
    operation.transfers.push(Transfer { debit, credit, amount, kind: TransferKind::Post, code: 1 });
    operation
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_with_the_same_requests_post_each_once() {
    let db = TestDatabase::create().await;
    let now = Clock::System.now();
    let nodes = [
        Arc::new(Ledger::start(&db.store(), Clock::System, Config::default()).await.unwrap()),
        Arc::new(Ledger::start(&db.store(), Clock::System, Config::default()).await.unwrap()),
    ];
    let [bank, a, b] = three_accounts(&nodes[0], now).await;
    nodes[0].execute(&ctx(), post(now, bank, a, 1_000)).await.unwrap();
    let mut calls = Vec::new();
    for n in 0..300_i64 {
        let (from, to) = if n % 2 == 0 { (a, b) } else { (b, a) };
        let operation = post(now, from, to, 1 + n % 7);
        for node in &nodes {
            let (node, operation) = (Arc::clone(node), operation.clone());
            let id = operation.id;
            calls.push(tokio::spawn(async move { (id, node.execute(&ctx(), operation).await) }));
        }
    }
    let mut posted = HashMap::<OperationId, u32>::new();
    for call in calls {
        let (id, answer) = call.await.unwrap();
        match answer {
            Ok(receipt) if !receipt.replayed => *posted.entry(id).or_default() += 1,
            Ok(_) => {}
            Err(error) => assert_eq!(error.code(), Some(Code::InsufficientFunds), "{error:?}"),
        }
    }
    assert!(posted.values().all(|n| *n == 1), "an operation was posted twice");
    let report = nodes[1].verify().await.unwrap();
    assert_eq!(report.findings, vec![]);
    assert!(posted.len() > 100);
}

#[tokio::test]
async fn holds_expire_once_and_give_the_money_back() {
    let db = TestDatabase::create().await;
    let (ledger, clock) = manual(&db, Clock::System.now()).await;
    let [bank, a, _] = three_accounts(&ledger, clock.now()).await;
    ledger.execute(&ctx(), post(clock.now(), bank, a, 1_000)).await.unwrap();
    let mut hold = operation(clock.now(), "test.hold");
    let expires_at = Some(clock.now().plus_seconds(60));
    let kind = TransferKind::Hold { expires_at };
    hold.transfers.push(Transfer { debit: a, credit: bank, amount: 900, kind, code: 1 });
    let id = HoldId::of(hold.id, 0);
    ledger.execute(&ctx(), hold).await.unwrap();
    let refused = ledger.execute(&ctx(), post(clock.now(), a, bank, 200)).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::InsufficientFunds));
    assert_eq!(ledger.expire_due_holds(&ctx()).await.unwrap(), 0);
    // Asked too early, the expiry leaves no trace, so that it can be asked again in time.
    let mut early = operation(clock.now(), "hold.expire");
    early.id = OperationId::derive(id.uuid(), "expire");
    let kind = TransferKind::Expire { hold: id };
    early.transfers.push(Transfer { debit: a, credit: bank, amount: 900, kind, code: 1 });
    let refused = ledger.execute(&ctx(), early).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::HoldNotDue));
    clock.advance_seconds(61);
    let mut late = operation(clock.now(), "test.capture");
    let kind = TransferKind::Capture { hold: id };
    late.transfers.push(Transfer { debit: a, credit: bank, amount: 900, kind, code: 1 });
    let refused = ledger.execute(&ctx(), late).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::HoldExpired));
    assert_eq!(ledger.expire_due_holds(&ctx()).await.unwrap(), 1);
    assert_eq!(ledger.expire_due_holds(&ctx()).await.unwrap(), 0);
    ledger.execute(&ctx(), post(clock.now(), a, bank, 1_000)).await.unwrap();
    assert_eq!(ledger.verify().await.unwrap().findings, vec![]);
}

#[tokio::test]
async fn statements_and_past_balances_come_from_the_rows() {
    let db = TestDatabase::create().await;
    let (ledger, clock) = manual(&db, Clock::System.now()).await;
    let start = clock.now();
    let [bank, a, b] = three_accounts(&ledger, start).await;
    let mut expected = vec![0];
    for n in 1..=10_i64 {
        clock.advance_seconds(10);
        let (from, to, change): (_, _, i64) = if n % 3 == 0 { (a, b, -50) } else { (bank, a, 100) };
        ledger.execute(&ctx(), post(clock.now(), from, to, change.abs())).await.unwrap();
        expected.push(expected.last().unwrap() + change);
    }
    for (balance, n) in expected.iter().zip(0_i64..) {
        let at = start.plus_seconds(n * 10 + 5);
        assert_eq!(ledger.balance_at(a, at).await.unwrap(), *balance, "after {n}");
    }
    let (from, to) = (start.plus_seconds(25), start.plus_seconds(75));
    let statement = ledger.statement(a, from, to).await.unwrap();
    assert_eq!((statement.opening, statement.closing), (expected[2], expected[7]));
    assert_eq!((statement.credits, statement.debits), (300, 100));
    assert_eq!(statement.lines.len(), 5);
    let quiet = ledger.statement(a, start.plus_seconds(21), start.plus_seconds(29)).await.unwrap();
    assert_eq!((quiet.opening, quiet.closing, quiet.lines.len()), (expected[2], expected[2], 0));

    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page =
            ledger.lines(&[a, b], &ledger::statements::Filter::default(), after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.position());
        seen.extend(page.into_iter().map(|l| (l.at, l.account, l.amount)));
    }
    assert_eq!(seen.len(), 13, "ten lines of one account and three of the other, each once");
    assert!(seen.windows(2).all(|w| w[0] > w[1]), "newest first");
}

/// Opens an account for each owner, and puts 1,000 on the first.
fn opened_for(
    bank: AccountId,
    accounts: [AccountId; 3],
    owners: [Uuid; 3],
    now: Moment,
) -> Operation {
    let mut opening = post(now, bank, accounts[0], 1_000);
    opening.opens = accounts
        .into_iter()
        .zip(owners)
        .map(|(id, owner)| NewAccount {
            id,
            number: None,
            owner: Some(owner),
            asset: Asset::Uzs,
            code: 20_206,
            rule: BalanceRule::DebitsWithinCredits,
        })
        .collect();
    opening
}

/// After four labels. What is no category is not kept, and then nothing is told either.
async fn labels_are_told_and_checked(
    db: &TestDatabase,
    ledger: &Ledger,
    (owner, operation): (Uuid, OperationId),
) {
    for none in [0, 15] {
        assert!(ledger.set_label(owner, operation, none, Clock::System.now()).await.is_err());
    }
    let told = "SELECT count(*) FROM outbox WHERE kind = 'operation.labelled'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(db.store().pool()).await.unwrap();
    assert_eq!(told, 4);
}

async fn several_at_once_are_as_each(ledger: &Ledger, [a, c]: [AccountId; 2], owners: [Uuid; 2]) {
    let nobody = AccountId::from_uuid(owners[0]);
    let mut found = ledger.accounts_by_ids(&[a, c, nobody]).await.unwrap();
    found.sort_unstable_by_key(|r| r.account.id != a);
    assert_eq!(found.iter().map(|r| r.account.id).collect::<Vec<_>>(), [a, c]);
    let mut of_each = ledger.accounts_of(owners[0]).await.unwrap();
    of_each.extend(ledger.accounts_of(owners[1]).await.unwrap());
    let sorted = |records: Vec<ledger::AccountRecord>| {
        let mut ids: Vec<_> = records.iter().map(|r| r.account.id.uuid()).collect();
        ids.sort_unstable();
        ids
    };
    let of_all = ledger.accounts_of_all(&owners).await.unwrap();
    assert_eq!(sorted(of_all), sorted(of_each));
}

/// Two accounts of one owner, one of another owner, and what moved between them and the bank.
#[tokio::test]
async fn owners_label_and_sum_up_what_left() {
    let db = TestDatabase::create().await;
    let (ledger, clock) = manual(&db, Clock::System.now()).await;
    let start = clock.now();
    let [bank, ..] = three_accounts(&ledger, start).await;
    let owners = [1, 1, 2].map(Uuid::from_u128);
    let [a, b, c] = owners.map(|_| AccountId::generate(start, Entropy));
    ledger.execute(&ctx(), opened_for(bank, [a, b, c], owners, start)).await.unwrap();
    let mut ids = Vec::new();
    for (from, to, amount) in [(a, b, 300), (b, c, 50), (a, c, 20), (c, a, 5), (a, bank, 1)] {
        clock.advance_seconds(10);
        let operation = post(clock.now(), from, to, amount);
        ids.push(operation.id);
        ledger.execute(&ctx(), operation).await.unwrap();
    }
    let [own, first, second, _, _] = ids[..] else { panic!("{ids:?}") };
    for (owner, id, label) in [(1, first, 8), (1, first, 7), (1, own, 7), (2, second, 9)] {
        let owner = Uuid::from_u128(owner);
        ledger.set_label(owner, id, label, clock.now()).await.unwrap();
    }
    assert_eq!(ledger.label(owners[0], first).await.unwrap(), Some(7));
    assert_eq!(ledger.label(owners[0], second).await.unwrap(), None);
    labels_are_told_and_checked(&db, &ledger, (owners[0], first)).await;
    several_at_once_are_as_each(&ledger, [a, c], [owners[0], owners[2]]).await;

    let left = async |owner, from, to| {
        let found = ledger.outgoings(owner, from, to).await.unwrap();
        let mut found: Vec<_> =
            found.iter().map(|o| (o.account == a, o.label, o.amount, o.transfers)).collect();
        found.sort_unstable();
        found
    };
    let end = clock.now().plus_micros(1_000_000);
    let all = left(owners[0], start, end).await;
    assert_eq!(all, [(false, Some(7), 50, 1), (true, None, 21, 2)]);
    assert_eq!(left(owners[2], start, end).await, [(false, None, 5, 1)]);
    let early = left(owners[0], start, start.plus_seconds(25)).await;
    assert_eq!(early, [(false, Some(7), 50, 1)]);

    let lines = async |filter: Filter| {
        let lines = ledger.lines(&[a, b], &filter, None, 100).await.unwrap();
        lines.into_iter().map(|l| (l.amount, l.own, l.label)).collect::<Vec<_>>()
    };
    let between = lines(Filter { own: Some(true), ..Filter::default() }).await;
    assert_eq!(between.len(), 2);
    assert!(
        between
            .iter()
            .all(|(amount, own, label)| { amount.abs() == 300 && *own && *label == Some(7) })
    );
    assert_eq!(lines(Filter { own: Some(false), ..Filter::default() }).await.len(), 5);
    let code = post(start, a, b, 1).transfers[0].code;
    let labelled = |labelled: Labelled| Filter { labelled: Some(labelled), ..Filter::default() };
    let seven = Labelled { label: 7, ..Labelled::default() };
    assert_eq!(lines(labelled(seven.clone())).await.len(), 3);
    // A code that takes no label counts by itself.
    let fixed = Labelled { fixed: vec![code], ..seven.clone() };
    assert_eq!(lines(labelled(fixed)).await, []);
    let outgoing = Codes { codes: vec![code], others: false };
    let out = lines(labelled(Labelled { outgoing, ..seven.clone() })).await;
    assert_eq!(out.iter().map(|l| l.0).sum::<i64>(), -1 - 20 - 50);
    let incoming = Codes { codes: vec![code], others: true };
    assert_eq!(lines(labelled(Labelled { incoming, ..seven })).await.len(), 3);

    let changes = ledger.last_changes(&[owners[2], Uuid::nil()]).await.unwrap();
    let last = ledger.lines(&[c], &Filter::default(), None, 1).await.unwrap()[0].at;
    assert_eq!(changes, [(owners[2], last)]);
}

#[tokio::test]
async fn frozen_accounts_take_money_in_and_closed_ones_nothing() {
    let db = TestDatabase::create().await;
    let (ledger, clock) = manual(&db, Clock::System.now()).await;
    let [bank, a, b] = three_accounts(&ledger, clock.now()).await;
    ledger.execute(&ctx(), post(clock.now(), bank, a, 100)).await.unwrap();
    let change = |account, status| {
        let mut operation = operation(clock.now(), "account.status");
        operation.statuses.push((account, status));
        operation
    };
    ledger.execute(&ctx(), change(a, Status::Frozen)).await.unwrap();
    ledger.execute(&ctx(), post(clock.now(), bank, a, 100)).await.unwrap();
    let out = ledger.execute(&ctx(), post(clock.now(), a, b, 1)).await.unwrap_err();
    assert_eq!(out.code(), Some(Code::AccountFrozen));
    let close = ledger.execute(&ctx(), change(a, Status::Closed)).await.unwrap_err();
    assert_eq!(close.code(), Some(Code::AccountNotEmpty));
    ledger.execute(&ctx(), change(b, Status::Closed)).await.unwrap();
    let closed = ledger.execute(&ctx(), post(clock.now(), bank, b, 1)).await.unwrap_err();
    assert_eq!(closed.code(), Some(Code::AccountClosed));
}

/// The verifier must see what it promises to see: each kind of damage is done to a good book and
/// must be found.
#[tokio::test]
async fn the_verifier_finds_damage() {
    let damages = [
        (
            "UPDATE account SET credits_posted = credits_posted + 1 WHERE balance_rule = 1",
            "sum to zero",
        ),
        ("UPDATE transfer SET amount = amount + 1", "sum of the account's transfers"),
        ("UPDATE transfer SET credit_balance = credit_balance + 1", "follows from the one before"),
        ("DELETE FROM transfer WHERE ctid = (SELECT max(ctid) FROM transfer)", "totals equal"),
        ("DELETE FROM operation WHERE kind = 'test.post'", "belongs to a posted operation"),
        (
            "UPDATE account SET debits_pending = debits_pending + 1 WHERE balance_rule = 0",
            "open holds",
        ),
        (
            "INSERT INTO limit_counter VALUES (gen_random_uuid(), gen_random_uuid(), 0, 5)",
            "limit counter",
        ),
    ];
    for (damage, rule) in damages {
        let db = TestDatabase::create().await;
        let (ledger, clock) = manual(&db, Clock::System.now()).await;
        let [bank, a, b] = three_accounts(&ledger, clock.now()).await;
        ledger.execute(&ctx(), post(clock.now(), bank, a, 500)).await.unwrap();
        ledger.execute(&ctx(), post(clock.now(), a, b, 100)).await.unwrap();
        assert_eq!(ledger.verify().await.unwrap().findings, vec![]);
        sqlx::raw_sql(damage).execute(db.store().pool()).await.unwrap();
        let found = ledger.verify().await.unwrap().findings;
        assert!(found.iter().any(|f| f.rule.contains(rule)), "{damage}: {found:?}");
    }
}
