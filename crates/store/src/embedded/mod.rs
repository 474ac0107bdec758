//! A private PostgreSQL server: for `okto up`, for tests and for benches.
//!
//! It listens on a Unix socket only, in a folder that only its user may enter; whoever can enter
//! it is trusted. The folder of a cluster holds `data`, `run` (the socket), `server.log` and
//! `lock`, which whoever starts or stops the server holds.
//!
//! PostgreSQL refuses to run as root. Started by root, the server runs as the user `postgres` (or
//! `nobody`), to whom the cluster's folder then belongs.

mod binaries;
mod owner;
mod process;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::{Error, Result, Secret};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::process::Command;

use crate::broken;
use owner::Owner;

/// The one role of a cluster.
const USER: &str = "okto";
/// How long another process may take that starts or stops the same cluster.
const LOCK_TIMEOUT_SECONDS: u64 = 120;
/// How long `initdb` may take.
const INIT_TIMEOUT_SECONDS: u64 = 60;
/// How long the server may take to start: after a crash it first reads its log again.
const START_TIMEOUT_SECONDS: u64 = 120;
/// How long the server may take to stop.
const STOP_TIMEOUT_SECONDS: u64 = 60;
/// The log is put aside when it is longer at a start.
const LOG_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// A socket's path has at most 107 bytes, its name and a suffix of 5 for its lock included.
const SOCKET_DIR_MAX_BYTES: usize = 107 - ".s.PGSQL.5432.lock".len() - 1;

/// Where the server lives, and how careful it is.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the cluster.
    pub dir: PathBuf,
    /// Whether commits survive a power cut. Only unit tests go without.
    pub durable: bool,
}

/// A private server.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    bin_dir: PathBuf,
    socket_dir: PathBuf,
    owner: Owner,
    /// Whether this process started the server that runs.
    ours: AtomicBool,
}

impl Cluster {
    /// Starts the server, making the cluster first when there is none and cleaning up after an end
    /// without goodbye. A server that already runs in this folder is used as it is.
    pub async fn start(options: Options) -> Result<Self> {
        let cluster = Self::at(&options.dir)?;
        let _lock = lock(&cluster.dir).await?;
        if !cluster.data_dir().exists() {
            cluster.init(options.durable).await?;
        }
        if !cluster.is_running() {
            cluster.launch(options.durable).await?;
            cluster.ours.store(true, Ordering::Relaxed);
        }
        Ok(cluster)
    }

    /// The cluster of a folder, as it is.
    pub(crate) fn at(dir: &Path) -> Result<Self> {
        let asked = std::path::absolute(dir)
            .map_err(|e| Error::broken("finding the folder of the cluster", e))?;
        let (dir, owner) = owner::home(&asked)?;
        let bin_dir = binaries::find(&dir.join("data"))?;
        let socket_dir = socket_dir(&dir, &owner)?;
        Ok(Self { dir, bin_dir, socket_dir, owner, ours: AtomicBool::new(false) })
    }

    /// The address of a database.
    pub fn url(&self, db: &str) -> Secret<String> {
        let host = encoded(self.socket_dir.to_string_lossy().as_bytes());
        Secret::new(format!("postgres://{USER}@localhost/{}?host={host}", encoded(db.as_bytes())))
    }

    /// The folder of the socket: `PGHOST` for the tools of PostgreSQL.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The folder of `psql`, `pgbench` and the others.
    pub fn bin_dir(&self) -> &Path {
        &self.bin_dir
    }

    /// The folder of the data: what a bench measures on disk.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Makes a database unless it is there.
    pub async fn create_database_if_missing(&self, name: &str) -> Result<()> {
        const DOING: &str = "creating a database";
        // PostgreSQL's "duplicate_database", and what two at the same moment may get instead.
        const DUPLICATE: [&str; 2] = ["42P04", "23505"];
        let mut conn = self.connect("postgres").await?;
        let there = sqlx::query("SELECT FROM pg_database WHERE datname = $1")
            .bind(name)
            .fetch_optional(&mut conn)
            .await
            .map_err(broken(DOING))?;
        if there.is_some() {
            return Ok(());
        }
        let sql = format!("CREATE DATABASE {}", quoted(name));
        match sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await {
            Err(sqlx::Error::Database(error))
                if error.code().is_some_and(|code| DUPLICATE.contains(&&*code)) =>
            {
                Ok(())
            }
            other => other.map(|_| ()).map_err(broken(DOING)),
        }
    }

    /// Takes over a server that an earlier process left running, so that [`Self::stop`] stops it.
    /// For whoever knows that no other process uses it.
    pub fn adopt(&self) {
        self.ours.store(true, Ordering::Relaxed);
    }

    /// Stops the server if this process started it.
    pub async fn stop(&self) -> Result<()> {
        if self.ours.swap(false, Ordering::Relaxed) {
            self.stop_whoever_started().await
        } else {
            Ok(())
        }
    }

    /// Stops the server, also one that another process started.
    pub(crate) async fn stop_whoever_started(&self) -> Result<()> {
        let _lock = lock(&self.dir).await?;
        if !self.is_running() {
            return Ok(());
        }
        let mut command = self.command("pg_ctl");
        let data = self.data_dir();
        command.arg("stop").arg("-D").arg(data).args(["-w", "-m", "fast", "-t"]);
        command.arg(STOP_TIMEOUT_SECONDS.to_string());
        run("stopping PostgreSQL", command, STOP_TIMEOUT_SECONDS).await
    }

    /// Kills the postmaster and all its children, as a power cut would. For fault runs.
    pub async fn kill(&self) -> Result<()> {
        let _lock = lock(&self.dir).await?;
        process::kill_all_in(&self.data_dir(), &self.owner).await?;
        process::remove_traces(&self.data_dir(), &self.socket_dir)
    }

    /// Starts the server again after [`Self::kill`] or [`Self::stop`], with the settings it had.
    pub async fn restart(&self) -> Result<()> {
        let _lock = lock(&self.dir).await?;
        if !self.is_running() {
            self.launch_as_set().await?;
            self.ours.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether the server runs.
    pub fn is_running(&self) -> bool {
        self.postmaster_pid().is_some()
    }

    /// The process id of the postmaster, when it runs.
    pub fn postmaster_pid(&self) -> Option<u32> {
        process::postmaster(&self.data_dir())
    }

    /// Where the cluster lives: what was asked for, unless the server's user may not enter that.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) async fn connect(&self, database: &str) -> Result<PgConnection> {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(&self.socket_dir)
            .username(USER)
            .database(database);
        PgConnection::connect_with(&options).await.map_err(broken("connecting to the cluster"))
    }

    /// Makes the cluster beside its place and then moves it there: an interrupted attempt leaves
    /// nothing that looks like a cluster.
    async fn init(&self, durable: bool) -> Result<()> {
        const DOING: &str = "making a PostgreSQL cluster";
        tracing::info!(dir = %self.dir.display(), "making a PostgreSQL cluster");
        let fresh = self.dir.join("data.new");
        for locale in ["C.UTF-8", "C"] {
            if fresh.exists() {
                std::fs::remove_dir_all(&fresh).map_err(|e| Error::broken(DOING, e))?;
            }
            let mut command = self.command("initdb");
            command.arg("-D").arg(&fresh).args(["-U", USER, "-E", "UTF8", "-A", "trust"]);
            command.arg(format!("--locale={locale}")).arg("--no-instructions");
            command.arg(if durable { "--data-checksums" } else { "--no-sync" });
            match run(DOING, command, INIT_TIMEOUT_SECONDS).await {
                Ok(()) => {
                    settings::include(&fresh)?;
                    return std::fs::rename(&fresh, self.data_dir())
                        .map_err(|e| Error::broken(DOING, e));
                }
                Err(error) if locale == "C" => return Err(error),
                Err(error) => tracing::info!(locale, ?error, "trying another locale"),
            }
        }
        Err(Error::invariant(DOING))
    }

    async fn launch(&self, durable: bool) -> Result<()> {
        settings::write(&self.data_dir(), &self.socket_dir, durable)?;
        self.launch_as_set().await
    }

    async fn launch_as_set(&self) -> Result<()> {
        const DOING: &str = "starting PostgreSQL; its log is server.log in the cluster's folder";
        // After an end without goodbye, children may still hold the memory of the dead postmaster,
        // and its lock files are there: PostgreSQL alone would refuse to start.
        process::kill_all_in(&self.data_dir(), &self.owner).await?;
        process::remove_traces(&self.data_dir(), &self.socket_dir)?;
        let log = self.dir.join("server.log");
        if std::fs::metadata(&log).is_ok_and(|m| m.len() > LOG_MAX_BYTES) {
            std::fs::rename(&log, self.dir.join("server.log.old"))
                .map_err(|e| Error::broken("putting the old server.log aside", e))?;
        }
        let mut command = self.command("pg_ctl");
        command.arg("start").arg("-D").arg(self.data_dir()).arg("-l").arg(&log).args(["-w", "-t"]);
        command.arg(START_TIMEOUT_SECONDS.to_string());
        run(DOING, command, START_TIMEOUT_SECONDS).await?;
        tracing::info!(dir = %self.dir.display(), pid = self.postmaster_pid(), "PostgreSQL runs");
        Ok(())
    }

    /// A tool of PostgreSQL, run as the cluster's owner and without settings of the environment.
    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(self.bin_dir.join(tool));
        // The owner may not enter the folder we are in; and libpq reads PGHOST and the like.
        command.current_dir("/").env_clear().envs([("PATH", "/usr/bin:/bin"), ("LC_ALL", "C")]);
        self.owner.become_in(&mut command);
        command
    }
}

/// Whoever starts or stops a cluster holds this.
pub(crate) async fn lock(dir: &Path) -> Result<std::fs::File> {
    const DOING: &str = "waiting for another process that starts or stops the cluster";
    let broken = |e: std::io::Error| Error::broken(DOING, e);
    let path = dir.join("lock");
    let file = std::fs::File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(broken)?;
    crate::tasks::locked(file, Duration::from_secs(LOCK_TIMEOUT_SECONDS)).await.map_err(broken)
}

/// `run` in the cluster's folder, unless that is too long for a socket.
fn socket_dir(dir: &Path, owner: &Owner) -> Result<PathBuf> {
    let near = dir.join("run");
    if near.as_os_str().len() <= SOCKET_DIR_MAX_BYTES {
        owner.own_dir(&near)?;
        return Ok(near);
    }
    let short = PathBuf::from(format!("/tmp/okto-{}", short_hash(dir)));
    owner.own_dir(&short)?;
    Ok(short)
}

fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    crate::hex::hex(&digest).chars().take(16).collect()
}

/// For an address: everything but letters, digits and a few signs as `%XX`.
fn encoded(bytes: &[u8]) -> String {
    let one = |byte: &u8| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) {
            char::from(*byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    bytes.iter().map(one).collect()
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Runs a tool to its end. What it said stands in the error.
async fn run(doing: &'static str, mut command: Command, limit_seconds: u64) -> Result<()> {
    command.kill_on_drop(true);
    // The tool gives up by itself first.
    let limit = Duration::from_secs(limit_seconds.saturating_add(5));
    let output = tokio::time::timeout(limit, command.output())
        .await
        .map_err(|late| Error::broken(doing, late))?
        .map_err(|e| Error::broken(doing, e))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(Error::broken(doing, format!("{}: {}", output.status, String::from_utf8_lossy(&said))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded() {
        assert_eq!(encoded(b"/var/lib/o k?/run"), "/var/lib/o%20k%3F/run");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
