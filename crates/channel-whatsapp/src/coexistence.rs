//! One number in the phone app and here (reference 11): what the business writes on the phone, its address book there, and what was said
//! before the number was connected.

use channel::{Account, Incoming, Received};
use model::contact::ContactPatch;
use model::inbound::{PastMessage, PhoneMessage};
use model::signal::{SignalBody, Target};
use model::{Channel, Direction, MessageStatus, Timestamp};
use whatsapp::webhook::{self as wire, ContactSync, Content, History, HistoryMessage, HistoryThread, InboundMessage, MessageEcho, Update};

use crate::{inbound, people, receive};

/// A message that the business wrote on the phone, or its change, its deletion or a reaction there.
pub(crate) fn echo(account: &Account, update: &Update, echo: &MessageEcho) -> Received {
    let message = &echo.message;
    if matches!(message.content, Content::System { .. }) || message.group_id.is_some() {
        return receive::kept(&update.field, update);
    }
    let contact = update.contact.as_ref();
    let user_id = echo.to_user_id.as_deref().or_else(|| contact.and_then(|contact| contact.user_id.as_deref()));
    let phone = echo.to.as_deref().or_else(|| contact.and_then(|contact| contact.wa_id.as_deref()));
    let named = people::keys(user_id, phone);
    if named.is_empty() {
        return Received::Broken { raw: receive::json(update), error: "the echo names nobody".to_owned() };
    }
    let sent_at = people::moment(message.timestamp);
    let target = Target::Addresses { keys: people::lookup(&named), create: true };
    let body = SignalBody::SentByPhone(PhoneMessage {
        channel: Channel::Whatsapp,
        sender: account.sender.id,
        provider_id: message.id.clone(),
        to: named,
        profile_name: contact.and_then(wire::ContactProfile::name).map(str::to_owned),
        content: inbound::content(update, message),
        in_reply_to: message.context.as_ref().and_then(|context| context.id.clone()),
        sent_at,
    });
    Received::Contact(Box::new(Incoming { dedupe_key: inbound::key(update), event_time: sent_at, target, body }))
}

/// An entry of the phone's address book: its name becomes the contact's. An entry that was taken out there changes nothing here.
pub(crate) fn contact(update: &Update, sync: &ContactSync, now: Timestamp) -> Received {
    let entry = sync.contact.as_ref().filter(|_| sync.kind == "contact" && sync.action == "add");
    let name = entry.and_then(|entry| entry.full_name.clone().or_else(|| entry.first_name.clone())).filter(|name| !name.trim().is_empty());
    let named = people::keys(None, entry.and_then(|entry| entry.phone_number.as_deref()));
    if name.is_none() || named.is_empty() {
        return receive::kept(&update.field, update);
    }
    let target = Target::Addresses { keys: people::lookup(&named), create: true };
    let body = SignalBody::ContactUpdate(ContactPatch { name, ..ContactPatch::default() });
    let changed_at = sync.extra.get("metadata").and_then(|metadata| metadata["timestamp"].as_str()?.parse().ok());
    let event_time = changed_at.or(update.entry_time).map_or(now, people::moment);
    Received::Contact(Box::new(Incoming { dedupe_key: inbound::key(update), event_time, target, body }))
}

/// One chunk of what was said before. The chunks come in any order, and more than once.
pub(crate) fn history(account: &Account, update: &Update, history: &History) -> Vec<Received> {
    if let Some(error) = history.errors.first() {
        // The owner declined (2593109), or the time for it is over: that is no fault of the number's.
        tracing::warn!(sender.id = %account.sender.id, code = error.code, "The number's earlier conversations are not shared");
        return vec![receive::kept(&update.field, update)];
    }
    let mut received: Vec<Received> = history.threads.iter().flat_map(|thread| past_thread(account, update, thread)).collect();
    if received.is_empty() {
        received.push(receive::kept(&update.field, update));
    }
    received
}

fn past_thread(account: &Account, update: &Update, thread: &HistoryThread) -> Vec<Received> {
    // Whoever shows no number is named by the business-scoped id.
    let is_number = thread.id.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit());
    let person =
        if is_number { Person { phone: Some(&thread.id), user_id: None } } else { Person { phone: None, user_id: Some(&thread.id) } };
    let one = |message: &HistoryMessage| match message {
        HistoryMessage::Read { message, status, .. } => {
            // Who wrote it is told by whose number stands there: the business's own, or the person's.
            let ours = match &message.from {
                Some(from) => !same_number(from, &thread.id),
                None => message.from_user_id.is_none(),
            };
            let direction = if ours { Direction::Out } else { Direction::In };
            past(account, update, message, &person, direction, status.as_deref())
        }
        HistoryMessage::Unparsed { raw, error } => Some(Received::Broken { raw: raw.clone(), error: error.clone() }),
    };
    thread.messages.iter().filter_map(one).collect()
}

/// A file of such a conversation, which comes after the place where it belongs.
pub(crate) fn history_media(account: &Account, update: &Update, message: &InboundMessage) -> Received {
    let contact = update.contact.as_ref();
    let ours = message.from.as_deref().zip(update.display_phone_number.as_deref()).is_some_and(|(from, number)| same_number(from, number));
    let to = message.extra.get("to").and_then(serde_json::Value::as_str);
    let (direction, phone) = if ours { (Direction::Out, to) } else { (Direction::In, message.from.as_deref()) };
    let person = Person {
        phone: phone.or_else(|| contact.and_then(|contact| contact.wa_id.as_deref())),
        user_id: contact.and_then(|contact| contact.user_id.as_deref()),
    };
    past(account, update, message, &person, direction, None).unwrap_or_else(|| receive::kept(&update.field, update))
}

/// What the provider calls the person of a conversation.
struct Person<'a> {
    phone: Option<&'a str>,
    user_id: Option<&'a str>,
}

/// Nothing for notices of the app, and for what was said in groups.
fn past(
    account: &Account,
    update: &Update,
    message: &InboundMessage,
    person: &Person<'_>,
    direction: Direction,
    status: Option<&str>,
) -> Option<Received> {
    if matches!(message.content, Content::System { .. }) || message.group_id.is_some() {
        return None;
    }
    let named = people::keys(person.user_id, person.phone);
    let target = if named.is_empty() {
        // A file of our own may name nobody; the place where it belongs knows whose it is.
        Target::ProviderMessage { channel: Channel::Whatsapp, provider_id: message.id.clone() }
    } else {
        Target::Addresses { keys: people::lookup(&named), create: true }
    };
    let sent_at = people::moment(message.timestamp);
    let in_two = matches!(message.content, Content::MediaPlaceholder | Content::Media { .. });
    let status = match (direction, status) {
        (Direction::In, _) => MessageStatus::Received,
        (Direction::Out, Some("READ" | "PLAYED")) => MessageStatus::Read,
        (Direction::Out, Some("DELIVERED")) => MessageStatus::Delivered,
        (Direction::Out, Some("ERROR")) => MessageStatus::Failed,
        (Direction::Out, _) => MessageStatus::Accepted,
    };
    let number = update.phone_number_id.as_deref().unwrap_or("-");
    // The keys that the same messages have when they come as they are written: at the seam a message may come both ways.
    let kind = match (&message.content, direction) {
        (Content::Media { .. }, _) => "history_media",
        (_, Direction::In) => "message",
        (_, Direction::Out) => "echo",
    };
    let body = SignalBody::Past(PastMessage {
        channel: Channel::Whatsapp,
        sender: account.sender.id,
        provider_id: message.id.clone(),
        direction,
        with: named,
        content: inbound::said(message),
        in_reply_to: message.context.as_ref().and_then(|context| context.id.clone()),
        status,
        sent_at,
        in_two,
    });
    let dedupe_key = format!("whatsapp:{kind}:{number}:{}", message.id);
    Some(Received::Contact(Box::new(Incoming { dedupe_key, event_time: sent_at, target, body })))
}

fn same_number(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(one) == digits(other)
}
