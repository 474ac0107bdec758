//! A private PostgreSQL server.

use std::path::{Path, PathBuf};

use kernel::{Error, Result, Secret};

/// Where the server lives, and how careful it is.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the cluster: data, socket, log.
    pub dir: PathBuf,
    /// Whether commits survive a power cut. Only unit tests go without.
    pub durable: bool,
}

/// A private server, reached through a socket that only its user may open.
#[derive(Debug)]
pub struct Cluster {
    bin_dir: PathBuf,
    socket_dir: PathBuf,
}

impl Cluster {
    /// Starts the server, making the cluster first when there is none.
    pub async fn start(_options: Options) -> Result<Self> {
        Err(Error::invariant("not written yet"))
    }

    /// The address of a database.
    pub fn url(&self, _db: &str) -> Secret<String> {
        Secret::new(String::new())
    }

    /// The folder of the socket: `PGHOST` for the tools of PostgreSQL.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The folder of `psql`, `pgbench` and the others.
    pub fn bin_dir(&self) -> &Path {
        &self.bin_dir
    }

    /// Makes a database unless it is there.
    pub async fn create_database_if_missing(&self, _name: &str) -> Result<()> {
        Err(Error::invariant("not written yet"))
    }

    /// Stops the server if this process started it.
    pub async fn stop(&self) -> Result<()> {
        Err(Error::invariant("not written yet"))
    }

    /// Kills the postmaster and all its children, as a power cut would. For fault runs.
    pub async fn kill(&self) -> Result<()> {
        Err(Error::invariant("not written yet"))
    }

    /// Whether the server runs.
    pub fn is_running(&self) -> bool {
        false
    }

    /// The process id of the postmaster.
    pub fn postmaster_pid(&self) -> Option<u32> {
        None
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
