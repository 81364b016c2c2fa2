//! One of each content.

use model::content::{
    Button, ButtonAction, Buttons, Card, Cards, Catalogue, ContactCard, Contacts, Content, Form, Link, List, Location, Media, MediaKind,
    MediaSource, ProductSection, Products, Reaction, Request, Row, Section, TemplateCall, TemplatePreview, Wanted,
};
use model::template::{Approval, ApprovalState, Template, TemplateText};
use model::{MessageId, Purpose, TemplateId, Timestamp};

const TEMPLATE: TemplateId = TemplateId::from_u128(0x70);
const VERSION: &str = "v1";

/// Each kind of content once, small enough for every provider.
#[must_use]
pub fn samples() -> Vec<Content> {
    let row = |id: &str, title: &str| Row { id: id.to_owned(), title: title.to_owned(), description: None };
    vec![
        Content::text("Your table is ready"),
        Content::Buttons(Buttons {
            header: None,
            body: "Will you come?".to_owned(),
            footer: None,
            buttons: vec![Button::reply("yes", "Yes"), Button::reply("no", "No")],
            media: None,
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
            parts: None,
        }),
        Content::Reaction(Reaction { message: MessageId::from_u128(0x71), provider_id: "in-1".to_owned(), emoji: "👍".to_owned() }),
        Content::Contacts(Contacts { people: vec![person()] }),
        Content::Link(Box::new(Link {
            header: None,
            media: None,
            body: "See the menu".to_owned(),
            footer: None,
            label: "Menu".to_owned(),
            url: "https://example.com/menu".to_owned(),
        })),
        Content::Products(Box::new(Products {
            header: None,
            body: Some("As you wished".to_owned()),
            footer: None,
            catalogue: "367025965434465".to_owned(),
            sections: vec![ProductSection { title: None, products: vec!["SKU-1".to_owned()] }],
        })),
        Content::Catalogue(Catalogue { body: "All we have".to_owned(), footer: None, thumbnail: Some("SKU-1".to_owned()) }),
        Content::Form(Box::new(Form {
            header: None,
            body: "Tell us more".to_owned(),
            footer: None,
            label: "Open".to_owned(),
            form: "123456".to_owned(),
            token: None,
            screen: Some("FIRST".to_owned()),
            data: None,
            draft: false,
        })),
        Content::Request(Box::new(Request { body: "Where are you?".to_owned(), wanted: Wanted::Location })),
        Content::Cards(Cards {
            body: Some("Our tables".to_owned()),
            cards: vec![card("By the window", "window"), card("Outside", "outside")],
        }),
    ]
}

fn person() -> ContactCard {
    ContactCard {
        name: "Front desk".to_owned(),
        first_name: Some("Front desk".to_owned()),
        last_name: None,
        organisation: Some("Example Ltd".to_owned()),
        title: None,
        phones: vec!["+12025550100".to_owned()],
        emails: vec!["desk@example.com".to_owned()],
        links: Vec::new(),
    }
}

fn card(title: &str, id: &str) -> Card {
    let source = MediaSource::Link(format!("https://example.com/{id}.png"));
    let url = format!("https://example.com/{id}");
    Card {
        media: Some(Media { kind: MediaKind::Image, source, caption: None, filename: None }),
        title: Some(title.to_owned()),
        body: Some("Seats four".to_owned()),
        buttons: vec![Button { id: id.to_owned(), title: "Look".to_owned(), action: Some(Box::new(ButtonAction::OpenUrl { url })) }],
    }
}

/// The template that the sample calls, approved.
pub(crate) fn template() -> Template {
    let approval = Approval { state: ApprovalState::Approved, version: Some(VERSION.to_owned()), ..Approval::default() };
    let text = TemplateText { body: "Your table is ready".to_owned(), approval, ..TemplateText::default() };
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

#[cfg(test)]
mod tests {
    use model::compact::Compact as _;
    use model::content::{Content, ContentKind};

    #[test]
    fn every_kind_of_content_has_a_sample() {
        let kinds: Vec<ContentKind> = super::samples().iter().map(model::content::Content::kind).collect();
        assert_eq!(kinds, ContentKind::ALL);
    }

    #[test]
    fn every_content_survives_the_contacts_state_and_the_message_list() {
        for content in super::samples() {
            let mut bytes = Vec::new();
            content.put(&mut bytes);
            assert_eq!(model::compact::from_bytes::<Content>(&bytes).unwrap(), content);
            let json = serde_json::to_string(&content).unwrap();
            assert_eq!(serde_json::from_str::<Content>(&json).unwrap(), content, "{json}");
        }
    }

    /// Messages that wait are kept whole in their contact's state.
    #[test]
    fn a_content_stays_small() {
        assert!(size_of::<Content>() <= 280, "{}", size_of::<Content>());
    }
}
