//! `docs/acceptance.md` is true: every test that it names exists, every row that the product answers for is there, and no test of a row is
//! missing from it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rows of the acceptance list that this release answers for.
const ROWS: &[u32] = &[1, 2, 4, 5, 8, 25, 26, 30, 31, 35, 36, 39, 42, 43, 44, 47, 62, 65, 66, 67, 70, 71, 73, 78, 80, 81, 87];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/acceptance.md")).expect("docs/acceptance.md")
}

/// `path::name` in the page, by row.
fn named(page: &str) -> Vec<(String, String, String)> {
    let mut named = Vec::new();
    let (mut row, mut file) = (String::new(), String::new());
    for line in page.lines().filter(|line| line.starts_with('|')) {
        let first = line.trim_start_matches('|').split('|').next().unwrap_or_default().trim();
        if !first.is_empty() {
            first.clone_into(&mut row);
        }
        for quoted in line.split('`').skip(1).step_by(2) {
            // `path::name`, or `::name` for another one of the same file.
            let Some((path, name)) = quoted.split_once("::") else { continue };
            if !path.is_empty() {
                path.clone_into(&mut file);
            }
            named.push((row.clone(), file.clone(), name.to_owned()));
        }
    }
    named
}

#[test]
fn every_test_that_the_page_names_exists() {
    let named = named(&page());
    assert!(named.len() > 80, "{}", named.len());
    for (row, file, name) in named {
        let source = std::fs::read_to_string(root().join(&file)).unwrap_or_else(|error| panic!("{row}: {file}: {error}"));
        // A function, a line of a table of golden cases, or an example in the documentation that must not compile.
        let forms = [format!("fn {name}("), format!(" {name}: \""), format!("```{name}")];
        assert!(forms.iter().any(|form| source.contains(form)), "{row}: there is no test `{name}` in {file}");
    }
}

#[test]
fn every_row_has_an_end_to_end_test() {
    let named = named(&page());
    for number in ROWS {
        let of_row = |row: &str| row.split(',').any(|part| part.trim() == format!("A{number}"));
        let end_to_end = |file: &str| file.starts_with("crates/antiphon/tests/");
        assert!(named.iter().any(|(row, file, _)| of_row(row) && end_to_end(file)), "A{number} has no end-to-end test on the page");
    }
}

#[test]
fn every_test_of_a_row_or_rule_is_on_the_page() {
    let known: BTreeSet<String> = named(&page()).into_iter().map(|(_, _, name)| name).collect();
    let folder = root().join("crates/antiphon/tests/acceptance");
    for entry in std::fs::read_dir(folder).expect("this folder") {
        let source = std::fs::read_to_string(entry.expect("an entry").path()).expect("a source");
        let names = source.split("async fn ").skip(1).filter_map(|rest| rest.split('(').next());
        for name in names.filter(|name| is_numbered(name)) {
            assert!(known.contains(name), "{name} is missing in docs/acceptance.md");
        }
    }
}

/// `a26_…`, `u4_…`, `r_exit_1_…`.
fn is_numbered(name: &str) -> bool {
    let mut parts = name.split('_');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("r"), Some(_), Some(number)) => number.bytes().all(|byte| byte.is_ascii_digit()),
        (Some(first), _, _) => {
            first.len() > 1 && matches!(first.as_bytes()[0], b'a' | b'u') && first.bytes().skip(1).all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}
