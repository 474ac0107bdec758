use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Code, Error, Result, Secret};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{Connection, PgPool};
use tokio::sync::watch;

/// A transaction of the bank's database.
pub type Tx = sqlx::Transaction<'static, sqlx::Postgres>;

/// How long a caller waits for a connection before it is told that the bank is busy.
const ACQUIRE_TIMEOUT_SECONDS: u64 = 5;
/// How long a connection rests before it is tried out again.
const PING_AFTER_IDLE_SECONDS: u64 = 1;
/// How long a transaction may stand still before the server ends it: a stopped process must not
/// keep its row locks.
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "30s";
/// How long one statement may take.
const STATEMENT_TIMEOUT: &str = "30s";

/// Which database, and how many connections to it.
#[derive(Clone, Debug)]
pub struct Config {
    /// A `postgres://` address.
    pub url: Secret<String>,
    /// The most connections this process opens in its main pool.
    pub max_connections: u32,
}

/// The bank's database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    jobs: Arc<watch::Sender<u64>>,
    events: Arc<watch::Sender<u64>>,
}

impl Store {
    /// Opens the pool and makes one connection, so that a wrong address shows at the start.
    pub async fn connect(config: &Config) -> Result<Self> {
        let options = PgConnectOptions::from_str(config.url.expose())
            .map_err(|_| Error::invariant("the database address is not a postgres:// address"))?
            .application_name("okto");
        if !is_private(&options) {
            return Err(Error::invariant(
                "the database is on another machine: its address has to ask for a verified \
                 connection (sslmode=verify-full, and sslrootcert for a certificate of your own)",
            ));
        }
        // Here even a database that does not answer in time is an incident: there is no one to
        // refuse yet.
        let pool = open(options, config.max_connections, &[])
            .await
            .map_err(|error| Error::broken("connecting to the database", error))?;
        Ok(Self {
            pool,
            jobs: Arc::new(watch::Sender::new(0)),
            events: Arc::new(watch::Sender::new(0)),
        })
    }

    /// The pool.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Another pool to the same database, whose connections have these run-time settings.
    pub async fn pool_with(&self, max: u32, settings: &[(&str, &str)]) -> Result<PgPool> {
        let options = self.pool.connect_options().as_ref().clone();
        open(options, max, settings).await.map_err(broken("opening another pool"))
    }

    /// Begins a transaction. Dropping it rolls it back, and so does going away meanwhile.
    pub async fn begin(&self) -> Result<Tx> {
        const DOING: &str = "beginning a transaction";
        let conn = self.pool.acquire().await.map_err(broken(DOING))?;
        // In a task of its own, which comes to its end whoever goes away: sqlx knows of a
        // transaction only when `BEGIN` is answered. Of one that is left before, it gives the open
        // transaction back to the pool, where the next write seems to be written and is not.
        let begun = tokio::spawn(sqlx::Transaction::begin(conn, None)).await;
        begun.map_err(|e| Error::broken(DOING, e))?.map_err(broken(DOING))
    }

    /// Asks the database for an answer.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1")
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(broken("asking the database for an answer"))
    }

    /// Commits a transaction that enqueued jobs or appended events, and wakes whoever waits for
    /// them in this process.
    pub async fn commit_and_wake(&self, tx: Tx) -> Result<()> {
        commit(tx).await?;
        self.jobs_enqueued();
        self.events_appended();
        Ok(())
    }

    /// Wakes the job runners of this process. For after a commit that enqueued jobs; without it
    /// they find the jobs at their next look.
    pub fn jobs_enqueued(&self) {
        self.jobs.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Wakes the event relays of this process. For after a commit that appended events; without it
    /// they find the events at their next look.
    pub fn events_appended(&self) {
        self.events.send_modify(|n| *n = n.wrapping_add(1));
    }

    pub(crate) fn jobs_wake(&self) -> watch::Receiver<u64> {
        self.jobs.subscribe()
    }

    pub(crate) fn events_wake(&self) -> watch::Receiver<u64> {
        self.events.subscribe()
    }
}

/// Whether nobody on the way can read or change what is said: everything that is known of a
/// customer goes over this line. On the machine itself it goes through no wire; beyond it only TLS
/// to a server that proves its name will do.
fn is_private(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    here || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull)
}

/// Commits.
pub async fn commit(tx: Tx) -> Result<()> {
    tx.commit().await.map_err(broken("committing a transaction"))
}

/// Turns an error of the database into the bank's: for `map_err`. No free connection in time is a
/// refusal, as nothing was started then; everything else is an incident.
pub fn broken(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Error {
    move |error| match error {
        sqlx::Error::PoolTimedOut => {
            tracing::warn!(doing, "no database connection in time");
            Code::Busy.into()
        }
        other => Error::broken(doing, other),
    }
}

async fn open(
    options: PgConnectOptions,
    max: u32,
    settings: &[(&str, &str)],
) -> sqlx::Result<PgPool> {
    let options = options
        .options([
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
            ("statement_timeout", STATEMENT_TIMEOUT),
        ])
        .options(settings.iter().copied());
    PgPoolOptions::new()
        .max_connections(max)
        .acquire_timeout(Duration::from_secs(ACQUIRE_TIMEOUT_SECONDS))
        // A connection that rested may have lost its server since; one just given back was pinged.
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move {
                if meta.idle_for.as_secs() >= PING_AFTER_IDLE_SECONDS {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_elsewhere_has_to_prove_its_name() {
        for (url, private) in [
            ("postgres://okto@localhost/okto", true),
            ("postgres://okto@127.0.0.1:5433/okto", true),
            ("postgres://okto@[::1]/okto", true),
            ("postgres://okto@%2Frun%2Fpostgresql/okto", true),
            ("postgres:///okto?host=/run/postgresql", true),
            ("postgres://okto@db.bank.example/okto", false),
            ("postgres://okto@10.0.0.5/okto?sslmode=prefer", false),
            ("postgres://okto@db.bank.example/okto?sslmode=require", false),
            ("postgres://okto@db.bank.example/okto?sslmode=verify-ca", false),
            ("postgres://okto@db.bank.example/okto?sslmode=verify-full", true),
            ("postgres://okto@localhost.evil.example/okto", false),
        ] {
            let options = PgConnectOptions::from_str(url).unwrap();
            assert_eq!(is_private(&options), private, "{url}");
        }
    }
}
