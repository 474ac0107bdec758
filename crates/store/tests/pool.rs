//! The pool says no in time, tells no secrets, and opens others like itself.

use kernel::{Code, Secret};
use store::testing::TestDatabase;
use store::{Config, Store};

#[tokio::test]
async fn no_free_connection_is_a_refusal() {
    let database = TestDatabase::create().await;
    let config = Config { url: database.url(), max_connections: 1 };
    let store = Store::connect(&config).await.unwrap();
    let _held = store.begin().await.unwrap();
    let refused = store.begin().await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::Busy));
}

#[tokio::test]
async fn a_wrong_address_is_an_error_without_the_password() {
    for url in ["not an address", "postgres://u:hunter2@localhost/db?host=/nowhere"] {
        let config = Config { url: Secret::new(url.to_owned()), max_connections: 1 };
        let error = Store::connect(&config).await.unwrap_err();
        assert!(!format!("{error} {error:?} {config:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn another_pool_has_its_settings() {
    let database = TestDatabase::create().await;
    let settings = [("plan_cache_mode", "force_generic_plan"), ("statement_timeout", "7s")];
    let pool = database.store().pool_with(2, &settings).await.unwrap();
    let shown: String = sqlx::query_scalar(
        "SELECT concat_ws(' ', current_setting('plan_cache_mode'),
                current_setting('statement_timeout'),
                current_setting('idle_in_transaction_session_timeout'))",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(shown, "force_generic_plan 7s 30s");
}

#[tokio::test]
async fn whoever_goes_away_while_a_transaction_begins_leaves_none_open() {
    let database = TestDatabase::create().await;
    let config = Config { url: database.url(), max_connections: 1 };
    let (store, other) = (Store::connect(&config).await.unwrap(), database.store());
    sqlx::query("CREATE TABLE written (n int)").execute(other.pool()).await.unwrap();
    let mut left = 0;
    for n in 0..400 {
        // Goes away at any step of it.
        tokio::select! {
            biased;
            begun = store.begin() => drop(begun.unwrap()),
            () = steps(n % 20) => left += 1,
        }
        let write = sqlx::query("INSERT INTO written VALUES ($1)").bind(n);
        assert_eq!(write.execute(store.pool()).await.unwrap().rows_affected(), 1);
        // Another connection sees what was said to be written.
        let seen = sqlx::query_scalar("SELECT count(*) FROM written WHERE n = $1").bind(n);
        let seen: i64 = seen.fetch_one(other.pool()).await.unwrap();
        assert_eq!(seen, 1, "round {n}");
    }
    assert!(left > 50, "nobody went away early enough: {left}");
}

async fn steps(count: i32) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}
