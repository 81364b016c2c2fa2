//! The one place that knows how `expr` reads and renders personalised text.

use std::fmt;

use expr::cel::{Schema, Type};
use expr::{liquid, parse_zone};

use crate::nearest::suggestion;
use crate::scope::View;

/// A Liquid text, read once.
#[derive(Clone)]
pub struct Text {
    source: String,
    parsed: liquid::Template,
    fixed: bool,
}

/// A mistake at bytes `start..end` of the text.
pub(crate) struct TextFault {
    pub start: usize,
    pub end: usize,
    pub what: String,
    pub fix: String,
}

impl Text {
    pub(crate) fn parse(source: &str, schema: &Schema) -> Result<Self, Vec<TextFault>> {
        let parsed =
            liquid::parse(source).map_err(|e| vec![TextFault { start: e.span.start, end: e.span.end, what: e.what, fix: e.fix }])?;
        let read = liquid::variables(&parsed);
        let faults: Vec<TextFault> = read
            .iter()
            .filter_map(|used| {
                let (what, fix) = unknown(&used.path, schema)?;
                Some(TextFault { start: used.span.start, end: used.span.end, what, fix })
            })
            .collect();
        if faults.is_empty() {
            let fixed = !source.contains("{{") && !source.contains("{%");
            Ok(Self { source: source.to_owned(), parsed, fixed })
        } else {
            Err(faults)
        }
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text when nothing in it is filled in: then its length is known before it is sent.
    pub(crate) fn fixed(&self) -> Option<&str> {
        self.fixed.then_some(self.source.as_str())
    }

    /// As long as it can become, when values without a limit have this many letters; and whether there are such values.
    pub(crate) fn longest(&self, value_max: usize) -> (String, bool) {
        let found = liquid::longest(&self.parsed, value_max);
        (found.text.trim_end().to_owned(), found.assumed)
    }

    /// R-TPL-2: a text, or why there is none for this person. A missing value without `default` is a reason (A71).
    pub(crate) fn render(&self, scope: &View<'_>) -> Result<String, String> {
        if self.fixed {
            return Ok(self.source.trim_end().to_owned());
        }
        let mut options = liquid::RenderOptions { output_bytes_max: 16 * 1024, ..liquid::RenderOptions::default() };
        if let Some(locale) = scope.locale() {
            options.locale = locale.to_owned();
        }
        if let Some(zone) = scope.zone().and_then(parse_zone) {
            options.zone = zone;
        }
        let rendered = liquid::render(&self.parsed, scope, &options).map_err(|e| e.to_string())?;
        match rendered.missing.first() {
            None => Ok(rendered.text.trim_end().to_owned()),
            Some(missing) => Err(format!("`{}` has no value", missing.path)),
        }
    }
}

/// Its source: layout of a text is part of what people see.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.source.trim_end(), f)
    }
}

/// Why a path cannot be read, where the schema knows.
fn unknown(path: &str, schema: &Schema) -> Option<(String, String)> {
    let mut parts = path.split(['.', '[']);
    let root = parts.next()?;
    let Some(mut ty) = schema.roots.get(root) else {
        return Some((format!("there is no `{root}` here"), suggestion(root, schema.roots.keys().map(String::as_str))));
    };
    for part in parts {
        let Type::Record(fields) = ty else { return None };
        match fields.get(part.trim_end_matches(']')) {
            Some(field) => ty = &field.ty,
            None => return Some((format!("there is no `{path}`"), suggestion(part, fields.keys().map(String::as_str)))),
        }
    }
    None
}
