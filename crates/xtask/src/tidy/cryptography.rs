//! Every place that uses cryptography stands in the inventory: what nobody knows of is not renewed
//! when an algorithm falls.

use super::Finding;
use super::text::{has_word, without_comment};
use super::tree::Tree;

const PAGE: &str = "docs/security/cryptography.md";

/// Libraries that do cryptography, as code names them.
const LIBRARIES: [&str; 16] = [
    "aes",
    "argon2",
    "aws_lc_rs",
    "chacha20poly1305",
    "cmac",
    "cryptoki",
    "des",
    "getrandom",
    "hmac",
    "jsonwebtoken",
    "ring",
    "rustls",
    "sha2",
    "subtle",
    "totp_rs",
    "webauthn_rs",
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.find(PAGE) else {
        return vec![Finding::new(PAGE, 1, "the inventory of cryptography is gone")];
    };
    let mut findings = Vec::new();
    for file in tree.rust_files().filter(|file| file.crate_name() != Some("xtask")) {
        if page.text.contains(&format!("`{}`", file.path)) {
            continue;
        }
        let uses = |line: &str| {
            let code = without_comment(line);
            let imports = code.trim_start().starts_with("use ") || code.contains("::");
            imports.then(|| LIBRARIES.iter().find(|name| has_word(code, name))).flatten()
        };
        let found = file.production_lines().find_map(|(n, line)| uses(line).map(|name| (n, name)));
        if let Some((number, name)) = found {
            let message = format!("{name} is used here, and {PAGE} does not know it");
            findings.push(Finding::new(&file.path, number, message));
        }
    }
    findings.extend(gone(tree, &page.text));
    findings
}

/// Places that the page names and that are not there any more.
fn gone(tree: &Tree, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let named = line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| std::path::Path::new(name).extension().is_some_and(|e| e == "rs"));
        for name in named.filter(|name| tree.find(name).is_none()) {
            findings.push(Finding::new(PAGE, index + 1, format!("there is no {name}")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_use_is_known_to_the_page() {
        let tree = Tree::of(&[
            (PAGE, "| `crates/a/src/known.rs` |\n"),
            ("crates/a/src/known.rs", "use sha2::Sha256;\n"),
            ("crates/a/src/new.rs", "\nfn a() { hmac::new(); }\n"),
            ("crates/a/src/none.rs", "// sha2::Sha256\nlet string = 1;\n"),
            ("crates/a/tests/b.rs", "use sha2::Sha256;\n"),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|f| (f.file, f.line)).collect();
        assert_eq!(found, [("crates/a/src/new.rs".to_owned(), 2)]);
    }

    #[test]
    fn what_the_page_names_is_there() {
        let tree = Tree::of(&[(PAGE, "\n`crates/a/src/gone.rs` and `SHA-256`\n")]);
        assert_eq!(check(&tree), [Finding::new(PAGE, 2, "there is no crates/a/src/gone.rs")]);
        assert_eq!(check(&Tree::of(&[])).len(), 1);
    }
}
