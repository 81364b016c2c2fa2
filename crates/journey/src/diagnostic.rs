//! What is wrong with a file, where, and how to mend it.

use serde::Serialize;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file cannot be published.
    Error,
    /// It can, and somebody should look.
    Warning,
    /// Something worth knowing, such as the most messages one run can send.
    Note,
}

/// One finding. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable: `JRN012` for journeys, `TPL003` for templates. `docs/journeys.md` lists them.
    pub code: &'static str,
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub fix: String,
}

impl Diagnostic {
    /// One line as compilers print it: `file:line:column: error[JRN012]: what (fix)`.
    #[must_use]
    pub fn one_line(&self) -> String {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let Self { file, line, column, code, what, fix, .. } = self;
        format!("{file}:{line}:{column}: {severity}[{code}]: {what}. {fix}")
    }
}

/// A place in a source file: line and column of both ends, from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Place {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// Gathers findings while a file is read.
pub(crate) struct Findings<'a> {
    file: &'a str,
    found: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    pub fn new(file: &'a str) -> Self {
        Self { file, found: Vec::new() }
    }

    pub fn error(&mut self, code: &'static str, at: Place, what: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Error, code, at, what.into(), fix.into());
    }

    pub fn warning(&mut self, code: &'static str, at: Place, what: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Warning, code, at, what.into(), fix.into());
    }

    pub fn note(&mut self, code: &'static str, at: Place, what: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Note, code, at, what.into(), fix.into());
    }

    fn push(&mut self, severity: Severity, code: &'static str, at: Place, what: String, fix: String) {
        let Place { line, column, end_line, end_column } = at;
        let file = self.file.to_owned();
        self.found.push(Diagnostic { severity, code, file, line, column, end_line, end_column, what, fix });
    }

    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// In the order of the file; the same finding at the same place once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| (a.line, a.column, a.severity, a.code, &a.what).cmp(&(b.line, b.column, b.severity, b.code, &b.what)));
        self.found.dedup();
        self.found
    }
}
