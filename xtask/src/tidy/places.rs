//! Nothing in the tree names the machine it was written on, or the mirror its packages came from.

use super::tree::{File, Tree};
use crate::report::Finding;

const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !file.is_foreign()) {
        for (number, line) in file.lines() {
            if names_machine(line) {
                findings.push(Finding::line(&file.path, number, "a path of one machine"));
            }
            if let Some(what) = registry(file, line) {
                findings.push(Finding::line(&file.path, number, what));
            }
        }
    }
    findings
}

/// Folders that only some machines have, from the root.
fn names_machine(line: &str) -> bool {
    [concat!("/wo", "rk/"), concat!("/fa", "rm/"), concat!("/ro", "ot/"), concat!("/ho", "me/")].iter().any(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '/' | '}' | '*'))
        })
    })
}

/// Lock files and settings name no registry but the public one of their kind.
fn registry(file: &File, line: &str) -> Option<&'static str> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let line = line.trim();
    match name {
        "Cargo.lock" => (line.starts_with("source = ") && !line.contains(CRATES)).then_some("a crate from elsewhere than crates.io"),
        "package-lock.json" => {
            (line.starts_with("\"resolved\"") && line.contains("://")).then_some("an address of a registry; see console/.npmrc")
        }
        ".npmrc" => line.contains("registry=").then_some("a registry of one machine"),
        "config.toml" if file.path.starts_with(".cargo/") => {
            (line.starts_with("[source") || line.starts_with("[registr")).then_some("a registry of one machine")
        }
        "requirements.txt" => line.contains("index-url").then_some("a registry of one machine"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::names_machine;

    #[test]
    fn only_paths_from_the_root_count() {
        assert!(names_machine(concat!("see /wo", "rk/main/x")));
        assert!(names_machine(concat!("\"/ro", "ot/.cargo\"")));
        assert!(!names_machine(concat!("crates/wo", "rk/mod.rs")));
        assert!(!names_machine(concat!("./wo", "rk/mod.rs")));
    }
}
