//! Which crate may know which. The tables of ARCHITECTURE.md are the rule, Cargo's own metadata is what is.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::page::{section, table, ticked};
use super::tree::Tree;
use crate::metadata::{Metadata, Package};
use crate::report::Finding;

const PAGE: &str = "ARCHITECTURE.md";

pub fn check(tree: &Tree, metadata: &Metadata) -> Result<Vec<Finding>> {
    let page = tree.file(PAGE).context("ARCHITECTURE.md is missing")?;
    let (at, inside) = section(page, "crate-edges")?;
    let mut findings = ours(metadata, at, inside);
    let (at, inside) = section(page, "outside-crates")?;
    findings.extend(outside(metadata, at, inside));
    let (at, inside) = section(page, "pure-crates")?;
    findings.extend(pure(metadata, at, inside));
    Ok(findings)
}

/// Both ways: an edge that is not allowed, and a permission that nobody uses.
fn ours(metadata: &Metadata, at: usize, inside: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rows = table(inside);
    let ours = metadata.ours();
    for (name, package) in &ours {
        let Some(cells) = rows.get(*name) else {
            findings.push(Finding::line(PAGE, at, format!("crate `{name}` is not in the table of crate edges")));
            continue;
        };
        for (column, what, tests) in [(0, "", false), (1, " in its tests", true)] {
            let allowed = cells.get(column).map(|cell| ticked(cell)).unwrap_or_default();
            let real = known(package, tests, |known| ours.contains_key(known));
            for extra in real.difference(&allowed) {
                findings.push(Finding::line(PAGE, at, format!("`{name}` knows `{extra}`{what}, and the table does not allow it")));
            }
            for unused in allowed.difference(&real) {
                findings.push(Finding::line(PAGE, at, format!("the table lets `{name}` know `{unused}`{what}, and it does not")));
            }
        }
    }
    for gone in rows.keys().filter(|name| !ours.contains_key(name.as_str())) {
        findings.push(Finding::line(PAGE, at, format!("the table names `{gone}`, which is no crate")));
    }
    findings
}

/// Libraries that only the named crates may use.
fn outside(metadata: &Metadata, at: usize, inside: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (library, cells) in table(inside) {
        let ours = metadata.ours();
        for (column, what, tests) in [(0, "", false), (1, " in its tests", true)] {
            let allowed = cells.get(column).map(|cell| ticked(cell)).unwrap_or_default();
            let users = ours.iter().filter(|(_, package)| !known(package, tests, |known| known == library).is_empty());
            let real: BTreeSet<String> = users.map(|(name, _)| (*name).to_owned()).collect();
            for extra in real.difference(&allowed) {
                findings.push(Finding::line(PAGE, at, format!("`{extra}` uses `{library}`{what}, which only other crates may")));
            }
            for unused in allowed.difference(&real) {
                findings.push(Finding::line(PAGE, at, format!("the table lets `{unused}` use `{library}`{what}, and it does not")));
            }
        }
    }
    findings
}

/// The pure crates reach none of the libraries that do I/O, not even through others.
fn pure(metadata: &Metadata, at: usize, inside: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some((pure, never)) = inside.split_once("never reach") else {
        return vec![Finding::line(PAGE, at, "the rule of the pure crates must say what they `never reach`")];
    };
    let never = ticked(never);
    for name in ticked(pure) {
        for reached in metadata.reaches(&name).into_iter().filter(|reached| never.contains(*reached)) {
            findings.push(Finding::line(PAGE, at, format!("`{name}` is pure and reaches `{reached}`")));
        }
    }
    findings
}

/// The dependencies of a crate that the filter keeps: those of the product, or those that only its tests have.
fn known(package: &Package, tests: bool, keep: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let normal: BTreeSet<&str> =
        package.dependencies.iter().filter(|one| one.kind.as_deref() != Some("dev")).map(|one| one.name.as_str()).collect();
    let chosen: BTreeSet<&str> = if tests {
        let dev = package.dependencies.iter().filter(|one| one.kind.as_deref() == Some("dev")).map(|one| one.name.as_str());
        dev.filter(|name| !normal.contains(name)).collect()
    } else {
        normal
    };
    // A crate whose tests name the crate itself (for a test-only feature) has no edge by that.
    chosen.into_iter().filter(|name| *name != package.name && keep(name)).map(str::to_owned).collect()
}

pub fn print(metadata: &Metadata) {
    let ours = metadata.ours();
    let join = |names: BTreeSet<String>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    println!("| crate | knows | in its tests also |\n|---|---|---|");
    for (name, package) in &ours {
        let edges = |tests| join(known(package, tests, |known| ours.contains_key(known)));
        println!("| `{name}` | {} | {} |", edges(false), edges(true));
    }
    println!("\n| library | only in | in their tests also |\n|---|---|---|");
    for library in ["rusqlite", "reqwest", "tokio", "axum", "rlibphonenumber", "aws-lc-rs"] {
        let users = |tests| {
            let users = ours.iter().filter(|(_, package)| !known(package, tests, |known| known == library).is_empty());
            join(users.map(|(name, _)| (*name).to_owned()).collect())
        };
        println!("| `{library}` | {} | {} |", users(false), users(true));
    }
}
