//! Every route of a door stands in the table of that door's authorization test.
//!
//! Such a test walks each route as nobody, as the wrong customer and as staff without the right. A
//! route that is missing from its table is a route that nobody has tried to break into.

use std::fmt;

use super::Finding;
use super::text::{arguments, has_word, literal, without_comment, words_at};
use super::tree::{SourceFile, Tree};

/// The crates that answer requests of people and programs.
const DOORS: [&str; 3] = ["api", "web", "admin"];
const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

#[derive(Debug, Default)]
pub struct Outcome {
    pub findings: Vec<Finding>,
    pub notes: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Route {
    method: String,
    path: String,
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

pub fn check(tree: &Tree) -> Outcome {
    let mut outcome = Outcome::default();
    for door in DOORS {
        check_door(tree, door, &mut outcome);
    }
    outcome
}

fn check_door(tree: &Tree, door: &str, outcome: &mut Outcome) {
    let sources = format!("crates/{door}/src/");
    let table_file = format!("crates/{door}/tests/authorization.rs");
    // The table may grow into a folder.
    let table_folder = format!("crates/{door}/tests/authorization/");
    let table: String = tree
        .files
        .iter()
        .filter(|file| file.path == table_file || file.path.starts_with(&table_folder))
        .map(|file| file.text.as_str())
        .collect();
    let mut count = 0_usize;
    for file in tree.rust_files().filter(|file| file.path.starts_with(&sources)) {
        for (line, found) in declarations(file) {
            count += 1;
            match found {
                Ok(routes) => {
                    let missing =
                        routes.iter().filter(|route| !table.contains(&format!("\"{route}\"")));
                    outcome.findings.extend(missing.map(|route| {
                        let message = format!("route `{route}` is missing from {table_file}");
                        Finding::new(&file.path, line, message)
                    }));
                }
                Err(message) => outcome.findings.push(Finding::new(&file.path, line, message)),
            }
        }
    }
    if count == 0 {
        outcome.notes.push(format!("routes: {sources} has none yet"));
    }
}

type Declaration = Result<Vec<Route>, String>;
type Reader = fn(&[&str]) -> Declaration;

/// How a declaration opens, and what reads its arguments.
const READERS: [(&str, Reader); 5] = [
    ("utoipa::path(", documented),
    (".route(", routed),
    (".route_service(", served),
    (".nest_service(", served),
    (".nest(", nested),
];

/// What a file declares, with the line of each declaration.
fn declarations(file: &SourceFile) -> Vec<(usize, Declaration)> {
    let code: String =
        file.production_lines().flat_map(|(_, line)| [without_comment(line), "\n"]).collect();
    let mut found = Vec::new();
    for (opening, read) in READERS {
        for (at, _) in code.match_indices(opening) {
            let line = code.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
            let inside = code.get(at + opening.len()..).and_then(arguments);
            let declaration = match inside {
                Some(arguments) => read(&arguments),
                None => Err(format!("`{opening}` is never closed")),
            };
            found.push((line, declaration));
        }
    }
    found
}

/// `#[utoipa::path(get, path = "/v1/..", ..)]`
fn documented(arguments: &[&str]) -> Declaration {
    let value = |name: &str| {
        arguments.iter().find_map(|argument| {
            argument.strip_prefix(name)?.trim_start().strip_prefix('=').map(str::trim)
        })
    };
    let path = value("path").and_then(literal);
    let path = path.ok_or("utoipa::path needs path = \"..\" as a literal, to be checked")?;
    if value("context_path").is_some() {
        return Err("write the full path in `path`, not a part of it in `context_path`".to_owned());
    }
    // Either the bare name, or a list in `method(get, head)`.
    let named = arguments.iter().filter(|argument| !argument.contains('='));
    let methods: Vec<&str> = METHODS
        .into_iter()
        .filter(|method| {
            named.clone().any(|argument| {
                argument == method
                    || (argument.starts_with("method(") && has_word(argument, method))
            })
        })
        .collect();
    routes(&methods, path)
}

/// `.route("/v1/..", get(handler).post(other))`
fn routed(arguments: &[&str]) -> Declaration {
    // Without arguments it asks which route a request is for.
    if *arguments == [""] {
        return Ok(Vec::new());
    }
    let path = arguments.first().copied().and_then(literal);
    let path = path.ok_or("route needs its path as a literal, to be checked")?;
    let handlers = arguments.get(1).copied().unwrap_or_default();
    let methods: Vec<&str> = METHODS
        .into_iter()
        .filter(|method| {
            words_at(handlers, method).any(|at| {
                handlers.get(at + method.len()..).is_some_and(|rest| rest.starts_with('('))
            })
        })
        .collect();
    routes(&methods, path)
}

/// A service answers any method; the table tries the one that everybody uses.
fn served(arguments: &[&str]) -> Declaration {
    let path = arguments.first().copied().and_then(literal);
    routes(&["get"], path.ok_or("a service needs its path as a literal, to be checked")?)
}

fn nested(_: &[&str]) -> Declaration {
    Err("write the full path at each endpoint instead of `.nest`, to be checked".to_owned())
}

fn routes(methods: &[&str], path: &str) -> Declaration {
    if methods.is_empty() {
        return Err(format!("cannot tell the method of `{path}`"));
    }
    let route = |method: &&str| Route { method: method.to_uppercase(), path: path.to_owned() };
    Ok(methods.iter().map(route).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: &str = r#"
/// Opens an account.
#[utoipa::path(
    post,
    path = "/v1/accounts",
    request_body = Open,
    responses((status = 201, body = Account), (status = 422, description = "get, (refused")),
)]
pub async fn open() {}

// #[utoipa::path(get, path = "/v1/old")]
#[utoipa::path(get, path = "/v1/accounts/{id}", params(("id" = String, Path)))]
pub async fn show() {}
"#;

    const TABLE: &str = "crates/api/tests/authorization.rs";

    fn findings(source: &str, table: &str) -> Vec<String> {
        let tree = Tree::of(&[("crates/api/src/accounts/open.rs", source), (TABLE, table)]);
        check(&tree).findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_complete_table_passes() {
        let table = r#"("POST /v1/accounts", Customer), ("GET /v1/accounts/{id}", Owner)"#;
        assert_eq!(findings(ENDPOINT, table), Vec::<String>::new());
    }

    #[test]
    fn a_missing_route_is_named_with_its_line() {
        let found = findings(ENDPOINT, r#"("POST /v1/accounts/{id}/close", Owner)"#);
        assert_eq!(
            found,
            [
                "crates/api/src/accounts/open.rs:3: route `POST /v1/accounts` is missing from \
                 crates/api/tests/authorization.rs",
                "crates/api/src/accounts/open.rs:12: route `GET /v1/accounts/{id}` is missing \
                 from crates/api/tests/authorization.rs",
            ]
        );
    }

    #[test]
    fn plain_routes_count_with_each_method() {
        let source = r#"
            let router = Router::new()
                .route("/v1/x", get(show::get_x).post(change))
                .route_service("/docs", assets);
        "#;
        let found = findings(source, r#""POST /v1/x""#);
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|f| f.contains("`GET /v1/x`")));
        assert!(found.iter().any(|f| f.contains("`GET /docs`")));
    }

    #[test]
    fn lists_of_methods_are_read() {
        let source = r#"#[utoipa::path(method(get, head), path = "/health")]"#;
        let found = findings(source, "");
        assert!(found.iter().any(|f| f.contains("`GET /health`")));
        assert!(found.iter().any(|f| f.contains("`HEAD /health`")));
    }

    #[test]
    fn what_cannot_be_checked_is_refused() {
        for source in [
            "#[utoipa::path(get, path = PATH)]",
            r#"#[utoipa::path(get, context_path = "/v1", path = "/x")]"#,
            r#"#[utoipa::path(path = "/x")]"#,
            ".route(PATH, get(x))",
            r#".route("/x", methods)"#,
            r#".nest("/v1", router)"#,
            "#[utoipa::path(get",
        ] {
            assert_eq!(findings(source, r#""GET /x" "GET /v1/x""#).len(), 1, "{source}");
        }
    }

    #[test]
    fn asking_for_a_route_declares_none() {
        assert_eq!(findings("visit.route() == Some(STREAM)", ""), Vec::<String>::new());
    }

    #[test]
    fn tests_declare_no_routes() {
        let source = "#[cfg(test)]\nmod tests {\n.route(\"/t\", get(x))\n}\n";
        assert_eq!(findings(source, ""), Vec::<String>::new());
    }

    #[test]
    fn no_route_yet_is_a_note() {
        let outcome = check(&Tree::of(&[("crates/api/src/lib.rs", "//! API\n")]));
        assert!(outcome.findings.is_empty());
        assert_eq!(outcome.notes.len(), DOORS.len());
    }

    #[test]
    fn each_door_has_a_table_of_its_own() {
        let source = r#".route("/x", get(x))"#;
        let table = r#"("GET /x", Customer)"#;
        let tree = Tree::of(&[
            ("crates/api/src/x.rs", source),
            ("crates/web/src/x.rs", source),
            ("crates/web/tests/authorization/table.rs", table),
        ]);
        let outcome = check(&tree);
        let found: Vec<_> = outcome.findings.iter().map(ToString::to_string).collect();
        let expected = format!("crates/api/src/x.rs:1: route `GET /x` is missing from {TABLE}");
        assert_eq!(found, [expected]);
        // The doors without routes.
        assert_eq!(outcome.notes.len(), DOORS.len() - 2);
    }
}
