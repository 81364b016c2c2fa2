//! Whatever came from elsewhere says from where.

use std::collections::BTreeSet;

use super::tree::Tree;
use crate::report::Finding;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut missing = BTreeSet::new();
    for path in tree.paths.iter().filter(|path| path.starts_with("fixtures/") || path.contains("/fixtures/")) {
        // In its own folder, or in one above it.
        let told = path.match_indices('/').any(|(at, _)| tree.paths.iter().any(|one| *one == format!("{}/SOURCES.md", &path[..at])));
        if !told {
            missing.insert(path.rsplit_once('/').map_or(path.as_str(), |(folder, _)| folder).to_owned());
        }
    }
    missing.into_iter().map(|folder| Finding::file(&folder, "has fixtures, and no SOURCES.md that says where they come from")).collect()
}
