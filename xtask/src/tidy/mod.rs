//! The rules about the tree that no compiler checks.

mod crate_docs;
mod edges;
mod fixtures;
mod left_open;
mod links;
mod migrations;
mod page;
mod places;
mod sizes;
mod tree;
mod unwraps;
mod words;

use anyhow::Result;

use crate::metadata::Metadata;
use crate::report::{Finding, conclude};
use tree::Tree;

pub use migrations::{CHECKSUMS, record as record_migrations};

pub fn run() -> Result<()> {
    let tree = Tree::load()?;
    let metadata = Metadata::load()?;
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(edges::check(&tree, &metadata)?);
    findings.extend(crate_docs::check(&tree, &metadata));
    findings.extend(sizes::check(&tree));
    findings.extend(left_open::check(&tree));
    findings.extend(unwraps::check(&tree));
    findings.extend(places::check(&tree));
    findings.extend(words::check(&tree)?);
    findings.extend(links::check(&tree));
    findings.extend(migrations::check(&tree)?);
    findings.extend(fixtures::check(&tree));
    println!("{} files, {} crates looked at", tree.files.len(), metadata.ours().len());
    conclude("tidy", findings)
}

pub fn print_edges() -> Result<()> {
    edges::print(&Metadata::load()?);
    Ok(())
}
