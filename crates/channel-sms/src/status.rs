//! Status callbacks. Page: "Track the message status of outbound messages".

use channel::{Account, Incoming, Received, Refused};
use model::signal::{Receipt, SignalBody, Target};
use model::{Channel, MessageId, MessageStatus, Timestamp};

use crate::errors;
use crate::form::Form;

/// Reads one call. `message` is our own id from the callback's address. Twilio does not say when the status came about, so it did when it
/// arrived. The signature must have been verified before.
pub fn receive_status(account: &Account, message: Option<MessageId>, raw: &[u8], now: Timestamp) -> Result<Vec<Received>, Refused> {
    let form = Form::parse(raw);
    let sid = ["MessageSid", "SmsSid"].into_iter().find_map(|name| form.get(name));
    let status = ["MessageStatus", "SmsStatus"].into_iter().find_map(|name| form.get(name));
    let (Some(sid), Some(word)) = (sid, status) else {
        return Err(Refused::BadBody("a status callback has MessageSid and MessageStatus".to_owned()));
    };
    // Rich channels tell of reading beside the status, which may stay what it was.
    let word = if form.get("EventType") == Some("READ") { "read" } else { word };
    let channel = account.sender.channel;
    let status = match word {
        "accepted" | "scheduled" | "queued" | "sending" | "sent" => MessageStatus::Accepted,
        "delivered" => MessageStatus::Delivered,
        "read" => MessageStatus::Read,
        "failed" | "undelivered" => MessageStatus::Failed,
        "canceled" => MessageStatus::Cancelled,
        _ => return Ok(vec![Received::Kept { kind: format!("status {word}"), raw: form.to_json(), key: form.key() }]),
    };
    let error = (status == MessageStatus::Failed).then(|| {
        let code = form.get("ErrorCode").and_then(|code| code.parse().ok()).unwrap_or(0);
        let said = form.get("ErrorMessage").or_else(|| form.get("ChannelStatusMessage")).unwrap_or_default();
        let error = errors::on(channel, errors::send_error(code, None, said));
        errors::with_registration(error, form.get("From"), form.get("To").unwrap_or_default())
    });
    let receipt = Receipt {
        message,
        provider_id: Some(sid.to_owned()),
        channel,
        status,
        at: now,
        error,
        price: None,
        // Where Twilio chose the channel, the sender tells which one delivered.
        category: form.get("From").filter(|from| channel == Channel::Sms && from.starts_with("rcs:")).map(|_| "rcs".to_owned()),
        charged: None,
        learnt: Vec::new(),
    };
    let target = message.map_or_else(|| Target::ProviderMessage { channel, provider_id: sid.to_owned() }, Target::Message);
    let body = SignalBody::Receipt(receipt);
    Ok(vec![Received::Contact(Box::new(Incoming { dedupe_key: format!("twilio:status:{sid}:{word}"), event_time: now, target, body }))])
}
