//! The ledger's books and those of an ABS that fails in every way it can: in the end they agree to
//! the tiyin, nothing is posted twice, and what is wrong is found and nothing else.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod bank;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use accounting::day_close::{Closing, Unconfirmed};
use accounting::export::{Step, jobs};
use accounting::ports::CoreBanking;
use accounting::reconciliation::rules::BreakKind;
use bank::{Bank, CUSTOMERS};
use kernel::{Clock, Money};
use sandbox::abs::{Drift, Plant, Planted};
use sandbox::{Fault, FaultKind};
use tokio::sync::watch;

/// How many operations a run has; `OKTO_ABS_OPERATIONS` names another number.
const OPERATIONS: u64 = 2_000;
/// How long a request without an answer is held: longer than the bank waits.
const HOLD_MS: u64 = 2_000;

fn operations() -> u64 {
    let told = std::env::var("OKTO_ABS_OPERATIONS").ok();
    told.and_then(|n| n.parse().ok()).unwrap_or(OPERATIONS)
}

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

const FAULTS: [FaultKind; 8] = [
    FaultKind::Delay,
    FaultKind::TimeoutBefore,
    FaultKind::TimeoutAfter,
    FaultKind::Error500Before,
    FaultKind::Error500After,
    FaultKind::Duplicate,
    FaultKind::Unauthorized,
    FaultKind::Malformed,
];

/// Has something go wrong with a question to come, or with the ABS as a whole.
fn trouble(bank: &Bank, dice: &mut Dice) {
    match dice.roll(10) {
        0 => bank.sandbox.abs_down(Duration::from_millis(dice.roll(300))),
        1 => bank.sandbox.abs_restart(Duration::from_millis(dice.roll(200))).unwrap(),
        2 => bank.sandbox.abs_processing(u32::try_from(dice.roll(3) * 50).unwrap()),
        n => {
            let operation = ["post", "post", "post", "batch", "accounts"]
                [usize::try_from(dice.roll(5)).unwrap()];
            let fault = FAULTS[usize::try_from(dice.roll(8)).unwrap()];
            let delay = if fault == FaultKind::Delay { 20 * n } else { HOLD_MS };
            // While there is nothing to send they gather: as many as the sandbox keeps are enough.
            let _ = bank.sandbox.arm(Fault::next("abs", operation, fault).delay_ms(delay));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abs_that_fails_in_every_way_has_the_same_books_in_the_end() {
    let bank = Bank::open().await;
    let (count, mut dice) = (operations(), Dice(0x2026_1130));
    let (mut failures, mut killed) = (0, 0);
    for drift in DRIFTS {
        let plan = Plant::next(drift).times(3).after(u32::try_from(count / 5).unwrap());
        bank.sandbox.abs_plant(plan).unwrap();
    }
    let worked = AtomicBool::new(false);
    let working = async {
        // Customers do not wait: their operations end while the ABS is in trouble.
        bank.transfers(count).await;
        worked.store(true, Ordering::Relaxed);
    };
    let sending = async {
        let mut idle = 0;
        while idle < 5 {
            bank.accounting.writer(&Clock::System).once().await.unwrap();
            if dice.roll(2) == 0 {
                trouble(&bank, &mut dice);
            }
            let ctx = bank.ctx();
            let step = bank.accounting.send_next(&ctx, &bank.impatient);
            // Now and then the worker is killed in the middle of it.
            let patience = if dice.roll(5) == 0 { dice.roll(40) } else { 60_000 };
            match tokio::time::timeout(Duration::from_millis(patience), step).await {
                Ok(Ok(Step::Idle)) => {
                    let lag = bank.accounting.lag().await.unwrap();
                    let ended = worked.load(Ordering::Relaxed) && lag.unread == 0;
                    idle = if ended { idle + 1 } else { 0 };
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Ok(Ok(_)) => {}
                Ok(Err(_)) => failures += 1,
                Err(_) => killed += 1,
            }
        }
    };
    tokio::join!(working, sending);
    println!("{failures} failures, killed {killed} times");
    assert!(failures > 0 && killed > 0, "{failures} failures, killed {killed} times");

    // The rest goes without trouble.
    bank.sandbox.disarm();
    bank.sandbox.abs_down(Duration::ZERO);
    bank.sandbox.abs_processing(0);
    bank.write_down().await;
    for _ in 0..1_000 {
        match bank.accounting.send_next(&bank.ctx(), bank.abs.as_ref()).await {
            Ok(Step::Idle) => break,
            Ok(Step::Went) => {}
            Ok(Step::Waits) | Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    let lag = bank.accounting.lag().await.unwrap();
    assert_eq!((lag.documents, lag.rejected, lag.accounts, lag.unread), (0, 0, 0, 0), "{lag:?}");
    // What was planted is found, and nothing else.
    let planted = bank.sandbox.abs_planted();
    assert_eq!(planted.len(), 3 * DRIFTS.len());
    let (ctx, days) = (bank.ctx(), (bank.day(), bank.day().days_after(1)));
    let run = bank.accounting.reconcile_abs(&ctx, bank.abs.as_ref(), days).await.unwrap();
    assert_eq!(usize::try_from(run.found).unwrap(), planted.len());
    assert_eq!(found(&bank).await, planted.iter().map(expected).collect::<BTreeSet<_>>());

    // Without it, the books are the same.
    bank.sandbox.abs_repair();
    let entries = bank.entries().await;
    assert_eq!(u64::try_from(entries.len()).unwrap(), 2 * count + CUSTOMERS);
    assert!(entries.values().all(|times| *times == 1), "nothing is posted twice");
    bank.balances_agree("29801").await;
    let run = bank.accounting.reconcile_abs(&ctx, bank.abs.as_ref(), days).await.unwrap();
    assert_eq!((run.found, u64::try_from(run.agreed).unwrap()), (0, 2 * count + CUSTOMERS));
    assert_eq!(bank.ledger.verify().await.unwrap().findings, vec![]);
}

/// What the bank has to find of something planted.
fn expected(planted: &Planted) -> (BreakKind, String, i64) {
    let kind = match planted.drift {
        Drift::Amount => BreakKind::Amount,
        Drift::Missing => BreakKind::MissingThere,
        Drift::Extra => BreakKind::MissingHere,
        Drift::Duplicate => BreakKind::Duplicate,
        Drift::Status => BreakKind::Status,
        Drift::Late => BreakKind::Late,
        Drift::Reject => panic!("a rejection is no drift"),
    };
    (kind, planted.stands_under.clone(), planted.difference_minor)
}

const DRIFTS: [Drift; 6] =
    [Drift::Amount, Drift::Missing, Drift::Extra, Drift::Duplicate, Drift::Status, Drift::Late];

async fn found(bank: &Bank) -> BTreeSet<(BreakKind, String, i64)> {
    let mut all = BTreeSet::new();
    let mut after = None;
    loop {
        let page = bank.accounting.open_breaks(after).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(last.id);
        for stored in page.into_iter().filter(|stored| stored.book == "abs") {
            let document = stored.found.reference.split(' ').next().unwrap().to_owned();
            all.insert((stored.found.kind, document, stored.found.difference.minor));
        }
    }
}

#[tokio::test]
async fn the_breaks_are_what_was_planted_and_the_day_is_closed_without_them() {
    let bank = Bank::open().await;
    let days = (bank.day(), bank.day().days_after(1));
    bank.send_all().await;
    for drift in DRIFTS {
        bank.sandbox.abs_plant(Plant::next(drift).times(4).after(9)).unwrap();
    }
    bank.transfers(300).await;
    bank.send_all().await;
    let planted = bank.sandbox.abs_planted();
    assert_eq!(planted.len(), 4 * DRIFTS.len());
    let expected: BTreeSet<_> = planted.iter().map(expected).collect();
    let ctx = bank.ctx();
    let reconcile = || bank.accounting.reconcile_abs(&ctx, bank.abs.as_ref(), days);
    for _ in 0..2 {
        // What is found again is the same break.
        let run = reconcile().await.unwrap();
        assert_eq!(usize::try_from(run.found).unwrap(), planted.len());
        assert_eq!(found(&bank).await, expected);
    }

    // The day does not close over it.
    let day = bank.day();
    assert_eq!(close(&bank).await, Closing::NotOver);
    bank.clock.advance_seconds(13 * 3_600);
    let waiting = Unconfirmed { waiting: 1, ..Unconfirmed::default() };
    assert_eq!(close(&bank).await, Closing::Unconfirmed(waiting), "the sum of the fees");
    bank.send_all().await;
    let Closing::Differs(breaks) = close(&bank).await else { panic!("the sums differ") };
    assert!(!breaks.is_empty());
    assert_eq!(bank.abs.business_date().await.unwrap(), day);

    // Put right there, it agrees, and closes.
    bank.sandbox.abs_repair();
    assert_eq!(reconcile().await.unwrap().found, 0);
    assert_eq!(close(&bank).await, Closing::Closed);
    assert_eq!(bank.accounting.open_breaks(None).await.unwrap(), []);
    assert_eq!(bank.abs.business_date().await.unwrap(), day.days_after(1));
    bank.balances_agree("45200").await;
    let sums = bank.accounting.day_sums(day).await.unwrap();
    let income = bank.ledger.account(bank.income).await.unwrap().unwrap();
    let shown: Vec<_> = sums
        .iter()
        .map(|s| (s.product.as_str(), s.sides.credit.to_string(), s.amount, s.posted))
        .collect();
    let sum = Money::new(income.account.balance(), income.account.asset);
    assert_eq!(shown, [("transfer.internal", "45200".to_owned(), sum, true)]);
}

async fn close(bank: &Bank) -> Closing {
    bank.accounting.close_next(&bank.ctx(), bank.abs.as_ref()).await.unwrap().unwrap().1
}

#[tokio::test]
async fn a_rejected_document_waits_for_somebody_and_is_sent_again() {
    let bank = Bank::open().await;
    bank.sandbox.abs_plant(Plant::next(Drift::Reject).times(2).after(30)).unwrap();
    bank.transfers(40).await;
    bank.send_all().await;
    assert_eq!(bank.accounting.lag().await.unwrap().rejected, 2);
    let stuck = bank.accounting.stuck().await.unwrap();
    assert!(stuck.iter().all(|s| s.rejected && s.reason == "rejected_on_demand"), "{stuck:?}");
    bank.clock.advance_seconds(13 * 3_600);
    bank.write_down().await;
    let Closing::Unconfirmed(of_day) = close(&bank).await else { panic!("it is not confirmed") };
    assert_eq!(of_day.rejected, 2);

    for document in stuck {
        let mut tx = bank.store.begin().await.unwrap();
        bank.accounting.send_again(&mut tx, &bank.ctx(), document.id).await.unwrap();
        assert!(bank.accounting.send_again(&mut tx, &bank.ctx(), document.id).await.is_err());
        store::commit(tx).await.unwrap();
    }
    bank.send_all().await;
    assert_eq!(close(&bank).await, Closing::Closed);
    assert!(bank.entries().await.values().all(|times| *times == 1));
}

#[tokio::test]
async fn the_job_catches_up_after_the_abs_was_down_and_stops_when_told() {
    let bank = Bank::open().await;
    bank.sandbox.abs_down(Duration::from_millis(500));
    let (stop, shutdown) = watch::channel(false);
    let clock = Clock::Manual(bank.clock.clone());
    let writing = tokio::spawn(bank.accounting.writer(&clock).run(shutdown.clone()));
    let abs: Arc<dyn CoreBanking> = bank.abs.clone();
    // Two nodes: one sends, the other waits for its turn.
    let nodes = [0, 1].map(|_| {
        let (accounting, abs) = (bank.accounting.clone(), Arc::clone(&abs));
        tokio::spawn(jobs::send(accounting, abs, clock.clone(), shutdown.clone()))
    });
    bank.transfers(300).await;
    for _ in 0..3_000 {
        let lag = bank.accounting.lag().await.unwrap();
        if (lag.documents, lag.unread) == (0, 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bank.balances_agree("29801").await;
    stop.send(true).unwrap();
    let ended = async {
        writing.await.unwrap();
        for node in nodes {
            node.await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended).await.unwrap();
}
