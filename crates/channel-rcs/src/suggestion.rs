//! Buttons become suggestions: replies and actions.

use channel::refusal::fix;
use model::MessageId;
use model::content::{Button, ButtonAction};
use model::send_error::SendError;
use serde_json::{Value, json};

use crate::ids;

/// Characters of a suggestion's label.
pub(crate) const LABEL_MAX: usize = 25;
/// Characters of what comes back with a tap.
const POSTBACK_MAX: usize = 2_048;
/// Suggestions under a message.
pub(crate) const CHIPS_MAX: usize = 11;
/// Suggestions on a card. Newer clients of Google's allow more; phones show four.
pub(crate) const ON_CARD_MAX: usize = 4;
/// Characters of an appointment's title and description.
const TITLE_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 500;

pub(crate) fn too_many(what: &str, found: usize, max: usize) -> SendError {
    fix("rcs", "length", format!("RCS takes at most {max} {what}, this has {found}"))
}

/// At most `max` characters.
pub(crate) fn short<'a>(what: &str, text: &'a str, max: usize) -> Result<&'a str, SendError> {
    match text.chars().count() {
        found if found > max => Err(too_many(&format!("characters of {what}"), found, max)),
        _ => Ok(text),
    }
}

/// What comes back with a tap: the message it is on, and the button's own id. Google says only which person tapped.
pub(crate) fn postback(message: MessageId, id: &str) -> String {
    format!("{}|{id}", ids::uuid(message))
}

/// Provider's id of the message, and the button's id. A postback that we did not make is a button's id as it is.
pub(crate) fn read_postback(postback: &str) -> (Option<String>, &str) {
    match postback.split_once('|') {
        Some((uuid, id)) if ids::message(uuid).is_some() => (Some(uuid.to_owned()), id),
        _ => (None, postback),
    }
}

pub(crate) fn all<'a>(message: MessageId, buttons: impl ExactSizeIterator<Item = &'a Button>, max: usize) -> Result<Vec<Value>, SendError> {
    match buttons.len() {
        found if found > max => Err(too_many("buttons here", found, max)),
        _ => buttons.map(|button| one(message, &button.id, &button.title, button.action.as_deref())).collect(),
    }
}

pub(crate) fn one(message: MessageId, id: &str, title: &str, action: Option<&ButtonAction>) -> Result<Value, SendError> {
    let postback = postback(message, id);
    short("a button's id", &postback, POSTBACK_MAX)?;
    let mut suggestion = json!({ "text": short("a button's label", title, LABEL_MAX)?, "postbackData": postback });
    let Some(action) = action else { return Ok(json!({ "reply": suggestion })) };
    let (name, detail) = match action {
        ButtonAction::ShareLocation => ("shareLocationAction", json!({})),
        ButtonAction::OpenUrl { url } => ("openUrlAction", json!({ "url": url })),
        ButtonAction::Dial { phone } => ("dialAction", json!({ "phoneNumber": phone })),
        ButtonAction::ViewLocation { latitude, longitude, label } => ("viewLocationAction", place(*latitude, *longitude, label.as_deref())),
        ButtonAction::AddToCalendar { title, description, starts_at, ends_at } => {
            let mut event =
                json!({ "startTime": starts_at, "endTime": ends_at, "title": short("an appointment's title", title, TITLE_MAX)? });
            if let Some(description) = description {
                event["description"] = json!(short("an appointment's description", description, DESCRIPTION_MAX)?);
            }
            ("createCalendarEventAction", event)
        }
    };
    suggestion[name] = detail;
    Ok(json!({ "action": suggestion }))
}

fn place(latitude: f64, longitude: f64, label: Option<&str>) -> Value {
    let mut place = json!({ "latLong": { "latitude": latitude, "longitude": longitude } });
    if let Some(label) = label {
        place["label"] = json!(label);
    }
    place
}
