//! Our content as the content of an agent message. Page: "Messages"; limits in characters.

use channel::refusal::{fix, not_carried};
use model::content::{Button, ButtonAction, Card, Content, List, Location, Media, MediaKind, MediaSource, TemplatePreview, Wanted};
use model::send_error::SendError;
use model::{Channel, MessageId};
use serde_json::{Value, json};

use crate::suggestion::{self, CHIPS_MAX, LABEL_MAX, ON_CARD_MAX, short, too_many};

pub(crate) const TEXT_MAX: usize = 3_072;
const TITLE_MAX: usize = 200;
const DESCRIPTION_MAX: usize = 2_000;
const CARDS_MAX: usize = 10;

/// `contentMessage` of an agent message.
pub(crate) fn content(message: MessageId, content: &Content) -> Result<Value, SendError> {
    match content {
        Content::Text(said) => text(&said.body, Vec::new()),
        Content::Template(call) => template(message, &call.preview),
        Content::Buttons(said) => match &said.media {
            Some(media) => {
                let description = lines([Some(&said.body), said.footer.as_ref()]);
                let card = card(Some(media), said.header.as_deref(), Some(&description), message, &said.buttons)?;
                Ok(standalone(&card))
            }
            None => {
                let body = lines([said.header.as_ref(), Some(&said.body), said.footer.as_ref()]);
                text(&body, suggestion::all(message, said.buttons.iter(), CHIPS_MAX)?)
            }
        },
        Content::List(said) => list(message, said, content),
        Content::Link(said) => {
            let action = ButtonAction::OpenUrl { url: said.url.clone() };
            let button = Button { id: "link".to_owned(), title: said.label.clone(), action: Some(Box::new(action)) };
            match &said.media {
                Some(media) => {
                    let description = lines([Some(&said.body), said.footer.as_ref()]);
                    Ok(standalone(&card(Some(media), said.header.as_deref(), Some(&description), message, &[button])?))
                }
                None => {
                    let body = lines([said.header.as_ref(), Some(&said.body), said.footer.as_ref()]);
                    text(&body, suggestion::all(message, [button].iter(), CHIPS_MAX)?)
                }
            }
        }
        Content::Media(media) => file(message, media),
        Content::Location(place) => location(message, place),
        Content::Request(request) => match request.wanted {
            Wanted::Location => text(&request.body, vec![suggestion::one(message, "location", "📍", Some(&ButtonAction::ShareLocation))?]),
            Wanted::PhoneNumber | Wanted::CallPermission | Wanted::Address { .. } => Err(not_carried(Channel::Rcs, "this question")),
        },
        Content::Cards(said) => match said.cards.as_slice() {
            [] => Err(fix("rcs", "empty", "there is no card")),
            [one] => Ok(standalone(&of(message, one)?)),
            more if more.len() > CARDS_MAX => Err(too_many("cards", more.len(), CARDS_MAX)),
            more => {
                let cards = more.iter().map(|card| of(message, card)).collect::<Result<Vec<_>, _>>()?;
                Ok(json!({ "richCard": { "carouselCard": { "cardWidth": "MEDIUM", "cardContents": cards } } }))
            }
        },
        Content::Contacts(_) | Content::Reaction(_) | Content::Products(_) | Content::Catalogue(_) | Content::Form(_) => in_words(content),
    }
}

fn in_words(content: &Content) -> Result<Value, SendError> {
    match content.in_words() {
        Some(words) => text(&words.text, Vec::new()),
        None => Err(not_carried(Channel::Rcs, content.kind().name())),
    }
}

fn text(body: &str, suggestions: Vec<Value>) -> Result<Value, SendError> {
    if body.trim().is_empty() {
        return Err(fix("rcs", "empty", "the message has no text"));
    }
    let mut message = json!({ "text": short("text", body, TEXT_MAX)? });
    if !suggestions.is_empty() {
        message["suggestions"] = json!(suggestions);
    }
    Ok(message)
}

/// RCS approves no templates: its text goes, with its buttons.
fn template(message: MessageId, preview: &TemplatePreview) -> Result<Value, SendError> {
    let body = lines([preview.header.as_ref(), Some(&preview.body), preview.footer.as_ref()]);
    text(&body, suggestion::all(message, preview.buttons.iter(), CHIPS_MAX)?)
}

/// Each row is a suggestion; descriptions stand in the text. A list that does not fit becomes numbered lines.
fn list(message: MessageId, said: &List, content: &Content) -> Result<Value, SendError> {
    let rows: Vec<_> = said.sections.iter().flat_map(|section| &section.rows).collect();
    if rows.len() > CHIPS_MAX || rows.iter().any(|row| row.title.chars().count() > LABEL_MAX) {
        return in_words(content);
    }
    let described: Vec<String> = rows.iter().filter_map(|row| Some(format!("{}: {}", row.title, row.description.as_deref()?))).collect();
    let described = described.join("\n");
    let body = lines([said.header.as_ref(), Some(&said.body), Some(&described), said.footer.as_ref()]);
    let suggestions = rows.iter().map(|row| suggestion::one(message, &row.id, &row.title, None)).collect::<Result<_, _>>()?;
    text(&body, suggestions)
}

/// A picture or film with words is a card; a file alone goes as it is.
fn file(message: MessageId, media: &Media) -> Result<Value, SendError> {
    match (&media.caption, media.kind) {
        (None, _) => Ok(json!({ "contentInfo": { "fileUrl": link(media)? } })),
        (Some(caption), MediaKind::Image | MediaKind::Video) => Ok(standalone(&card(Some(media), None, Some(caption), message, &[])?)),
        (Some(caption), MediaKind::Audio | MediaKind::Document | MediaKind::Sticker) => {
            text(&format!("{caption}\n{}", link(media)?), Vec::new())
        }
    }
}

fn location(message: MessageId, place: &Location) -> Result<Value, SendError> {
    let action = ButtonAction::ViewLocation { latitude: place.latitude, longitude: place.longitude, label: place.name.clone() };
    let body = match lines([place.name.as_ref(), place.address.as_ref()]) {
        body if body.is_empty() => format!("{}, {}", place.latitude, place.longitude),
        body => body,
    };
    text(&body, vec![suggestion::one(message, "location", "📍", Some(&action))?])
}

fn of(message: MessageId, said: &Card) -> Result<Value, SendError> {
    card(said.media.as_ref(), said.title.as_deref(), said.body.as_deref(), message, &said.buttons)
}

/// All cards are of one height, as carousels ask for.
fn card(
    media: Option<&Media>,
    title: Option<&str>,
    body: Option<&str>,
    message: MessageId,
    buttons: &[Button],
) -> Result<Value, SendError> {
    let mut card = json!({});
    if let Some(title) = title {
        card["title"] = json!(short("a card's title", title, TITLE_MAX)?);
    }
    if let Some(body) = body {
        card["description"] = json!(short("a card's text", body, DESCRIPTION_MAX)?);
    }
    if let Some(media) = media {
        if !matches!(media.kind, MediaKind::Image | MediaKind::Video) {
            return Err(fix("rcs", "media", "a card of RCS shows a picture or a film"));
        }
        card["media"] = json!({ "height": "MEDIUM", "contentInfo": { "fileUrl": link(media)? } });
    }
    if card.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(fix("rcs", "empty", "a card has a picture, a title or a text"));
    }
    if !buttons.is_empty() {
        card["suggestions"] = json!(suggestion::all(message, buttons.iter(), ON_CARD_MAX)?);
    }
    Ok(card)
}

fn standalone(card: &Value) -> Value {
    json!({ "richCard": { "standaloneCard": { "cardOrientation": "VERTICAL", "cardContent": card } } })
}

/// Google fetches media itself.
fn link(media: &Media) -> Result<&str, SendError> {
    match &media.source {
        MediaSource::Link(link) => Ok(link),
        MediaSource::Stored(_) => Err(fix("rcs", "media", "RCS fetches media itself and needs a public link")),
    }
}

fn lines<const N: usize>(lines: [Option<&String>; N]) -> String {
    lines.into_iter().flatten().map(String::as_str).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
