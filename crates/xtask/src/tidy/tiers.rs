//! A crate uses only crates of lower tiers: nothing sideways, nothing upward.
//!
//! This keeps the bank a house with floors. Two products that need each other share what is below
//! them, or one emits an event that the program hands to the other.

use crate::workspace::{Dependency, Package, Workspace};

use super::Finding;
use super::tree::Tree;

const TIERS: [&[&str]; 7] = [
    &["kernel", "wire"],
    &["store", "edge", "ui", "documents", "keys", "hsm", "policy"],
    &["ledger", "identity"],
    &["customers", "pricing", "limits", "risk", "accounting", "wallets"],
    &["payments", "cards", "lending", "backoffice"],
    &["connectors", "api", "web", "admin", "sandbox"],
    &["okto"],
];

/// The tool may use what it likes, and nobody may use the tool.
const TOOL: &str = "xtask";

/// Dependencies of tests that may go sideways, with the reason.
const TESTS_MAY_USE: [(&str, &str); 1] =
    // A connector is proven against the simulator of its counterpart.
    [("connectors", "sandbox")];

pub fn check(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in workspace.packages.iter().filter(|package| package.name != TOOL) {
        let Some(own) = tier(&package.name) else {
            findings.push(Finding::new(
                &package.manifest,
                line_of(tree, package, "name"),
                format!("crate `{}` has no tier: give it one in {}", package.name, file!()),
            ));
            continue;
        };
        for dependency in &package.dependencies {
            if let Some(message) = objection(workspace, package, own, dependency) {
                let line = line_of(tree, package, &dependency.name);
                findings.push(Finding::new(&package.manifest, line, message));
            }
        }
    }
    findings
}

fn objection(
    workspace: &Workspace,
    package: &Package,
    own: usize,
    dependency: &Dependency,
) -> Option<String> {
    let name = &dependency.name;
    if !workspace.packages.iter().any(|other| other.name == *name) {
        return None;
    }
    if name == TOOL {
        return Some(format!("`{}` uses `{TOOL}`, which is a tool, not a part", package.name));
    }
    // An unknown crate is reported where it is defined.
    let other = tier(name)?;
    let allowed_in_tests = dependency.dev
        && (*name == package.name
            || TESTS_MAY_USE.contains(&(package.name.as_str(), name.as_str()))
            || (name == "store" && own > other && dependency.features.iter().any(is_testing)));
    if other < own || allowed_in_tests {
        return None;
    }
    let direction = if other == own { "sideways" } else { "upward" };
    Some(format!(
        "`{}` (tier {own}) uses `{name}` (tier {other}): {direction} dependencies are not allowed, \
         move the shared part down or react to an event",
        package.name
    ))
}

fn is_testing(feature: &String) -> bool {
    feature == "testing"
}

fn tier(name: &str) -> Option<usize> {
    TIERS.iter().position(|names| names.contains(&name))
}

/// The line of the manifest that begins with the name, or the first one.
fn line_of(tree: &Tree, package: &Package, name: &str) -> usize {
    let starts =
        |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '.', '=']));
    tree.find(&package.manifest)
        .and_then(|manifest| manifest.lines().find(|(_, line)| starts(line)))
        .map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str) -> Dependency {
        Dependency { name: name.to_owned(), dev: false, features: Vec::new() }
    }

    fn dev(name: &str, features: &[&str]) -> Dependency {
        let features = features.iter().map(|feature| (*feature).to_owned()).collect();
        Dependency { name: name.to_owned(), dev: true, features }
    }

    fn messages(packages: Vec<(&str, Vec<Dependency>)>) -> Vec<String> {
        let package = |(name, dependencies): (&str, Vec<Dependency>)| Package {
            name: name.to_owned(),
            manifest: format!("crates/{name}/Cargo.toml"),
            dependencies,
            roots: Vec::new(),
        };
        let packages = packages.into_iter().map(package).collect();
        let workspace = Workspace { root: "/".into(), packages };
        let text = "[package]\nname = \"x\"\n\n[dependencies]\nledger.workspace = true\n";
        let tree = Tree::of(&[("crates/identity/Cargo.toml", text)]);
        check(&workspace, &tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn downward_is_fine() {
        let found = messages(vec![
            ("kernel", vec![dependency("serde")]),
            ("store", vec![dependency("kernel")]),
            ("okto", vec![dependency("kernel"), dependency("store"), dependency("sandbox")]),
            ("sandbox", vec![dependency("kernel")]),
            ("xtask", vec![dependency("okto")]),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn sideways_and_upward_are_refused_with_the_line() {
        let found = messages(vec![
            ("ledger", vec![]),
            ("identity", vec![dependency("ledger")]),
            ("kernel", vec![dependency("ledger")]),
        ]);
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|line| {
            line.starts_with("crates/identity/Cargo.toml:5: `identity` (tier 2) uses `ledger`")
                && line.contains("sideways")
        }));
        assert!(found.iter().any(|line| {
            line.starts_with("crates/kernel/Cargo.toml:1:") && line.contains("upward")
        }));
    }

    #[test]
    fn tests_obey_too_with_few_exceptions() {
        let allowed = messages(vec![
            ("connectors", vec![dev("sandbox", &[])]),
            ("sandbox", vec![]),
            ("store", vec![dev("store", &["testing"])]),
            ("ledger", vec![dev("store", &["testing"])]),
        ]);
        assert_eq!(allowed, Vec::<String>::new());
        let refused = messages(vec![
            ("api", vec![dev("sandbox", &[])]),
            ("sandbox", vec![]),
            ("kernel", vec![dev("store", &["testing"])]),
            ("store", vec![]),
        ]);
        assert_eq!(refused.len(), 2);
    }

    #[test]
    fn unknown_crates_and_uses_of_the_tool_are_refused() {
        let found = messages(vec![
            ("blockchain", vec![]),
            ("okto", vec![dependency("xtask")]),
            ("xtask", vec![]),
        ]);
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|line| line.contains("`blockchain` has no tier")));
        assert!(found.iter().any(|line| line.contains("is a tool")));
    }
}
