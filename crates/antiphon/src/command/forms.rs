//! Form files of a folder, `forms/*.json`: each is what `POST /v1/senders/{id}/forms` takes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use api::engine::FormDraft;
use journey::{Diagnostic, Severity};
use serde_json::value::RawValue;

use crate::backend::forms::definition;

#[derive(Clone, Debug)]
pub struct FormFile {
    pub path: PathBuf,
    /// As it is written: the provider gets the flow in it byte for byte.
    pub text: String,
}

impl FormFile {
    /// In the order of their names. A folder without forms has none.
    pub fn all(folder: &Path) -> Result<Vec<Self>> {
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            paths.push(entry?.path());
        }
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        let read = |path: PathBuf| {
            let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            Ok(Self { path, text })
        };
        paths.into_iter().map(read).collect()
    }

    pub fn draft(&self) -> Result<FormDraft, Box<Diagnostic>> {
        serde_json::from_str(&self.text).map_err(|error| {
            let (line, column) = (error.line().max(1), error.column().max(1));
            Box::new(self.finding("FRM001", (line, column), error.to_string(), "Write the form as docs/forms.md shows it."))
        })
    }

    /// What the server would refuse, and what it could not know without asking the provider.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let draft = match self.draft() {
            Ok(draft) => draft,
            Err(fault) => return vec![*fault],
        };
        let definition = definition(&draft);
        let mut found: Vec<Diagnostic> =
            definition.faults().into_iter().map(|(at, what)| self.at("FRM002", &at, what, "Mend that.")).collect();
        let flow: serde_json::Value = serde_json::from_str(draft.flow.get()).unwrap_or_default();
        let screens: Vec<&str> = flow["screens"].as_array().into_iter().flatten().filter_map(|screen| screen["id"].as_str()).collect();
        for (index, page) in draft.pages.iter().enumerate().filter(|(_, page)| !screens.contains(&page.screen.as_str())) {
            let what = format!("`{}` is no screen of the flow", page.screen);
            let fix = format!("Write one of: {}.", screens.join(", "));
            found.push(self.at("FRM003", &format!("/pages/{index}/screen"), what, &fix));
        }
        found
    }

    fn at(&self, code: &'static str, pointer: &str, what: String, fix: &str) -> Diagnostic {
        self.finding(code, place(&self.text, pointer), format!("{what} ({pointer})"), fix)
    }

    fn finding(&self, code: &'static str, (line, column): (usize, usize), what: String, fix: &str) -> Diagnostic {
        let file = self.path.display().to_string();
        let (end_line, end_column) = (line, column + 1);
        Diagnostic { severity: Severity::Error, code, file, line, column, end_line, end_column, what, fix: fix.to_owned() }
    }
}

/// Line and column, from 1, of the member that a JSON pointer names, or of the innermost one around it.
fn place(text: &str, pointer: &str) -> (usize, usize) {
    let mut inner = text.trim_start();
    for step in pointer.split('/').skip(1) {
        let Some(next) = member(inner, step) else { break };
        inner = next;
    }
    // A part of `text`, so that it begins somewhere in it.
    let before = &text[..text.len().min((inner.as_ptr() as usize).saturating_sub(text.as_ptr() as usize))];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn member<'a>(json: &'a str, step: &str) -> Option<&'a str> {
    let found: &'a RawValue = match step.parse::<usize>() {
        Ok(index) => serde_json::from_str::<Vec<&'a RawValue>>(json).ok()?.get(index)?,
        Err(_) => serde_json::from_str::<BTreeMap<String, &'a RawValue>>(json).ok()?.get(step)?,
    };
    Some(found.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> FormFile {
        FormFile { path: PathBuf::from("forms/lead.json"), text: text.to_owned() }
    }

    #[test]
    fn each_fault_stands_at_its_line() {
        let text = "{\n  \"name\": \"Lead\",\n  \"pages\": [\n    { \"screen\": \"WHO\", \"fields\": [] },\n    { \"screen\": \"WHAT\", \"fields\": [\n      { \"name\": \"token\", \"kind\": \"text\" } ] }\n  ],\n  \"flow\": { \"screens\": [ { \"id\": \"WHO\" } ] }\n}\n";
        let lines: Vec<String> = form(text).check().iter().map(Diagnostic::one_line).collect();
        assert_eq!(lines.len(), 3, "{lines:#?}");
        assert!(lines[0].starts_with("forms/lead.json:2:11: error[FRM002]: a name has"), "{}", lines[0]);
        assert!(lines[1].starts_with("forms/lead.json:6:17: error[FRM002]: another field"), "{}", lines[1]);
        assert!(lines[2].starts_with("forms/lead.json:5:17: error[FRM003]: `WHAT` is no screen"), "{}", lines[2]);
        assert!(lines[2].ends_with("Write one of: WHO."), "{}", lines[2]);
    }

    #[test]
    fn a_file_that_is_no_form_says_where() {
        let found = form("{\n  \"name\": 1 }").check();
        assert_eq!((found[0].code, found[0].line), ("FRM001", 2), "{found:?}");
    }
}
