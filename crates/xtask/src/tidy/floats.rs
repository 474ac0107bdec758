//! Money is counted in whole minor units: no floating point in the crates that count it.
//!
//! Clippy refuses the arithmetic; this refuses the types, so that none can even be stored or
//! passed on.

use super::Finding;
use super::text::{has_word, without_comment};
use super::tree::Tree;

const MONEY_CRATES: [&str; 7] =
    ["kernel", "ledger", "pricing", "limits", "lending", "payments", "cards"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let counts_money = |name: &str| MONEY_CRATES.contains(&name);
    for file in tree.rust_files().filter(|file| file.crate_name().is_some_and(counts_money)) {
        for (number, line) in file.production_lines() {
            let code = without_comment(line);
            for float in ["f32", "f64"].iter().filter(|float| has_word(code, float)) {
                let message =
                    format!("{float} in a crate that counts money: use integers or a ratio");
                findings.push(Finding::new(&file.path, number, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_refused_where_money_is_counted() {
        let text = "// no f64 here\nfn rate(a: f64, b: f32) {}\nfn as_f64() {}\n";
        let found = check(&Tree::of(&[("crates/kernel/src/money.rs", text)]));
        let lines: Vec<_> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 2]);
    }

    #[test]
    fn floats_are_free_elsewhere_and_in_tests() {
        let text = "fn rate(a: f64) {}\n";
        let tree = Tree::of(&[
            ("crates/okto/src/bench.rs", text),
            ("crates/kernel/tests/money.rs", text),
            ("crates/kernel/src/a.rs", "#[cfg(test)]\nmod tests {\nfn a(b: f64) {}\n}\n"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
