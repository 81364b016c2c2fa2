//! The one place that knows how `expr` reads and renders personalised text.

use expr::cel;
use model::Value;

use crate::scope::Scope;

/// A text with places to fill, read once.
#[derive(Clone, Debug)]
pub struct Text {
    source: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Words(String),
    Value(Box<cel::Expr>),
}

impl Text {
    pub(crate) fn parse(source: &str) -> Result<Self, cel::ExprError> {
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some((words, after)) = rest.split_once("{{") {
            let (inside, after) = after.split_once("}}").unwrap_or((after, ""));
            parts.push(Part::Words(words.to_owned()));
            parts.push(Part::Value(Box::new(cel::parse(inside.trim())?)));
            rest = after;
        }
        parts.push(Part::Words(rest.to_owned()));
        Ok(Self { source: source.to_owned(), parts })
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text when nothing in it is filled in: then its length is known before it is sent.
    pub(crate) fn fixed(&self) -> Option<&str> {
        self.parts.iter().all(|p| matches!(p, Part::Words(_))).then_some(self.source.as_str())
    }

    /// R-TPL-2: a text, or why there is none for this person.
    pub(crate) fn render(&self, scope: &Scope) -> Result<String, String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) => out.push_str(words),
                Part::Value(value) => match cel::eval(value, scope).map_err(|e| e.to_string())? {
                    Value::Text(text) => out.push_str(&text),
                    other => out.push_str(&other.to_json().to_string()),
                },
            }
        }
        Ok(out)
    }
}
