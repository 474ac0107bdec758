//! The list of what the program is built of, in a form that other tools read: `CycloneDX` 1.6.
//!
//! The lock file is the truth; this adds licences and who needs whom, and leaves out what only
//! tests use. It holds no time and no serial number, so that the same tree gives the same list.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::failure::{Doing, Failure, Result};
use crate::process;
use crate::workspace::{Workspace, list};

/// The program that is delivered.
const PROGRAM: &str = "okto";
/// What it is delivered for; other systems take other packages.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Prints the list.
pub fn print(workspace: &Workspace) -> Result<()> {
    let mut command = process::cargo();
    command.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", PLATFORM]);
    command.current_dir(&workspace.root);
    let metadata = process::output(&mut command, "running cargo metadata")?;
    let metadata: Value = serde_json::from_str(&metadata).doing("reading cargo metadata")?;
    let lock = std::fs::read_to_string(workspace.root.join("Cargo.lock"));
    let document = of(&metadata, &checksums(&lock.doing("reading Cargo.lock")?))?;
    let document = serde_json::to_string_pretty(&document).doing("writing the list")?;
    process::say(document);
    Ok(())
}

/// The checksum of each package that comes from a registry, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |name: &str| {
            let line = package.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(" = "))?;
            Some(line.trim_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(checksum)) =
            (value("name"), value("version"), value("checksum"))
        {
            found.insert((name, version), checksum);
        }
    }
    found
}

fn of(metadata: &Value, checksums: &BTreeMap<(String, String), String>) -> Result<Value> {
    let mut packages = BTreeMap::new();
    for package in list(metadata, "packages")? {
        packages.insert(text(package, "id")?, package);
    }
    let resolve = metadata.get("resolve").unwrap_or(&Value::Null);
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for node in list(resolve, "nodes")? {
        needs.insert(text(node, "id")?, needed_by(node)?);
    }
    let program = packages
        .iter()
        .find(|(_, package)| text(package, "name").is_ok_and(|name| name == PROGRAM))
        .map(|(id, _)| *id)
        .ok_or_else(|| Failure::new(format!("there is no package `{PROGRAM}`")))?;
    let built = reached(program, &needs);
    let name = |id: &str| -> Result<String> {
        let package = packages.get(id).ok_or_else(|| Failure::new("a package is not described"))?;
        Ok(format!("pkg:cargo/{}@{}", text(package, "name")?, text(package, "version")?))
    };
    let mut components = BTreeMap::new();
    let mut dependencies = BTreeMap::new();
    for id in &built {
        let reference = name(id)?;
        if let Some(package) = packages.get(id)
            && *id != program
        {
            components.insert(reference.clone(), component(package, &reference, checksums)?);
        }
        let on = needs.get(id).into_iter().flatten().map(|id| name(id));
        let on = on.collect::<Result<BTreeSet<_>>>()?;
        dependencies.insert(reference.clone(), json!({ "ref": reference, "dependsOn": on }));
    }
    let package = packages.get(program).copied().unwrap_or(&Value::Null);
    let mut main = component(package, &name(program)?, checksums)?;
    if let Some(main) = main.as_object_mut() {
        main.insert("type".to_owned(), "application".into());
    }
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": main },
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies.into_values().collect::<Vec<_>>(),
    }))
}

fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str> {
    let text = value.get(field).and_then(Value::as_str);
    text.ok_or_else(|| Failure::new(format!("cargo metadata has no text `{field}`")))
}

/// What a package is built with: what only its tests need is left out.
fn needed_by(node: &Value) -> Result<BTreeSet<&str>> {
    let mut needed = BTreeSet::new();
    for dependency in list(node, "deps")? {
        let is_test = |kind: &Value| kind.get("kind").and_then(Value::as_str) == Some("dev");
        if !list(dependency, "dep_kinds")?.iter().all(is_test) {
            needed.insert(text(dependency, "pkg")?);
        }
    }
    Ok(needed)
}

fn reached<'a>(from: &'a str, needs: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(id) = waiting.pop() {
        for next in needs.get(id).into_iter().flatten() {
            if reached.insert(next) {
                waiting.push(next);
            }
        }
    }
    reached
}

fn component(
    package: &Value,
    reference: &str,
    checksums: &BTreeMap<(String, String), String>,
) -> Result<Value> {
    let (name, version) = (text(package, "name")?, text(package, "version")?);
    let mut component = json!({
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "purl": reference,
    });
    if let Some(fields) = component.as_object_mut() {
        if let Some(licence) = package.get("license").and_then(Value::as_str) {
            // Some still write the alternatives with a slash, as was usual once.
            let expression = licence.replace('/', " OR ");
            fields.insert("licenses".to_owned(), json!([{ "expression": expression }]));
        }
        if let Some(checksum) = checksums.get(&(name.to_owned(), version.to_owned())) {
            fields.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": checksum }]));
        }
    }
    Ok(component)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Value {
        let package = |name: &str, license: Option<&str>| {
            let id = format!("{name} id");
            json!({ "id": id, "name": name, "version": "1.0.0", "license": license })
        };
        let dependency = |name: &str, kind: Option<&str>| {
            let id = format!("{name} id");
            json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] })
        };
        let node =
            |name: &str, deps: Vec<Value>| json!({ "id": format!("{name} id"), "deps": deps });
        json!({
            "packages": [
                package("okto", Some("Apache-2.0")),
                package("ledger", None),
                package("serde", Some("MIT/Apache-2.0")),
                package("cc", Some("MIT")),
                package("proptest", Some("MIT")),
                package("xtask", None),
            ],
            "resolve": { "nodes": [
                node("okto", vec![dependency("ledger", None), dependency("proptest", Some("dev"))]),
                node("ledger", vec![dependency("serde", None)]),
                node("serde", vec![dependency("cc", Some("build"))]),
                node("cc", vec![]),
                node("proptest", vec![dependency("serde", None)]),
                node("xtask", vec![dependency("serde", None)]),
            ] },
        })
    }

    #[test]
    fn what_the_program_is_built_of_and_nothing_else() {
        let lock = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n\
            source = \"registry\"\nchecksum = \"abc\"\n\n[[package]]\nname = \"ledger\"\n\
            version = \"1.0.0\"\n";
        let document = of(&metadata(), &checksums(lock)).unwrap();
        let names: Vec<_> =
            document["components"].as_array().unwrap().iter().map(|c| &c["name"]).collect();
        assert_eq!(names, ["cc", "ledger", "serde"]);
        let serde = &document["components"][2];
        assert_eq!(serde["purl"], "pkg:cargo/serde@1.0.0");
        assert_eq!(serde["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(serde["hashes"][0]["content"], "abc");
        assert_eq!(document["metadata"]["component"]["type"], "application");
        let depends = document["dependencies"].as_array().unwrap();
        let of = |reference: &str| {
            let found = depends.iter().find(|d| d["ref"] == reference).unwrap();
            found["dependsOn"].clone()
        };
        assert_eq!(of("pkg:cargo/okto@1.0.0"), json!(["pkg:cargo/ledger@1.0.0"]));
        assert_eq!(of("pkg:cargo/serde@1.0.0"), json!(["pkg:cargo/cc@1.0.0"]));
    }
}
