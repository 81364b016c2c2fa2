//! Inputs in files: samples of the tree, and what was found once.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files under a path of the tree, in the order of their names; the path itself when it is a file. `ends` is how their names end.
pub fn seeds_in(paths: &[&str], ends: &str) -> Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for path in paths {
        let files = files(&root().join(path))?;
        for file in files.iter().filter(|file| file.to_string_lossy().ends_with(ends)) {
            seeds.push(std::fs::read(file).with_context(|| file.display().to_string())?);
        }
    }
    ensure!(!seeds.is_empty(), "there are no samples in {paths:?}");
    Ok(seeds)
}

/// What was found in a target and mended.
pub fn cases_of(target: &str) -> Result<Vec<Vec<u8>>> {
    case_files(target)?.iter().map(|file| std::fs::read(file).with_context(|| file.display().to_string())).collect()
}

pub fn case_files(target: &str) -> Result<Vec<PathBuf>> {
    let folder = root().join("fuzz/cases").join(target);
    if folder.is_dir() { files(&folder) } else { Ok(Vec::new()) }
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).with_context(|| path.display().to_string())? {
        let entry = entry?.path();
        if entry.is_file() {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}
