//! One number in the phone app and here (reference 11): what the business writes on the phone, and its address book there.

use channel::{Account, Incoming, Received};
use model::contact::ContactPatch;
use model::inbound::PhoneMessage;
use model::signal::{SignalBody, Target};
use model::{Channel, Timestamp};
use whatsapp::webhook::{self as wire, ContactSync, Content, MessageEcho, Update};

use crate::{inbound, people, receive};

/// A message that the business wrote on the phone. What changes an earlier one (an edit, a deletion, a reaction) is kept as it came.
pub(crate) fn echo(account: &Account, update: &Update, echo: &MessageEcho) -> Received {
    let message = &echo.message;
    let changes = matches!(message.content, Content::Edit(_) | Content::Revoke(_) | Content::Reaction(_) | Content::System { .. });
    if changes || message.group_id.is_some() {
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
