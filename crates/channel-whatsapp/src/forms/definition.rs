//! What a form asks, page by page.

use serde::{Deserialize, Serialize};

const PAGES_MAX: usize = 8;
const FIELDS_MAX: usize = 30;

/// A form. Its pages look as the flow's JSON at Meta says; what is asked on them, and in which order they come, stands here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDefinition {
    pub name: String,
    /// The first comes first, whatever is answered.
    pub pages: Vec<FormPage>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormPage {
    /// Its id in the flow's JSON: `DETAILS`.
    pub screen: String,
    pub fields: Vec<FormField>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FormField {
    /// Its name in the flow's JSON, and in the event that journeys see.
    pub name: String,
    #[serde(flatten)]
    pub kind: FormFieldKind,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// What an answer must be, and becomes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FormFieldKind {
    Text,
    Email,
    Phone,
    /// Becomes a number.
    Number,
    /// Becomes `2026-11-23`.
    Date,
    /// Becomes true or false.
    YesNo,
    /// One of these ids.
    Choice {
        of: Vec<String>,
    },
}

impl FormDefinition {
    /// What is wrong with it: where, and what.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |at: String, what: &str| faults.push((at, what.to_owned()));
        if !is_name(&self.name) {
            fault("/name".to_owned(), "a name has 1 to 60 small letters, digits and underscores, and begins with a letter");
        }
        if !(1..=PAGES_MAX).contains(&self.pages.len()) {
            fault("/pages".to_owned(), "a form has 1 to 8 pages");
        }
        let mut names: Vec<&str> = vec!["form", "token", "channel"];
        for (number, page) in self.pages.iter().enumerate() {
            let at = format!("/pages/{number}");
            let plain = !page.screen.is_empty() && page.screen.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !plain || page.screen == "SUCCESS" {
                fault(format!("{at}/screen"), "a screen's id has letters, digits and underscores, and is not SUCCESS");
            }
            if self.pages.iter().take(number).any(|earlier| earlier.screen == page.screen) {
                fault(format!("{at}/screen"), "two pages have this screen");
            }
            if page.fields.len() > FIELDS_MAX {
                fault(format!("{at}/fields"), "a page has at most 30 fields");
            }
            for (index, field) in page.fields.iter().enumerate() {
                let at = format!("{at}/fields/{index}");
                if !is_name(&field.name) {
                    fault(format!("{at}/name"), "a name has 1 to 60 small letters, digits and underscores, and begins with a letter");
                }
                if names.contains(&field.name.as_str()) {
                    fault(format!("{at}/name"), "another field has this name, or it is form, token or channel");
                }
                if matches!(&field.kind, FormFieldKind::Choice { of } if of.is_empty() || of.len() > 200) {
                    fault(format!("{at}/of"), "a choice has 1 to 200 answers");
                }
                names.push(&field.name);
            }
        }
        faults
    }

    /// Every field with its page's number.
    pub(super) fn fields(&self) -> impl Iterator<Item = (usize, &FormField)> {
        self.pages.iter().enumerate().flat_map(|(number, page)| page.fields.iter().map(move |field| (number, field)))
    }
}

fn is_name(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
