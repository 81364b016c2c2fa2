//! The one place that knows how `expr` reads and evaluates conditions.

use std::fmt;

use expr::cel::{self, Schema, Type};
use model::{Timestamp, Value};

use crate::scope::View;

/// A condition or a small calculation in CEL, read once.
#[derive(Clone)]
pub struct Expression {
    source: String,
    /// The text that stands for its meaning: blanks and quotes do not count.
    canonical: String,
    tree: cel::Expr,
}

impl Expression {
    /// Reads and checks against what may be read; with its type.
    pub(crate) fn read(source: &str, schema: &Schema) -> Result<(Self, Type), (Trouble, Vec<cel::ExprError>)> {
        let parsed = cel::parse(source).map_err(|error| (Trouble::Syntax, vec![error]))?;
        let canonical = parsed.to_string();
        let checked = cel::check(&parsed, schema).map_err(|errors| (Trouble::Types, errors))?;
        Ok((Self { source: source.to_owned(), canonical, tree: checked.expr }, checked.ty))
    }

    /// Stands in for an expression that is wrong and reported, so that what depends on it is not reported too.
    pub(crate) fn null() -> Option<Self> {
        Self::read("null", &Schema::new()).ok().map(|(expression, _)| expression)
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it reads: `run.starts_at`, `event.order_id`.
    #[must_use]
    pub fn reads(&self) -> Vec<String> {
        cel::free_paths(&self.tree)
    }

    pub(crate) fn value(&self, scope: &View<'_>) -> Result<Value, String> {
        cel::eval(&self.tree, scope).map_err(|e| e.to_string())
    }

    /// A condition that cannot be judged is not fulfilled; the reason is for the run's timeline.
    pub(crate) fn holds(&self, scope: &View<'_>) -> (bool, Option<String>) {
        let truth = cel::eval_bool(&self.tree, scope);
        let reason = truth.error.map(|e| e.to_string());
        (truth.value, reason)
    }

    pub(crate) fn moment(&self, scope: &View<'_>) -> Result<Timestamp, String> {
        let value = self.value(scope)?;
        value.as_time().ok_or_else(|| format!("`{}` is no moment but {}", self.source, value.kind()))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    Syntax,
    Types,
}

/// Its meaning, not its layout and not what the checker made of it: the version hash is built from this.
impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical)
    }
}
