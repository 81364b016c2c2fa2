//! Reply buttons.

use super::parts::{Frame, Header, TextPart};
use crate::limits;
use crate::validate::Checker;
use serde::{Deserialize, Serialize};

/// `button`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ButtonMessage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    pub body: TextPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<TextPart>,
    pub action: ButtonAction,
}

/// `action`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ButtonAction {
    pub buttons: Vec<Button>,
}

/// One button; `reply` is the only kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Button {
    Reply { reply: ReplyButton },
}

/// `reply`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyButton {
    pub id: String,
    pub title: String,
}

impl ButtonMessage {
    /// Buttons as pairs of id and title.
    pub fn new<'a>(body: &str, buttons: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let reply = |(id, title): (&str, &str)| Button::Reply { reply: ReplyButton { id: id.to_owned(), title: title.to_owned() } };
        Self { header: None, body: body.into(), footer: None, action: ButtonAction { buttons: buttons.into_iter().map(reply).collect() } }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        let body_max = limits::INTERACTIVE_BODY_MAX;
        Frame { header: self.header.as_ref(), body: Some(&self.body), body_max, footer: self.footer.as_ref() }.check(checker);
        checker.inside("action", |checker| {
            let replies: Vec<&ReplyButton> = self.action.buttons.iter().map(|Button::Reply { reply }| reply).collect();
            checker.count("buttons", replies.len(), 1, limits::BUTTONS_MAX);
            checker.unique("buttons", replies.iter().map(|reply| reply.id.as_str()));
            checker.unique("buttons", replies.iter().map(|reply| reply.title.as_str()));
            checker.each("buttons", &replies, |checker, reply| {
                checker.text("reply.id", &reply.id, limits::BUTTON_ID_MAX);
                checker.text("reply.title", &reply.title, limits::BUTTON_TITLE_MAX);
            });
        });
    }
}
