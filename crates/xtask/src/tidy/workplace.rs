//! The texts of this project speak of the project, not of the machine it was written on.
//!
//! Tests may name such places: some read vectors from beside the repository when they are there.

use super::Finding;
use super::tree::Tree;

/// Put together from halves, so that this file does not hold them itself.
const PLACES: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("../sha", "red"),
    concat!("/tmp/okto", "-dev"),
    concat!("/tmp/dev", "db"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (number, line) in file.production_lines() {
            for place in PLACES.iter().filter(|place| line.contains(**place)) {
                let message = format!("`{place}` is a place on somebody's machine");
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
    fn places_are_found_in_any_text() {
        let tree = Tree::of(&[
            ("README.md", "see /work/main\n"),
            ("crates/okto/src/bench.rs", "const A: &str = \"../shared/data\";\n"),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|f| (f.file, f.line)).collect();
        assert_eq!(
            found,
            [("README.md".to_owned(), 1), ("crates/okto/src/bench.rs".to_owned(), 1)]
        );
    }

    #[test]
    fn tests_may_name_them() {
        let tree = Tree::of(&[
            ("crates/wire/tests/vectors.rs", "\"../shared/data\"\n"),
            ("crates/wire/src/a.rs", "#[cfg(test)]\nmod tests {\n\"/work/\"\n}\n"),
            ("docs/a.md", "work/flow\n"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
