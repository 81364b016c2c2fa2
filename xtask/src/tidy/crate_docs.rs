//! Every crate says on top what it knows, what it must never know, and how to add the next thing.

use super::tree::Tree;
use crate::metadata::Metadata;
use crate::report::Finding;

pub fn check(tree: &Tree, metadata: &Metadata) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in metadata.ours().keys() {
        let places = [format!("crates/{name}/src/lib.rs"), format!("{name}/src/main.rs")];
        let Some(file) = places.iter().find_map(|path| tree.file(path)) else {
            findings.push(Finding::file(&places[0], "is missing"));
            continue;
        };
        let docs: String = file.text.lines().take_while(|line| line.starts_with("//!")).collect();
        if !docs.contains("**Knows") {
            findings.push(Finding::line(&file.path, 1, "the crate does not say what it **knows** and must never know"));
        }
        if !docs.contains("To add ") {
            findings.push(Finding::line(&file.path, 1, "the crate does not say how to add the next thing (`To add …`)"));
        }
    }
    findings
}
