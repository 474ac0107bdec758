//! `cargo xtask tidy`: the rules of this repository that neither the compiler nor clippy knows.
//!
//! Each rule is one module with a pure function from the tree (or the workspace) to findings, so
//! that it is tested on small fixtures. A rule that has to let something pass names it in a list,
//! with the reason beside it.

mod cryptography;
mod dangers;
mod floats;
mod limits;
mod migrations;
mod routes;
mod sizes;
mod sqlx_places;
mod text;
mod tiers;
mod tree;
mod words;
mod workplace;

use std::fmt;

use crate::asvs;
use crate::failure::{Failure, Result};
use crate::process::say;
use crate::workspace::Workspace;

pub use tree::Tree;

/// One broken rule: where, what, and why it matters.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub file: String,
    pub line: usize,
    pub message: String,
}

impl Finding {
    pub fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.message)
    }
}

pub fn run(workspace: &Workspace) -> Result<()> {
    let tree = Tree::read(&workspace.root)?;
    let routes = routes::check(&tree);
    let mut findings: Vec<Finding> = [
        tiers::check(workspace, &tree),
        sizes::check(&tree),
        sqlx_places::check(&tree),
        words::check(&tree),
        floats::check(&tree),
        dangers::check(&tree),
        cryptography::check(&tree),
        limits::check(&tree),
        migrations::check(&tree),
        workplace::check(&tree),
        asvs::check(&tree),
        routes.findings,
    ]
    .into_iter()
    .flatten()
    .collect();
    findings.sort();
    for finding in &findings {
        say(finding.to_string());
    }
    for note in routes.notes {
        say(format!("note: {note}"));
    }
    if findings.is_empty() {
        say(format!("tidy: {} files, nothing to say", tree.files.len()));
        return Ok(());
    }
    Err(Failure::new(format!("tidy: {} finding(s)", findings.len())))
}
