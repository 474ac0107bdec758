//! What `cargo metadata` says about this workspace, as far as the checks need it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::{Doing, Failure, Result};
use crate::process;

#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub packages: Vec<Package>,
}

#[derive(Debug)]
pub struct Package {
    pub name: String,
    /// Path of `Cargo.toml` below the root of the workspace, with `/`.
    pub manifest: String,
    pub dependencies: Vec<Dependency>,
    /// The root file of every target (library, programs, tests), except build scripts.
    pub roots: Vec<PathBuf>,
}

#[derive(Debug)]
pub struct Dependency {
    pub name: String,
    /// Used by tests, examples and benches only.
    pub dev: bool,
    pub features: Vec<String>,
}

impl Workspace {
    pub fn load() -> Result<Self> {
        let mut command = process::cargo();
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        Self::parse(&process::output(&mut command, "running cargo metadata")?)
    }

    pub fn parse(json: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(json).doing("reading cargo metadata")?;
        let root = PathBuf::from(text(&metadata, "workspace_root")?);
        let packages = list(&metadata, "packages")?
            .iter()
            .map(|package| Package::parse(package, &root))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self { root, packages })
    }
}

impl Package {
    fn parse(package: &Value, root: &Path) -> Result<Self> {
        let manifest = PathBuf::from(text(package, "manifest_path")?);
        let below_root = manifest.strip_prefix(root).unwrap_or(&manifest);
        let is_code = |target: &&Value| {
            target
                .get("kind")
                .and_then(Value::as_array)
                .is_none_or(|kinds| kinds.iter().all(|kind| kind.as_str() != Some("custom-build")))
        };
        Ok(Self {
            name: text(package, "name")?,
            manifest: below_root.to_string_lossy().replace('\\', "/"),
            dependencies: list(package, "dependencies")?
                .iter()
                .map(Dependency::parse)
                .collect::<Result<Vec<_>>>()?,
            roots: list(package, "targets")?
                .iter()
                .filter(is_code)
                .map(|target| text(target, "src_path").map(PathBuf::from))
                .collect::<Result<Vec<_>>>()?,
        })
    }

    pub fn uses(&self, name: &str) -> bool {
        self.dependencies.iter().any(|dependency| dependency.name == name)
    }
}

impl Dependency {
    fn parse(dependency: &Value) -> Result<Self> {
        Ok(Self {
            name: text(dependency, "name")?,
            dev: dependency.get("kind").and_then(Value::as_str) == Some("dev"),
            features: list(dependency, "features")?
                .iter()
                .filter_map(|feature| feature.as_str().map(str::to_owned))
                .collect(),
        })
    }
}

fn text(value: &Value, field: &str) -> Result<String> {
    let found = value.get(field).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("cargo metadata has no text `{field}`")))
}

pub fn list<'a>(value: &'a Value, field: &str) -> Result<&'a [Value]> {
    let found = value.get(field).and_then(Value::as_array).map(Vec::as_slice);
    found.ok_or_else(|| Failure::new(format!("cargo metadata has no list `{field}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{
        "workspace_root": "/w",
        "packages": [{
            "name": "store",
            "manifest_path": "/w/crates/store/Cargo.toml",
            "dependencies": [
                {"name": "sqlx", "kind": null, "features": ["postgres"]},
                {"name": "proptest", "kind": "dev", "features": []}
            ],
            "targets": [
                {"kind": ["lib"], "src_path": "/w/crates/store/src/lib.rs"},
                {"kind": ["custom-build"], "src_path": "/w/crates/store/build.rs"},
                {"kind": ["test"], "src_path": "/w/crates/store/tests/outbox.rs"}
            ]
        }]
    }"#;

    #[test]
    fn reads_packages_dependencies_and_targets() {
        let workspace = Workspace::parse(METADATA).expect("valid");
        assert_eq!(workspace.root, Path::new("/w"));
        let store = workspace.packages.first().expect("one package");
        assert_eq!(store.manifest, "crates/store/Cargo.toml");
        assert!(store.uses("sqlx") && !store.uses("serde"));
        assert_eq!(store.dependencies.iter().filter(|d| d.dev).count(), 1);
        let roots: Vec<_> = store.roots.iter().map(|root| root.to_string_lossy()).collect();
        assert_eq!(roots, ["/w/crates/store/src/lib.rs", "/w/crates/store/tests/outbox.rs"]);
    }

    #[test]
    fn says_what_is_missing() {
        let failure = Workspace::parse(r#"{"workspace_root": "/w"}"#).expect_err("no packages");
        assert_eq!(failure.to_string(), "cargo metadata has no list `packages`");
        assert!(Workspace::parse("nonsense").is_err());
    }
}
