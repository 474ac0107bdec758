//! A private server starts, is killed, and starts again with everything that was committed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use kernel::Secret;
use sqlx::Connection;
use sqlx::PgConnection;
use store::embedded::{Cluster, Options};
use store::{Config, Store};

/// A folder in the target folder, emptied before.
fn dir(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    dir
}

async fn connect(url: &Secret<String>) -> PgConnection {
    PgConnection::connect(url.expose()).await.unwrap()
}

#[tokio::test]
async fn what_was_committed_survives_a_kill() {
    let dir = dir("kill me");
    let cluster = Cluster::start(Options { dir: dir.clone(), durable: true }).await.unwrap();
    cluster.create_database_if_missing("okto bank").await.unwrap();
    cluster.create_database_if_missing("okto bank").await.unwrap();
    let url = cluster.url("okto bank");
    let mut conn = connect(&url).await;
    let setting: String = sqlx::query_scalar(
        "SELECT concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'),
                current_setting('full_page_writes'), current_setting('data_checksums'),
                current_setting('listen_addresses'), current_setting('server_encoding'))",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(setting, "on on on on  UTF8");
    sqlx::raw_sql("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
        .execute(&mut conn)
        .await
        .unwrap();

    for n in 2..=3 {
        let pid = cluster.postmaster_pid().unwrap();
        cluster.kill().await.unwrap();
        assert!(!cluster.is_running());
        assert!(sqlx::query("SELECT 1").execute(&mut conn).await.is_err());
        cluster.restart().await.unwrap();
        assert_ne!(cluster.postmaster_pid().unwrap(), pid);
        conn = connect(&url).await;
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&mut conn).await.unwrap();
        assert_eq!(count, n - 1);
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut conn).await.unwrap();
    }

    // Whoever comes second uses the running server, and does not stop it.
    let guest = Cluster::start(Options { dir: dir.clone(), durable: true }).await.unwrap();
    assert_eq!(guest.postmaster_pid(), cluster.postmaster_pid());
    guest.stop().await.unwrap();
    assert!(cluster.is_running());
    conn.close().await.unwrap();
    cluster.stop().await.unwrap();
    assert!(!cluster.is_running());
    std::fs::remove_dir_all(cluster.dir()).unwrap();
}

#[tokio::test]
async fn a_lock_file_left_behind_does_no_harm() {
    let cluster = Cluster::start(Options { dir: dir("stale"), durable: false }).await.unwrap();
    let lock_file = cluster.data_dir().join("postmaster.pid");
    let text = std::fs::read_to_string(&lock_file).unwrap();
    let pid = cluster.postmaster_pid().unwrap();
    cluster.kill().await.unwrap();
    // After a restart of the machine, the number is that of any other living process: this one.
    let other = text.replacen(&pid.to_string(), &std::process::id().to_string(), 1);
    std::fs::write(&lock_file, other).unwrap();
    assert!(!cluster.is_running());
    let again = Cluster::start(Options { dir: cluster.dir().to_path_buf(), durable: false }).await;
    let again = again.unwrap();
    assert!(again.is_running());
    again.stop().await.unwrap();
    std::fs::remove_dir_all(cluster.dir()).unwrap();
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_no_obstacle() {
    // In a folder that every user may enter: where the server's user may not, the cluster would be
    // moved to a short path.
    let name = format!("okto-{}-{}", "long".repeat(30), std::process::id());
    let dir = std::env::temp_dir().join(name);
    let cluster = Cluster::start(Options { dir, durable: false }).await.unwrap();
    assert!(cluster.socket_dir().starts_with("/tmp"));
    connect(&cluster.url("postgres")).await.close().await.unwrap();
    cluster.stop().await.unwrap();
    std::fs::remove_dir_all(cluster.dir()).unwrap();
    std::fs::remove_dir_all(cluster.socket_dir()).unwrap();
}

#[tokio::test]
async fn a_pool_comes_back_after_the_server_does() {
    let cluster = Cluster::start(Options { dir: dir("pool"), durable: false }).await.unwrap();
    let url = cluster.url("postgres");
    let store = Store::connect(&Config { url, max_connections: 3 }).await.unwrap();
    store.ping().await.unwrap();
    cluster.kill().await.unwrap();
    assert!(store.ping().await.is_err());
    cluster.restart().await.unwrap();
    store.ping().await.unwrap();
    cluster.stop().await.unwrap();
    std::fs::remove_dir_all(cluster.dir()).unwrap();
}

/// Root's own folders are closed to the user that the server then runs as.
#[tokio::test]
async fn a_closed_parent_sends_the_cluster_elsewhere() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let closed = dir("closed");
    std::fs::create_dir_all(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
    let root = std::fs::metadata(&closed).unwrap().uid() == 0;
    let cluster = Cluster::start(Options { dir: closed.join("pg"), durable: false }).await.unwrap();
    assert_eq!(cluster.dir().starts_with("/var/lib/okto"), root);
    connect(&cluster.url("postgres")).await.close().await.unwrap();
    cluster.stop().await.unwrap();
    std::fs::remove_dir_all(cluster.dir()).unwrap();
}
