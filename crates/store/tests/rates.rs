//! Rates hold under load and say when to come back.

use kernel::{Clock, Code, Ctx, Error, Lang, ManualClock, Moment};
use store::rates::{self, Rate};
use store::testing::TestDatabase;

const RATE: Rate = Rate { scope: "test", max: 10, window_seconds: 60 };

fn ctx() -> (Ctx, ManualClock) {
    // 20 s into a minute.
    let clock = ManualClock::new(Moment::from_micros(1_795_000_000_000_000));
    (Ctx::anonymous(Lang::En).with_clock(Clock::Manual(clock.clone())), clock)
}

#[tokio::test]
async fn of_fifty_at_once_only_the_maximum_pass() {
    let database = TestDatabase::create().await;
    let (ctx, clock) = ctx();
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (store, ctx) = (database.store(), ctx.clone());
            tokio::spawn(async move { rates::take(&store, &ctx, RATE, "key").await })
        })
        .collect();
    let mut passed = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => passed += 1,
            Err(Error::Refused(refusal)) => {
                assert_eq!(refusal.code, Code::TooManyRequests);
                assert_eq!(refusal.retry_after_seconds, Some(20));
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(passed, 10);

    let store = database.store();
    let counted: i32 =
        sqlx::query_scalar("SELECT n FROM rate_counter").fetch_one(store.pool()).await.unwrap();
    assert_eq!(counted, 50, "what was refused counts too");
    assert!(rates::take(&store, &ctx, RATE, "another key").await.is_ok());
    let other = Rate { scope: "other", ..RATE };
    assert!(rates::take(&store, &ctx, other, "key").await.is_ok());
    clock.advance_seconds(20);
    assert!(rates::take(&store, &ctx, RATE, "key").await.is_ok(), "the next window");
}

#[tokio::test]
async fn counters_are_cleaned_and_hold_no_keys() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let (ctx, _) = ctx();
    let phone = "+998901234567";
    rates::take(&store, &ctx, RATE, phone).await.unwrap();
    let key: String =
        sqlx::query_scalar("SELECT key FROM rate_counter").fetch_one(store.pool()).await.unwrap();
    assert!(key.len() == 64 && !key.contains("9989"), "{key}");
    assert_eq!(rates::clean(&store, ctx.now().plus_seconds(86_400)).await.unwrap(), 0);
    assert_eq!(rates::clean(&store, ctx.now().plus_seconds(3 * 86_400)).await.unwrap(), 1);
    let endless = Rate { window_seconds: 86_401, ..RATE };
    assert!(rates::take(&store, &ctx, endless, phone).await.is_err());
}

#[tokio::test]
async fn cleaning_goes_on_until_nothing_old_is_left() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let (ctx, _) = ctx();
    sqlx::query(
        "INSERT INTO rate_counter (scope, key, window_start, n)
         SELECT 'test', g::text, $1, 1 FROM generate_series(1, 12000) g",
    )
    .bind(ctx.now().datetime())
    .execute(store.pool())
    .await
    .unwrap();
    rates::take(&store, &ctx, RATE, "key").await.unwrap();
    let later = ctx.now().plus_seconds(2 * 86_400);
    assert_eq!(rates::clean(&store, later).await.unwrap(), 1, "older than two days");
    assert_eq!(rates::clean(&store, later.plus_seconds(1)).await.unwrap(), 12_000);
}

#[tokio::test]
async fn what_is_only_counted_is_counted_together_with_the_window_before() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let (ctx, clock) = ctx();
    let mut counted = Vec::new();
    for seconds in [0, 1, 30, 60, 120] {
        clock.advance_seconds(seconds);
        let of = rates::count(&store, &ctx, RATE, "key").await.unwrap();
        counted.push((of.now, of.before));
    }
    // Twice in one minute, once in each of the next two, and one minute is left out.
    assert_eq!(counted, [(1, 0), (2, 0), (1, 2), (1, 1), (1, 0)]);
    let many = rates::Counted { now: 1, before: 14 };
    assert_eq!(many.left_out_before(RATE), 4);
    assert_eq!(rates::Counted { now: 30, before: 10 }.left_out_before(RATE), 0);
}
