//! One of each content.

use model::content::{
    Button, Buttons, Content, List, Location, Media, MediaKind, MediaSource, Row, Section, TemplateCall, TemplatePreview,
};
use model::template::{Approval, ApprovalState, Template, TemplateText};
use model::{Purpose, TemplateId, Timestamp};

const TEMPLATE: TemplateId = TemplateId::from_u128(0x70);
const VERSION: &str = "v1";

/// What the content is called in messages of the tests. A new kind of content does not compile here until it has a sample below.
#[must_use]
pub fn kind(content: &Content) -> &'static str {
    match content {
        Content::Text(_) => "text",
        Content::Buttons(_) => "buttons",
        Content::List(_) => "a list",
        Content::Media(_) => "media",
        Content::Location(_) => "a location",
        Content::Template(_) => "a template",
    }
}

/// Each kind of content once, small enough for every provider.
#[must_use]
pub fn samples() -> Vec<Content> {
    let button = |id: &str, title: &str| Button { id: id.to_owned(), title: title.to_owned() };
    let row = |id: &str, title: &str| Row { id: id.to_owned(), title: title.to_owned(), description: None };
    vec![
        Content::text("Your table is ready"),
        Content::Buttons(Buttons {
            header: None,
            body: "Will you come?".to_owned(),
            footer: None,
            buttons: vec![button("yes", "Yes"), button("no", "No")],
        }),
        Content::List(List {
            header: None,
            body: "Which day?".to_owned(),
            footer: None,
            button: "Days".to_owned(),
            sections: vec![Section { title: None, rows: vec![row("mon", "Monday"), row("tue", "Tuesday")] }],
        }),
        Content::Media(Media {
            kind: MediaKind::Image,
            source: MediaSource::Link("https://example.com/table.png".to_owned()),
            caption: Some("Your table".to_owned()),
            filename: None,
        }),
        Content::Location(Location {
            latitude: 38.8977,
            longitude: -77.0365,
            name: Some("The house".to_owned()),
            address: Some("1 Example Street".to_owned()),
        }),
        Content::Template(TemplateCall {
            template: TEMPLATE,
            name: "table_ready".to_owned(),
            language: "en".to_owned(),
            version: VERSION.to_owned(),
            header: Vec::new(),
            body: Vec::new(),
            buttons: Vec::new(),
            preview: TemplatePreview { body: "Your table is ready".to_owned(), ..TemplatePreview::default() },
        }),
    ]
}

/// The template that the sample calls, approved.
pub(crate) fn template() -> Template {
    let approval = Approval { state: ApprovalState::Approved, version: Some(VERSION.to_owned()), ..Approval::default() };
    let text = TemplateText { header: None, body: "Your table is ready".to_owned(), footer: None, buttons: Vec::new(), approval };
    Template {
        id: TEMPLATE,
        name: "table_ready".to_owned(),
        purpose: Purpose::Service,
        variables: Vec::new(),
        languages: [("en".to_owned(), text)].into(),
        default_language: "en".to_owned(),
        version: VERSION.to_owned(),
        updated_at: Timestamp::from_secs(0),
    }
}
