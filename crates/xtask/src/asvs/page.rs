//! The page for people.

use std::fmt::Write as _;

use super::{Evidence, PAGE, Row, Status, TABLE};

const HEAD: &str = "\
# What of OWASP ASVS 5.0.0 the bank meets

Every requirement of levels 1 and 2, and of level 3 those of chapters 6 to 11 and 16
(authentication, sessions, authorization, tokens, OAuth, cryptography, logging). The requirements
are said in our own words after the OWASP Application Security Verification Standard 5.0.0, © OWASP
Foundation, CC BY-SA 4.0 (<https://github.com/OWASP/ASVS>), and stay under that licence; its text is
what counts. Left out are LDAP, XPath, LaTeX, JNDI, GraphQL and WebRTC, none of which the bank has.

**Met** names the tests (or, where nothing can be run, the file) that show it. **Partly** and **not
met** say what is lacking.
";

/// The whole page.
pub fn render(rows: &[Row]) -> String {
    let mut page = String::from(HEAD);
    let _ = write!(
        page,
        "\nMade from [`{}`]({}) by `cargo xtask asvs`; change that.\n",
        TABLE,
        name(TABLE)
    );
    let _ = write!(page, "\n{}\n", summary(rows));
    for (number, rows) in chapters(rows) {
        let title = rows.first().map_or("", |row| row.chapter.as_str());
        let _ = write!(page, "\n## V{number} {title}\n\n");
        page.push_str("| id | level | requirement | status | shown by | remark |\n");
        page.push_str("|---|---|---|---|---|---|\n");
        for row in rows {
            page.push_str(&line(row));
        }
    }
    page
}

/// How many of each status, in one line.
pub fn totals(rows: &[Row]) -> String {
    let counted = Status::ALL.map(|status| format!("{} {}", count(rows, status), status.text()));
    counted.join(", ")
}

fn summary(rows: &[Row]) -> String {
    let mut table = String::from("| chapter |");
    for status in Status::ALL {
        let _ = write!(table, " {} |", status.text());
    }
    let _ = write!(table, "\n|---|{}", "--:|".repeat(Status::ALL.len()));
    let mut add = |name: &str, rows: &[Row]| {
        let _ = write!(table, "\n| {name} |");
        for status in Status::ALL {
            let _ = write!(table, " {} |", count(rows, status));
        }
    };
    for (number, rows) in chapters(rows) {
        let title = rows.first().map_or("", |row| row.chapter.as_str());
        add(&format!("V{number} {title}"), rows);
    }
    add("**all**", rows);
    table
}

fn count(rows: &[Row], status: Status) -> usize {
    rows.iter().filter(|row| row.status == status).count()
}

/// Rows of a chapter stand together.
fn chapters(rows: &[Row]) -> impl Iterator<Item = (&str, &[Row])> {
    let groups = rows.chunk_by(|one, next| one.number() == next.number());
    groups.map(|rows| (rows.first().map_or("", Row::number), rows))
}

fn line(row: &Row) -> String {
    let evidence: Vec<String> = row.evidence.iter().map(link).collect();
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        row.id,
        row.level,
        cell(&row.requirement),
        row.status.text(),
        evidence.join("<br>"),
        cell(&row.remark)
    )
}

fn link(evidence: &Evidence) -> String {
    let shown = match &evidence.test {
        Some(test) => format!("{} `{test}`", stem(&evidence.path)),
        None => format!("`{}`", evidence.path),
    };
    let up = "../".repeat(PAGE.matches('/').count());
    format!("[{}]({up}{})", cell(&shown), evidence.path)
}

/// A file by what is needed to know it: its crate, and its own name.
fn stem(path: &str) -> String {
    let of_crate = path.strip_prefix("crates/").and_then(|rest| rest.split('/').next());
    let name = match name(path) {
        "mod.rs" => path.rsplit('/').nth(1).unwrap_or_default(),
        name => name.trim_end_matches(".rs"),
    };
    of_crate.map_or_else(|| path.to_owned(), |of_crate| format!("{of_crate} {name}"))
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stays_in_its_row() {
        let row = Row {
            line: 2,
            id: "6.2.1".to_owned(),
            level: "L1".to_owned(),
            chapter: "Authentication".to_owned(),
            requirement: "a | b\n<c>".to_owned(),
            status: Status::Partly,
            evidence: vec![
                Evidence::parse("crates/identity/src/passwords/mod.rs::whole"),
                Evidence::parse("bin/security"),
            ],
            remark: "why".to_owned(),
        };
        assert_eq!(
            line(&row),
            "| 6.2.1 | L1 | a \\| b &lt;c> | partly | \
             [identity passwords `whole`](../../crates/identity/src/passwords/mod.rs)<br>\
             [`bin/security`](../../bin/security) | why |\n"
        );
        let page = render(&[row]);
        assert!(page.contains("## V6 Authentication"));
        assert!(page.contains("| V6 Authentication | 0 | 1 | 0 | 0 |"), "{page}");
    }
}
