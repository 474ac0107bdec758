//! A folder of query descriptions: `query-<hash of the text>.json`, one for each query.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use crate::failure::{Doing, Result};

#[derive(Debug, Default)]
pub struct Descriptions {
    by_file: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Difference {
    Missing { file: String, query: String },
    Unused { file: String, query: String },
    Changed { file: String, query: String },
}

impl Descriptions {
    /// Reads a folder; one that is not there holds nothing. Other files in it are left alone.
    pub fn read(folder: &Path) -> Result<Self> {
        let doing = format!("reading {}", folder.display());
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).doing(doing),
        };
        let mut by_file = BTreeMap::new();
        for entry in entries {
            let entry = entry.doing(&doing)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_json = entry.path().extension().is_some_and(|extension| extension == "json");
            if is_json && name.starts_with("query-") {
                by_file.insert(name, std::fs::read_to_string(entry.path()).doing(&doing)?);
            }
        }
        Ok(Self { by_file })
    }

    pub fn len(&self) -> usize {
        self.by_file.len()
    }

    /// What has to change in `kept` to become this.
    pub fn compare(&self, kept: &Self) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (file, fresh) in &self.by_file {
            let (file, query) = (file.clone(), query_of(fresh));
            match kept.by_file.get(&file) {
                None => differences.push(Difference::Missing { file, query }),
                Some(old) if !same(old, fresh) => {
                    differences.push(Difference::Changed { file, query });
                }
                Some(_) => {}
            }
        }
        let unused = kept.by_file.iter().filter(|(file, _)| !self.by_file.contains_key(*file));
        differences.extend(
            unused
                .map(|(file, old)| Difference::Unused { file: file.clone(), query: query_of(old) }),
        );
        differences
    }

    /// Makes the folder hold exactly these. Files that did not change are not touched.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let doing = format!("writing {}", folder.display());
        std::fs::create_dir_all(folder).doing(&doing)?;
        for difference in self.compare(&Self::read(folder)?) {
            match difference {
                Difference::Unused { file, .. } => {
                    std::fs::remove_file(folder.join(file)).doing(&doing)?;
                }
                Difference::Missing { file, .. } | Difference::Changed { file, .. } => {
                    let fresh = self.by_file.get(&file).map_or("", String::as_str);
                    std::fs::write(folder.join(file), fresh).doing(&doing)?;
                }
            }
        }
        Ok(())
    }
}

/// Compares as JSON: spaces and line ends are nobody's business.
fn same(one: &str, other: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<Value>(text).ok();
    one == other || parse(one).is_some_and(|one| parse(other) == Some(one))
}

/// The query on one line.
fn query_of(description: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(description).ok();
    let query = parsed.as_ref().and_then(|value| value.get("query")).and_then(Value::as_str);
    let words: Vec<&str> = query.unwrap_or("(not readable)").split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptions(files: &[(&str, &str)]) -> Descriptions {
        let own = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
        Descriptions { by_file: files.iter().map(own).collect() }
    }

    #[test]
    fn differences_are_told_apart() {
        let fresh = descriptions(&[
            ("query-1.json", r#"{"query": "select\n  1", "n": 1}"#),
            ("query-2.json", r#"{"query": "select 2", "n": 1}"#),
            ("query-3.json", r#"{"query": "select 3", "n": 1}"#),
        ]);
        let kept = descriptions(&[
            ("query-2.json", r#"{"query": "select 2", "n": 2}"#),
            ("query-3.json", "{\"n\":1,\n \"query\":\"select 3\"}\n"),
            ("query-4.json", "broken"),
        ]);
        let said: Vec<_> = fresh.compare(&kept).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                ".sqlx/query-1.json:1: is missing, it describes: select 1",
                ".sqlx/query-2.json:1: is out of date, it describes: select 2",
                ".sqlx/query-4.json:1: is not used any more, it described: (not readable)",
            ]
        );
        assert_eq!(fresh.compare(&fresh), []);
    }

    #[test]
    fn writing_makes_the_folder_equal_and_leaves_other_files() {
        let folder = std::env::temp_dir().join(format!("okto-queries-{}", std::process::id()));
        assert_eq!(Descriptions::read(&folder).expect("absent is empty").len(), 0);
        let first = descriptions(&[("query-1.json", "{}"), ("query-2.json", "{}")]);
        first.write(&folder).expect("written");
        std::fs::write(folder.join("README.md"), "kept").expect("written");
        let second = descriptions(&[("query-2.json", r#"{"a": 1}"#), ("query-3.json", "{}")]);
        second.write(&folder).expect("written");
        let read = Descriptions::read(&folder).expect("read");
        let kept = folder.join("README.md").exists();
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(read.by_file, second.by_file);
        assert!(kept);
    }
}
