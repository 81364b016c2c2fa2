//! The product's content as agent messages. Limits are those of the API's reference.

use channel::refusal::{fix, not_carried};
use model::Channel;
use model::content::{Button, ButtonAction, Card, Content, Location, Media, MediaSource, Request, Wanted};
use model::send_error::SendError;
use serde_json::{Value, json};

pub(crate) const TEXT_MAX: usize = 3072;
const CHIPS_MAX: usize = 11;
const CARD_BUTTONS_MAX: usize = 4;
const LABEL_MAX: usize = 25;
const CARD_TITLE_MAX: usize = 200;
const CARD_TEXT_MAX: usize = 2000;
const POSTBACK_MAX: usize = 2048;

/// `contentMessage`.
pub(crate) fn message(content: &Content) -> Result<Value, SendError> {
    match content {
        Content::Buttons(buttons) => {
            let words = lines([buttons.header.as_deref(), Some(&buttons.body), buttons.footer.as_deref()]);
            match &buttons.media {
                Some(media) => {
                    let body = lines([Some(buttons.body.as_str()), buttons.footer.as_deref()]);
                    let card = card(buttons.header.as_deref(), Some(&body), Some(media), &buttons.buttons)?;
                    Ok(standalone(&card))
                }
                None => text(&words, chips(&buttons.buttons, CHIPS_MAX)?),
            }
        }
        // More rows than chips are said in words, with numbers that answer.
        Content::List(list) if content.choices().len() <= CHIPS_MAX => {
            let rows = list.sections.iter().flat_map(|section| &section.rows);
            let rows: Vec<Button> = rows.map(|row| Button::reply(&row.id, &row.title)).collect();
            text(&lines([list.header.as_deref(), Some(&list.body), list.footer.as_deref()]), chips(&rows, CHIPS_MAX)?)
        }
        Content::Media(media) => match &media.caption {
            Some(caption) => Ok(standalone(&card(None, Some(caption), Some(media), &[])?)),
            None => Ok(json!({ "contentInfo": { "fileUrl": link(media)? } })),
        },
        Content::Location(place) => {
            let label = place.name.as_deref().unwrap_or("Map");
            let words = lines([place.name.as_deref(), place.address.as_deref()]);
            text(if words.is_empty() { label } else { &words }, vec![place_chip(label, place)])
        }
        Content::Link(link) => {
            let words = lines([link.header.as_deref(), Some(&link.body), link.footer.as_deref()]);
            let action = ButtonAction::OpenUrl { url: link.url.clone() };
            let button = Button { id: link.url.clone(), title: link.label.clone(), action: Some(Box::new(action)) };
            match &link.media {
                Some(media) => Ok(standalone(&card(link.header.as_deref(), Some(&link.body), Some(media), &[button])?)),
                None => text(&words, chips(&[button], CHIPS_MAX)?),
            }
        }
        Content::Cards(cards) => match cards.cards.as_slice() {
            [one] => Ok(standalone(&of(one, cards.body.as_deref())?)),
            many => {
                let contents = many.iter().map(|card| of(card, None)).collect::<Result<Vec<_>, _>>()?;
                Ok(json!({ "richCard": { "carouselCard": { "cardWidth": "MEDIUM", "cardContents": contents } } }))
            }
        },
        Content::Template(call) => {
            let preview = &call.preview;
            let words = lines([preview.header.as_deref(), Some(&preview.body), preview.footer.as_deref()]);
            text(&words, chips(&preview.buttons, CHIPS_MAX)?)
        }
        Content::Request(request) if request.wanted == Wanted::Location => ask_location(request),
        other => match other.in_words() {
            Some(words) => text(&words.text, Vec::new()),
            None => Err(not_carried(Channel::Rcs, other.kind().name())),
        },
    }
}

fn lines<const N: usize>(parts: [Option<&str>; N]) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn text(words: &str, suggestions: Vec<Value>) -> Result<Value, SendError> {
    match words.chars().count() {
        0 => Err(fix("rcs", "empty", "the message has no text")),
        length if length > TEXT_MAX => {
            Err(fix("rcs", "length", format!("{TEXT_MAX} characters can be sent at most, this text has {length}")))
        }
        _ if suggestions.is_empty() => Ok(json!({ "text": words })),
        _ => Ok(json!({ "text": words, "suggestions": suggestions })),
    }
}

fn ask_location(request: &Request) -> Result<Value, SendError> {
    let chip = json!({ "action": { "text": "Share location", "postbackData": "share_location", "shareLocationAction": {} } });
    text(&request.body, vec![chip])
}

fn standalone(card: &Value) -> Value {
    json!({ "richCard": { "standaloneCard": { "cardOrientation": "VERTICAL", "cardContent": card } } })
}

fn of(one: &Card, above: Option<&str>) -> Result<Value, SendError> {
    let body = lines([above, one.body.as_deref()]);
    card(one.title.as_deref(), Some(&body), one.media.as_ref(), &one.buttons)
}

fn card(title: Option<&str>, body: Option<&str>, media: Option<&Media>, buttons: &[Button]) -> Result<Value, SendError> {
    let mut card = json!({});
    for (member, text, most) in [("title", title, CARD_TITLE_MAX), ("description", body, CARD_TEXT_MAX)] {
        let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
        let length = text.chars().count();
        if length > most {
            return Err(fix("rcs", "card", format!("a card's {member} takes {most} characters, this one has {length}")));
        }
        card[member] = json!(text);
    }
    if let Some(media) = media {
        card["media"] = json!({ "height": "MEDIUM", "contentInfo": { "fileUrl": link(media)? } });
    }
    let suggestions = chips(buttons, CARD_BUTTONS_MAX)?;
    if !suggestions.is_empty() {
        card["suggestions"] = json!(suggestions);
    }
    Ok(card)
}

fn link(media: &Media) -> Result<&str, SendError> {
    match &media.source {
        MediaSource::Link(link) => Ok(link),
        MediaSource::Stored(_) => Err(fix("rcs", "media", "RCS fetches media itself and needs a public link")),
    }
}

fn chips(buttons: &[Button], most: usize) -> Result<Vec<Value>, SendError> {
    if buttons.len() > most {
        return Err(fix("rcs", "buttons", format!("{most} buttons can be shown here, this message has {}", buttons.len())));
    }
    buttons.iter().map(chip).collect()
}

fn chip(button: &Button) -> Result<Value, SendError> {
    let (label, postback) = (&button.title, &button.id);
    if label.chars().count() > LABEL_MAX || postback.len() > POSTBACK_MAX {
        return Err(fix("rcs", "buttons", format!("a button's title takes {LABEL_MAX} characters and its id {POSTBACK_MAX} bytes")));
    }
    let Some(action) = button.action.as_deref() else { return Ok(json!({ "reply": { "text": label, "postbackData": postback } })) };
    let (kind, value) = match action {
        ButtonAction::ShareLocation => ("shareLocationAction", json!({})),
        ButtonAction::OpenUrl { url } => ("openUrlAction", json!({ "url": url })),
        ButtonAction::Dial { phone } => ("dialAction", json!({ "phoneNumber": phone })),
        ButtonAction::ViewLocation { latitude, longitude, label } => {
            let mut view = json!({ "latLong": { "latitude": latitude, "longitude": longitude } });
            if let Some(label) = label {
                view["label"] = json!(label);
            }
            ("viewLocationAction", view)
        }
        ButtonAction::AddToCalendar { title, description, starts_at, ends_at } => {
            let description = description.as_deref().unwrap_or_default();
            ("createCalendarEventAction", json!({ "startTime": starts_at, "endTime": ends_at, "title": title, "description": description }))
        }
    };
    Ok(json!({ "action": { "text": label, "postbackData": postback, kind: value } }))
}

fn place_chip(label: &str, place: &Location) -> Value {
    let text: String = label.chars().take(LABEL_MAX).collect();
    let view = json!({ "latLong": { "latitude": place.latitude, "longitude": place.longitude }, "label": label });
    json!({ "action": { "text": text, "postbackData": "view_location", "viewLocationAction": view } })
}
