//! Every query stands in a `sql.rs`, in `store`, or in the ledger's engine.
//!
//! Whoever wants to know what the bank does to the database reads those files and no others.

use super::Finding;
use super::text::{has_word, without_comment};
use super::tree::{SourceFile, Tree};

/// Whole crates where the name is no query: the platform itself, and this tool.
const CRATES_ALLOWED: [&str; 2] = ["store", "xtask"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_files().filter(|file| !is_allowed(file)) {
        for (number, line) in file.production_lines() {
            if has_word(without_comment(line), "sqlx") {
                let message = "sqlx outside of sql.rs: queries have one place in each module";
                findings.push(Finding::new(&file.path, number, message));
            }
        }
    }
    findings
}

fn is_allowed(file: &SourceFile) -> bool {
    file.path.ends_with("/sql.rs")
        || file.path.starts_with("crates/ledger/src/engine/")
        || file.crate_name().is_some_and(|name| CRATES_ALLOWED.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_where_queries_live() {
        let query = "use sqlx::query;\n";
        let tree = Tree::of(&[
            ("crates/payments/src/send/sql.rs", query),
            ("crates/store/src/outbox.rs", query),
            ("crates/ledger/src/engine/postgres.rs", query),
            ("crates/payments/tests/send.rs", query),
            ("crates/payments/src/tests.rs", query),
            ("crates/payments/src/a.rs", "// not sqlx\n#[cfg(test)]\nmod tests {\nuse sqlx;\n}\n"),
            ("crates/payments/Cargo.toml", "sqlx.workspace = true\n"),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn refused_elsewhere() {
        let tree = Tree::of(&[
            (
                "crates/payments/src/send/mod.rs",
                "//! Sends.\nfn a(c: &mut sqlx::PgConnection) {}\n",
            ),
            ("crates/ledger/src/engineering.rs", "use sqlx::query;"),
            ("crates/api/src/mysql.rs", "use sqlx::query;"),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|f| (f.file, f.line)).collect();
        let expected = [
            ("crates/payments/src/send/mod.rs".to_owned(), 2),
            ("crates/ledger/src/engineering.rs".to_owned(), 1),
            ("crates/api/src/mysql.rs".to_owned(), 1),
        ];
        assert_eq!(found, expected);
    }
}
