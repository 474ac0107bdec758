//! Every migration can be taken back, and leaves nothing behind when it is.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kernel::{Clock, Moment};
use sqlx::PgPool;
use store::testing::TestDatabase;
use store::{migrations, partitions, upkeep};

/// Everything that a migration can make, as sorted lines.
async fn schema(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        r"
        WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname = 'public'),
        relation AS (
            SELECT c.* FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM ours)
              AND c.relname NOT LIKE '\_sqlx\_migrations%'
        )
        SELECT line FROM (
            SELECT format('relation %s %s %s %s', relkind, relname, reloptions,
                          pg_get_partkeydef(oid)) AS line
            FROM relation
            UNION ALL
            SELECT format('column %s.%s %s %s null=%s identity=%s default=%s', r.relname, a.attname,
                          rank() OVER (PARTITION BY r.oid ORDER BY a.attnum),
                          format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
                          a.attidentity, pg_get_expr(d.adbin, d.adrelid))
            FROM relation r
            JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
            UNION ALL
            SELECT 'index ' || pg_get_indexdef(oid) FROM relation WHERE relkind IN ('i', 'I')
            UNION ALL
            SELECT format('constraint %s %s %s', conrelid::regclass, conname,
                          pg_get_constraintdef(c.oid))
            FROM pg_constraint c JOIN relation r ON r.oid = c.conrelid
            UNION ALL
            SELECT 'trigger ' || pg_get_triggerdef(t.oid)
            FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
            UNION ALL
            SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
            WHERE pronamespace IN (SELECT oid FROM ours) AND prokind IN ('f', 'p')
            UNION ALL
            SELECT format('type %s %s', typtype, typname) FROM pg_type
            WHERE typnamespace IN (SELECT oid FROM ours)
              AND typname NOT LIKE '%\_sqlx\_migrations'
            UNION ALL
            SELECT format('label %s.%s %s', t.typname, e.enumlabel, e.enumsortorder)
            FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
            UNION ALL
            SELECT 'schema ' || nspname FROM pg_namespace
            WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('public', 'information_schema')
            UNION ALL
            SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
        ) lines ORDER BY line",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

fn assert_same(found: &[String], expected: &[String]) {
    let more: Vec<_> = found.iter().filter(|l| !expected.contains(l)).collect();
    let less: Vec<_> = expected.iter().filter(|l| !found.contains(l)).collect();
    assert!(more.is_empty() && less.is_empty(), "more: {more:#?}\nless: {less:#?}");
}

#[tokio::test]
async fn all_migrations_go_up_down_and_up_again() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let all = migrations::status(&store).await.unwrap();
    assert!(all.iter().all(|m| m.applied_at > Some(Moment::EPOCH) && !m.differs), "{all:?}");

    // The database of a test has partitions too: they must go with their tables.
    let back = migrations::down(&store, 0).await.unwrap();
    assert_eq!(back.len(), all.len());
    assert_eq!(schema(store.pool()).await, Vec::<String>::new());
    let none = migrations::status(&store).await.unwrap();
    assert!(none.iter().all(|m| m.applied_at.is_none()));
    assert_eq!(none.len(), all.len());

    let names = migrations::up(&store).await.unwrap();
    assert_eq!(names, all.iter().map(|m| m.name.clone()).collect::<Vec<_>>());
    let first = schema(store.pool()).await;
    assert!(first.iter().any(|line| line.contains("column job.queue_key")));
    assert!(first.iter().any(|line| line.contains("job_one_running_per_queue")));

    migrations::down(&store, 0).await.unwrap();
    assert_eq!(schema(store.pool()).await, Vec::<String>::new());
    migrations::up(&store).await.unwrap();
    assert_same(&schema(store.pool()).await, &first);
    assert_eq!(migrations::up(&store).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn each_migration_alone_goes_down_and_up() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let all = migrations::status(&store).await.unwrap();
    migrations::down(&store, 0).await.unwrap();
    migrations::up(&store).await.unwrap();
    let whole = schema(store.pool()).await;
    for migration in all.iter().rev() {
        migrations::down(&store, migration.version - 1).await.unwrap();
        migrations::up(&store).await.unwrap();
        assert_same(&schema(store.pool()).await, &whole);
    }
}

/// Nothing wrote these words, and a bank that has rows of them all the same is migrated: to what
/// lets nobody in.
#[tokio::test]
async fn rows_of_words_that_are_gone_let_nobody_in() {
    let database = TestDatabase::create().await;
    let store = database.store();
    migrations::down(&store, 19).await.unwrap();
    let hand = "
        INSERT INTO auth_user (id, phone_index, phone_sealed, password_hash, password_changed_at,
                status, epoch, created_at)
            VALUES (gen_random_uuid(), decode(repeat('01', 32), 'hex'), '', '', now(), 'active', 0,
                now());
        INSERT INTO auth_device (id, user_id, kind, state, token_hash, name, platform, ip_prefix,
                created_at, last_seen, cooling_until)
            SELECT gen_random_uuid(), u.id, 'browser', s.state, sha256(s.state::bytea), s.state, '',
                '', now(), now(), now()
            FROM auth_user u, (VALUES ('pending'), ('cooling'), ('active'), ('locked')) s (state);
        INSERT INTO auth_challenge (id, purpose, channel, contact_index, contact_sealed, guard,
                created_at, expires_at, sent_count, sent_at)
            SELECT gen_random_uuid(), p, 'sms', sha256('a'), '', sha256('b'), now(), now(), 1, now()
            FROM unnest('{sign_up,phone_old,step_up,phone_new}'::text[]) p";
    sqlx::raw_sql(hand).execute(store.pool()).await.unwrap();
    migrations::up(&store).await.unwrap();
    let left: Vec<String> = sqlx::query_scalar(
        "SELECT name || ' ' || state || ' ' || coalesce(end_reason, '') FROM auth_device
         UNION ALL SELECT purpose FROM auth_challenge ORDER BY 1",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    let expected = [
        "active active ",
        "cooling cooling ",
        "locked revoked state_locked",
        "pending revoked state_pending",
        "phone_new",
        "sign_up",
    ];
    assert_eq!(left, expected);
}

#[tokio::test]
async fn two_nodes_migrate_at_the_same_time() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let count = migrations::down(&store, 0).await.unwrap().len();
    let (one, other) = tokio::join!(migrations::up(&store), migrations::up(&store));
    assert_eq!(one.unwrap().len() + other.unwrap().len(), count);
}

#[tokio::test]
async fn a_database_of_other_scripts_is_refused() {
    let database = TestDatabase::create().await;
    let store = database.store();
    sqlx::query("UPDATE _sqlx_migrations SET checksum = 'x' WHERE version = 1")
        .execute(store.pool())
        .await
        .unwrap();
    let status = migrations::status(&store).await.unwrap();
    assert!(status[0].differs && !status[1].differs);
    assert!(migrations::up(&store).await.is_err());
    assert!(migrations::down(&store, 0).await.is_err());
}

#[tokio::test]
async fn partitions_are_made_once_by_many() {
    let database = TestDatabase::create().await;
    let store = database.store();
    let made = async || -> Vec<String> {
        sqlx::query_scalar(
            "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
             WHERE c.relkind = 'r' AND pg_get_expr(relpartbound, c.oid) <> 'DEFAULT' ORDER BY 1",
        )
        .fetch_all(store.pool())
        .await
        .unwrap()
    };
    let now = Clock::System.now();
    assert_eq!(made().await.len(), 15);
    upkeep::once(&store, now).await.unwrap();
    assert_eq!(made().await.len(), 15);

    migrations::down(&store, 0).await.unwrap();
    assert!(partitions::ensure(&store, now).await.is_err(), "there is no table to divide");
    migrations::up(&store).await.unwrap();
    let new_year: Moment = "2026-12-31T23:59:59.999Z".parse().unwrap();
    let ensure = || partitions::ensure(&store, new_year);
    let (a, b, c) = tokio::join!(ensure(), ensure(), ensure());
    assert!(a.is_ok() && b.is_ok() && c.is_ok(), "{a:?} {b:?} {c:?}");
    let expected: Vec<String> = ["audit_event", "operation", "transfer"]
        .into_iter()
        .flat_map(|t| {
            ["2026_11", "2026_12", "2027_01", "2027_02", "2027_03"].map(|m| format!("{t}_{m}"))
        })
        .collect();
    assert_eq!(made().await, expected);
    // A month later there is one more, and none has gone.
    partitions::ensure(&store, new_year.plus_seconds(1)).await.unwrap();
    assert_eq!(made().await.len(), 18);

    let at: String = sqlx::query_scalar(
        "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'operation_2027_01'",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    // 2027-01-01T00:00:00Z is 1798761600000 ms, 2027-02-01 is 1801440000000 ms.
    assert_eq!(
        at,
        "FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') \
         TO ('01a36e30-f800-0000-0000-000000000000')"
    );
}
