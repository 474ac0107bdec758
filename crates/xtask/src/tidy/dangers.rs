//! What opens a hole when it is used without thought. Each has its few places, named with the
//! reason; anywhere else it is refused.

use super::Finding;
use super::text::{has_word, without_comment};
use super::tree::{SourceFile, Tree};

struct Danger {
    word: &'static str,
    why: &'static str,
    /// Files that may, with the reason.
    allowed: &'static [(&'static str, &'static str)],
}

const fn never(word: &'static str, why: &'static str) -> Danger {
    Danger { word, why, allowed: &[] }
}

const IN_RUST: [Danger; 12] = [
    Danger {
        word: "AssertSqlSafe",
        why: "SQL made at run time; bind parameters instead",
        allowed: &[
            ("crates/store/src/partitions.rs", "names of months"),
            ("crates/store/src/embedded/mod.rs", "the private server's own database"),
            ("crates/store/src/testing.rs", "databases of tests"),
            ("crates/store/src/canary.rs", "names of tables, in tests"),
            ("crates/ledger/src/verify/sql.rs", "a list of fixed queries"),
            ("crates/okto/src/bench/sql.rs", "databases of benches"),
        ],
    },
    Danger {
        word: "PreEscaped",
        why: "markup that nothing escapes",
        allowed: &[
            ("crates/ui/src/ikat.rs", "a drawing made of numbers"),
            ("crates/ui/src/qr.rs", "a drawing made of numbers"),
            ("crates/ui/src/attributes.rs", "escapes what it puts in"),
            ("crates/web/src/pages/help/topics.rs", "the program's own texts"),
        ],
    },
    Danger {
        word: "\"/bin/sh\"",
        why: "a shell reads its arguments as a program; call the program itself",
        allowed: &[("crates/store/src/embedded/process.rs", "its `kill`, with numbers only")],
    },
    never("\"sh\").arg", "a shell reads its arguments as a program; call the program itself"),
    never("\"bash\"", "a shell reads its arguments as a program; call the program itself"),
    never("danger_accept_invalid_certs", "whoever stands on the line could be anybody"),
    never("danger_accept_invalid_hostnames", "whoever stands on the line could be anybody"),
    never("with_custom_certificate_verifier", "whoever stands on the line could be anybody"),
    never("insecure_disable_signature_validation", "anybody could have written it"),
    never("insecure_decode", "anybody could have written it"),
    never("validate_exp = false", "what has ended would be good for ever"),
    never("Policy::limited", "a redirect carries what was sent to whoever is named in the answer"),
];

const IN_SCRIPTS: [Danger; 9] = [
    never("innerHTML", "text becomes markup; use textContent"),
    never("outerHTML", "text becomes markup; use textContent"),
    never("insertAdjacentHTML", "text becomes markup; use textContent"),
    never("document.write", "text becomes markup; use textContent"),
    never("eval", "text becomes a program"),
    never("new Function", "text becomes a program"),
    never("localStorage", "what is kept in a browser outlives the session"),
    never("sessionStorage", "what is kept in a browser outlives the page"),
    never("postMessage", "whoever opened the window could be told, or tell"),
];

/// Libraries that no manifest of ours names, with what to take instead.
const LIBRARIES: [(&str, &str); 7] = [
    ("md5", "broken; take sha2"),
    ("md-5", "broken; take sha2"),
    ("sha1", "broken; take sha2"),
    ("openssl", "rustls and aws-lc-rs are here already"),
    ("native-tls", "rustls is here already"),
    ("rsa", "its timing tells the key; take aws-lc-rs"),
    ("rand", "take randomness from kernel::Entropy"),
];

/// What the manifest of the workspace must say, with the reason.
const WORKSPACE: [(&str, &str); 2] = [
    ("unsafe_code = \"forbid\"", "memory is the compiler's to look after"),
    ("overflow-checks = true", "in release too, a sum that does not fit is an incident"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        if file.is_rust() && file.crate_name() != Some("xtask") {
            words(file, &IN_RUST, &mut findings);
        } else if is_script(file) {
            words(file, &IN_SCRIPTS, &mut findings);
        } else if file.path == "Cargo.toml" {
            for (line, why) in WORKSPACE.iter().filter(|(line, _)| !file.text.contains(line)) {
                findings.push(Finding::new(&file.path, 1, format!("`{line}` is gone: {why}")));
            }
            libraries(file, &mut findings);
        } else if is_manifest(file) {
            if !file.text.contains("[lints]\nworkspace = true") {
                let message = "a crate that does not take the lints of the workspace";
                findings.push(Finding::new(&file.path, 1, message));
            }
            libraries(file, &mut findings);
        }
    }
    findings
}

fn words(file: &SourceFile, dangers: &[Danger], findings: &mut Vec<Finding>) {
    let here: Vec<&Danger> = dangers
        .iter()
        .filter(|danger| danger.allowed.iter().all(|(path, _)| *path != file.path))
        .collect();
    for (number, line) in file.production_lines() {
        let code = without_comment(line);
        for danger in here.iter().filter(|danger| has_word(code, danger.word)) {
            let message = format!("{}: {}", danger.word, danger.why);
            findings.push(Finding::new(&file.path, number, message));
        }
    }
}

fn libraries(file: &SourceFile, findings: &mut Vec<Finding>) {
    for (number, line) in file.lines() {
        let name = line.split([' ', '.', '=']).next().unwrap_or_default();
        for (library, instead) in LIBRARIES.iter().filter(|(library, _)| *library == name) {
            findings.push(Finding::new(&file.path, number, format!("{library}: {instead}")));
        }
    }
}

fn is_manifest(file: &SourceFile) -> bool {
    file.path.starts_with("crates/")
        && file.path.matches('/').count() == 2
        && file.path.ends_with("/Cargo.toml")
}

/// The bank's own; what others wrote is kept as they wrote it.
fn is_script(file: &SourceFile) -> bool {
    file.extension() == Some("js")
        && file.path.starts_with("crates/")
        && !file.path.contains("/vendor/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(files: &[(&str, &str)]) -> Vec<(String, usize)> {
        check(&Tree::of(files)).into_iter().map(|found| (found.file, found.line)).collect()
    }

    #[test]
    fn each_danger_is_found_in_code_only() {
        for danger in &IN_RUST {
            let code = format!("// {0}\n let a = {0};\n", danger.word);
            let found = places(&[("crates/a/src/b.rs", &code), ("crates/a/tests/b.rs", &code)]);
            assert_eq!(found, [("crates/a/src/b.rs".to_owned(), 2)], "{}", danger.word);
        }
        for danger in &IN_SCRIPTS {
            let code = format!("x.{} = 1;\n", danger.word);
            let ours = ("crates/ui/static/js/app.js", code.as_str());
            let found = places(&[ours, ("crates/ui/static/js/vendor/a.js", &code)]);
            assert_eq!(found, [(ours.0.to_owned(), 1)], "{}", danger.word);
        }
    }

    #[test]
    fn a_danger_has_its_places() {
        let code = "use maud::PreEscaped;\n";
        assert_eq!(places(&[("crates/ui/src/qr.rs", code)]), []);
        assert_eq!(places(&[("crates/ui/src/page.rs", code)]).len(), 1);
    }

    #[test]
    fn manifests_keep_to_the_rules_of_the_workspace() {
        let lints = "[lints]\nworkspace = true\n";
        let root = "unsafe_code = \"forbid\"\noverflow-checks = true\n";
        assert_eq!(places(&[("Cargo.toml", root), ("crates/a/Cargo.toml", lints)]), []);
        assert_eq!(places(&[("Cargo.toml", "\n"), ("crates/a/Cargo.toml", "\n")]).len(), 3);
        for (library, _) in LIBRARIES {
            let with = format!("{lints}\n[dependencies]\n{library}.workspace = true\nrandom = 1\n");
            let found = places(&[("crates/a/Cargo.toml", &with)]);
            assert_eq!(found, [("crates/a/Cargo.toml".to_owned(), 5)], "{library}");
        }
    }
}
