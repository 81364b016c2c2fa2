//! Content resources: what is shown, with places that each message fills. Pages: "Content API resources", "twilio/card", "twilio/carousel".

use std::collections::BTreeMap;

use model::Timestamp;
use serde_json::{Map, Value, json};

use super::error::TwilioError;
use super::message::rfc2822;
use super::validate::Form;
use crate::people::{Shown, ShownMedia, Tap, TapKind};
use crate::world::World;

/// Characters of a button's label and of what comes back with a tap.
const LABEL_MAX: usize = 25;
const ID_MAX: usize = 200;
const BUTTONS_MAX: usize = 10;

#[derive(Clone, Debug)]
pub struct Content {
    pub sid: String,
    pub name: String,
    pub language: String,
    pub types: Value,
    /// What stands in a place that a message leaves open.
    pub variables: BTreeMap<String, String>,
    pub created: Timestamp,
}

impl Content {
    fn json(&self, account: &str) -> Value {
        json!({
            "sid": self.sid, "account_sid": account, "friendly_name": self.name, "language": self.language, "types": self.types,
            "variables": self.variables, "date_created": rfc2822(self.created), "date_updated": rfc2822(self.created),
            "url": format!("https://content.twilio.com/v1/Content/{}", self.sid), "links": {},
        })
    }
}

impl World {
    pub(super) fn make_content(&mut self, body: &[u8]) -> Result<Value, TwilioError> {
        let wish: Value = serde_json::from_slice(body).map_err(|_| invalid("body"))?;
        let text = |name: &str| wish[name].as_str().map(str::to_owned);
        let types = wish["types"].as_object().filter(|types| !types.is_empty()).ok_or_else(|| invalid("types"))?;
        let variables = filled(wish["variables"].as_object()).ok_or_else(|| invalid("variables"))?;
        for (kind, shape) in types {
            shown(kind, shape, &variables)?;
        }
        let content = Content {
            sid: self.mint.sid("HX"),
            name: text("friendly_name").unwrap_or_default(),
            language: text("language").ok_or_else(|| invalid("language"))?,
            types: wish["types"].clone(),
            variables,
            created: self.now,
        };
        let answer = content.json(&self.config.twilio.account_sid);
        self.twilio.contents.insert(content.sid.clone(), content);
        Ok(answer)
    }

    pub(super) fn content(&self, sid: &str) -> Result<Value, TwilioError> {
        let found = self.twilio.contents.get(sid).ok_or_else(|| TwilioError::new(20404, &format!("/v1/Content/{sid}")))?;
        Ok(found.json(&self.config.twilio.account_sid))
    }

    pub(super) fn delete_content(&mut self, sid: &str) -> Result<(), TwilioError> {
        self.twilio.contents.remove(sid).map(drop).ok_or_else(|| TwilioError::new(20404, &format!("/v1/Content/{sid}")))
    }

    /// All on one page. Version 2 finds by name; of its patterns only plain names are understood here.
    pub(super) fn list_contents(&self, version: &str, query: &Form) -> Result<Value, TwilioError> {
        let wanted = query.some("ContentName").unwrap_or_default();
        if !wanted.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) {
            return Err(invalid("ContentName"));
        }
        let account = &self.config.twilio.account_sid;
        let found: Vec<Value> =
            self.twilio.contents.values().filter(|content| content.name.contains(wanted)).map(|content| content.json(account)).collect();
        let url = format!("https://content.twilio.com/{version}/Content?PageSize=50&Page=0");
        let meta = json!({ "key": "contents", "page": 0, "page_size": 50, "first_page_url": url, "url": url,
            "next_page_url": null, "previous_page_url": null });
        Ok(json!({ "contents": found, "meta": meta }))
    }

    /// What a phone shows of it. Other channels show its words and its picture.
    pub(super) fn show_content(&self, sid: &str, variables: Option<&str>) -> Result<Shown, TwilioError> {
        let content = self.twilio.contents.get(sid).ok_or_else(|| TwilioError::new(21655, sid))?;
        let given = variables.map_or(Ok(Value::Null), serde_json::from_str).map_err(|_| TwilioError::new(21656, ""))?;
        let given =
            filled(given.as_object()).filter(|_| given.is_null() || given.is_object()).ok_or_else(|| TwilioError::new(21656, ""))?;
        if given.values().any(String::is_empty) {
            return Err(TwilioError::new(21656, ""));
        }
        let mut variables = content.variables.clone();
        variables.extend(given);
        let types = content.types.as_object().into_iter().flatten();
        let best =
            types.max_by_key(|(kind, _)| ["twilio/text", "twilio/media", "twilio/card", "twilio/carousel"].iter().position(|k| k == kind));
        best.map_or_else(|| Err(TwilioError::new(21655, sid)), |(kind, shape)| shown(kind, shape, &variables))
    }

    /// The account's RCS senders.
    pub(super) fn list_agents(&self) -> Value {
        let row = |(id, url): (&String, &Option<String>)| {
            json!({ "sid": "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "status": "ONLINE", "sender_id": id,
                "webhook": { "callback_url": url, "callback_method": "POST" } })
        };
        let senders: Vec<Value> = self.twilio.agents.iter().map(row).collect();
        json!({ "senders": senders, "meta": { "key": "senders", "page": 0, "page_size": 100, "next_page_url": null } })
    }
}

fn invalid(name: &str) -> TwilioError {
    TwilioError::new(20001, name)
}

/// Texts by name; `None` when one is none.
fn filled(variables: Option<&Map<String, Value>>) -> Option<BTreeMap<String, String>> {
    variables.into_iter().flatten().map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

fn shown(kind: &str, shape: &Value, variables: &BTreeMap<String, String>) -> Result<Shown, TwilioError> {
    let text = |of: &Value, name: &str| of[name].as_str().map(|text| fill(text, variables)).filter(|text| !text.is_empty());
    let media = |of: &Value| {
        let link = of["media"].as_str().or(of["media"][0].as_str()).map(|link| fill(link, variables));
        link.map(|link| ShownMedia { kind: "image".into(), id: None, link: Some(link), filename: None })
    };
    let taps = |of: &Value, max: usize| taps(of["actions"].as_array().map(Vec::as_slice).unwrap_or_default(), max, variables);
    match kind {
        "twilio/text" => Ok(Shown::text(text(shape, "body").ok_or_else(|| invalid("body"))?)),
        "twilio/media" => {
            let media = media(shape).ok_or_else(|| invalid("media"))?;
            Ok(Shown { media: Some(media), ..Shown::text(text(shape, "body").unwrap_or_default()) })
        }
        "twilio/card" => {
            let (title, body) = (text(shape, "title"), text(shape, "body"));
            let one = Shown { media: media(shape), taps: taps(shape, BUTTONS_MAX)?, ..Shown::default() };
            // A title or a text, and one thing more.
            let more = (title.is_some() && body.is_some()) || one.media.is_some() || !one.taps.is_empty() || shape["subtitle"].is_string();
            if (title.is_none() && body.is_none()) || !more {
                return Err(invalid("twilio/card"));
            }
            Ok(Shown { header: title, text: body.unwrap_or_default(), ..one })
        }
        "twilio/carousel" => {
            let cards = shape["cards"].as_array().filter(|cards| (2..=10).contains(&cards.len())).ok_or_else(|| invalid("cards"))?;
            let mut whole = Shown::default();
            for card in cards {
                let title = text(card, "title").ok_or_else(|| invalid("title"))?;
                let lines = [Some(title), text(card, "body")];
                let words = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
                whole.text = if whole.text.is_empty() { words } else { format!("{}\n\n{words}", whole.text) };
                whole.media = whole.media.or(Some(media(card).ok_or_else(|| invalid("media"))?));
                let taps = taps(card, 2)?;
                if taps.is_empty() {
                    return Err(invalid("actions"));
                }
                whole.taps.extend(taps);
            }
            Ok(whole)
        }
        other => Err(invalid(other)),
    }
}

fn taps(actions: &[Value], max: usize, variables: &BTreeMap<String, String>) -> Result<Vec<Tap>, TwilioError> {
    if actions.len() > max {
        return Err(invalid("actions"));
    }
    let text = |action: &Value, name: &str| action[name].as_str().map(|text| fill(text, variables)).filter(|text| !text.is_empty());
    let tap = |action: &Value| {
        let title = text(action, "title").filter(|title| title.chars().count() <= LABEL_MAX).ok_or_else(|| invalid("title"))?;
        let id = text(action, "id").unwrap_or_else(|| title.clone());
        let (kind, target) = match action["type"].as_str() {
            Some("QUICK_REPLY") if id.chars().count() <= ID_MAX => (TapKind::Reply, None),
            Some("URL") => (TapKind::Url, Some(text(action, "url").ok_or_else(|| invalid("url"))?)),
            Some("PHONE_NUMBER") => (TapKind::Phone, Some(text(action, "phone").ok_or_else(|| invalid("phone"))?)),
            _ => return Err(invalid("actions")),
        };
        Ok(Tap { id, title, kind, target })
    };
    actions.iter().map(tap).collect()
}

/// `{{1}}` is the variable of that name; a place that nothing fills stays as it is.
fn fill(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, place)) = rest.split_once("{{") {
        out.push_str(before);
        match place.split_once("}}").and_then(|(name, after)| Some((variables.get(name.trim())?, after))) {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push_str("{{");
                rest = place;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once_and_what_nobody_gave_stays() {
        let variables = BTreeMap::from([("1".to_owned(), "{{2}}".to_owned()), ("2".to_owned(), "b".to_owned())]);
        assert_eq!(fill("a {{1}} {{ 2 }} {{3}} {{", &variables), "a {{2}} b {{3}} {{");
    }

    #[test]
    fn a_card_needs_words_and_one_thing_more() {
        let none = BTreeMap::new();
        let show = |shape: Value| shown("twilio/card", &shape, &none).map_err(|error| error.message);
        assert!(show(json!({ "body": "Hello" })).unwrap_err().contains("twilio/card"));
        assert!(show(json!({ "media": ["https://example.com/a.png"] })).is_err());
        let yes = json!({ "type": "QUICK_REPLY", "title": "Yes", "id": "yes" });
        assert_eq!(show(json!({ "body": "Hello", "actions": [yes] })).unwrap().taps.len(), 1);
        assert!(show(json!({ "body": "Hello", "actions": [{ "type": "QUICK_REPLY", "title": "x".repeat(26) }] })).is_err());
    }
}
