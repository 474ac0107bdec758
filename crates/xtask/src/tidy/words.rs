//! Words that mean "not finished", "not run" or "not looked at".
//!
//! The words are put together from halves here, so that this file does not hold them itself.

use super::Finding;
use super::text::has_word;
use super::tree::{SourceFile, Tree};

/// Notes to oneself, in any text file outside tests.
const NOTES: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// Rust outside tests, with the reason. Clippy knows them too, but not in code that is compiled
/// only with some feature or on some system.
const UNFINISHED: [(&str, &str); 4] = [
    (concat!("todo", "!("), "a payment path must not end in a panic"),
    (concat!("unimplemented", "!("), "a payment path must not end in a panic"),
    (concat!("#[", "allow("), "use #[expect(.., reason = ..)], which tells when it is not needed"),
    (
        concat!("#![", "allow("),
        "use #![expect(.., reason = ..)], which tells when it is not needed",
    ),
];

/// Rust anywhere: a test that does not run proves nothing.
const SKIPPED_TEST: &str = concat!("#[", "ignore");

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (number, line) in file.production_lines() {
            for note in NOTES.iter().filter(|note| has_word(line, note)) {
                let message = format!("{note}: finish it, or write an issue");
                findings.push(Finding::new(&file.path, number, message));
            }
            if file.is_rust() {
                unfinished(file, number, line, &mut findings);
            }
        }
        for (number, line) in file.lines().filter(|_| file.is_rust()) {
            if line.contains(SKIPPED_TEST) {
                let message = format!("{SKIPPED_TEST}: a test that does not run proves nothing");
                findings.push(Finding::new(&file.path, number, message));
            }
        }
    }
    findings
}

fn unfinished(file: &SourceFile, number: usize, line: &str, findings: &mut Vec<Finding>) {
    for (word, why) in UNFINISHED.iter().filter(|(word, _)| line.contains(word)) {
        findings.push(Finding::new(&file.path, number, format!("{word}..: {why}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found() {
        let text = format!(
            "// {}: later\n// {} here\n{}x)\n{})\n{}dead_code)]\n{}dead_code)]\n{}]\n",
            NOTES[0],
            NOTES[1],
            UNFINISHED[0].0,
            UNFINISHED[1].0,
            UNFINISHED[2].0,
            UNFINISHED[3].0,
            SKIPPED_TEST
        );
        let found = check(&Tree::of(&[("src/a.rs", &text)]));
        let lines: Vec<_> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn notes_are_found_in_any_text() {
        let text = format!("# {}\n", NOTES[0]);
        assert_eq!(check(&Tree::of(&[("docs/a.md", &text), ("bin/up", &text)])).len(), 2);
    }

    #[test]
    fn tests_and_longer_words_pass_but_skipped_tests_do_not() {
        let notes = format!("{}\n{}x)\nTODOS\n", NOTES[0], UNFINISHED[0].0);
        assert_eq!(check(&Tree::of(&[("tests/a.rs", &notes), ("b.md", "TODOS mastodon\n")])), []);
        let skipped = format!("#[cfg(test)]\nmod tests {{\n{SKIPPED_TEST} = \"slow\"]\n}}\n");
        assert_eq!(check(&Tree::of(&[("src/a.rs", &skipped)])).len(), 1);
    }
}
