//! Lists.

use super::parts::{Frame, Header, TextPart};
use crate::limits;
use crate::validate::Checker;
use serde::{Deserialize, Serialize};

/// `list`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMessage {
    /// Text only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    pub body: TextPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: ListAction,
}

/// `action`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAction {
    /// Label of the button that opens the list.
    pub button: String,
    pub sections: Vec<ListSection>,
}

/// `sections[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSection {
    /// Required when there is more than one section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub rows: Vec<ListRow>,
}

/// `rows[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    pub id: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl ListMessage {
    pub fn new(body: &str, button: &str, sections: Vec<ListSection>) -> Self {
        Self { header: None, body: body.into(), footer: None, action: ListAction { button: button.to_owned(), sections } }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        let body_max = limits::LIST_BODY_MAX;
        Frame { header: self.header.as_ref(), body: Some(&self.body), body_max, footer: self.footer.as_ref() }.check(checker);
        checker.require("header", self.header.as_ref().is_none_or(Header::is_text), "a list takes a text header only");
        checker.inside("action", |checker| {
            let sections = &self.action.sections;
            checker.text("button", &self.action.button, limits::BUTTON_TITLE_MAX);
            checker.count("sections", sections.len(), 1, limits::LIST_SECTIONS_MAX);
            let rows = || sections.iter().flat_map(|section| &section.rows);
            checker.require("sections", (1..=limits::LIST_ROWS_MAX).contains(&rows().count()), "1 to 10 rows in all sections together");
            checker.unique("sections", rows().map(|row| row.id.as_str()));
            checker.each("sections", sections, |checker, section| {
                let title = section.title.as_deref().unwrap_or_default();
                checker.require("title", sections.len() == 1 || !title.is_empty(), "required when there is more than one section");
                checker.longest("title", title, limits::LIST_SECTION_TITLE_MAX);
                checker.require("rows", !section.rows.is_empty(), "must not be empty");
                checker.each("rows", &section.rows, |checker, row| row.check(checker));
            });
        });
    }
}

impl ListRow {
    fn check(&self, checker: &mut Checker) {
        checker.text("id", &self.id, limits::LIST_ROW_ID_MAX);
        checker.text("title", &self.title, limits::LIST_ROW_TITLE_MAX);
        checker.longest("description", self.description.as_deref().unwrap_or_default(), limits::LIST_ROW_DESCRIPTION_MAX);
    }
}
