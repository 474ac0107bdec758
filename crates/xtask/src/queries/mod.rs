//! `cargo xtask sqlx prepare|check`: the descriptions of all checked queries, kept in `.sqlx`.
//!
//! sqlx's macros describe a query by asking a database, and read the description from `.sqlx`
//! where there is none. Both commands start a private PostgreSQL that lives only as long as they
//! do, apply all migrations to it, and let the macros write what they find into an empty folder.
//! `prepare` takes that over into `.sqlx`; `check` compares. So `.sqlx` always belongs to the
//! migrations of this tree, and not to whatever a database on somebody's machine looks like.

mod cluster;
mod descriptions;
mod expand;

use std::path::Path;

use crate::failure::{Doing, Failure, Result};
use crate::process::{self, say};
use crate::workspace::Workspace;

use cluster::Cluster;
use descriptions::{Descriptions, Difference};

const FOLDER: &str = ".sqlx";

pub fn prepare(workspace: &Workspace) -> Result<()> {
    let fresh = describe(workspace)?;
    let folder = workspace.root.join(FOLDER);
    let differences = fresh.compare(&Descriptions::read(&folder)?);
    fresh.write(&folder)?;
    say(format!("sqlx: {} queries, {} changed in {FOLDER}", fresh.len(), differences.len()));
    Ok(())
}

pub fn check(workspace: &Workspace) -> Result<()> {
    let fresh = describe(workspace)?;
    let differences = fresh.compare(&Descriptions::read(&workspace.root.join(FOLDER))?);
    if differences.is_empty() {
        say(format!("sqlx: {} queries, {FOLDER} is up to date", fresh.len()));
        return Ok(());
    }
    for difference in &differences {
        say(difference.to_string());
    }
    Err(Failure::new(format!(
        "{FOLDER} differs in {} place(s): run `cargo xtask sqlx prepare` and commit the result",
        differences.len()
    )))
}

fn describe(workspace: &Workspace) -> Result<Descriptions> {
    // Two at once would see each other's times of files and find nothing to compile.
    let alone =
        std::fs::File::open(workspace.root.join("Cargo.toml")).doing("opening Cargo.toml")?;
    alone.lock().doing("waiting for another sqlx command of this tree")?;
    let cluster = Cluster::start()?;
    say(format!("sqlx: started a private {}", cluster.version()?.trim()));
    let count = migrate(&cluster, &workspace.root)?;
    say(format!("sqlx: {count} migrations applied, expanding the queries"));
    let folder = cluster.folder().join("queries");
    std::fs::create_dir(&folder).doing("making the folder for the descriptions")?;
    expand::all(workspace, &cluster.url(), &folder)?;
    Descriptions::read(&folder)
}

/// Applies every migration in the order of its number, each in one transaction.
fn migrate(cluster: &Cluster, root: &Path) -> Result<usize> {
    let folder = root.join("migrations");
    let mut files = Vec::new();
    if folder.exists() {
        for entry in std::fs::read_dir(&folder).doing("listing migrations")? {
            let path = entry.doing("listing migrations")?.path();
            if path.to_string_lossy().ends_with(".up.sql") {
                files.push(path);
            }
        }
    }
    files.sort();
    for file in &files {
        let doing = format!("applying {}", file.display());
        process::output(cluster.psql().arg("--file").arg(file), &doing)?;
    }
    Ok(files.len())
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (file, what, query) = match self {
            Self::Missing { file, query } => (file, "is missing, it describes", query),
            Self::Unused { file, query } => (file, "is not used any more, it described", query),
            Self::Changed { file, query } => (file, "is out of date, it describes", query),
        };
        write!(formatter, "{FOLDER}/{file}:1: {what}: {query}")
    }
}
