//! What Cargo says about the workspace and its dependencies.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::shell;

#[derive(Deserialize)]
pub struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
pub struct Package {
    id: String,
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    /// Absent for normal ones, else `dev` or `build`.
    pub kind: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Metadata {
    /// Reads it as locked, for the platforms that we ship for.
    pub fn load() -> Result<Self> {
        let line = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"];
        serde_json::from_str(&shell::output(&line)?).context("cargo metadata cannot be read")
    }

    /// Our own crates by name.
    pub fn ours(&self) -> BTreeMap<&str, &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
            .map(|package| (package.name.as_str(), package))
            .collect()
    }

    /// Everything that a crate of ours is linked with, however far away.
    pub fn reaches(&self, name: &str) -> BTreeSet<&str> {
        let names: BTreeMap<&str, &str> = self.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
        let nodes: BTreeMap<&str, &Node> = self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self.ours().get(name).map(|package| package.id.as_str()).into_iter().collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let edges = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
            open.extend(edges.iter().filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none())).map(|edge| edge.pkg.as_str()));
        }
        seen.into_iter().filter_map(|id| names.get(id).copied()).filter(|found| *found != name).collect()
    }
}

/// A crate of somebody else that is compiled on Linux, for the product or for its tests.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Linked {
    pub name: String,
    pub version: String,
    pub licence: String,
}

/// All of them. Asked of `cargo tree`, which knows which optional ones are really used; metadata also lists what a weak feature might bring.
pub fn linked() -> Result<BTreeSet<Linked>> {
    let line = ["cargo", "tree", "--workspace", "--locked", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}|{l}"];
    let tree = shell::output(&line)?;
    let read = |line: &str| {
        let (package, licence) = line.split_once('|')?;
        let mut words = package.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        // Our own stand with their folder behind the version.
        let ours = words.any(|word| word.starts_with("(/"));
        let licence = licence.trim_end_matches("(*)").trim().to_owned();
        (!ours).then(|| Linked { name: name.to_owned(), version: version.to_owned(), licence })
    };
    Ok(tree.lines().filter_map(read).collect())
}
