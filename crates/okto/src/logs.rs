//! Logs: one JSON object a line. Nothing personal or secret is in them, because the types that hold
//! such values do not print.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Mutex;

use kernel::{Error, Result};
use tracing_subscriber::EnvFilter;

/// What `OKTO_LOG` says, or a level.
fn filter(level: &str) -> EnvFilter {
    EnvFilter::try_from_env("OKTO_LOG").unwrap_or_else(|_| EnvFilter::new(level))
}

/// Logs to standard error, from `level` on unless `OKTO_LOG` says otherwise.
pub fn to_stderr(level: &str) {
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter(level))
        .with_writer(std::io::stderr)
        .init();
}

/// Logs to the end of a file, so that the terminal stays readable.
pub fn to_file(path: &Path) -> Result<()> {
    let open = || -> std::io::Result<File> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        // Nothing secret is in it, but who came when is nobody else's business either.
        File::options().create(true).append(true).mode(0o600).open(path)
    };
    let file = open().map_err(|e| Error::broken("opening the log file", e))?;
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter("info"))
        .with_writer(Mutex::new(file))
        .init();
    Ok(())
}
