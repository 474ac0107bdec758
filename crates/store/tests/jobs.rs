//! Jobs run once, one after another where they must, and are never lost.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::{Clock, Code, Ctx, Error, JobId, ManualClock, Permissions};
use serde_json::json;
use store::Store;
use store::jobs::{self, Job, NewJob, Runner};
use store::testing::TestDatabase;
use tokio::sync::watch;

fn new_job(number: u64) -> NewJob {
    NewJob::of("test", &json!({ "number": number }), 3).unwrap()
}

fn ctx() -> Ctx {
    Ctx::system("test", Permissions::NONE)
}

async fn enqueue(store: &Store, ctx: &Ctx, job: NewJob) -> JobId {
    let mut tx = store.begin().await.unwrap();
    let id = jobs::enqueue(&mut tx, ctx, job).await.unwrap();
    store.commit_and_wake(tx).await.unwrap();
    id
}

async fn state(store: &Store, id: JobId) -> String {
    sqlx::query_scalar("SELECT state FROM job WHERE id = $1")
        .bind(id.uuid())
        .fetch_one(store.pool())
        .await
        .unwrap()
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

fn number(job: &Job) -> u64 {
    job.payload["number"].as_u64().unwrap()
}

/// Runs until it is dropped.
struct Running(watch::Sender<bool>, tokio::task::JoinHandle<()>);

fn start(runner: Runner) -> Running {
    let (stop, shutdown) = watch::channel(false);
    Running(stop, tokio::spawn(runner.run(shutdown)))
}

impl Running {
    async fn stop(self) {
        self.0.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(15), self.1).await.unwrap().unwrap();
    }

    /// As a power cut would.
    async fn crash(self) {
        self.1.abort();
        let _ = self.1.await;
    }
}

fn operator() -> Ctx {
    Ctx::system("operator", Permissions::NONE)
}

#[tokio::test]
async fn two_runners_run_each_job_once() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let seen = Arc::new(Mutex::new(HashMap::<u64, usize>::new()));
    let handler = {
        let seen = Arc::clone(&seen);
        jobs::handler(move |job: Job| {
            *seen.lock().unwrap().entry(number(&job)).or_default() += 1;
            async { Ok(()) }
        })
    };
    let runners: Vec<_> = (0..2)
        .map(|_| {
            let runner = Runner::new(store.clone(), Clock::System);
            start(runner.on("test", handler.clone()))
        })
        .collect();
    let (mut last, ctx) = (None, ctx());
    for n in 0..200 {
        last = Some(enqueue(&store, &ctx, new_job(n)).await);
    }
    until(async || seen.lock().unwrap().len() == 200).await;
    until(async || state(&store, last.unwrap()).await == "done").await;
    for running in runners {
        running.stop().await;
    }
    assert!(seen.lock().unwrap().values().all(|times| *times == 1));
    let done: i64 = sqlx::query_scalar("SELECT count(*) FROM job WHERE state = 'done'")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(done, 200);

    assert_eq!(jobs::clean(&store, ctx.now()).await.unwrap(), 0);
    assert_eq!(jobs::clean(&store, ctx.now().plus_seconds(90_000)).await.unwrap(), 200);
}

#[tokio::test]
async fn a_job_of_a_transaction_that_is_rolled_back_never_was() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let mut tx = store.begin().await.unwrap();
    jobs::enqueue(&mut tx, &ctx(), new_job(1)).await.unwrap();
    drop(tx);
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM job").fetch_one(store.pool()).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn a_job_starts_right_after_the_commit() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
    let handler = jobs::handler(move |_| {
        started.send(tokio::time::Instant::now()).unwrap();
        async { Ok(()) }
    });
    let running = start(Runner::new(store.clone(), Clock::System).on("test", handler));
    let ctx = ctx();
    let mut medians = Vec::new();
    for _ in 0..3 {
        let mut waits = Vec::new();
        for n in 0..20 {
            tokio::time::sleep(Duration::from_millis(13)).await;
            let before = tokio::time::Instant::now();
            enqueue(&store, &ctx, new_job(n)).await;
            waits.push(starts.recv().await.unwrap() - before);
        }
        waits.sort();
        medians.push(waits[10]);
    }
    // By polling every 200 ms alone, each median would be about 100 ms. The machine may be busy
    // for a while, so the best of three counts.
    assert!(medians.iter().min().unwrap() < &Duration::from_millis(50), "{medians:?}");
    running.stop().await;
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let clock = ManualClock::new(Clock::System.now());
    let ctx = ctx().with_clock(Clock::Manual(clock.clone()));
    let handler = jobs::handler(|_| async { Ok(()) });
    let runner = Runner::new(store.clone(), Clock::Manual(clock.clone()));
    let running = start(runner.on("test", handler));
    let later = NewJob { run_at: Some(ctx.now().plus_seconds(60)), ..new_job(1) };
    let id = enqueue(&store, &ctx, later).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(state(&store, id).await, "ready");
    clock.advance_seconds(60);
    until(async || state(&store, id).await == "done").await;
    running.stop().await;
}

#[tokio::test]
async fn a_failing_job_is_tried_again_then_dead_then_revived() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let clock = ManualClock::new(Clock::System.now());
    let ctx = ctx().with_clock(Clock::Manual(clock.clone()));
    let tries = Arc::new(AtomicUsize::new(0));
    let handler = {
        let tries = Arc::clone(&tries);
        jobs::handler(move |_| {
            let n = tries.fetch_add(1, Ordering::Relaxed) + 1;
            async move {
                match n {
                    1 => Err(Error::broken("calling the host", "password=hunter2")),
                    2 => panic!("password=hunter2"),
                    3 => Err(Code::Busy.into()),
                    _ => Ok(()),
                }
            }
        })
    };
    let runner = Runner::new(store.clone(), Clock::Manual(clock.clone()));
    let running = start(runner.on("test", handler));
    let id = enqueue(&store, &ctx, new_job(1)).await;
    let last_error = async || -> Option<String> {
        sqlx::query_scalar("SELECT last_error FROM job WHERE id = $1")
            .bind(id.uuid())
            .fetch_one(store.pool())
            .await
            .unwrap()
    };
    for (n, shown) in [
        (1, "broken while: calling the host"),
        (2, "broken while: running a handler that panicked"),
        (3, "refused: busy"),
    ] {
        until(async || last_error().await.as_deref() == Some(shown)).await;
        assert_eq!(tries.load(Ordering::Relaxed), n, "it waits before it is tried again");
        clock.advance_seconds(4);
    }
    assert_eq!(state(&store, id).await, "dead");
    let dead = jobs::dead(&store).await.unwrap();
    assert_eq!((dead.len(), dead[0].id, dead[0].attempts), (1, id, 3));
    assert_eq!(number(&dead[0]), 1);

    jobs::revive(&store, &operator(), id).await.unwrap();
    until(async || state(&store, id).await == "done").await;
    let event: (String, String) =
        sqlx::query_as("SELECT actor, object FROM audit_event WHERE action = 'job.revived'")
            .fetch_one(store.pool())
            .await
            .unwrap();
    assert_eq!(event, ("system:operator".to_owned(), format!("job:{id}")));
    let again = jobs::revive(&store, &operator(), id).await.unwrap_err();
    assert_eq!(again.code(), Some(Code::NotFound));
    running.stop().await;
}

#[tokio::test]
async fn a_job_of_a_crashed_node_is_taken_over() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let lease = Duration::from_millis(600);
    let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
    let hanging = jobs::handler(move |job: Job| {
        started.send(job.attempts).unwrap();
        async {
            tokio::time::sleep(Duration::from_hours(1)).await;
            Ok(())
        }
    });
    let first = start(Runner::new(store.clone(), Clock::System).lease(lease).on("test", hanging));
    let ctx = ctx();
    let job = enqueue(&store, &ctx, new_job(1)).await;
    assert_eq!(starts.recv().await, Some(1));

    let (started_again, mut takes) = tokio::sync::mpsc::unbounded_channel();
    let quick = jobs::handler(move |job: Job| {
        started_again.send((job.attempts, job.last_error)).unwrap();
        async { Ok(()) }
    });
    let second = start(Runner::new(store.clone(), Clock::System).lease(lease).on("test", quick));
    // While the first lives, it renews its lease.
    tokio::time::sleep(lease * 3).await;
    assert_eq!(state(&store, job).await, "running");
    assert!(takes.try_recv().is_err());
    first.crash().await;
    let (attempts, last_error) = takes.recv().await.unwrap();
    assert_eq!((attempts, last_error.as_deref()), (2, Some("the node that ran it went away")));
    until(async || state(&store, job).await == "done").await;
    second.stop().await;
}

#[tokio::test]
async fn who_lost_the_lease_neither_goes_on_nor_finishes() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let finished = Arc::new(AtomicUsize::new(0));
    let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
    let handler = {
        let finished = Arc::clone(&finished);
        jobs::handler(move |_| {
            started.send(()).unwrap();
            let finished = Arc::clone(&finished);
            async move {
                tokio::time::sleep(Duration::from_secs(2)).await;
                finished.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        })
    };
    let runner = Runner::new(store.clone(), Clock::System).lease(Duration::from_millis(900));
    let running = start(runner.on("test", handler));
    let id = enqueue(&store, &ctx(), new_job(1)).await;
    starts.recv().await.unwrap();
    sqlx::query("UPDATE job SET lease_token = gen_random_uuid(), lease_until = 'infinity'")
        .execute(store.pool())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(finished.load(Ordering::Relaxed), 0);
    assert_eq!(state(&store, id).await, "running");
    running.stop().await;
}

#[tokio::test]
async fn a_job_that_takes_its_node_down_each_time_is_dead() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let id = enqueue(&store, &ctx(), new_job(1)).await;
    sqlx::query(
        "UPDATE job SET state = 'running', attempts = 3, lease_token = gen_random_uuid(),
                        lease_until = now() - interval '1 second'",
    )
    .execute(store.pool())
    .await
    .unwrap();
    let handler = jobs::handler(|_| async { Ok(()) });
    let running = start(Runner::new(store.clone(), Clock::System).on("test", handler));
    until(async || state(&store, id).await == "dead").await;
    running.stop().await;
}

#[tokio::test]
async fn jobs_of_one_queue_run_one_at_a_time() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let at_once = Arc::new(Mutex::new(HashMap::<String, (usize, usize)>::new()));
    let most_in_all = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let handler = {
        let (at_once, all) = (Arc::clone(&at_once), Arc::clone(&most_in_all));
        jobs::handler(move |job: Job| {
            let (at_once, all) = (Arc::clone(&at_once), Arc::clone(&all));
            async move {
                let key = job.queue_key.unwrap();
                {
                    let mut map = at_once.lock().unwrap();
                    let (now, most) = map.entry(key.clone()).or_default();
                    *now += 1;
                    *most = (*most).max(*now);
                }
                all.1.fetch_max(all.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
                all.0.fetch_sub(1, Ordering::SeqCst);
                at_once.lock().unwrap().get_mut(&key).unwrap().0 -= 1;
                Ok(())
            }
        })
    };
    let ctx = ctx();
    for n in 0..60 {
        let keyed = NewJob { queue_key: Some(format!("queue {}", n % 3)), ..new_job(n) };
        enqueue(&store, &ctx, keyed).await;
    }
    let runners: Vec<_> = (0..3)
        .map(|_| {
            let runner = Runner::new(store.clone(), Clock::System);
            start(runner.on("test", handler.clone()))
        })
        .collect();
    until(async || {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM job WHERE state <> 'done'")
            .fetch_one(store.pool())
            .await
            .unwrap();
        left == 0
    })
    .await;
    for running in runners {
        running.stop().await;
    }
    let map = at_once.lock().unwrap();
    assert_eq!(map.len(), 3);
    assert!(map.values().all(|(now, most)| (*now, *most) == (0, 1)), "{map:?}");
    assert!(most_in_all.1.load(Ordering::SeqCst) > 1, "different queues run side by side");
}

#[tokio::test]
async fn jobs_of_other_kinds_are_left_alone() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let handler = jobs::handler(|_| async { Ok(()) });
    let running = start(Runner::new(store.clone(), Clock::System).on("test", handler));
    let ctx = ctx();
    let foreign = enqueue(&store, &ctx, NewJob { kind: "foreign", ..new_job(1) }).await;
    let own = enqueue(&store, &ctx, new_job(2)).await;
    until(async || state(&store, own).await == "done").await;
    assert_eq!(state(&store, foreign).await, "ready");
    running.stop().await;
}
