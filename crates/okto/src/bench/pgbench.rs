//! The yardstick: `pgbench`'s TPC-B-like run on the same cluster, in the same run.

use std::path::Path;

use kernel::{Error, Result};
use tokio::process::Command;

/// Clients of the yardstick run.
const CLIENTS: u32 = 64;
/// As many branches as clients, so that the yardstick does not wait on its own hot rows.
const SCALE: u32 = 64;
const DATABASE: &str = "tpcb";

/// A prepared `pgbench` database.
pub struct Pgbench<'a> {
    pub bin_dir: &'a Path,
    pub socket_dir: &'a Path,
    pub seconds: u64,
}

impl Pgbench<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(self.bin_dir.join("pgbench"));
        command.arg("-h").arg(self.socket_dir).args(["-U", "okto"]).kill_on_drop(true);
        command
    }

    /// Fills the tables.
    pub async fn prepare(&self) -> Result<()> {
        let output = self
            .command()
            .args(["-i", "-q", "-s", &SCALE.to_string(), DATABASE])
            .output()
            .await
            .map_err(|e| Error::broken("starting pgbench", e))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Error::broken("filling pgbench's tables", said))
    }

    /// Transactions per second of TPC-B with 64 clients and prepared statements.
    pub async fn run(&self) -> Result<u64> {
        let seconds = self.seconds.to_string();
        let clients = CLIENTS.to_string();
        let output = self
            .command()
            .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients, "-T", &seconds, DATABASE])
            .output()
            .await
            .map_err(|e| Error::broken("starting pgbench", e))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let tps = text.lines().find_map(|l| l.strip_prefix("tps = "));
        let whole = tps.and_then(|t| t.split(['.', ' ']).next()).and_then(|t| t.parse().ok());
        whole.ok_or_else(|| {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Error::broken("running pgbench", said)
        })
    }
}

/// The name of the yardstick's database.
pub const fn database() -> &'static str {
    DATABASE
}
