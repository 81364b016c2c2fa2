//! Nothing is left for later in the code: it is finished, or it is not there.

use super::tree::{File, Tree};
use crate::report::Finding;

/// Written in halves, so that this file does not find itself. A test that is left out says why: `ignore = "…"`.
const MARKS: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("#[ign", "ore]"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.is_source() && !file.is_foreign()) {
        for (number, line) in file.lines() {
            findings.extend(
                MARKS
                    .iter()
                    .filter(|mark| stands(line, mark))
                    .map(|mark| Finding::line(&file.path, number, format!("`{mark}`: finish it, or take it out"))),
            );
            if is_allow(file, line) {
                findings.push(Finding::line(&file.path, number, "use `expect(…, reason = …)`, which tells when it is no longer needed"));
            }
        }
    }
    findings
}

/// As a word of its own: `XXXL` and a run of `x` in a sample are none.
fn stands(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let letter = |c: char| c.is_alphanumeric() || c == '_';
        let before = line[..at].chars().next_back().is_none_or(|c| !letter(c));
        let after = mark.ends_with(|c: char| !letter(c)) || line[at + mark.len()..].chars().next().is_none_or(|c| !letter(c));
        before && after
    })
}

fn is_allow(file: &File, line: &str) -> bool {
    let line = line.trim_start();
    file.ends(&["rs"]) && (line.starts_with(concat!("#[all", "ow(")) || line.starts_with(concat!("#![all", "ow(")))
}

#[cfg(test)]
mod tests {
    use super::stands;

    #[test]
    fn marks_are_words() {
        let mark = concat!("XX", "X");
        assert!(stands(&format!("// {mark}: later"), mark));
        assert!(!stands(&format!("+1555{mark}"), mark));
        assert!(!stands(&format!("{mark}L"), mark));
        assert!(stands(concat!("    to", "do!()"), concat!("to", "do!(")));
    }
}
