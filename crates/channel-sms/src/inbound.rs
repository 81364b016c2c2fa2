//! What people send. Page: "Twilio's request to your incoming message webhook".

use channel::{Account, Incoming, Received, Refused};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::content::{Location, MediaKind};
use model::inbound::{InboundContent, InboundMedia, InboundMessage};
use model::signal::{SignalBody, Target};
use model::{AddressKey, Channel, Timestamp};

use crate::form::Form;

/// Media that one message may have.
const MEDIA_MAX: usize = 10;

/// Reads one call. Twilio does not say when the message was sent, so it happened when it arrived. The signature must have been verified
/// before.
pub fn receive_inbound(account: &Account, raw: &[u8], now: Timestamp) -> Result<Vec<Received>, Refused> {
    let form = Form::parse(raw);
    let sid = ["MessageSid", "SmsSid", "SmsMessageSid"].into_iter().find_map(|name| form.get(name));
    let (Some(sid), Some(from)) = (sid, form.get("From")) else {
        return Err(Refused::BadBody("an inbound message has MessageSid and From".to_owned()));
    };
    let Some(address) = person(from) else {
        // A short code, an alphanumeric sender, or a channel of another adapter: nobody that could be answered here.
        return Ok(vec![Received::Kept { kind: "inbound_without_number".to_owned(), raw: form.to_json(), key: form.key() }]);
    };
    let target = Target::Addresses { keys: vec![address.clone()], create: true };
    let incoming = |key: String, body: SignalBody| {
        Received::Contact(Box::new(Incoming { dedupe_key: key, event_time: now, target: target.clone(), body }))
    };
    let mut received = Vec::new();
    if let Some(change) = opt_out(&form, account.sender.channel, &address, sid, now) {
        received.push(incoming(format!("twilio:optout:{sid}"), SignalBody::Consent(change)));
    }
    for (index, content) in contents(&form).into_iter().enumerate() {
        // Each medium is a message of its own; the first keeps the provider's id.
        let provider_id = if index == 0 { sid.to_owned() } else { format!("{sid}:{index}") };
        let message = InboundMessage {
            channel: account.sender.channel,
            sender: account.sender.id,
            provider_id: provider_id.clone(),
            from: vec![address.clone()],
            profile_name: form.get("ProfileName").map(str::to_owned),
            content,
            in_reply_to: form.get("OriginalRepliedMessageSid").map(str::to_owned),
            referral: None,
            sent_at: now,
        };
        received.push(incoming(format!("twilio:inbound:{provider_id}"), SignalBody::Inbound(message)));
    }
    Ok(received)
}

/// An E.164 number; anything else cannot be answered. By RCS it is named `rcs:…`, also where Twilio chose that channel for a sender of SMS.
fn person(from: &str) -> Option<AddressKey> {
    let from = from.strip_prefix("rcs:").unwrap_or(from);
    let digits = from.strip_prefix('+')?;
    let numeric = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    numeric.then(|| AddressKey::phone(from))
}

/// Twilio's Advanced Opt-Out has understood a keyword and blocks (or unblocks) the number itself. Our ledger must say the same.
fn opt_out(form: &Form, channel: Channel, address: &AddressKey, sid: &str, now: Timestamp) -> Option<ConsentChange> {
    let (state, act) = match form.get("OptOutType")? {
        "STOP" => (ConsentState::OptedOut, ConsentAct::StopWord),
        "START" => (ConsentState::OptedIn, ConsentAct::StartWord),
        _ => return None,
    };
    Some(ConsentChange {
        address: address.clone(),
        channel: Some(channel),
        // STOP ends every kind of message of this sender, and START lifts just that.
        purpose: None,
        topic: None,
        state,
        act,
        wording: None,
        source: "twilio_advanced_opt_out".to_owned(),
        actor: "contact".to_owned(),
        ip: None,
        user_agent: None,
        at: now,
        evidence: Some(sid.to_owned()),
    })
}

fn contents(form: &Form) -> Vec<InboundContent> {
    let body = form.get("Body").unwrap_or_default();
    if let Some(title) = form.get("ButtonText") {
        return vec![InboundContent::ButtonReply { id: form.get("ButtonPayload").unwrap_or(title).to_owned(), title: title.to_owned() }];
    }
    let degrees = |name: &str| form.get(name)?.parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    if let (Some(latitude), Some(longitude)) = (degrees("Latitude"), degrees("Longitude")) {
        let (name, address) = (form.get("Label").map(str::to_owned), form.get("Address").map(str::to_owned));
        return vec![InboundContent::Location(Location { latitude, longitude, name, address })];
    }
    let count = form.get("NumMedia").and_then(|count| count.parse::<usize>().ok()).unwrap_or(0).min(MEDIA_MAX);
    let media: Vec<InboundContent> = (0..count)
        .filter_map(|index| {
            let link = form.get(&format!("MediaUrl{index}"))?;
            let mime = form.get(&format!("MediaContentType{index}")).unwrap_or("application/octet-stream");
            let caption = (index == 0 && !body.is_empty()).then(|| body.to_owned());
            let (mime, provider_ref) = (mime.to_owned(), link.to_owned());
            Some(InboundContent::Media(InboundMedia { kind: kind(&mime), mime, provider_ref, caption, filename: None, stored: None }))
        })
        .collect();
    if media.is_empty() { vec![InboundContent::Text { body: body.to_owned() }] } else { media }
}

fn kind(mime: &str) -> MediaKind {
    match mime.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::Document,
    }
}
