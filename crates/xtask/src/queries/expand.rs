//! Makes the compiler expand every query macro again.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::failure::{Doing, Result};
use crate::process;
use crate::workspace::Workspace;

/// Checks the whole workspace against the database; the macros write descriptions to `folder`.
///
/// All targets, so that the queries of tests are described too; the whole workspace, so that the
/// features of outside crates are those of every other build and nothing is built twice.
pub fn all(workspace: &Workspace, database_url: &str, folder: &Path) -> Result<()> {
    let users = workspace.packages.iter().filter(|package| package.uses("sqlx"));
    let touched = Touched::ahead(users.flat_map(|package| package.roots.clone()))?;
    let mut command = process::cargo();
    command
        .args(["check", "--workspace", "--all-targets"])
        .current_dir(&workspace.root)
        .env("DATABASE_URL", database_url)
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", folder);
    let checked = process::run(&mut command, "running cargo check against the private database");
    touched.put_back()?;
    checked
}

/// Longer than any build takes.
const AHEAD: Duration = Duration::from_hours(1);

/// Files whose time was set to what is to come, so that cargo finds their crates changed, also when
/// another build compiles them between the two.
///
/// Cargo does not know that the macros look at a database, so it has to be told to compile. The
/// old times are put back afterwards: what the check compiled is then newer than its files, and
/// what clippy and the tests compiled before is not older. Otherwise each check would make the
/// next build of the tests compile the bank once more.
struct Touched {
    files: Vec<(PathBuf, SystemTime)>,
}

impl Touched {
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo compares with the times of files, so it has to be the time of the machine"
    )]
    fn ahead(paths: impl Iterator<Item = PathBuf>) -> Result<Self> {
        let mut touched = Self { files: Vec::new() };
        for path in paths {
            let doing = format!("touching {}", path.display());
            let before =
                std::fs::metadata(&path).and_then(|found| found.modified()).doing(&doing)?;
            set_time(&path, SystemTime::now() + AHEAD)?;
            touched.files.push((path, before));
        }
        Ok(touched)
    }

    fn put_back(self) -> Result<()> {
        for (path, before) in &self.files {
            set_time(path, *before)?;
        }
        Ok(())
    }
}

fn set_time(path: &Path, time: SystemTime) -> Result<()> {
    let doing = format!("setting the time of {}", path.display());
    let file = File::options().append(true).open(path).doing(&doing)?;
    file.set_modified(time).doing(&doing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_put_back() {
        let path = std::env::temp_dir().join(format!("okto-touched-{}", std::process::id()));
        std::fs::write(&path, "text").expect("written");
        let now = std::fs::metadata(&path).and_then(|found| found.modified()).expect("time");
        let old = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
        set_time(&path, old).expect("set");
        let time = || std::fs::metadata(&path).and_then(|found| found.modified()).expect("time");
        let touched = Touched::ahead(std::iter::once(path.clone())).expect("touched");
        assert!(time() > now + AHEAD / 2);
        touched.put_back().expect("put back");
        let (after, text) = (time(), std::fs::read_to_string(&path).expect("read"));
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(after, old);
        assert_eq!(text, "text");
    }
}
