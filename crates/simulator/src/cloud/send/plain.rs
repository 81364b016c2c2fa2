//! Text, media, location and reaction (reference 3.1).

use serde_json::Value;

use super::{Content, check};
use crate::cloud::{CloudState, GraphError};
use crate::people::{Shown, ShownMedia};

pub const TEXT_MAX: usize = 4_096;
pub const CAPTION_MAX: usize = 1_024;

pub fn text(part: &Value) -> Result<Shown, GraphError> {
    let Some(body) = part.get("body") else {
        return Err(GraphError::required("text['body']"));
    };
    let body = body.as_str().ok_or_else(|| GraphError::invalid("Param text['body'] must be a string"))?;
    if body.is_empty() {
        return Err(GraphError::required("text['body']"));
    }
    if body.chars().count() > TEXT_MAX {
        return Err(GraphError::invalid("Param text['body'] must be at most 4096 characters long."));
    }
    Ok(Shown::text(body))
}

pub fn media(state: &CloudState, kind: &str, part: &Value) -> Result<Shown, GraphError> {
    let media = media_source(state, kind, part)?;
    let caption = match (kind, part.get("caption")) {
        (_, None | Some(Value::Null)) => None,
        ("audio" | "sticker", Some(_)) => return Err(GraphError::invalid(format!("Unexpected key \"caption\" on param \"{kind}\""))),
        _ => check::optional(part, "caption", "Caption", CAPTION_MAX)?,
    };
    Ok(Shown { media: Some(media), ..Shown::text(caption.unwrap_or_default()) })
}

/// Exactly one of `id` and `link`; an id must be ours and of the right kind.
pub fn media_source(state: &CloudState, kind: &str, part: &Value) -> Result<ShownMedia, GraphError> {
    let id = part.get("id").and_then(|id| id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|n| n.to_string())));
    let filename = part.get("filename").and_then(Value::as_str).map(str::to_owned);
    let shown = |id, link| ShownMedia { kind: kind.to_owned(), id, link, filename };
    match (id, part.get("link")) {
        (Some(_), Some(_)) => Err(GraphError::invalid(format!("Param {kind} must have exactly one of \"id\" and \"link\""))),
        (Some(id), None) => {
            let Some(file) = state.media.get(&id) else {
                return Err(GraphError::invalid(format!(
                    "Param {kind}['id'] is not a valid whatsapp business account media attachment ID"
                )));
            };
            if !file.fits(kind) {
                return Err(GraphError::value(format!("Media type {} cannot be sent as {kind}", file.mime)));
            }
            Ok(shown(Some(id), None))
        }
        (None, Some(_)) => check::link(part, "link").map(|link| shown(None, Some(link.to_owned()))),
        (None, None) => Err(GraphError::required(&format!("{kind}['id'] or {kind}['link']"))),
    }
}

pub fn location(part: &Value) -> Result<Shown, GraphError> {
    let (latitude, longitude) = (check::number(part, "latitude")?, check::number(part, "longitude")?);
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(GraphError::value("latitude or longitude is out of range"));
    }
    let name = part.get("name").and_then(Value::as_str);
    let address = part.get("address").and_then(Value::as_str);
    let place = [name, address].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ok(Shown { header: (!place.is_empty()).then_some(place), ..Shown::text(format!("{latitude},{longitude}")) })
}

pub fn reaction(part: &Value) -> Result<Content, GraphError> {
    let target = check::text(part, "message_id", "message_id", 1, 512)?;
    // An empty emoji takes the reaction away.
    let emoji = part.get("emoji").and_then(Value::as_str).ok_or_else(|| GraphError::required("reaction['emoji']"))?;
    if emoji.chars().count() > 16 || emoji.is_ascii() && !emoji.is_empty() {
        return Err(GraphError::value("reaction['emoji'] must be one emoji"));
    }
    Ok(Content { shown: Shown::text(emoji), template: None, reacts_to: Some(target.to_owned()) })
}
