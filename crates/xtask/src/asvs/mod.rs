//! `cargo xtask asvs`: what of OWASP ASVS the bank meets, and which test shows it.
//!
//! The table is written by people, one line per requirement; the page is made from it. A line that
//! names a test which is not there is a promise that nothing keeps, so it is a finding.

mod csv;
mod page;
mod required;

use std::collections::BTreeSet;
use std::fmt;

use crate::failure::{Doing, Failure, Result};
use crate::process::say;
use crate::tidy::{Finding, Tree};
use crate::workspace::Workspace;

const TABLE: &str = "docs/security/asvs.csv";
const PAGE: &str = "docs/security/asvs.md";
const COLUMNS: [&str; 7] =
    ["id", "level", "chapter", "requirement", "status", "evidence", "remark"];

/// Writes the page.
pub fn write(workspace: &Workspace) -> Result<()> {
    let tree = Tree::read(&workspace.root)?;
    let rows = rows(&tree).map_err(|finding| Failure::new(finding.to_string()))?;
    let path = workspace.root.join(PAGE);
    std::fs::write(&path, page::render(&rows)).doing(format!("writing {}", path.display()))?;
    let findings = findings(&tree, &rows);
    for finding in &findings {
        say(finding.to_string());
    }
    if !findings.is_empty() {
        return Err(Failure::new(format!("asvs: {} finding(s)", findings.len())));
    }
    say(format!("asvs: {PAGE}: {}", page::totals(&rows)));
    Ok(())
}

/// What is wrong with the table, and whether the page is the one it makes.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let rows = match rows(tree) {
        Ok(rows) => rows,
        Err(finding) => return vec![finding],
    };
    let mut findings = findings(tree, &rows);
    if tree.find(PAGE).is_none_or(|file| file.text != page::render(&rows)) {
        findings.push(Finding::new(PAGE, 1, "not what the table makes: run `cargo xtask asvs`"));
    }
    findings
}

/// How the bank stands to one requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Met,
    Partly,
    NotMet,
    NotApplicable,
}

impl Status {
    const ALL: [Self; 4] = [Self::Met, Self::Partly, Self::NotMet, Self::NotApplicable];

    fn text(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly",
            Self::NotMet => "not met",
            Self::NotApplicable => "not applicable",
        }
    }
}

#[derive(Debug)]
struct Row {
    line: usize,
    id: String,
    level: String,
    chapter: String,
    requirement: String,
    status: Status,
    evidence: Vec<Evidence>,
    remark: String,
}

impl Row {
    /// The number of the chapter, as in `6.2.1`.
    fn number(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}

/// A file, and in it the test that shows it, unless the file itself does.
#[derive(Debug, PartialEq, Eq)]
struct Evidence {
    path: String,
    test: Option<String>,
}

impl Evidence {
    fn parse(text: &str) -> Self {
        match text.split_once("::") {
            Some((path, test)) => Self { path: path.to_owned(), test: Some(test.to_owned()) },
            None => Self { path: text.to_owned(), test: None },
        }
    }

    /// Why it shows nothing, if so.
    fn fault(&self, tree: &Tree) -> Option<String> {
        let Some(file) = tree.find(&self.path) else {
            return Some(format!("there is no file {}", self.path));
        };
        let test = self.test.as_deref()?;
        (!names_test(&file.path, &file.text, test)).then(|| format!("there is no test {self}"))
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path)?;
        self.test.as_ref().map_or(Ok(()), |test| write!(formatter, "::{test}"))
    }
}

/// Whether a file declares this test, in the way of its language.
fn names_test(path: &str, text: &str, test: &str) -> bool {
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
    match extension.map(|(_, extension)| extension) {
        Some("rs") => declares(text, "fn ", test),
        Some("py") => declares(text, "def ", test),
        _ => text.contains(test),
    }
}

fn declares(text: &str, word: &str, name: &str) -> bool {
    text.lines().any(|line| {
        line.split_once(word)
            .and_then(|(_, rest)| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with(['(', '<']))
    })
}

fn rows(tree: &Tree) -> std::result::Result<Vec<Row>, Finding> {
    let file = tree.find(TABLE).ok_or_else(|| Finding::new(TABLE, 1, "there is no such table"))?;
    let mut records = csv::records(&file.text)
        .map_err(|line| Finding::new(TABLE, line, "a quote that does not end"))?
        .into_iter();
    if records.next().is_none_or(|(_, head)| head != COLUMNS) {
        return Err(Finding::new(TABLE, 1, format!("the columns are {}", COLUMNS.join(","))));
    }
    records.map(|(line, fields)| row(line, fields)).collect()
}

fn row(line: usize, fields: Vec<String>) -> std::result::Result<Row, Finding> {
    let Ok([id, level, chapter, requirement, status, evidence, remark]) =
        <[String; COLUMNS.len()]>::try_from(fields)
    else {
        return Err(Finding::new(TABLE, line, format!("not {} fields", COLUMNS.len())));
    };
    let Some(status) = Status::ALL.into_iter().find(|known| known.text() == status) else {
        return Err(Finding::new(TABLE, line, format!("no status is called `{status}`")));
    };
    let evidence = evidence
        .split(';')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(Evidence::parse)
        .collect();
    Ok(Row { line, id, level, chapter, requirement, status, evidence, remark })
}

fn findings(tree: &Tree, rows: &[Row]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut missing: BTreeSet<String> = required::ids().collect();
    for row in rows {
        let mut say = |message: String| findings.push(Finding::new(TABLE, row.line, message));
        if !missing.remove(&row.id) {
            say(format!("{} is not among the required ones, or is here twice", row.id));
        }
        match row.status {
            Status::Met | Status::Partly if row.evidence.is_empty() => {
                say(format!("{} is {} by nothing", row.id, row.status.text()));
            }
            Status::Partly | Status::NotMet | Status::NotApplicable if row.remark.is_empty() => {
                say(format!("{} is {} without a word why", row.id, row.status.text()));
            }
            _ => {}
        }
        for fault in row.evidence.iter().filter_map(|evidence| evidence.fault(tree)) {
            say(format!("{}: {fault}", row.id));
        }
    }
    for id in missing {
        findings.push(Finding::new(TABLE, 1, format!("{id} is missing")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id,level,chapter,requirement,status,evidence,remark\n";

    fn messages(table: &str) -> Vec<String> {
        let tree = Tree::of(&[
            (TABLE, &format!("{HEAD}{table}")),
            ("crates/a/tests/b.rs", "#[test]\nfn whole() {}\nasync fn generic<T>() {}\n"),
            ("bin/c.py", "def whole():\n"),
            ("e2e/d.mjs", "test('by hand', () => {});\n"),
        ]);
        let rows = rows(&tree).expect("a table");
        let found = findings(&tree, &rows).into_iter().map(|finding| finding.message);
        found.filter(|message| !message.ends_with("is missing")).collect()
    }

    #[test]
    fn tests_are_found_in_the_way_of_their_language() {
        let good = "crates/a/tests/b.rs::whole;crates/a/tests/b.rs::generic; bin/c.py::whole;\
                    e2e/d.mjs::by hand;e2e/d.mjs";
        assert_eq!(messages(&format!("1.1.1,L2,A,b,met,{good},\n")), Vec::<String>::new());
        for bad in ["crates/a/tests/b.rs::who", "bin/c.py::part", "e2e/d.mjs::by foot", "gone.rs"] {
            let found = messages(&format!("1.1.1,L2,A,b,met,{bad},\n"));
            assert!(
                found.iter().all(|m| m.contains("there is no")) && found.len() == 1,
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_status_needs_what_it_says() {
        assert_eq!(messages("1.1.1,L2,A,b,met,,\n"), ["1.1.1 is met by nothing"]);
        for status in ["partly", "not met", "not applicable"] {
            let found = messages(&format!("1.1.1,L2,A,b,{status},e2e/d.mjs,\n"));
            assert_eq!(found, [format!("1.1.1 is {status} without a word why")]);
        }
        assert_eq!(messages("1.1.1,L2,A,b,not met,,too dear\n"), Vec::<String>::new());
    }

    #[test]
    fn every_required_line_is_there_once() {
        let line = "1.1.1,L2,A,b,not met,,why\n";
        assert_eq!(messages(&line.repeat(2)).len(), 1);
        assert_eq!(messages("1.2.10,L3,A,b,not met,,why\n").len(), 1);
        let tree = Tree::of(&[(TABLE, &format!("{HEAD}{line}"))]);
        let found = findings(&tree, &rows(&tree).expect("a table"));
        assert_eq!(found.len(), required::ids().count() - 1);
    }

    #[test]
    fn an_unreadable_table_is_one_finding() {
        for table in ["", "id,level\n", &format!("{HEAD}1.1.1,L2\n"), &format!("{HEAD}\"x\n")] {
            assert_eq!(check(&Tree::of(&[(TABLE, table)])).len(), 1, "{table}");
        }
        let unknown = format!("{HEAD}1.1.1,L2,A,b,almost,,\n");
        assert_eq!(check(&Tree::of(&[(TABLE, &unknown)])).len(), 1);
    }

    #[test]
    fn a_stale_page_is_a_finding() {
        let table = format!("{HEAD}1.1.1,L2,A,b,not met,,why\n");
        let rows = rows(&Tree::of(&[(TABLE, &table)])).expect("a table");
        let about_page = |page: &str| {
            let found = check(&Tree::of(&[(TABLE, &table), (PAGE, page)]));
            found.into_iter().filter(|finding| finding.file == PAGE).count()
        };
        assert_eq!(about_page(&page::render(&rows)), 0);
        assert_eq!(about_page("# old\n"), 1);
    }
}
