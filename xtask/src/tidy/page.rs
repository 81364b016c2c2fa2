//! Tables and lists in Markdown pages that are both read by people and enforced here.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::tree::File;

/// What stands between `<!-- name -->` and `<!-- /name -->`, with the number of its first line.
pub fn section<'a>(file: &'a File, name: &str) -> Result<(usize, &'a str)> {
    let (open, close) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (before, rest) = file.text.split_once(&open).with_context(|| format!("{} has no `{open}`", file.path))?;
    let (inside, _) = rest.split_once(&close).with_context(|| format!("{} has no `{close}`", file.path))?;
    Ok((before.lines().count(), inside))
}

/// The words in `backticks`.
pub fn ticked(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows of a table: the cells after the first, by the ticked name in the first.
pub fn table(inside: &str) -> BTreeMap<String, Vec<String>> {
    let rows = inside.lines().filter_map(|line| line.trim().strip_prefix('|')?.strip_suffix('|'));
    rows.filter_map(|row| {
        let mut cells = row.split('|').map(|cell| cell.trim().to_owned());
        let name = ticked(&cells.next()?).into_iter().next()?;
        Some((name, cells.collect()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{section, table, ticked};
    use crate::tidy::tree::File;

    #[test]
    fn table_between_marks_is_read() {
        let file = File {
            path: "A.md".to_owned(),
            text: "# A\n<!-- x -->\n| crate | knows |\n|---|---|\n| `a` | `b`, `c` |\n| `b` | |\n<!-- /x -->\n".to_owned(),
        };
        let (_, inside) = section(&file, "x").expect("the marks are there");
        let rows = table(inside);
        assert_eq!(rows.len(), 2, "the heading has no ticked name");
        assert_eq!(ticked(&rows["a"][0]).len(), 2);
        assert_eq!(rows["b"], [String::new()]);
        assert!(section(&file, "y").is_err());
    }
}
