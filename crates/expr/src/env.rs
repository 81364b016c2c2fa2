//! What an evaluation may read: root variables by name.

use std::collections::BTreeMap;

use model::Value;

/// Resolves a root variable (`contact`, `event`, `entry`, `vars`, `now` …) without copying it.
/// `now` holds a [`Value::Time`]; nothing here reads a clock.
pub trait Env {
    fn root(&self, name: &str) -> Option<&Value>;

    /// The names to offer when one was mistyped.
    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// Borrowed roots, for callers that hold the values anyway.
#[derive(Clone, Debug, Default)]
pub struct Roots<'a> {
    values: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Roots<'a> {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, name: &'a str, value: &'a Value) -> Self {
        self.values.insert(name, value);
        self
    }
}

impl Env for Roots<'_> {
    fn root(&self, name: &str) -> Option<&Value> {
        self.values.get(name).copied()
    }

    fn names(&self) -> Vec<&str> {
        self.values.keys().copied().collect()
    }
}

impl Env for BTreeMap<String, Value> {
    fn root(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }

    fn names(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }
}
