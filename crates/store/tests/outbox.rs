//! The event log skips nothing, and hands over in order.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::{Clock, Ctx, Error, Moment, Permissions};
use serde_json::json;
use store::outbox::{self, Event, NewEvent, Relay};
use store::testing::TestDatabase;
use store::{Store, Tx, commit, jobs};
use tokio::sync::watch;
use uuid::Uuid;

const NOW: Moment = Moment::from_micros(1_795_000_000_000_000);

fn event(subject: u128) -> NewEvent {
    NewEvent { kind: "test.happened", subject: Uuid::from_u128(subject), at: NOW, payload: None }
}

async fn open(store: &Store, subject: u128) -> Tx {
    let mut tx = store.begin().await.unwrap();
    outbox::append(&mut tx, &[event(subject)]).await.unwrap();
    tx
}

async fn append(store: &Store, subject: u128) {
    store.commit_and_wake(open(store, subject).await).await.unwrap();
}

fn subjects(events: &[Event]) -> Vec<u128> {
    events.iter().map(|e| e.subject.as_u128()).collect()
}

/// Transactions of other tests on the same server delay what can be read, never for long.
async fn read_until(store: &Store, consumer: &str, wanted: usize) -> Vec<Event> {
    for _ in 0..500 {
        let events = outbox::read(store, consumer, 100).await.unwrap();
        if events.len() >= wanted {
            return events;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the events do not come");
}

async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not happen");
}

fn operator() -> Ctx {
    Ctx::system("operator", Permissions::NONE)
}

#[tokio::test]
async fn a_late_commit_is_not_skipped() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let early = open(&store, 1).await;
    let late = open(&store, 2).await;
    commit(late).await.unwrap();
    // The second is committed, but before it stands one that is still open.
    assert_eq!(outbox::read(&store, "c", 10).await.unwrap(), []);
    commit(early).await.unwrap();
    append(&store, 3).await;
    let events = read_until(&store, "c", 3).await;
    assert_eq!(subjects(&events), [1, 2, 3]);

    outbox::advance(&store, "c", events[1].cursor).await.unwrap();
    assert_eq!(subjects(&outbox::read(&store, "c", 10).await.unwrap()), [3]);
    // A cursor never goes back, and each consumer has its own.
    outbox::advance(&store, "c", events[0].cursor).await.unwrap();
    assert_eq!(subjects(&outbox::read(&store, "c", 10).await.unwrap()), [3]);
    assert_eq!(subjects(&outbox::read(&store, "other", 2).await.unwrap()), [1, 2]);
}

#[tokio::test]
async fn a_number_drawn_early_by_a_later_transaction_is_not_skipped() {
    // The one that writes first commits last, and its second event has a later number than the
    // other's: a reader by numbers alone would pass it.
    let database = TestDatabase::create().await;
    let store = database.store();
    let mut slow = open(&store, 1).await;
    append(&store, 2).await;
    outbox::append(&mut slow, &[event(3)]).await.unwrap();
    append(&store, 4).await;
    commit(slow).await.unwrap();
    let events = read_until(&store, "c", 4).await;
    assert_eq!(subjects(&events), [1, 3, 2, 4]);
}

#[tokio::test]
async fn what_is_rolled_back_did_not_happen() {
    let database = TestDatabase::create().await;
    let store = database.store();
    drop(open(&store, 1).await);
    let mut tx = store.begin().await.unwrap();
    let full = NewEvent { payload: Some(json!({"a": 1})), ..event(2) };
    outbox::append(&mut tx, &[full, event(3)]).await.unwrap();
    commit(tx).await.unwrap();
    let events = read_until(&store, "c", 2).await;
    assert_eq!(subjects(&events), [2, 3]);
    assert_eq!(events[0].payload, Some(json!({"a": 1})));
    assert_eq!((events[0].at, &*events[0].kind), (NOW, "test.happened"));
    assert_eq!(events[1].payload, None);
}

#[tokio::test]
async fn a_consumer_ahead_of_the_database_is_an_incident() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let ahead = outbox::Cursor { xid: 1 << 40, seq: 1 };
    outbox::advance(&store, "c", ahead).await.unwrap();
    assert!(outbox::read(&store, "c", 10).await.is_err());
}

#[tokio::test]
async fn only_what_everyone_has_read_is_trimmed() {
    let database = TestDatabase::create().await;
    let store = database.store();
    for subject in 1..=3 {
        append(&store, subject).await;
    }
    let later = NOW.plus_seconds(60);
    assert_eq!(outbox::trim(&store, later).await.unwrap(), 0, "nobody has read anything");
    let events = read_until(&store, "fast", 3).await;
    outbox::advance(&store, "fast", events[2].cursor).await.unwrap();
    outbox::advance(&store, "slow", events[0].cursor).await.unwrap();
    assert_eq!(outbox::trim(&store, NOW).await.unwrap(), 0, "nothing is old");
    assert_eq!(outbox::trim(&store, later).await.unwrap(), 1);
    assert_eq!(subjects(&outbox::read(&store, "new", 10).await.unwrap()), [2, 3]);
    outbox::advance(&store, "slow", events[2].cursor).await.unwrap();
    assert_eq!(outbox::trim(&store, later).await.unwrap(), 2);
}

#[tokio::test]
async fn two_relays_hand_over_each_event_once_and_in_order() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (stop, shutdown) = watch::channel(false);
    let relays: Vec<_> = (0..2)
        .map(|_| {
            let seen = Arc::clone(&seen);
            let handler = outbox::handler(move |e: Event| {
                seen.lock().unwrap().push(e.subject.as_u128());
                async { Ok(()) }
            });
            let relay = Relay::new(store.clone(), Clock::System, "c", handler);
            tokio::spawn(relay.run(shutdown.clone()))
        })
        .collect();
    for subject in 0..100 {
        append(&store, subject).await;
    }
    until(async || seen.lock().unwrap().len() >= 100).await;
    // The active one goes away; the other takes over where it stopped.
    relays[0].abort();
    for subject in 100..150 {
        append(&store, subject).await;
    }
    until(async || seen.lock().unwrap().len() >= 150).await;
    assert_eq!(*seen.lock().unwrap(), (0..150).collect::<Vec<u128>>());
    stop.send(true).unwrap();
    for relay in relays {
        let _ = tokio::time::timeout(Duration::from_secs(5), relay).await.unwrap();
    }
}

#[tokio::test]
async fn a_bad_event_is_buried_and_can_be_revived() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let healed = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let handler = {
        let (seen, healed) = (Arc::clone(&seen), Arc::clone(&healed));
        outbox::handler(move |e: Event| {
            let subject = e.subject.as_u128();
            seen.lock().unwrap().push(subject);
            let bad = !healed.load(std::sync::atomic::Ordering::Relaxed);
            async move {
                assert!(subject != 3 || !bad, "a handler may panic");
                if subject == 2 && bad {
                    return Err(Error::broken("handling it", "phone=+998901234567"));
                }
                Ok(())
            }
        })
    };
    let relay = Relay::new(store.clone(), Clock::System, "c", handler);
    let (kind, revived) = relay.dead_letters();
    let (stop, shutdown) = watch::channel(false);
    let runner = jobs::Runner::new(store.clone(), Clock::System).on(kind, revived);
    let relay = tokio::spawn(relay.run(shutdown.clone()));
    for subject in 1..=4 {
        append(&store, subject).await;
    }
    until(async || jobs::dead(&store).await.unwrap().len() == 2).await;
    until(async || seen.lock().unwrap().contains(&4)).await;
    assert_eq!(*seen.lock().unwrap(), [1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4]);
    let dead = jobs::dead(&store).await.unwrap();
    assert!(dead.iter().all(|d| d.kind == "outbox.c"));
    let errors: Vec<_> = dead.iter().filter_map(|d| d.last_error.clone()).collect();
    assert!(errors.contains(&"broken while: handling it".to_owned()), "{errors:?}");

    healed.store(true, std::sync::atomic::Ordering::Relaxed);
    let runner = tokio::spawn(runner.run(shutdown));
    for job in dead {
        jobs::revive(&store, &operator(), job.id).await.unwrap();
    }
    until(async || seen.lock().unwrap().len() == 14).await;
    assert_eq!(jobs::dead(&store).await.unwrap(), []);
    stop.send(true).unwrap();
    relay.await.unwrap();
    runner.await.unwrap();
}
