//! Where something stands in a source text.

use serde::{Deserialize, Serialize};

/// Bytes `start..end` of the source. Written as `[start, end]` in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(from = "(usize, usize)", into = "(usize, usize)")]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Line and column as an editor counts them: from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Span {
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text under the span; empty where the span does not fit the source.
    #[must_use]
    pub fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or("")
    }

    #[must_use]
    pub fn position(self, source: &str) -> Position {
        let bytes = source.as_bytes();
        let end = self.start.min(bytes.len());
        let line = bytes[..end].iter().filter(|b| **b == b'\n').count() + 1;
        let line_start = bytes[..end].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        // Continuation bytes of UTF-8 are not characters of their own.
        let column = bytes[line_start..end].iter().filter(|b| (**b & 0xC0) != 0x80).count() + 1;
        Position { line, column }
    }
}

impl From<(usize, usize)> for Span {
    fn from((start, end): (usize, usize)) -> Self {
        Self { start, end }
    }
}

impl From<Span> for (usize, usize) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = "añb\nçd";
        assert_eq!(Span::new(3, 4).position(source), Position { line: 1, column: 3 });
        assert_eq!(Span::new(7, 8).position(source), Position { line: 2, column: 2 });
        assert_eq!(Span::new(99, 99).position(source), Position { line: 2, column: 3 });
    }
}
