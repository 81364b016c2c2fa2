//! The one place that knows how `expr` reads and evaluates conditions.

use expr::cel;
use model::{Timestamp, Value};

use crate::scope::Scope;

/// A condition or a small calculation in CEL, read once.
#[derive(Clone, Debug)]
pub struct Expression {
    source: String,
    tree: cel::Expr,
}

impl Expression {
    pub(crate) fn parse(source: &str) -> Result<Self, cel::ExprError> {
        cel::parse(source).map(|tree| Self { source: source.to_owned(), tree })
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(crate) const fn tree(&self) -> &cel::Expr {
        &self.tree
    }

    /// What it reads: `run.starts_at`, `event.order_id`.
    #[must_use]
    pub fn reads(&self) -> Vec<String> {
        cel::free_paths(&self.tree)
    }

    /// The text that stands for its meaning in the version hash: blanks and quotes do not count.
    pub(crate) fn canonical(&self) -> String {
        self.tree.to_string()
    }

    pub(crate) fn value(&self, scope: &Scope) -> Result<Value, String> {
        cel::eval(&self.tree, scope).map_err(|e| e.to_string())
    }

    /// A condition that cannot be judged is not fulfilled; the reason is for the run's timeline.
    pub(crate) fn holds(&self, scope: &Scope) -> (bool, Option<String>) {
        let truth = cel::eval_bool(&self.tree, scope);
        let reason = truth.error.map(|e| e.to_string());
        (truth.value, reason)
    }

    pub(crate) fn moment(&self, scope: &Scope) -> Result<Timestamp, String> {
        let value = self.value(scope)?;
        value.as_time().ok_or_else(|| format!("`{}` is no moment but {}", self.source, value.kind()))
    }
}
