//! Status callbacks. Page: "Track the message status of outbound messages".

use channel::{Account, Incoming, Received, Refused};
use model::signal::{Receipt, SignalBody, Target};
use model::{Channel, MessageId, MessageStatus, Timestamp};

use crate::errors;
use crate::form::Form;

/// Reads one call. `message` is our own id from the callback's address. Twilio does not say when the status came about, so it did when it
/// arrived. The signature must have been verified before.
pub fn receive_status(_account: &Account, message: Option<MessageId>, raw: &[u8], now: Timestamp) -> Result<Vec<Received>, Refused> {
    let form = Form::parse(raw);
    let sid = ["MessageSid", "SmsSid"].into_iter().find_map(|name| form.get(name));
    let status = ["MessageStatus", "SmsStatus"].into_iter().find_map(|name| form.get(name));
    let (Some(sid), Some(word)) = (sid, status) else {
        return Err(Refused::BadBody("a status callback has MessageSid and MessageStatus".to_owned()));
    };
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
        errors::with_registration(errors::send_error(code, None, said), form.get("From"), form.get("To").unwrap_or_default())
    });
    let receipt = Receipt {
        message,
        provider_id: Some(sid.to_owned()),
        channel: Channel::Sms,
        status,
        at: now,
        error,
        price: None,
        // After a rich-channel attempt the sender tells which channel delivered.
        category: form.get("From").and_then(|from| from.strip_prefix("rcs:")).map(|_| "rcs".to_owned()),
        learnt: Vec::new(),
    };
    let target = message.map_or_else(|| Target::ProviderMessage { channel: Channel::Sms, provider_id: sid.to_owned() }, Target::Message);
    let body = SignalBody::Receipt(receipt);
    Ok(vec![Received::Contact(Box::new(Incoming { dedupe_key: format!("twilio:status:{sid}:{word}"), event_time: now, target, body }))])
}
