//! Agent messages as a phone shows them, or why they are not valid.

use serde_json::Value;

use crate::people::{Shown, ShownMedia, Tap, TapKind};

const TEXT_MAX: usize = 3072;
const CHIPS_MAX: usize = 11;
const CARD_CHIPS_MAX: usize = 4;
const LABEL_MAX: usize = 25;
const POSTBACK_MAX: usize = 2048;
const TITLE_MAX: usize = 200;
const DESCRIPTION_MAX: usize = 2000;

/// What is shown, and its kind.
pub(super) fn read(message: &Value) -> Result<(Shown, &'static str), String> {
    let content = message.get("contentMessage").ok_or("contentMessage is required")?;
    let kinds: Vec<&str> =
        ["text", "richCard", "contentInfo", "uploadedRbmFile"].into_iter().filter(|k| content.get(k).is_some()).collect();
    let mut taps = taps(content.get("suggestions"), CHIPS_MAX)?;
    match kinds.as_slice() {
        ["text"] => {
            let text = text(content, "text", TEXT_MAX)?.ok_or("text must not be empty")?;
            Ok((Shown { text, taps, ..Shown::default() }, "text"))
        }
        ["contentInfo"] => {
            let media = Some(media(&content["contentInfo"])?);
            Ok((Shown { media, taps, ..Shown::default() }, "file"))
        }
        ["richCard"] => {
            let card = &content["richCard"];
            if let Some(one) = card.get("standaloneCard") {
                let mut shown = card_shown(one.get("cardContent").ok_or("cardContent is required")?)?;
                shown.taps.append(&mut taps);
                return Ok((shown, "card"));
            }
            let cards = card["carouselCard"]["cardContents"].as_array().ok_or("standaloneCard or carouselCard is required")?;
            if !(2..=10).contains(&cards.len()) {
                return Err("a carousel has 2 to 10 cards".to_owned());
            }
            let shown: Vec<Shown> = cards.iter().map(card_shown).collect::<Result<_, _>>()?;
            let lines = shown.iter().map(|card| [card.header.as_deref().unwrap_or_default(), card.text.as_str()].join("\n"));
            let text = lines.collect::<Vec<_>>().join("\n\n");
            let media = shown.iter().find_map(|card| card.media.clone());
            let taps = shown.into_iter().flat_map(|card| card.taps).chain(taps).collect();
            Ok((Shown { text, media, taps, ..Shown::default() }, "carousel"))
        }
        [] => Err("contentMessage has no content".to_owned()),
        _ => Err(format!("contentMessage has {} at once", kinds.join(" and "))),
    }
}

/// What a message is for; nobody has to say it.
pub(super) fn traffic(message: &Value) -> Result<(), String> {
    const KINDS: [&str; 5] = ["AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT"];
    match message.get("messageTrafficType") {
        None => Ok(()),
        Some(kind) if kind.as_str().is_some_and(|kind| KINDS.contains(&kind)) => Ok(()),
        Some(kind) => Err(format!("messageTrafficType {kind} is not valid")),
    }
}

fn card_shown(card: &Value) -> Result<Shown, String> {
    let header = text(card, "title", TITLE_MAX)?;
    let body = text(card, "description", DESCRIPTION_MAX)?;
    let media = card.get("media").map(|m| media(&m["contentInfo"])).transpose()?;
    if header.is_none() && body.is_none() && media.is_none() {
        return Err("a card needs a title, a description or a medium".to_owned());
    }
    Ok(Shown { header, text: body.unwrap_or_default(), media, taps: taps(card.get("suggestions"), CARD_CHIPS_MAX)?, ..Shown::default() })
}

fn media(info: &Value) -> Result<ShownMedia, String> {
    let link = info["fileUrl"].as_str().filter(|url| url.starts_with("http")).ok_or("fileUrl must be a web address")?;
    Ok(ShownMedia { kind: "image".into(), id: None, link: Some(link.to_owned()), filename: None })
}

fn text(of: &Value, member: &str, most: usize) -> Result<Option<String>, String> {
    let Some(text) = of.get(member) else { return Ok(None) };
    let text = text.as_str().ok_or_else(|| format!("{member} must be a text"))?;
    match text.chars().count() {
        0 => Ok(None),
        length if length > most => Err(format!("{member} has {length} characters, {most} are allowed")),
        _ => Ok(Some(text.to_owned())),
    }
}

fn taps(suggestions: Option<&Value>, most: usize) -> Result<Vec<Tap>, String> {
    let all = suggestions.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if all.len() > most {
        return Err(format!("{} suggestions, {most} are allowed", all.len()));
    }
    all.iter().map(tap).collect()
}

fn tap(suggestion: &Value) -> Result<Tap, String> {
    let (inner, kind) = match (suggestion.get("reply"), suggestion.get("action")) {
        (Some(reply), None) => (reply, TapKind::Reply),
        (None, Some(action)) if action.get("openUrlAction").is_some() => (action, TapKind::Url),
        (None, Some(action)) if action.get("dialAction").is_some() => (action, TapKind::Phone),
        (None, Some(action)) => (action, TapKind::Other),
        _ => return Err("a suggestion is a reply or an action".to_owned()),
    };
    let title = text(inner, "text", LABEL_MAX)?.ok_or("a suggestion needs a text")?;
    let id = inner["postbackData"].as_str().unwrap_or_default().to_owned();
    if id.len() > POSTBACK_MAX {
        return Err(format!("postbackData has {} bytes, {POSTBACK_MAX} are allowed", id.len()));
    }
    let target = inner["openUrlAction"]["url"].as_str().or(inner["dialAction"]["phoneNumber"].as_str()).map(str::to_owned);
    Ok(Tap { id, title, kind, target })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documented_card_is_shown_with_its_taps() {
        let card: Value = serde_json::from_str(include_str!("../../../../fixtures/rbm/agent_message_rich_card.json")).unwrap();
        let (shown, kind) = read(&card).unwrap();
        assert_eq!((kind, shown.header.as_deref(), shown.text.as_str()), ("card", Some("Hello, world!"), "RBM is awesome!"));
        let taps: Vec<(&str, TapKind)> = shown.taps.iter().map(|tap| (tap.id.as_str(), tap.kind)).collect();
        assert_eq!(taps, [("suggestion_1", TapKind::Reply), ("suggestion_2", TapKind::Reply), ("postback_data_1234", TapKind::Other)]);
    }

    #[test]
    fn what_the_service_refuses_is_refused() {
        let refuse = |text: &str| read(&serde_json::from_str(text).unwrap()).unwrap_err();
        assert!(refuse("{}").contains("contentMessage"));
        assert!(refuse(r#"{"contentMessage":{}}"#).contains("no content"));
        assert!(refuse(r#"{"contentMessage":{"text":"a","contentInfo":{"fileUrl":"https://example.com"}}}"#).contains("at once"));
        let label = "x".repeat(26);
        assert!(refuse(&format!(r#"{{"contentMessage":{{"text":"a","suggestions":[{{"reply":{{"text":"{label}"}}}}]}}}}"#)).contains("25"));
        assert!(refuse(r#"{"contentMessage":{"richCard":{"carouselCard":{"cardContents":[{"title":"a"}]}}}}"#).contains("2 to 10"));
    }
}
