//! What can be wrong with a template, and with rendering it.

use serde::{Deserialize, Serialize};

use crate::{Position, Span};

/// A mistake in a template's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("line {}, column {}: {what}; {fix}", .at.line, .at.column)]
pub struct ParseError {
    pub span: Span,
    pub at: Position,
    pub what: String,
    pub fix: String,
}

/// Why a rendering gave no text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RenderError {
    #[error("line {}, column {}: the text takes too many steps", .at.line, .at.column)]
    OutOfFuel { span: Span, at: Position },
    #[error("line {}, column {}: the text grows beyond {bytes_max} bytes", .at.line, .at.column)]
    TooLong { span: Span, at: Position, bytes_max: usize },
    #[error("line {}, column {}: filter `{filter}`: {what}", .at.line, .at.column)]
    Filter { span: Span, at: Position, filter: String, what: String },
    /// The template itself said not to send, by `abort_message`.
    #[error("the template stopped: {reason}")]
    Aborted { span: Span, at: Position, reason: String },
}

/// A mistake before its line is known: inner parsers see pieces of the source only.
#[derive(Debug)]
pub(super) struct Mistake {
    pub span: Span,
    pub what: String,
    pub fix: String,
}

impl Mistake {
    pub fn new(span: Span, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { span, what: what.into(), fix: fix.into() }
    }

    pub fn placed(self, source: &str) -> ParseError {
        ParseError { at: self.span.position(source), span: self.span, what: self.what, fix: self.fix }
    }
}
