//! Parts that interactive kinds share.

use crate::limits;
use crate::message::media::MediaSource;
use crate::validate::Checker;
use serde::{Deserialize, Serialize};

/// `body` and `footer`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPart {
    pub text: String,
}

impl<T: Into<String>> From<T> for TextPart {
    fn from(text: T) -> Self {
        Self { text: text.into() }
    }
}

/// `header`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Header {
    Text { text: String },
    Image { image: MediaSource },
    Video { video: MediaSource },
    Document { document: MediaSource },
}

impl Header {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        match self {
            Self::Text { text } => checker.text("text", text, limits::HEADER_TEXT_MAX),
            Self::Image { image: source } | Self::Video { video: source } | Self::Document { document: source } => source.check(checker),
        }
    }
}

/// `action` of the kinds that name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAction<P> {
    pub name: String,
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub parameters: Option<P>,
}

impl<P> NamedAction<P> {
    pub fn new(name: &str, parameters: Option<P>) -> Self {
        Self { name: name.to_owned(), parameters }
    }

    pub(super) fn check(&self, checker: &mut Checker, name: &str) {
        checker.require("action.name", self.name == name, format!("must be {name}"));
    }
}

/// Checks of header, body and footer.
pub(super) struct Frame<'a> {
    pub header: Option<&'a Header>,
    pub body: Option<&'a TextPart>,
    pub body_max: usize,
    pub footer: Option<&'a TextPart>,
}

impl Frame<'_> {
    pub(super) fn check(&self, checker: &mut Checker) {
        if let Some(header) = self.header {
            checker.inside("header", |checker| header.check(checker));
        }
        if let Some(body) = self.body {
            checker.text("body.text", &body.text, self.body_max);
        }
        if let Some(footer) = self.footer {
            checker.text("footer.text", &footer.text, limits::FOOTER_MAX);
        }
    }
}
