//! Licences of npm packages that end up in the product. What only builds or tests it may be under others.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::expression::parse;
use crate::report::Finding;

#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Package>,
}

#[derive(Deserialize)]
struct Package {
    license: Option<String>,
    #[serde(default)]
    dev: bool,
    #[serde(default, rename = "devOptional")]
    dev_optional: bool,
}

pub fn check(path: &str, text: &str, allow: &BTreeSet<String>) -> Result<Vec<Finding>> {
    let lock: Lock = serde_json::from_str(text).with_context(|| format!("{path} cannot be understood"))?;
    // The entry without a name is the package itself.
    let shipped = lock.packages.iter().filter(|(name, package)| !name.is_empty() && !package.dev && !package.dev_optional);
    let broken = shipped.filter_map(|(name, package)| {
        let licence = package.license.as_deref().unwrap_or_default();
        let holds = parse(licence).is_ok_and(|expression| expression.holds(&|id: &str| allow.contains(id)));
        (!holds).then(|| Finding::file(path, format!("{name} is under `{licence}`, which deny.toml does not allow")))
    });
    Ok(broken.collect())
}
