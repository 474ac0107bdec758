//! Figures of the bank, measured on this machine on durable PostgreSQL.

mod abs;
mod auth;
mod crash;
mod dice;
mod figures;
mod http;
mod ledger;
mod load;
mod node;
mod pgbench;
mod reverse;
mod sql;
mod transfers;

use std::path::PathBuf;

use kernel::{Clock, Error, Result, Secret};
use store::embedded::{Cluster, Options};
use store::{Config, Store};

use pgbench::Pgbench;

use crate::say;

/// Which bench to run.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Command {
    /// Operations of the ledger, in process.
    Ledger(ledger::Args),
    /// Whole sends through HTTP.
    Transfers(transfers::Args),
    /// Token checks, proofs of keys, refreshes and sign-ins.
    Auth(auth::Args),
    /// Sends while everything is killed again and again.
    Crash(crash::Args),
    /// Sends while the core banking system fails in every way and is down for minutes.
    Abs(abs::Args),
    /// Gives transfers of a bench back until it is killed: a part of `crash`.
    #[command(hide = true)]
    Reverse(reverse::Args),
}

pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Ledger(args) => ledger::run(args).await,
        Command::Transfers(args) => transfers::run(args).await,
        Command::Auth(args) => auth::run(args).await,
        Command::Crash(args) => crash::run(args).await,
        Command::Abs(args) => Box::pin(abs::run(args)).await,
        Command::Reverse(args) => reverse::run(args).await,
    }
}

/// A private, durable cluster for one bench.
pub struct Bench {
    cluster: Cluster,
    dir: PathBuf,
}

impl Bench {
    /// Starts the cluster of this bench, the same one in every run: what a run measures, it makes
    /// anew in databases of its own.
    pub async fn start(name: &str) -> Result<Self> {
        let dir = PathBuf::from(".okto/bench").join(name);
        let cluster = Cluster::start(Options { dir: dir.clone(), durable: true }).await?;
        Ok(Self { cluster, dir })
    }

    /// A fresh, migrated database.
    pub async fn database(&self, name: &str) -> Result<Store> {
        sql::drop_database(&self.cluster.url("postgres"), name).await?;
        self.cluster.create_database_if_missing(name).await?;
        let config = Config { url: self.cluster.url(name), max_connections: 8 };
        let store = Store::connect(&config).await?;
        store::migrations::up(&store).await?;
        store::partitions::ensure(&store, Clock::System.now()).await?;
        Ok(store)
    }

    /// The address of a database.
    pub fn url(&self, name: &str) -> Secret<String> {
        self.cluster.url(name)
    }

    /// A file of this bench.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Kills PostgreSQL as a power cut would, and starts it again.
    pub async fn kill_database(&mut self) -> Result<()> {
        self.cluster.kill().await?;
        self.cluster.restart().await
    }

    pub async fn stop(self) -> Result<()> {
        tracing::debug!(dir = %self.dir.display(), "the bench's cluster stays for the next run");
        self.cluster.stop().await
    }
}

/// TPC-B on the bench's cluster.
pub struct Yardstick<'a> {
    pgbench: Pgbench<'a>,
}

impl<'a> Yardstick<'a> {
    pub async fn prepare(bench: &'a Bench, seconds: u64) -> Result<Self> {
        bench.cluster.create_database_if_missing(pgbench::database()).await?;
        let pgbench = Pgbench {
            bin_dir: bench.cluster.bin_dir(),
            socket_dir: bench.cluster.socket_dir(),
            seconds,
        };
        pgbench.prepare().await?;
        Ok(Self { pgbench })
    }

    /// Runs it before or after what is measured.
    pub async fn run(&self, when: &str) -> Result<u64> {
        let tps = self.pgbench.run().await?;
        say(&format!("TPC-B {when}: {tps} transactions/s"));
        Ok(tps)
    }
}

/// Figures count only when the books are right at the end.
async fn check_books(ledger: &::ledger::Ledger) -> Result<()> {
    let report = ledger.verify().await?;
    match report.findings.first() {
        None => Ok(()),
        Some(finding) => {
            Err(Error::broken("checking the books after a bench", format!("{finding:?}")))
        }
    }
}
