//! Databases for tests: each test gets a fresh one, cloned from a template that is migrated once.
//!
//! All test processes of a target folder share one server, which forgets everything in a power cut
//! and is therefore quick. It is left running; `stop_server` ends it. Databases of tests that
//! passed are dropped; those of tests that failed stay for a while, to be looked at.

mod keys;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kernel::{Clock, Entropy, Error, Moment, Result, Secret};
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::sync::OnceCell;

use crate::embedded::{Cluster, Options, lock, quoted};
use crate::{Config, Store, broken, migrations, partitions};

pub use crate::canary::planted_in;
pub use keys::TestKeys;

/// Connections of a test's pool.
const CONNECTIONS: u32 = 5;
/// How old the database of a failed or killed test grows.
const DATABASE_AGE_MAX_SECONDS: i64 = 3_600;
/// How old a template grows that no process asked for since.
const TEMPLATE_AGE_MAX_SECONDS: i64 = 86_400;

static SERVER: OnceCell<Server> = OnceCell::const_new();

struct Server {
    cluster: Cluster,
    template: String,
}

/// A fresh, migrated database with partitions around the present month.
#[must_use = "the database is dropped with this value"]
pub struct TestDatabase {
    name: String,
    url: Secret<String>,
    store: Store,
    psql: Command,
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// When PostgreSQL cannot be started or the migrations fail: then no test can run.
    pub async fn create() -> Self {
        Self::try_create().await.expect("a test needs a database")
    }

    async fn try_create() -> Result<Self> {
        let server = SERVER.get_or_try_init(Server::prepare).await?;
        let now = Clock::System.now();
        let random = crate::hex::hex(&Entropy.bytes::<6>());
        let name = format!("test_{}_{random}", now.seconds());
        server.clone_template(&name).await?;
        let url = server.cluster.url(&name);
        let store =
            Store::connect(&Config { url: url.clone(), max_connections: CONNECTIONS }).await?;
        Ok(Self { psql: server.cluster.drop_command(&name), name, url, store })
    }

    /// The database, through a pool of at most five connections.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// The address of the database, for another pool.
    pub fn url(&self) -> Secret<String> {
        self.url.clone()
    }
}

impl Drop for TestDatabase {
    /// Dropping a database waits for the server, and here is no way to wait: another process does
    /// it, and may outlive this one.
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::info!(name = self.name, "the database of the failed test is kept");
        } else if let Err(error) = self.psql.spawn() {
            tracing::warn!(name = self.name, %error, "the database of a test is left behind");
        }
    }
}

/// Stops the server of the tests, if it runs.
pub async fn stop_server() -> Result<()> {
    let dir = server_dir();
    if dir.exists() { Cluster::at(&dir)?.stop_whoever_started().await } else { Ok(()) }
}

impl Server {
    async fn prepare() -> Result<Self> {
        let dir = server_dir();
        let cluster = Cluster::start(Options { dir, durable: false }).await?;
        let now = Clock::System.now();
        let fingerprint: String = migrations::fingerprint().chars().take(16).collect();
        let month: String = now.to_string().chars().take(7).collect();
        let template = format!("template_{fingerprint}_{month}");
        let server = Self { cluster, template };
        server.make_template(now).await?;
        server.sweep(now).await?;
        Ok(server)
    }

    /// Makes the template under another name and renames it last: what has the name is complete.
    /// Nobody may connect to it, as a database cannot be cloned while somebody is.
    async fn make_template(&self, now: Moment) -> Result<()> {
        let lock = lock(self.cluster.dir()).await?;
        let mut conn = self.cluster.connect("postgres").await?;
        if exists(&mut conn, &self.template).await? {
            return Ok(());
        }
        let building = format!("{}_building", self.template);
        run(&mut conn, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(&building)))
            .await?;
        self.cluster.create_database_if_missing(&building).await?;
        let url = self.cluster.url(&building);
        let store = Store::connect(&Config { url, max_connections: 2 }).await?;
        migrations::up(&store).await?;
        partitions::ensure(&store, now).await?;
        store.pool().close().await;
        let (from, to) = (quoted(&building), quoted(&self.template));
        run(&mut conn, format!("ALTER DATABASE {from} WITH ALLOW_CONNECTIONS false")).await?;
        run(&mut conn, format!("ALTER DATABASE {from} RENAME TO {to}")).await?;
        drop(lock);
        Ok(())
    }

    async fn clone_template(&self, name: &str) -> Result<()> {
        let mut conn = self.cluster.connect("postgres").await?;
        let (name, template) = (quoted(name), quoted(&self.template));
        run(&mut conn, format!("CREATE DATABASE {name} TEMPLATE {template}")).await
    }

    /// Drops what killed or failed tests and older migrations left behind. Somebody else may sweep
    /// at the same time, or use one of them: then it is theirs.
    async fn sweep(&self, now: Moment) -> Result<()> {
        let mut conn = self.cluster.connect("postgres").await?;
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT datname, extract(epoch FROM s.modification)::bigint
             FROM pg_database, pg_stat_file('base/' || oid || '/PG_VERSION', true) s
             WHERE (datname LIKE 'test\\_%' OR datname LIKE 'template\\_%')
               AND s.modification IS NOT NULL",
        )
        .fetch_all(&mut conn)
        .await
        .map_err(broken("looking for old test databases"))?;
        let now_seconds = now.seconds();
        for (name, made_seconds) in rows {
            let age_max = if name.starts_with("test_") {
                DATABASE_AGE_MAX_SECONDS
            } else {
                TEMPLATE_AGE_MAX_SECONDS
            };
            if name != self.template && now_seconds.saturating_sub(made_seconds) > age_max {
                let dropped = run(&mut conn, format!("DROP DATABASE {}", quoted(&name))).await;
                tracing::debug!(name, ?dropped, "swept an old test database");
            }
        }
        Ok(())
    }
}

impl Cluster {
    fn drop_command(&self, name: &str) -> Command {
        let mut psql = Command::new(self.bin_dir().join("psql"));
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name));
        psql.args(["-X", "-q", "-U", "okto", "-d", "postgres", "-h"]).arg(self.socket_dir());
        psql.arg("-c").arg(sql);
        psql.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        psql
    }
}

/// `test-pg` in the target folder, in which the running program is, as `debug/deps/name`.
fn server_dir() -> PathBuf {
    let told = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from).filter(|p| p.is_absolute());
    let here = || {
        let program = std::env::current_exe().ok()?;
        let folder = program.parent()?;
        let at_top = matches!(folder.file_name()?.to_str()?, "deps" | "examples");
        let profile = if at_top { folder.parent()? } else { folder };
        profile.parent().map(Path::to_path_buf)
    };
    let workspace = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    told.or_else(here).unwrap_or_else(workspace).join("test-pg")
}

async fn exists(conn: &mut PgConnection, database: &str) -> Result<bool> {
    sqlx::query("SELECT FROM pg_database WHERE datname = $1")
        .bind(database)
        .fetch_optional(conn)
        .await
        .map(|found| found.is_some())
        .map_err(broken("looking for the template database"))
}

async fn run(conn: &mut PgConnection, sql: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(|e| Error::broken("preparing a test database", e))
}
