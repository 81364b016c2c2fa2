//! What Google tells of an agent: messages, taps, deliveries, expiries; and its question whether the webhook is ours.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Answer, Call, Heard, Incoming, RcsAccount, Received, Refused, Said, Told, inbound};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::content::Location;
use model::inbound::InboundContent;
use model::signal::{SignalBody, Target};
use model::{AddressKey, Channel, MessageStatus, Purpose, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::{errors, ids};

#[derive(Deserialize)]
struct Question {
    #[serde(rename = "clientToken")]
    client_token: String,
    secret: String,
}

#[derive(Deserialize)]
struct Envelope {
    message: Pushed,
}

#[derive(Deserialize)]
struct Pushed {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(alias = "phoneNumber")]
    sender_phone_number: Option<String>,
    message_id: Option<String>,
    event_id: Option<String>,
    event_type: Option<String>,
    send_time: Option<jiff::Timestamp>,
    text: Option<String>,
    suggestion_response: Option<Tap>,
    location: Option<Place>,
    user_file: Option<UserFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tap {
    #[serde(default)]
    postback_data: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct UserFile {
    payload: FileInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileInfo {
    mime_type: Option<String>,
    file_uri: String,
}

pub(crate) fn receive(account: &Account, rcs: &RcsAccount, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
    if !call.part.is_empty() {
        return Err(Refused::NoSuchAddress);
    }
    let Some(signature) = call.header("x-goog-signature") else { return asked(rcs, call.body) };
    if rcs.client_token.is_empty() {
        return Err(Refused::BadSignature);
    }
    let tag = STANDARD.decode(signature.trim()).map_err(|_| Refused::BadSignature)?;
    // What is signed lies inside the body; a body in which it is not found cannot be signed.
    let data = serde_json::from_slice::<Envelope>(call.body).ok().and_then(|body| STANDARD.decode(body.message.data).ok());
    let data = data.ok_or(Refused::BadSignature)?;
    let key = hmac::Key::new(hmac::HMAC_SHA512, rcs.client_token.reveal().as_bytes());
    hmac::verify(&key, &data, &tag).map_err(|_| Refused::BadSignature)?;
    read(account, &data, now)
}

/// When the webhook is set up Google asks with the agreed word, and wants its own back.
fn asked(rcs: &RcsAccount, body: &[u8]) -> Result<Heard, Refused> {
    let question: Question = serde_json::from_slice(body).map_err(|_| Refused::NoSignature)?;
    let (own, given) = (rcs.client_token.reveal().as_bytes(), question.client_token.as_bytes());
    if rcs.client_token.is_empty() || verify_slices_are_equal(own, given).is_err() {
        return Err(Refused::BadToken);
    }
    Ok(Heard { received: Vec::new(), answer: Some(Answer { mime: "text/plain; charset=utf-8", body: question.secret }) })
}

fn read(account: &Account, data: &[u8], now: Timestamp) -> Result<Heard, Refused> {
    let bad = |error: serde_json::Error| Refused::BadBody(error.to_string());
    let whole: Value = serde_json::from_slice(data).map_err(bad)?;
    if !whole.is_object() {
        return Err(Refused::BadBody("the event is no object".to_owned()));
    }
    let event = Event::deserialize(&whole).map_err(bad)?;
    // Typing is of no consequence and comes by the thousand.
    if event.event_type.as_deref() == Some("IS_TYPING") {
        return Ok(Heard::default());
    }
    let key = format!("rcs:{}", event.event_id.as_deref().or(event.message_id.as_deref()).unwrap_or_default());
    let kind = event.event_type.clone().unwrap_or_else(|| "message".to_owned());
    let at = event.send_time.map_or(now, Timestamp::from);
    Ok(understood(account, event, at).unwrap_or_else(|| vec![Received::Kept { kind, raw: whole, key }]).into())
}

/// `None` for what is new to us, or says nothing certain.
fn understood(account: &Account, event: Event, at: Timestamp) -> Option<Vec<Received>> {
    let number = event.sender_phone_number.filter(|number| number.starts_with('+'))?;
    let from = AddressKey::phone(number);
    let told = |provider_id: String, status, word: &str| {
        let error = (status == MessageStatus::Failed).then(errors::expired);
        Told { message: ids::message(&provider_id), provider_id, status, word: word.to_owned(), error, at }.received(account)
    };
    match event.event_type.as_deref() {
        Some("DELIVERED") => Some(told(event.message_id?, MessageStatus::Delivered, "DELIVERED")),
        Some("READ") => Some(told(event.message_id?, MessageStatus::Read, "READ")),
        Some("TTL_EXPIRATION_REVOKED") => Some(told(event.message_id?, MessageStatus::Failed, "TTL_EXPIRATION_REVOKED")),
        Some(word @ ("UNSUBSCRIBE" | "SUBSCRIBE")) => {
            let key = format!("rcs:{}:{}", word.to_lowercase(), event.event_id?);
            Some(vec![consent(from, word == "SUBSCRIBE", key, at)])
        }
        Some(_) => None,
        None => {
            let provider_id = event.message_id?;
            if let Some(file) = event.user_file {
                let media = vec![(file.payload.file_uri, file.payload.mime_type)];
                return Some(Said { from, provider_id, text: event.text.unwrap_or_default(), media, at }.received(account));
            }
            let content = if let Some(tap) = event.suggestion_response {
                InboundContent::ButtonReply { id: tap.postback_data, title: tap.text }
            } else if let Some(place) = event.location {
                let Place { latitude, longitude } = place;
                InboundContent::Location(Location { latitude, longitude, name: None, address: None })
            } else {
                InboundContent::Text { body: event.text? }
            };
            Some(vec![inbound(account, &from, provider_id, content, at)])
        }
    }
}

/// The switch in the person's messages app is about what is not essential.
fn consent(address: AddressKey, agrees: bool, dedupe_key: String, at: Timestamp) -> Received {
    let change = ConsentChange {
        address: address.clone(),
        channel: Some(Channel::Rcs),
        purpose: Some(Purpose::Promotional),
        topic: None,
        state: if agrees { ConsentState::OptedIn } else { ConsentState::OptedOut },
        act: ConsentAct::PlatformSwitch,
        wording: None,
        source: "rcs_subscription".to_owned(),
        actor: "contact".to_owned(),
        ip: None,
        user_agent: None,
        at,
        evidence: Some(dedupe_key.clone()),
    };
    let target = Target::Addresses { keys: vec![address], create: true };
    Received::Contact(Box::new(Incoming { dedupe_key, event_time: at, target, body: SignalBody::Consent(change) }))
}
