//! What services say, in our words. Each names a message of ours in its own way; the person is whom the service names.

use aws_lc_rs::digest::{SHA256, digest};
use channel::{Incoming, Received};
use model::send_error::SendError;
use model::signal::{Receipt, SignalBody, Target};
use model::{AddressKey, AddressKind, Channel, MessageId, MessageStatus, Timestamp};
use serde_json::Value;

use crate::unsubscribe;

/// By which header a mail carries its message's id through the service, and the name under which it comes back.
pub(crate) const SENDGRID_HEADER: &str = "X-SMTPAPI";
pub(crate) const POSTMARK_HEADER: &str = "X-PM-Metadata-antiphon-message";
pub(crate) const SES_HEADER: &str = "X-SES-MESSAGE-TAGS";
pub(super) const NAME: &str = "antiphon-message";

/// What happened to a mail.
pub(super) enum Said {
    Delivered,
    Failed(SendError),
    Complained,
    Unsubscribed,
}

/// As a signal. `None` when neither a message nor a person is named.
pub(super) fn told(service: &str, said: Said, message: Option<MessageId>, address: Option<&str>, at: Timestamp) -> Option<Received> {
    let address = address.map(str::to_lowercase).filter(|address| crate::valid_address(address));
    let person =
        address.clone().map(|address| Target::Addresses { keys: vec![AddressKey::new(AddressKind::Email, address)], create: false });
    let target = message.map(Target::Message).or(person)?;
    let name = message.map_or_else(|| address.clone().unwrap_or_default(), |message| message.to_string());
    let (key, body) = match said {
        Said::Delivered => (format!("email:{service}:{name}:delivered"), receipt(message?, MessageStatus::Delivered, None, at)),
        Said::Failed(error) => (format!("email:{service}:{name}:failed"), receipt(message?, MessageStatus::Failed, Some(error), at)),
        Said::Complained => {
            let change = unsubscribe::complaint(address.as_deref()?, message, &format!("{service}_complaint"), at);
            (format!("email:{service}:{name}:complained"), SignalBody::Consent(change))
        }
        Said::Unsubscribed => {
            let change = unsubscribe::by_service(address.as_deref()?, message, &format!("{service}_unsubscribe"), at);
            (unsubscribe::key_of(&name, at), SignalBody::Consent(change))
        }
    };
    Some(Received::Contact(Box::new(Incoming { dedupe_key: key, event_time: at, target, body })))
}

fn receipt(message: MessageId, status: MessageStatus, error: Option<SendError>, at: Timestamp) -> SignalBody {
    SignalBody::Receipt(Receipt {
        message: Some(message),
        provider_id: None,
        channel: Channel::Email,
        status,
        at,
        error,
        price: None,
        category: None,
        charged: None,
        learnt: Vec::new(),
    })
}

/// Understood and of no consequence, or new to us: kept whole. Services name some events by their mail, and some by nothing: what is in an
/// event tells it from others of the same name, and a repetition has the same in it.
pub(super) fn kept(service: &str, kind: &str, key: &str, raw: &Value) -> Received {
    let print = digest(&SHA256, raw.to_string().as_bytes());
    let print: u64 = print.as_ref().iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte));
    Received::Kept { kind: format!("{service}_{kind}"), raw: raw.clone(), key: format!("email:{service}:{kind}:{key}:{print:016x}") }
}

/// A message's id, bare or as a Message-ID.
pub(super) fn message(text: Option<&str>) -> Option<MessageId> {
    let text = text?.trim().trim_start_matches('<').trim_end_matches('>');
    text.split('@').next()?.parse().ok()
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}
