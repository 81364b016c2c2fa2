//! What may be depended on, by `deny.toml` (in cargo-deny's form, so that tool can be used as well).
//!
//! Checked here from `cargo tree` and the lock files: that takes a second, where building cargo-deny takes many minutes on a small
//! machine. Its advisories need a network, so they are not asked for in CI; run `cargo deny check advisories` where there is one.

mod expression;
mod npm;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::metadata::{Linked, linked};
use crate::report::{Finding, conclude};
use crate::shell;
use expression::{Expression, parse};

const FILE: &str = "deny.toml";

#[derive(Deserialize)]
struct Rules {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct Sources {
    #[serde(rename = "allow-registry")]
    allow_registry: Vec<String>,
}

/// The part of Cargo.lock that is asked.
#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
}

pub fn run() -> Result<()> {
    let read = |path: &str| std::fs::read_to_string(shell::root().join(path)).with_context(|| format!("{path} cannot be read"));
    let rules: Rules = toml::from_str(&read(FILE)?).context("deny.toml cannot be understood")?;
    let lock: Lock = toml::from_str(&read("Cargo.lock")?).context("Cargo.lock cannot be understood")?;
    let linked = linked()?;

    let mut findings = Vec::new();
    for package in &linked {
        findings.extend(rules.licence(package));
        findings.extend(rules.ban(package));
    }
    for locked in &lock.package {
        findings.extend(rules.source(locked));
    }
    for path in ["console/package-lock.json", "tests/postgres/package-lock.json", "tests/strangers/package-lock.json"] {
        findings.extend(npm::check(path, &read(path)?, &rules.licenses.allow)?);
    }
    let versions = versions(&lock);
    let twice: Vec<String> =
        versions.iter().filter(|(_, versions)| versions.len() > 1).map(|(name, v)| format!("{name} {}", v.join("/"))).collect();
    println!("{} crates locked, {} on Linux; in several versions: {}", lock.package.len(), linked.len(), twice.join(", "));
    conclude("dependencies", findings)
}

fn versions(lock: &Lock) -> BTreeMap<&str, Vec<&str>> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for locked in &lock.package {
        versions.entry(&locked.name).or_default().push(&locked.version);
    }
    versions
}

impl Rules {
    fn licence(&self, package: &Linked) -> Option<Finding> {
        let Linked { name, version, licence } = package;
        let exception = self.licenses.exceptions.iter().find(|exception| exception.name == *name);
        let allowed = |id: &str| self.licenses.allow.contains(id) || exception.is_some_and(|exception| exception.allow.contains(id));
        match parse(licence) {
            Ok(expression) if expression.holds(&allowed) => None,
            Ok(_) => Some(Finding::file("Cargo.lock", format!("{name} {version} is under `{licence}`, which {FILE} does not allow"))),
            Err(error) => {
                Some(Finding::file("Cargo.lock", format!("{name} {version} is under `{licence}`, which cannot be understood: {error}")))
            }
        }
    }

    fn ban(&self, package: &Linked) -> Option<Finding> {
        let ban = self.bans.deny.iter().find(|ban| ban.name == package.name)?;
        Some(Finding::file("Cargo.lock", format!("{} {} is banned: {}", package.name, package.version, ban.reason)))
    }

    fn source(&self, locked: &Locked) -> Option<Finding> {
        let source = locked.source.as_deref()?;
        let known =
            source.strip_prefix("registry+").is_some_and(|registry| self.sources.allow_registry.iter().any(|allowed| allowed == registry));
        (!known).then(|| Finding::file("Cargo.lock", format!("{} {} comes from {source}", locked.name, locked.version)))
    }
}

impl Expression {
    /// Whether it can be met with allowed licences alone.
    fn holds(&self, allowed: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Licence(id) => allowed(id),
            Self::Any(parts) => parts.iter().any(|part| part.holds(allowed)),
            Self::All(parts) => parts.iter().all(|part| part.holds(allowed)),
        }
    }
}
