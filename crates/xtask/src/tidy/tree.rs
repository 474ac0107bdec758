//! The text files of the repository, as the checks see them.

use std::path::Path;
use std::process::Command;

use crate::failure::{Doing, Result};
use crate::process;

/// Folders that hold what programs made. They matter only where git cannot be asked.
const MADE_BY_PROGRAMS: [&str; 4] = [".git", ".okto", ".tmp", "target"];

#[derive(Debug, Default)]
pub struct Tree {
    pub files: Vec<SourceFile>,
}

#[derive(Debug)]
pub struct SourceFile {
    /// Path below the root, with `/`.
    pub path: String,
    pub text: String,
}

impl Tree {
    /// Reads what git tracks or would track, so that a new file is checked before it is added.
    /// A copy of the tree without git is walked.
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        let paths = match git_files(root) {
            Some(paths) => paths,
            None => walk(root)?,
        };
        for path in paths {
            // A file may be tracked and just deleted. Anything that is not text has no lines.
            if let Ok(bytes) = std::fs::read(root.join(&path))
                && let Ok(text) = String::from_utf8(bytes)
                && !text.contains('\0')
            {
                tree.files.push(SourceFile { path, text });
            }
        }
        Ok(tree)
    }

    pub fn find(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    pub fn rust_files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| file.is_rust())
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| SourceFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Self { files: files.iter().map(file).collect() }
    }
}

impl SourceFile {
    pub fn is_rust(&self) -> bool {
        self.extension() == Some("rs")
    }

    pub fn extension(&self) -> Option<&str> {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str())
    }

    /// The crate the file belongs to: `crates/<name>/..`.
    pub fn crate_name(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Files of tests as a whole: anything under a folder `tests`, and `tests.rs` in a crate.
    pub fn is_test(&self) -> bool {
        let mut parts = self.path.rsplit('/');
        parts.next() == Some("tests.rs") || parts.any(|folder| folder == "tests")
    }

    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The lines before the test module; none in a file of tests.
    pub fn production_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let count = if self.is_test() { 0 } else { self.production_length() };
        self.lines().take(count)
    }

    /// How many lines come before a `#[cfg(test)] mod .. {` at the left margin. Clippy refuses
    /// items after such a module, so everything from there on is tests.
    pub fn production_length(&self) -> usize {
        let lines: Vec<&str> = self.text.lines().collect();
        if !self.is_rust() {
            return lines.len();
        }
        let starts_tests = |index: &usize| {
            let attribute = lines.get(*index).is_some_and(|line| {
                line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test")
            });
            let mut item = lines.iter().skip(*index).skip_while(|line| line.starts_with("#["));
            attribute
                && item
                    .next()
                    .is_some_and(|line| line.starts_with("mod ") && line.trim_end().ends_with('{'))
        };
        (0..lines.len()).find(starts_tests).unwrap_or(lines.len())
    }
}

/// What git knows, or nothing when there is no git or no repository here. The option keeps git
/// from refusing a tree that belongs to another user.
fn git_files(root: &Path) -> Option<Vec<String>> {
    let mut command = Command::new("git");
    command
        .args(["-c", "safe.directory=*", "-c", "core.quotePath=false"])
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root);
    let output = process::output(&mut command, "listing files with git").ok()?;
    let mut paths: Vec<String> =
        output.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    (!paths.is_empty()).then_some(paths)
}

fn walk(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let doing = format!("listing {}", folder.display());
        for entry in std::fs::read_dir(&folder).doing(&doing)? {
            let entry = entry.doing(&doing)?;
            let kind = entry.file_type().doing(&doing)?;
            let made = MADE_BY_PROGRAMS.iter().any(|name| entry.file_name() == *name);
            if kind.is_dir() && !made {
                folders.push(entry.path());
            } else if kind.is_file()
                && let Ok(path) = entry.path().strip_prefix(root)
            {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn knows_files_of_tests() {
        for path in ["crates/a/tests/flow.rs", "crates/a/src/pay/tests.rs", "tests/x.py"] {
            assert!(file(path, "").is_test(), "{path}");
        }
        for path in ["crates/a/src/lib.rs", "crates/a/src/testing.rs", "crates/a/src/contests.rs"] {
            assert!(!file(path, "").is_test(), "{path}");
        }
    }

    #[test]
    fn production_ends_at_the_inline_test_module() {
        let inline = "fn a() {}\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n}\n";
        assert_eq!(file("a.rs", inline).production_length(), 1);
        let all = "fn a() {}\n\n#[cfg(all(test, unix))]\nmod tests {\n}\n";
        assert_eq!(file("a.rs", all).production_length(), 2);
    }

    #[test]
    fn other_test_attributes_end_nothing() {
        for text in [
            "#[cfg(test)]\nmod tests;\nfn a() {}\n",
            "#[cfg(test)]\nuse b::c;\nfn a() {}\n",
            "mod b {\n    #[cfg(test)]\n    mod tests {}\n}\n",
        ] {
            let file = file("a.rs", text);
            assert_eq!(file.production_length(), file.text.lines().count(), "{text}");
        }
    }

    #[test]
    fn a_file_of_tests_has_no_production_lines() {
        assert_eq!(file("crates/a/tests/b.rs", "fn a() {}\n").production_lines().count(), 0);
    }

    #[test]
    fn the_crate_is_the_folder_below_crates() {
        assert_eq!(file("crates/api/src/lib.rs", "").crate_name(), Some("api"));
        assert_eq!(file("docs/api.md", "").crate_name(), None);
    }

    #[test]
    fn a_tree_without_git_is_walked() {
        let root = std::env::temp_dir().join(format!("okto-tidy-{}", std::process::id()));
        std::fs::create_dir_all(root.join("target/debug")).expect("folder");
        std::fs::create_dir_all(root.join("src")).expect("folder");
        std::fs::write(root.join("target/debug/x.rs"), "no").expect("file");
        std::fs::write(root.join("src/lib.rs"), "yes").expect("file");
        let found = walk(&root);
        std::fs::remove_dir_all(&root).expect("removed");
        assert_eq!(found.expect("walked"), ["src/lib.rs"]);
    }
}
