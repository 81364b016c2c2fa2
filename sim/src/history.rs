//! What happened, step by step, as text and as a chain of hashes: two plays of one seed must have the same.

use model::draws::stable_hash;

#[derive(Clone, Debug)]
pub struct Line {
    pub step: u64,
    pub act: String,
    /// Over everything up to here.
    pub hash: u64,
    /// What made this step's hash: shown where two plays differ.
    pub parts: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct History {
    lines: Vec<Line>,
}

/// Steps whose details are kept; of older ones the hash is.
const DETAILS: usize = 400;

impl History {
    pub fn add(&mut self, step: u64, act: String, parts: Vec<String>) {
        let before = self.hash();
        let inside: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let hash = stable_hash(&[&before.to_le_bytes(), act.as_bytes(), &stable_hash(&inside).to_le_bytes()]);
        self.lines.push(Line { step, act, hash, parts });
        if let Some(old) = self.lines.len().checked_sub(DETAILS) {
            self.lines[old].parts = Vec::new();
        }
    }

    #[must_use]
    pub fn hash(&self) -> u64 {
        self.lines.last().map_or(0, |line| line.hash)
    }

    #[must_use]
    pub fn last(&self, most: usize) -> Vec<String> {
        let from = self.lines.len().saturating_sub(most);
        self.lines[from..].iter().map(|line| format!("{:>6}  {}", line.step, line.act)).collect()
    }

    /// Where two histories part.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let parted = self.lines.iter().zip(&other.lines).find(|(a, b)| a.hash != b.hash);
        match parted {
            None if self.lines.len() == other.lines.len() => None,
            None => Some(format!("one ended after {} steps, the other after {}", self.lines.len(), other.lines.len())),
            Some((a, b)) => {
                let inside = a.parts.iter().zip(&b.parts).find(|(a, b)| a != b);
                let (one, two) = inside.map_or((a.act.as_str(), b.act.as_str()), |(a, b)| (a.as_str(), b.as_str()));
                Some(format!("step {}:\n  first   {} | {one}\n  second  {} | {two}", a.step, a.act, b.act))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn the_first_difference_is_named() {
        let (mut one, mut two) = (History::default(), History::default());
        one.add(1, "a".to_owned(), vec!["x".to_owned()]);
        two.add(1, "a".to_owned(), vec!["x".to_owned()]);
        assert_eq!(one.difference(&two), None);
        one.add(2, "b".to_owned(), vec!["x".to_owned(), "y".to_owned()]);
        two.add(2, "b".to_owned(), vec!["x".to_owned(), "z".to_owned()]);
        let text = one.difference(&two).unwrap();
        assert!(text.contains("step 2") && text.contains('y') && text.contains('z'), "{text}");
    }
}
