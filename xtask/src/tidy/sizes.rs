//! A file has one subject, and nobody needs more than 600 lines for one.

use super::tree::Tree;
use crate::report::Finding;

const MOST: usize = 600;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let long = tree.files.iter().filter(|file| file.is_source()).filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > MOST)
            .then(|| Finding::file(&file.path, format!("has {lines} lines, more than {MOST}; give each subject a file of its own")))
    });
    long.collect()
}
