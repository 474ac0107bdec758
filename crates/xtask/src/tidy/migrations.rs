//! Every migration can be rolled back, and their order is beyond doubt.

use std::collections::BTreeMap;

use super::Finding;
use super::tree::Tree;

const FOLDER: &str = "migrations/";
const NUMBER_DIGITS: usize = 4;

#[derive(Default)]
struct Migration {
    up: Vec<String>,
    down: Vec<String>,
}

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut migrations: BTreeMap<u32, Migration> = BTreeMap::new();
    for file in &tree.files {
        let Some(name) = file.path.strip_prefix(FOLDER) else { continue };
        if file.extension() != Some("sql") {
            continue;
        }
        match parse(name) {
            Some((number, title, true)) => {
                migrations.entry(number).or_default().up.push(title.to_owned());
            }
            Some((number, title, false)) => {
                migrations.entry(number).or_default().down.push(title.to_owned());
            }
            None => findings.push(Finding::new(
                &file.path,
                1,
                "a migration is named 0001_what_it_does.up.sql, its rollback .down.sql",
            )),
        }
    }
    for (number, migration) in &migrations {
        findings.extend(pairs(*number, migration));
    }
    findings.extend(gaps(&migrations));
    findings
}

/// Each number has one migration and the rollback of the same name.
fn pairs(number: u32, migration: &Migration) -> Vec<Finding> {
    let mut findings = Vec::new();
    if migration.up.len() > 1 {
        let message = format!("number {number} is used {} times", migration.up.len());
        let last = migration.up.last().map_or("", String::as_str);
        findings.push(Finding::new(&path(number, last, "up"), 1, message));
    }
    for title in migration.up.iter().filter(|title| !migration.down.contains(title)) {
        let message = "no .down.sql beside it: a migration that cannot be rolled back";
        findings.push(Finding::new(&path(number, title, "up"), 1, message));
    }
    for title in migration.down.iter().filter(|title| !migration.up.contains(title)) {
        let message = "no .up.sql beside it: a rollback of nothing";
        findings.push(Finding::new(&path(number, title, "down"), 1, message));
    }
    findings
}

/// Numbers begin at 1 and leave none out.
fn gaps(migrations: &BTreeMap<u32, Migration>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expected = 1;
    for (number, migration) in migrations {
        if *number != expected {
            let title = migration.up.first().or(migration.down.first());
            let file = path(*number, title.map_or("", String::as_str), "up");
            let message = format!("{expected:04} is missing before it: numbers have no gaps");
            findings.push(Finding::new(&file, 1, message));
        }
        expected = number.saturating_add(1);
    }
    findings
}

fn parse(name: &str) -> Option<(u32, &str, bool)> {
    let (stem, is_up) = match name.strip_suffix(".up.sql") {
        Some(stem) => (stem, true),
        None => (name.strip_suffix(".down.sql")?, false),
    };
    let (number, title) = stem.split_once('_')?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let good = number.len() == NUMBER_DIGITS && !title.is_empty() && title.chars().all(plain);
    Some((number.parse().ok().filter(|_| good)?, title, is_up))
}

fn path(number: u32, title: &str, direction: &str) -> String {
    format!("{FOLDER}{number:04}_{title}.{direction}.sql")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(names: &[&str]) -> Vec<String> {
        let paths: Vec<String> = names.iter().map(|name| format!("migrations/{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        check(&Tree::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn complete_pairs_in_order_pass() {
        let found = messages(&[
            "0001_store.up.sql",
            "0001_store.down.sql",
            "0002_ledger.up.sql",
            "0002_ledger.down.sql",
            "README.md",
        ]);
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(messages(&[]), Vec::<String>::new());
    }

    #[test]
    fn missing_halves_are_named() {
        let found = messages(&["0001_a.up.sql", "0002_b.up.sql", "0002_c.down.sql"]);
        assert_eq!(found.len(), 3);
        assert!(found.iter().any(|f| f.starts_with("migrations/0001_a.up.sql:1: no .down.sql")));
        assert!(found.iter().any(|f| f.starts_with("migrations/0002_b.up.sql:1: no .down.sql")));
        assert!(found.iter().any(|f| f.starts_with("migrations/0002_c.down.sql:1: no .up.sql")));
    }

    #[test]
    fn gaps_and_doubles_are_named() {
        let pair = |stem: &str| [format!("{stem}.up.sql"), format!("{stem}.down.sql")];
        let names: Vec<String> =
            ["0002_a", "0004_b", "0004_c"].iter().flat_map(|stem| pair(stem)).collect();
        let found = messages(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found.len(), 3);
        assert!(found.iter().any(|f| f.contains("0002_a.up.sql:1: 0001 is missing")));
        assert!(found.iter().any(|f| f.contains("0004_b.up.sql:1: 0003 is missing")));
        assert!(found.iter().any(|f| f.contains("number 4 is used 2 times")));
    }

    #[test]
    fn odd_names_are_refused() {
        for name in ["1_a.up.sql", "0001_a.sql", "0001.up.sql", "0001_A.up.sql", "a_0001.up.sql"] {
            let found = messages(&[name]);
            assert!(found.iter().any(|f| f.contains("is named")), "{name}: {found:?}");
        }
    }
}
