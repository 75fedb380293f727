//! What the rules look at: each member with its dependencies, from `cargo metadata` and from its manifest.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fs;

use cargo_metadata::{DependencyKind, Metadata, NodeDep, Package, PackageId};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// One crate of the workspace.
#[derive(Default)]
pub(super) struct Member {
    /// The package's name.
    pub(super) name: String,
    /// Packages it names for building or running, development dependencies left out.
    pub(super) direct: BTreeSet<String>,
    /// Every package those reach at run time, and one path that shows how.
    pub(super) reached: BTreeMap<String, Vec<String>>,
    /// Dependencies of any kind that do not say `workspace = true`.
    pub(super) undeclared: Vec<String>,
    /// Whether the manifest says `[lints] workspace = true`.
    pub(super) lints: bool,
}

/// Reads every member.
pub(super) fn read(workspace: &Workspace) -> Result<Vec<Member>, Failure> {
    let metadata = workspace.metadata();
    metadata.workspace_packages().into_iter().map(|package| member(metadata, package)).collect()
}

fn member(metadata: &Metadata, package: &Package) -> Result<Member, Failure> {
    let path = package.manifest_path.as_std_path();
    let text = fs::read_to_string(path).map_err(|source| Failure::File { path: path.into(), source })?;
    let manifest =
        text.parse().map_err(|source| Failure::Manifest { path: path.into(), source: Box::new(source) })?;
    let shipped = |kind| kind != DependencyKind::Development;
    Ok(Member {
        name: package.name.to_string(),
        direct: package.dependencies.iter().filter(|d| shipped(d.kind)).map(|d| d.name.clone()).collect(),
        reached: reached(metadata, &package.id),
        undeclared: undeclared(&manifest),
        lints: inherits(manifest.get("lints")),
    })
}

/// Breadth first, so that the path shown is a shortest one. Cargo resolves features for the workspace as a whole, so
/// this may see more than a build of one crate alone would, never less.
fn reached(metadata: &Metadata, root: &PackageId) -> BTreeMap<String, Vec<String>> {
    let nodes: HashMap<_, _> = metadata
        .resolve
        .iter()
        .flat_map(|resolve| &resolve.nodes)
        .map(|node| (&node.id, node.deps.as_slice()))
        .collect();
    let (mut seen, mut found) = (HashSet::from([root]), BTreeMap::new());
    let mut queue = VecDeque::from([(root, Vec::new())]);
    while let Some((id, path)) = queue.pop_front() {
        for dependency in nodes.get(id).copied().unwrap_or_default().iter().filter(|d| at_run_time(d)) {
            if seen.insert(&dependency.pkg) {
                let name = metadata[&dependency.pkg].name.to_string();
                let path: Vec<_> = path.iter().cloned().chain([name.clone()]).collect();
                queue.push_back((&dependency.pkg, path.clone()));
                found.entry(name).or_insert(path);
            }
        }
    }
    found
}

fn at_run_time(dependency: &NodeDep) -> bool {
    dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
}

fn undeclared(manifest: &toml::Table) -> Vec<String> {
    let per_target =
        manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
    std::iter::once(manifest)
        .chain(per_target.filter_map(toml::Value::as_table))
        .flat_map(|table| {
            ["dependencies", "dev-dependencies", "build-dependencies"]
                .into_iter()
                .filter_map(|key| table.get(key))
        })
        .filter_map(toml::Value::as_table)
        .flatten()
        .filter(|(_, entry)| !inherits(Some(entry)))
        .map(|(name, _)| name.clone())
        .collect()
}

fn inherits(entry: Option<&toml::Value>) -> bool {
    entry.and_then(|entry| entry.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> toml::Table {
        text.parse().unwrap()
    }

    #[test]
    fn a_dependency_with_its_own_version_is_undeclared_wherever_it_stands() {
        let manifest = manifest(
            r#"
            [dependencies]
            serde.workspace = true
            http = { workspace = true, features = ["std"] }
            rand = "0.9"
            [dev-dependencies]
            proptest = { version = "1" }
            [target.'cfg(unix)'.dependencies]
            libc = "0.2"
            nix.workspace = true
            "#,
        );
        assert_eq!(undeclared(&manifest), ["rand", "proptest", "libc"]);
    }

    #[test]
    fn lints_are_inherited_only_when_the_manifest_says_so() {
        assert!(inherits(manifest("lints.workspace = true").get("lints")));
        assert!(!inherits(manifest("lints.workspace = false").get("lints")));
        assert!(!inherits(manifest("[lints.rust]\nunsafe_code = 'allow'").get("lints")));
        assert!(!inherits(manifest("").get("lints")));
    }
}
