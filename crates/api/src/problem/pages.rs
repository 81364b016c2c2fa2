//! The pages under `docs/errors`, written from the table of codes.

use super::Code;

/// File name and text of every page. A test fails when the committed pages differ.
#[must_use]
pub fn error_pages() -> Vec<(String, String)> {
    let mut index = String::from(
        "# Problem codes\n\nEvery error answer is a problem (RFC 9457) with a stable `code`.\n\n| code | status | meaning |\n|---|---|---|\n",
    );
    let mut pages = Vec::new();
    for code in Code::ALL {
        let name = code.as_str();
        index.push_str(&format!("| [`{name}`]({name}.md) | {} | {} |\n", code.status(), code.title()));
        pages.push((
            format!("{name}.md"),
            format!("# {} (`{name}`, {})\n\n{}\n\n## What to do\n\n{}\n", code.title(), code.status(), code.meaning(), code.remedy()),
        ));
    }
    pages.push(("README.md".to_owned(), index));
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_sorted() {
        let names: Vec<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
    }
}
