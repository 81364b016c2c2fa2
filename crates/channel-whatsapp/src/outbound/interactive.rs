//! Messages with something to tap.

use model::MessageId;
use model::content::{Button, ButtonAction, Buttons, Card, Cards, Catalogue, Form, Link, List, Media, Products, Request, Row, Wanted};
use model::send_error::SendError;
use serde_json::json;
use whatsapp::message::{self as wire, Interactive};

use super::Files;
use crate::errors::fix;

fn header(text: Option<&str>, media: Option<&Media>, files: &Files) -> Result<Option<wire::Header>, SendError> {
    match (text, media) {
        (Some(_), Some(_)) => Err(fix("header", "WhatsApp shows a text or a medium above the message, not both")),
        (None, Some(media)) => files.header(media).map(Some),
        (text, None) => Ok(text.map(wire::Header::text)),
    }
}

fn footer(text: &Option<String>) -> Option<wire::TextPart> {
    text.as_deref().map(wire::TextPart::from)
}

/// A single button that opens a page is a link message; the others must answer.
pub(super) fn buttons(content: &Buttons, files: &Files) -> Result<Interactive, SendError> {
    let header = header(content.header.as_deref(), content.media.as_deref(), files)?;
    if let [Button { title, action: Some(action), .. }] = content.buttons.as_slice()
        && let ButtonAction::OpenUrl { url } = &**action
    {
        let message = wire::CtaUrlMessage::new(&content.body, title, url);
        return Ok(Interactive::CtaUrl(wire::CtaUrlMessage { header, footer: footer(&content.footer), ..message }));
    }
    if content.buttons.iter().any(|button| button.action.is_some()) {
        return Err(fix("buttons", "beside a single button that opens a page, WhatsApp has only buttons that answer"));
    }
    let replies = content.buttons.iter().map(|button| (button.id.as_str(), button.title.as_str()));
    let message = wire::ButtonMessage::new(&content.body, replies);
    Ok(Interactive::Button(wire::ButtonMessage { header, footer: footer(&content.footer), ..message }))
}

pub(super) fn list(content: &List) -> Interactive {
    let row = |row: &Row| wire::ListRow { id: row.id.clone(), title: row.title.clone(), description: row.description.clone() };
    let sections = content
        .sections
        .iter()
        .map(|section| wire::ListSection { title: section.title.clone(), rows: section.rows.iter().map(row).collect() })
        .collect();
    Interactive::List(wire::ListMessage {
        header: content.header.as_deref().map(wire::Header::text),
        footer: footer(&content.footer),
        ..wire::ListMessage::new(&content.body, &content.button, sections)
    })
}

pub(super) fn link(content: &Link, files: &Files) -> Result<Interactive, SendError> {
    let header = header(content.header.as_deref(), content.media.as_ref(), files)?;
    let message = wire::CtaUrlMessage::new(&content.body, &content.label, &content.url);
    Ok(Interactive::CtaUrl(wire::CtaUrlMessage { header, footer: footer(&content.footer), ..message }))
}

pub(super) fn products(content: &Products) -> Interactive {
    if let Some(product) = content.single() {
        return Interactive::Product(wire::ProductMessage {
            body: content.body.as_deref().map(wire::TextPart::from),
            footer: footer(&content.footer),
            action: wire::ProductAction { catalog_id: content.catalogue.clone(), product_retailer_id: product.to_owned() },
        });
    }
    Interactive::ProductList(wire::ProductListMessage {
        header: content.header.as_deref().map(wire::Header::text),
        body: content.body.as_deref().unwrap_or_default().into(),
        footer: footer(&content.footer),
        action: wire::ProductListAction { catalog_id: content.catalogue.clone(), sections: sections(&content.sections) },
    })
}

pub(super) fn sections(sections: &[model::content::ProductSection]) -> Vec<wire::ProductSection> {
    let item = |product: &String| wire::ProductItem { product_retailer_id: product.clone() };
    sections
        .iter()
        .map(|section| wire::ProductSection { title: section.title.clone(), product_items: section.products.iter().map(item).collect() })
        .collect()
}

pub(super) fn catalogue(content: &Catalogue) -> Interactive {
    let thumbnail = content.thumbnail.clone().map(|product| wire::ThumbnailParameters { thumbnail_product_retailer_id: product });
    Interactive::CatalogMessage(wire::CatalogMessage {
        body: content.body.as_str().into(),
        footer: footer(&content.footer),
        action: wire::NamedAction::new("catalog_message", thumbnail),
    })
}

/// With a first screen the form starts there; without one our endpoint says what is shown. The token is our message's id unless the author has one:
/// the endpoint knows by it whose form it is.
pub(super) fn form(content: &Form, message: MessageId) -> Interactive {
    let token = content.token.clone().unwrap_or_else(|| message.to_string());
    let mut message = wire::FlowMessage::new(&content.body, &content.form, &content.label, &token);
    message.header = content.header.as_deref().map(wire::Header::text);
    message.footer = footer(&content.footer);
    if let Some(parameters) = &mut message.action.parameters {
        // Meta's ids are digits; whatever else it is, it is a name.
        if !content.form.bytes().all(|byte| byte.is_ascii_digit()) {
            parameters.flow_name = parameters.flow_id.take();
        }
        parameters.mode = content.draft.then_some(wire::FlowMode::Draft);
        match &content.screen {
            Some(screen) => {
                parameters.flow_action = Some(wire::FlowAction::Navigate);
                let mut payload = json!({ "screen": screen });
                if let Some(data) = &content.data {
                    payload["data"] = json!(data);
                }
                parameters.flow_action_payload = Some(payload);
            }
            None => parameters.flow_action = Some(wire::FlowAction::DataExchange),
        }
    }
    Interactive::Flow(message)
}

pub(super) fn request(content: &Request) -> Interactive {
    match &content.wanted {
        Wanted::Location => Interactive::LocationRequestMessage(wire::Prompt::location(&content.body)),
        Wanted::PhoneNumber => Interactive::RequestContactInfo(wire::Prompt::contact_info(&content.body)),
        Wanted::CallPermission => Interactive::CallPermissionRequest(wire::CallPermissionMessage::new(Some(&content.body))),
        Wanted::Address { country, known } => {
            let values = known.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            let parameters = wire::AddressParameters { country: country.clone(), values, ..Default::default() };
            Interactive::AddressMessage(wire::Prompt::new(&content.body, "address_message", Some(parameters)))
        }
    }
}

/// One card is a message with a picture and buttons; more are a carousel, whose cards have a picture or film and one link each.
pub(super) fn cards(content: &Cards, files: &Files) -> Result<Interactive, SendError> {
    if let [card] = content.cards.as_slice() {
        let single = Buttons {
            header: None,
            body: [content.body.as_deref(), words(card).as_deref()].into_iter().flatten().collect::<Vec<_>>().join("\n"),
            footer: None,
            buttons: card.buttons.clone(),
            media: card.media.clone().map(Box::new),
        };
        return buttons(&single, files);
    }
    let cards: Vec<wire::CarouselCard> =
        (0..).zip(&content.cards).map(|(index, one)| carousel_card(index, one, files)).collect::<Result<_, _>>()?;
    let body = content.body.as_deref().unwrap_or_default().into();
    Ok(Interactive::Carousel(wire::CarouselMessage { body, action: wire::CarouselAction { cards } }))
}

fn carousel_card(card_index: u32, card: &Card, files: &Files) -> Result<wire::CarouselCard, SendError> {
    let media = card.media.as_ref().ok_or_else(|| fix("cards", format!("card {card_index} has no picture and no film")))?;
    let [Button { title, action: Some(action), .. }] = card.buttons.as_slice() else {
        return Err(fix("cards", format!("card {card_index} needs exactly one button, which opens a page")));
    };
    let ButtonAction::OpenUrl { url } = &**action else {
        return Err(fix("cards", format!("the button of card {card_index} must open a page")));
    };
    let parameters = wire::CtaUrlParameters { display_text: title.clone(), url: url.clone() };
    Ok(wire::CarouselCard::Link {
        card_index,
        header: files.header(media)?,
        body: words(card).map(wire::TextPart::from),
        action: wire::NamedAction::new("cta_url", Some(parameters)),
    })
}

fn words(card: &Card) -> Option<String> {
    let lines: Vec<&str> = [card.title.as_deref(), card.body.as_deref()].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
