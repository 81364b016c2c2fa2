//! A migration that was committed never changes: databases exist that were made by it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;

use super::tree::Tree;
use crate::report::Finding;
use crate::shell;

/// One line for each migration: git's id of its content, then its path.
pub const CHECKSUMS: &str = "xtask/migrations.txt";

pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let recorded = recorded(tree.file(CHECKSUMS).map(|file| file.text.as_str()).unwrap_or_default());
    let mut findings = Vec::new();
    let current = current(tree)?;
    for (path, id) in &current {
        match recorded.get(path) {
            Some(known) if known == id => {}
            Some(_) => findings.push(Finding::file(path, "changed after it was recorded; write a new migration instead")),
            None => findings.push(Finding::file(path, "is not recorded; run `cargo xtask gen`")),
        }
    }
    findings
        .extend(recorded.keys().filter(|path| !current.contains_key(*path)).map(|path| Finding::file(path, "was recorded and is gone")));
    Ok(findings)
}

/// Adds the migrations that are new. Those that are recorded stay as they are.
pub fn record() -> Result<()> {
    let tree = Tree::load()?;
    let mut all = current(&tree)?;
    all.extend(recorded(tree.file(CHECKSUMS).map(|file| file.text.as_str()).unwrap_or_default()));
    let mut text = String::new();
    for (path, id) in &all {
        writeln!(text, "{id} {path}")?;
    }
    Ok(std::fs::write(shell::root().join(CHECKSUMS), text)?)
}

fn recorded(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(|line| line.split_once(' ')).map(|(id, path)| (path.to_owned(), id.to_owned())).collect()
}

fn current(tree: &Tree) -> Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for path in tree.paths.iter().filter(|path| path.contains("/migrations/") && path.ends_with(".sql")) {
        all.insert(path.clone(), shell::output(&["git", "hash-object", path])?.trim().to_owned());
    }
    Ok(all)
}
