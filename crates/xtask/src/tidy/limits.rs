//! Limits that a page names are those of the program. A row names the constant and its file:
//! `NAME = VALUE` and the path, each in backticks.

use super::Finding;
use super::tree::Tree;

const PAGE: &str = "docs/security/rules.md";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.find(PAGE) else {
        return vec![Finding::new(PAGE, 1, "the page of rules is gone")];
    };
    let mut findings = Vec::new();
    for (number, line) in page.lines() {
        let spans: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let path = spans
            .iter()
            .find(|span| std::path::Path::new(span).extension().is_some_and(|e| e == "rs"));
        for (name, value) in spans.iter().filter_map(|span| span.split_once(" = ")) {
            let Some(path) = path else {
                findings.push(Finding::new(PAGE, number, format!("{name}: in which file?")));
                continue;
            };
            let found = tree.find(path).and_then(|file| value_of(&file.text, name));
            if found.as_deref() != Some(value) {
                let found = found.unwrap_or_else(|| "nothing".to_owned());
                let message = format!("{name} is {value} here and {found} in {path}");
                findings.push(Finding::new(PAGE, number, message));
            }
        }
    }
    findings
}

/// What a constant is, without the underscores of its digits.
fn value_of(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (_, rest) = line.split_once(&format!("const {name}:"))?;
        let (_, value) = rest.split_once('=')?;
        Some(value.trim().trim_end_matches(';').replace('_', ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: (&str, &str) = ("crates/a/src/b.rs", "pub(super) const LIFE: i64 = 43_200;\n");

    fn messages(page: &str) -> Vec<String> {
        let found = check(&Tree::of(&[CODE, (PAGE, page)]));
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_named_limit_is_that_of_the_program() {
        assert_eq!(messages("| life | 12 h | `LIFE = 43200` `crates/a/src/b.rs` |\n"), [""; 0]);
        for (page, said) in [
            ("`LIFE = 3600` `crates/a/src/b.rs`", "is 3600 here and 43200 in"),
            ("`AGE = 3600` `crates/a/src/b.rs`", "and nothing in"),
            ("`LIFE = 43200` `crates/a/src/gone.rs`", "and nothing in"),
            ("`LIFE = 43200`", "in which file"),
        ] {
            let found = messages(page);
            assert!(found.len() == 1 && found.iter().all(|m| m.contains(said)), "{found:?}");
        }
        assert_eq!(check(&Tree::of(&[CODE])).len(), 1);
    }
}
