//! The pool says no in time, and lost races are run again.

use std::sync::atomic::{AtomicU32, Ordering};

use kernel::{Code, Error, Result, Secret};
use store::testing::TestDatabase;
use store::{Config, Store, broken, commit, retry};

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
async fn a_lost_race_is_run_again_three_times_at_most() {
    let database = TestDatabase::create().await;
    let store = database.store();
    sqlx::query("INSERT INTO outbox_cursor (consumer) VALUES ('c')")
        .execute(store.pool())
        .await
        .unwrap();
    let tries = AtomicU32::new(0);
    let lose = |times: u32| {
        let (store, tries) = (&store, &tries);
        move || async move {
            let mut tx = store.begin().await?;
            let doing = "changing it under another's hand";
            sqlx::raw_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1")
                .execute(&mut *tx)
                .await
                .map_err(broken(doing))?;
            if tries.fetch_add(1, Ordering::Relaxed) < times {
                sqlx::query("UPDATE outbox_cursor SET seq = seq + 1")
                    .execute(store.pool())
                    .await
                    .map_err(broken(doing))?;
            }
            sqlx::query("UPDATE outbox_cursor SET seq = seq + 1")
                .execute(&mut *tx)
                .await
                .map_err(broken(doing))?;
            commit(tx).await
        }
    };
    retry("changing it", lose(2)).await.unwrap();
    assert_eq!(tries.swap(0, Ordering::Relaxed), 3);
    let in_the_end: Result<()> = retry("changing it", lose(3)).await;
    assert!(matches!(in_the_end, Err(Error::Broken(_))));
    assert_eq!(tries.load(Ordering::Relaxed), 3);

    let refusals = AtomicU32::new(0);
    let refused: Result<()> = retry("being refused", || async {
        refusals.fetch_add(1, Ordering::Relaxed);
        Err(Code::NotFound.into())
    })
    .await;
    assert!(refused.is_err());
    assert_eq!(refusals.load(Ordering::Relaxed), 1, "an answer is not a lost race");
}
