//! Seeds that once found something.

use anyhow::{Context as _, Result};

/// One line of the file: a seed, how far to play it, and what it showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub seed: u64,
    pub steps: u64,
    pub showed: String,
}

/// Reads `seed steps # what it showed`; empty lines and those that begin with `#` are for people.
pub fn parse(text: &str) -> Result<Vec<Kept>> {
    let lines =
        text.lines().enumerate().map(|(n, line)| (n + 1, line.trim())).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(n, line)| {
            let (numbers, showed) = line.split_once('#').with_context(|| format!("line {n} does not say what the seed showed"))?;
            let mut words = numbers.split_whitespace().map(str::parse::<u64>);
            match (words.next(), words.next(), words.next()) {
                (Some(Ok(seed)), Some(Ok(steps)), None) => Ok(Kept { seed, steps, showed: showed.trim().to_owned() }),
                _ => anyhow::bail!("line {n} is not `seed steps # what it showed`"),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_without_a_reason_is_refused() {
        let kept = parse("# comment\n\n42 300 # a crash in the start\n").unwrap();
        assert_eq!(kept, [Kept { seed: 42, steps: 300, showed: "a crash in the start".to_owned() }]);
        assert!(parse("42 300").is_err());
        assert!(parse("42 # x").is_err());
    }
}
