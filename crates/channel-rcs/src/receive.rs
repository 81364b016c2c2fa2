//! What Google tells: messages in, what became of messages out, and who does not want more. Pages: "User events", "Server events".

use aws_lc_rs::constant_time::verify_slices_are_equal;
use channel::{Account, Answer, Call, Heard, Incoming, RcsAccount, Received, Refused, Said, Told, inbound};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::content::Location;
use model::inbound::InboundContent;
use model::send_error::SendError;
use model::signal::{SignalBody, Target};
use model::{AddressKey, Channel, MessageStatus, Purpose, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::{errors, ids, signature, suggestion};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(default, alias = "phoneNumber")]
    sender_phone_number: String,
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    event_id: String,
    #[serde(default)]
    event_type: String,
    #[serde(default)]
    agent_id: String,
    #[serde(default)]
    send_time: Option<jiff::Timestamp>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    suggestion_response: Option<Tap>,
    #[serde(default)]
    location: Option<Place>,
    #[serde(default)]
    user_file: Option<UserFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tap {
    #[serde(default)]
    postback_data: String,
    #[serde(default)]
    text: String,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct UserFile {
    payload: File,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(default)]
    mime_type: Option<String>,
    file_uri: String,
}

/// Asked once, when the address is entered in Google's console.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Handshake {
    client_token: String,
    secret: String,
}

pub(crate) fn receive(account: &Account, rcs: &RcsAccount, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
    if let Ok(Handshake { client_token, secret }) = serde_json::from_slice(call.body) {
        let own = rcs.client_token.reveal().as_bytes();
        if own.is_empty() || verify_slices_are_equal(client_token.as_bytes(), own).is_err() {
            return Err(Refused::BadToken);
        }
        return Ok(Heard { received: Vec::new(), answer: Some(Answer { mime: "text/plain; charset=utf-8", body: secret }) });
    }
    let raw = signature::verified(rcs, call)?;
    let bad = |error: serde_json::Error| Refused::BadBody(error.to_string());
    let whole: Value = serde_json::from_slice(&raw).map_err(bad)?;
    if !whole.is_object() {
        return Err(Refused::BadBody("the event is no object".to_owned()));
    }
    let event = match Event::deserialize(&whole) {
        Ok(event) => event,
        Err(error) => return Ok(vec![Received::Broken { raw: whole, error: error.to_string() }].into()),
    };
    let kind = if event.event_type.is_empty() { "message".to_owned() } else { event.event_type.clone() };
    let key = format!("rcs:{kind}:{}{}", event.event_id, event.message_id);
    // Both forms are in use: `brand_agent` and `brand_agent@rbm.goog`.
    let short = |agent: &str| agent.split('@').next().unwrap_or_default().to_owned();
    let ours = event.agent_id.is_empty() || short(&event.agent_id) == short(&rcs.agent_id);
    let received = if ours { read(account, event, now) } else { None };
    Ok(received.unwrap_or_else(|| vec![Received::Kept { kind, raw: whole, key }]).into())
}

/// `None` for what is to be kept and of no consequence.
fn read(account: &Account, event: Event, now: Timestamp) -> Option<Vec<Received>> {
    let at = event.send_time.map_or(now, Timestamp::from);
    let status = |status, error| told(account, &event, status, error, at);
    match event.event_type.as_str() {
        "" => said(account, event, at),
        "DELIVERED" => status(MessageStatus::Delivered, None),
        "READ" => status(MessageStatus::Read, None),
        "TTL_EXPIRATION_REVOKED" => status(MessageStatus::Failed, Some(errors::expired())),
        // The message may arrive yet, so it has not failed: the step's own time for delivery decides when another channel goes.
        "UNSUBSCRIBE" => consent(account, &event, ConsentState::OptedOut, at),
        "SUBSCRIBE" => consent(account, &event, ConsentState::OptedIn, at),
        // Of no use a second later.
        "IS_TYPING" => Some(Vec::new()),
        _ => None,
    }
}

fn told(account: &Account, event: &Event, status: MessageStatus, error: Option<SendError>, at: Timestamp) -> Option<Vec<Received>> {
    let message = Some(ids::message(&event.message_id)?);
    let (provider_id, word) = (event.message_id.clone(), event.event_type.to_ascii_lowercase());
    Some(Told { message, provider_id, status, word, error, at }.received(account))
}

fn person(event: &Event) -> Option<AddressKey> {
    event.sender_phone_number.starts_with('+').then(|| AddressKey::phone(&event.sender_phone_number))
}

fn said(account: &Account, event: Event, at: Timestamp) -> Option<Vec<Received>> {
    let from = person(&event).filter(|_| !event.message_id.is_empty())?;
    let provider_id = event.message_id;
    if let Some(tap) = event.suggestion_response {
        // Taps on actions happen on the phone; what a person shares by one comes as a message.
        if tap.kind == "ACTION" {
            return None;
        }
        let (on, id) = suggestion::read_postback(&tap.postback_data);
        let content = InboundContent::ButtonReply { id: id.to_owned(), title: tap.text };
        return Some(vec![on_message(inbound(account, &from, provider_id, content, at), on)]);
    }
    if let Some(Place { latitude, longitude }) = event.location {
        let content = InboundContent::Location(Location { latitude, longitude, name: None, address: None });
        return Some(vec![inbound(account, &from, provider_id, content, at)]);
    }
    let media: Vec<_> = event.user_file.map(|file| (file.payload.file_uri, file.payload.mime_type)).into_iter().collect();
    match event.text {
        None if media.is_empty() => None,
        text => Some(Said { from, provider_id, text: text.unwrap_or_default(), media, at }.received(account)),
    }
}

/// Google says only which person tapped; `on` is what we wrote into the button.
fn on_message(mut received: Received, on: Option<String>) -> Received {
    if let Received::Contact(incoming) = &mut received
        && let SignalBody::Inbound(message) = &mut incoming.body
    {
        message.in_reply_to = on;
    }
    received
}

/// The phone's own switch for messages that are not essential.
fn consent(account: &Account, event: &Event, state: ConsentState, at: Timestamp) -> Option<Vec<Received>> {
    let address = person(event)?;
    let dedupe_key = format!("rcs:{}:{}:{}", event.event_type.to_ascii_lowercase(), event.event_id, account.sender.id);
    let change = ConsentChange {
        address: address.clone(),
        channel: Some(Channel::Rcs),
        purpose: Some(Purpose::Promotional),
        topic: None,
        state,
        act: ConsentAct::PlatformSwitch,
        wording: None,
        source: "rcs_subscription".to_owned(),
        actor: "contact".to_owned(),
        ip: None,
        user_agent: None,
        at,
        evidence: Some(event.event_id.clone()),
    };
    let target = Target::Addresses { keys: vec![address], create: true };
    Some(vec![Received::Contact(Box::new(Incoming { dedupe_key, event_time: at, target, body: SignalBody::Consent(change) }))])
}
