//! One word for one thing: the synonyms that GLOSSARY.md gives up do not occur where users read.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::page::{section, table, ticked};
use super::tree::{File, Tree};
use crate::report::Finding;

const PAGE: &str = "GLOSSARY.md";

pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let page = tree.file(PAGE).context("GLOSSARY.md is missing")?;
    // Second cell: the word to use. Third: where the word stands for something else.
    let avoid = table(section(page, "avoid")?.1);
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_public(file)) {
        let mut fenced = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                findings.extend(line_findings(file, number, line, &avoid));
            }
        }
    }
    Ok(findings)
}

/// Pages that users read, and the files that they start from.
fn is_public(file: &File) -> bool {
    let page = file.ends(&["md"]) && file.path != PAGE && !file.is_foreign() && !file.path.contains("/testdata/");
    let gallery = file.path.starts_with("gallery/") && file.ends(&["yaml", "yml"]);
    // What the console says stands in its catalogues of strings.
    let console = file.path.starts_with("console/src/lib/i18n/") && !file.path.contains(".test.");
    page || gallery || console
}

fn line_findings(file: &File, number: usize, line: &str, avoid: &BTreeMap<String, Vec<String>>) -> Vec<Finding> {
    // Names of things in code are not prose.
    let prose = if file.ends(&["md"]) { line.split('`').step_by(2).collect::<Vec<_>>().join(" ") } else { line.to_owned() };
    let mut prose = prose.to_lowercase();
    // What may be said, because it is somebody's name for something else, is taken out first.
    for allowed in avoid.values().filter_map(|cells| cells.get(1)).flat_map(|cell| ticked(cell)) {
        prose = prose.replace(&allowed.to_lowercase(), " ");
    }
    let words: Vec<&str> = prose.split(|c: char| !c.is_alphanumeric()).collect();
    let found = avoid.iter().filter(|(word, _)| words.iter().any(|one| *one == *word || one.strip_suffix('s') == Some(word)));
    found
        .map(|(word, cells)| {
            let instead = cells.first().map(String::as_str).unwrap_or_default();
            Finding::line(&file.path, number, format!("`{word}` is not our word; say {instead} (GLOSSARY.md)"))
        })
        .collect()
}
