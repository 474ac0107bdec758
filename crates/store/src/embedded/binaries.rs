use std::path::{Path, PathBuf};

use kernel::{Error, Result};

const VERSION_MIN: u32 = 15;
/// Where Debian and its kin put each version.
const DEBIAN: &str = "/usr/lib/postgresql";
const MISSING: Error = Error::invariant(
    "finding PostgreSQL 15 or newer: install it with `apt-get install postgresql`, \
     or set OKTO_PG_BIN to the folder of its programs",
);
const OTHER_VERSION: Error = Error::invariant(
    "finding the version of PostgreSQL that made this cluster: install it, or move the cluster \
     to the new version with pg_upgrade",
);

/// The folder of PostgreSQL's programs: `OKTO_PG_BIN`, or the newest under Debian's folder, or the
/// one on the `PATH`. Data on disk belong to one version: when there are some, that one is wanted.
pub fn find(data: &Path) -> Result<PathBuf> {
    if let Some(dir) = std::env::var_os("OKTO_PG_BIN").map(PathBuf::from) {
        return if complete(&dir) { Ok(dir) } else { Err(MISSING) };
    }
    let wanted: Option<u32> =
        std::fs::read_to_string(data.join("PG_VERSION")).ok().and_then(|v| v.trim().parse().ok());
    let candidates = installed();
    let fitting = |version: u32| wanted.is_none_or(|w| w == version) && version >= VERSION_MIN;
    if let Some((_, dir)) = candidates.iter().rev().find(|(version, _)| fitting(*version)) {
        return Ok(dir.clone());
    }
    if let Some(dir) = on_path() {
        return Ok(dir);
    }
    Err(if candidates.is_empty() || wanted.is_none() { MISSING } else { OTHER_VERSION })
}

/// What is under Debian's folder, oldest first.
fn installed() -> Vec<(u32, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(DEBIAN) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            let dir = entry.path().join("bin");
            complete(&dir).then_some((version, dir))
        })
        .collect();
    found.sort();
    found
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dir = std::env::split_paths(&path).find(|dir| complete(dir))?;
    // The programs look for their libraries beside where they really are.
    let real = dir.join("initdb").canonicalize().ok()?;
    let dir = real.parent()?.to_path_buf();
    let said = std::process::Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    version_of(&said).is_some_and(|v| v >= VERSION_MIN).then_some(dir)
}

/// The major version in `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn version_of(said: &str) -> Option<u32> {
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_numeric()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn complete(dir: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|tool| dir.join(tool).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let said = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(version_of(said), Some(15));
        assert_eq!(version_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(version_of("postgres"), None);
    }
}
