//! What comes from outside is never unwrapped: in the product's code nothing is, so nobody has to ask where a value came from.

use super::tree::{File, Tree};
use crate::report::Finding;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_product(file)) {
        let product = file.lines().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
        let code = product.filter(|(_, line)| !line.trim_start().starts_with("//"));
        findings.extend(code.filter(|(_, line)| line.contains(".unwrap()")).map(|(number, _)| {
            Finding::line(
                &file.path,
                number,
                "`unwrap()` outside of tests: return an error, or `expect` with the reason why it cannot fail",
            )
        }));
    }
    findings
}

fn is_product(file: &File) -> bool {
    let Some((name, inside)) = file.path.strip_prefix("crates/").and_then(|path| path.split_once("/src/")) else { return false };
    let for_tests = inside.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "testing"));
    file.ends(&["rs"]) && name != "storage-tests" && !for_tests
}
