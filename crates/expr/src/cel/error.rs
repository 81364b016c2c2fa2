//! What can be wrong with a condition, in plain words.

use serde::{Deserialize, Serialize};

use crate::Span;

/// A mistake in the text or its types: where, what, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}; {fix}")]
pub struct ExprError {
    pub span: Span,
    pub what: String,
    pub fix: String,
}

impl ExprError {
    pub(super) fn new(span: Span, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { span, what: what.into(), fix: fix.into() }
    }
}

/// Why an evaluation has no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}")]
pub struct EvalError {
    pub kind: EvalErrorKind,
    pub what: String,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvalErrorKind {
    /// A field, key or element that is not there.
    Missing,
    /// Values of kinds that do not go together.
    Type,
    /// Values that cannot be worked with: division by zero, overflow, text that is no moment.
    Value,
    /// The evaluation was stopped because it took too many steps. The only error that `&&` and `||` do not absorb.
    OutOfFuel,
}

impl EvalError {
    pub(super) fn new(kind: EvalErrorKind, span: Span, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), span }
    }
}
