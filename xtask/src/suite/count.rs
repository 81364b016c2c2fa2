//! Reads how many tests ran out of what test runners print.

/// Sums the closing lines of one suite.
#[derive(Default)]
pub struct Counter {
    passed: u64,
    failed: u64,
}

impl Counter {
    /// Looks at one line of output.
    pub fn read(&mut self, line: &str) {
        let line = plain(line);
        let line = line.trim();
        let counted = if let Some(rest) = line.strip_prefix("test result: ") {
            // cargo test: one line for each program.
            Some(rest)
        } else if line.starts_with("Summary [") && line.contains("run:") {
            // nextest: one line in all.
            line.split_once("run:").map(|(_, rest)| rest)
        } else if let Some((number, passed)) = node(line) {
            if passed {
                self.passed += number;
            } else {
                self.failed += number;
            }
            None
        } else if line.starts_with("Tests ") && line.ends_with(')') {
            // vitest: `Tests  1 failed | 33 passed (34)`.
            line.strip_prefix("Tests ")
        } else {
            // The plain form of our own scripts, alone on its line.
            line.starts_with(|c: char| c.is_ascii_digit())
                .then_some(line)
                .filter(|line| line.contains(" passed, ") && line.contains(" failed"))
        };
        if let Some(counted) = counted {
            self.passed += before(counted, "passed");
            self.failed += before(counted, "failed");
        }
    }

    pub fn total(&self) -> (u64, u64) {
        (self.passed, self.failed)
    }
}

/// Without the escape sequences of colours.
fn plain(line: &str) -> String {
    let mut pieces = line.split('\u{1b}');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.find(|c: char| c.is_ascii_alphabetic()).map_or("", |end| &piece[end + 1..]));
    }
    plain
}

/// A line at the end of Node's own runner, in either of its forms: `# pass 12`, `ℹ fail 0`.
fn node(line: &str) -> Option<(u64, bool)> {
    let (word, number) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?.split_once(' ')?;
    let number = number.parse().ok()?;
    match word {
        "pass" => Some((number, true)),
        "fail" | "cancelled" => Some((number, false)),
        _ => None,
    }
}

/// The number that stands before the word, or zero.
fn before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | '|' | '(' | ')')).filter(|part| !part.is_empty()).collect();
    words.windows(2).filter(|pair| pair[1] == word).filter_map(|pair| pair[0].parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::Counter;

    fn count(output: &str) -> (u64, u64) {
        let mut counter = Counter::default();
        output.lines().for_each(|line| counter.read(line));
        counter.total()
    }

    #[test]
    fn cargo_test_is_summed_over_programs() {
        let output = "test a ... ok\ntest result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(count(output), (8, 2));
    }

    #[test]
    fn nextest_is_read_from_its_summary() {
        let output = "        PASS [   0.005s] model tests::passed\n     Summary [  12.345s] 1234 tests run: 1233 passed (2 slow), 1 failed, 7 skipped";
        assert_eq!(count(output), (1233, 1));
        assert_eq!(count("     Summary [   0.010s] 1 test run: 1 passed, 0 skipped"), (1, 0));
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        assert_eq!(count(" Test Files  4 passed (4)\n      Tests  1 failed | 33 passed (34)"), (33, 1));
    }

    #[test]
    fn colours_are_read_over() {
        assert_eq!(
            count("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m68 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (68)\u{1b}[39m"),
            (68, 0)
        );
    }

    #[test]
    fn node_is_read_in_both_of_its_forms() {
        assert_eq!(count("ok 1 - a\n# tests 13\n# pass 11\n# fail 1\n# cancelled 1\n# skipped 0"), (11, 2));
        assert_eq!(count("ℹ tests 3\nℹ pass 3\nℹ fail 0"), (3, 0));
    }

    #[test]
    fn plain_line_of_a_script_is_read_only_alone() {
        assert_eq!(count("12 passed, 3 failed"), (12, 3));
        assert_eq!(count("The strangers: 12 passed, 3 failed"), (0, 0));
        assert_eq!(count("12 passed, 0 failed, 1 skipped"), (12, 0));
    }
}
