//! What Telnyx tells: messages in, and what became of messages out.

use channel::{Account, Heard, Received, Refused, Said, Told};
use model::{AddressKey, MessageStatus, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::errors::{self, Fault};

#[derive(Deserialize)]
struct Event {
    occurred_at: jiff::Timestamp,
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    id: String,
    #[serde(default)]
    from: Option<Party>,
    #[serde(default)]
    to: Vec<Party>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    media: Vec<Medium>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Party {
    phone_number: String,
    #[serde(default)]
    status: String,
}

#[derive(Deserialize)]
struct Medium {
    url: String,
    #[serde(default)]
    content_type: Option<String>,
}

/// The signature must have been verified before.
pub(crate) fn receive(account: &Account, raw: &[u8]) -> Result<Heard, Refused> {
    let bad = |error: serde_json::Error| Refused::BadBody(error.to_string());
    let mut whole: Value = serde_json::from_slice(raw).map_err(bad)?;
    let Some(data) = whole.get_mut("data").filter(|data| data.is_object()) else {
        return Err(Refused::BadBody("there is no `data`".to_owned()));
    };
    let kind = data["event_type"].as_str().unwrap_or_default().to_owned();
    let key = format!("telnyx:{kind}:{}", data["id"].as_str().unwrap_or_default());
    let event = |data: &Value| Event::deserialize(data).map_err(bad);
    let received = match kind.as_str() {
        "message.received" => said(account, event(data)?),
        "message.sent" | "message.finalized" => told(account, event(data)?),
        _ => None,
    };
    Ok(received.unwrap_or_else(|| vec![Received::Kept { kind, raw: whole, key }]).into())
}

/// `None` for somebody who could not be answered: a short code or a name.
fn said(account: &Account, Event { occurred_at, payload }: Event) -> Option<Vec<Received>> {
    let number = payload.from?.phone_number;
    number.starts_with('+').then(|| {
        let media = payload.media.into_iter().map(|medium| (medium.url, medium.content_type)).collect();
        let (from, at) = (AddressKey::phone(number), Timestamp::from(occurred_at));
        Said { from, provider_id: payload.id, text: payload.text, media, at }.received(account)
    })
}

/// `None` for a status that says nothing certain: `delivery_unconfirmed`, or a word that is new.
fn told(account: &Account, Event { occurred_at, mut payload }: Event) -> Option<Vec<Received>> {
    let word = std::mem::take(&mut payload.to.first_mut()?.status);
    let status = match word.as_str() {
        "queued" | "sending" | "sent" => MessageStatus::Accepted,
        "delivered" => MessageStatus::Delivered,
        "sending_failed" | "delivery_failed" | "expired" => MessageStatus::Failed,
        _ => return None,
    };
    let error = (status == MessageStatus::Failed).then(|| errors::of_status(payload.errors.first(), &word));
    let message = payload.tags.iter().find_map(|tag| tag.parse().ok());
    Some(Told { message, provider_id: payload.id, status, word, error, at: occurred_at.into() }.received(account))
}
