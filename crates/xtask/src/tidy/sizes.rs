//! A file is read in one sitting and a line fits beside another one.
//!
//! The length of functions is clippy's (`too_many_lines`).

use super::Finding;
use super::tree::Tree;

const FILE_LINES_MAX: usize = 500;
const LINE_CHARS_MAX: usize = 100;

/// Files that are one table and may be longer, with longer lines, with the reason.
const TABLES: [(&str, &str); 1] = [(
    "crates/kernel/src/refusal/codes.rs",
    "one row per refusal, one literal per language: a sentence for a customer is not broken",
)];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_files() {
        if TABLES.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        let length = file.production_length();
        if !file.is_test() && length > FILE_LINES_MAX {
            let message =
                format!("{length} lines without tests, at most {FILE_LINES_MAX}: split the file");
            findings.push(Finding::new(&file.path, FILE_LINES_MAX + 1, message));
        }
        for (number, line) in file.lines() {
            let width = line.chars().count();
            if width > LINE_CHARS_MAX {
                let message = format!("{width} characters, at most {LINE_CHARS_MAX}");
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
    fn a_file_is_measured_without_its_tests() {
        let full = "//\n".repeat(FILE_LINES_MAX);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{full}}}\n");
        let fits = format!("{full}{tests}");
        assert_eq!(check(&Tree::of(&[("src/a.rs", &fits)])), []);
        let over = format!("//\n{fits}");
        let found = check(&Tree::of(&[("src/a.rs", &over)]));
        assert_eq!(found.len(), 1);
        assert!(found.iter().all(|f| f.line == 501 && f.message.starts_with("501 lines")));
        assert_eq!(check(&Tree::of(&[("tests/a.rs", &over), ("a.sql", &over)])), []);
    }

    #[test]
    fn a_line_is_measured_in_characters() {
        let fits = "ў".repeat(LINE_CHARS_MAX);
        assert_eq!(check(&Tree::of(&[("a.rs", &fits)])), []);
        let over = format!("//\n{fits}.\n");
        let found = check(&Tree::of(&[("tests/a.rs", &over), ("a.md", &over)]));
        assert_eq!(found, [Finding::new("tests/a.rs", 2, "101 characters, at most 100")]);
    }

    #[test]
    fn the_texts_for_customers_are_excepted() {
        let over = "x".repeat(LINE_CHARS_MAX + 1);
        let long = format!("{over}\n").repeat(FILE_LINES_MAX + 1);
        assert_eq!(check(&Tree::of(&[("crates/kernel/src/refusal/codes.rs", &long)])), []);
    }
}
