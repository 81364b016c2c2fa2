//! Links between pages lead somewhere.

use std::path::{Component, Path, PathBuf};

use super::tree::Tree;
use crate::report::Finding;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.ends(&["md"]) && !file.is_foreign()) {
        let folder = Path::new(&file.path).parent().unwrap_or_else(|| Path::new(""));
        for (number, line) in file.lines() {
            for target in line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
                let path = target.split('#').next().unwrap_or_default();
                if path.is_empty() || path.contains("://") || path.starts_with("mailto:") || path.contains(' ') {
                    continue;
                }
                let meant = plain(&folder.join(path));
                let meant = meant.to_string_lossy();
                let there =
                    tree.paths.iter().any(|path| *path == *meant || path.strip_prefix(&*meant).is_some_and(|rest| rest.starts_with('/')));
                if !there && !meant.is_empty() {
                    findings.push(Finding::line(&file.path, number, format!("the link to `{target}` leads nowhere")));
                }
            }
        }
    }
    findings
}

/// Without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::Normal(name) => plain.push(name),
            _ => {}
        }
    }
    plain
}
