//! Local checks of documented limits, so that a mistake is named here and not by an error code minutes later.
//!
//! Lengths count Unicode scalar values. Meta does not say what it counts; for texts outside the basic plane its count
//! may be higher.

use std::fmt;

/// One broken rule: where, and the rule's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the member in the body, as in `interactive.action.buttons[0].reply.title`.
    pub at: String,
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.rule)
    }
}

/// All broken rules of one body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ValidationError {
    pub violations: Vec<Violation>,
}

/// Collects violations under a path.
pub(crate) struct Checker {
    path: Vec<String>,
    found: Vec<Violation>,
}

impl Checker {
    pub(crate) fn new() -> Self {
        Self { path: Vec::new(), found: Vec::new() }
    }

    pub(crate) fn finish(self) -> Result<(), ValidationError> {
        if self.found.is_empty() { Ok(()) } else { Err(ValidationError { violations: self.found }) }
    }

    /// Runs checks one level deeper.
    pub(crate) fn inside(&mut self, member: impl Into<String>, check: impl FnOnce(&mut Self)) {
        self.path.push(member.into());
        check(self);
        self.path.pop();
    }

    /// Runs checks for each item of a list member.
    pub(crate) fn each<T>(&mut self, member: &str, items: &[T], mut check: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            self.inside(format!("{member}[{index}]"), |checker| check(checker, item));
        }
    }

    pub(crate) fn require(&mut self, member: &str, holds: bool, rule: impl Into<String>) {
        if !holds {
            let mut at = self.path.join(".");
            if !member.is_empty() {
                if !at.is_empty() {
                    at.push('.');
                }
                at.push_str(member);
            }
            self.found.push(Violation { at, rule: rule.into() });
        }
    }

    /// Between 1 and `max` characters.
    pub(crate) fn text(&mut self, member: &str, text: &str, max: usize) {
        self.require(member, !text.is_empty(), "must not be empty");
        self.longest(member, text, max);
    }

    pub(crate) fn longest(&mut self, member: &str, text: &str, max: usize) {
        let length = text.chars().count();
        self.require(member, length <= max, format!("at most {max} characters, has {length}"));
    }

    pub(crate) fn count(&mut self, member: &str, length: usize, min: usize, max: usize) {
        self.require(member, (min..=max).contains(&length), format!("{min} to {max} items, has {length}"));
    }

    /// No two equal values.
    pub(crate) fn unique<'a>(&mut self, member: &str, values: impl Iterator<Item = &'a str>) {
        let mut seen = std::collections::BTreeSet::new();
        let doubled: Vec<_> = values.filter(|value| !seen.insert(*value)).collect();
        self.require(member, doubled.is_empty(), format!("must be unique, repeated: {}", doubled.join(", ")));
    }

    pub(crate) fn url(&mut self, member: &str, url: &str) {
        let web = ["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
        self.require(member, web, "must start with http:// or https://");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_place_and_the_rule() {
        let mut checker = Checker::new();
        checker.inside("text", |checker| checker.text("body", "abc", 2));
        checker.unique("buttons", ["a", "a"].into_iter());
        let error = checker.finish().unwrap_err();
        assert_eq!(error.to_string(), "text.body: at most 2 characters, has 3; buttons: must be unique, repeated: a");
    }
}
