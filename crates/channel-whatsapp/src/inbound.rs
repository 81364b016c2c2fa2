//! What people send, and what they switch.

use channel::{Account, Incoming, Received};
use model::consent::ConsentChange;
use model::content::{Location, MediaKind};
use model::inbound::{IDENTITY_CHANGED, InboundContent, InboundMedia, InboundMessage};
use model::signal::{SignalBody, Target};
use model::{AddressKey, Channel, Timestamp};
use policy::consent::acts::platform_switch;
use serde_json::{Value, json};
use whatsapp::webhook::{self as wire, Content, InteractiveReply, PreferenceValue, SystemKind, Update, UserPreference};

use crate::people;
use crate::receive;

/// A message from a person.
pub(crate) fn message(account: &Account, update: &Update, message: &wire::InboundMessage) -> Received {
    if message.group_id.is_some() {
        // A group is not the person's own thread; answering there would reach others.
        return receive::kept("group_message", update);
    }
    let contact = update.contact.as_ref();
    let user_id = message.from_user_id.as_deref().or_else(|| contact.and_then(|contact| contact.user_id.as_deref()));
    let phone = message.from.as_deref().or_else(|| contact.and_then(|contact| contact.wa_id.as_deref()));
    let named = people::keys(user_id, phone);
    if named.is_empty() {
        return Received::Broken { raw: receive::json(update), error: "the message names nobody".to_owned() };
    }
    let sent_at = people::moment(message.timestamp);
    let body = address_change(message, &named).unwrap_or_else(|| {
        SignalBody::Inbound(InboundMessage {
            channel: Channel::Whatsapp,
            sender: account.sender.id,
            provider_id: message.id.clone(),
            from: named.clone(),
            profile_name: contact.and_then(wire::ContactProfile::name).map(str::to_owned),
            content: content(update, message),
            in_reply_to: message.context.as_ref().and_then(|context| context.id.clone()),
            referral: message.referral.as_ref().and_then(|referral| serde_json::to_value(referral).ok()),
            sent_at,
        })
    });
    let target = Target::Addresses { keys: people::lookup(&named), create: true };
    Received::Contact(Box::new(Incoming { dedupe_key: key(update), event_time: sent_at, target, body }))
}

pub(crate) fn key(update: &Update) -> String {
    format!("whatsapp:{}", update.dedupe_key())
}

/// The person changed the number, or the business-scoped id.
fn address_change(message: &wire::InboundMessage, named: &[AddressKey]) -> Option<SignalBody> {
    let Content::System { system, .. } = &message.content else { return None };
    let (from, to) = match &system.kind {
        SystemKind::UserChangedNumber => {
            let from = named.iter().find(|key| key.kind == model::AddressKind::Phone)?.clone();
            (from, people::keys(system.user_id.as_deref(), system.wa_id.as_deref()))
        }
        SystemKind::UserChangedUserId => {
            let old = system.previous_user_id.as_deref().or(message.from_user_id.as_deref())?;
            (AddressKey::bsuid(old), people::keys(system.user_id.as_deref(), system.wa_id.as_deref()))
        }
        SystemKind::IdentityChanged | SystemKind::Unknown(_) => return None,
    };
    (!to.is_empty()).then(|| SignalBody::AddressChange { from, to, reason: system.kind.as_str().to_owned() })
}

pub(crate) fn content(update: &Update, message: &wire::InboundMessage) -> InboundContent {
    read(message, &|| receive::json(update))
}

/// The same of a message that is one of many in its update.
pub(crate) fn said(message: &wire::InboundMessage) -> InboundContent {
    read(message, &|| Value::Object(message.extra.clone()))
}

/// `raw` stays of what is not understood.
fn read(message: &wire::InboundMessage, raw: &dyn Fn() -> Value) -> InboundContent {
    let unsupported = |kind: &str| InboundContent::Unsupported { kind: kind.to_owned(), raw: raw() };
    match &message.content {
        Content::Text(text) => InboundContent::Text { body: text.body.clone() },
        Content::Media { kind, media } => InboundContent::Media(InboundMedia {
            kind: media_kind(*kind),
            mime: media.mime_type.clone().unwrap_or_default(),
            provider_ref: media.id.clone(),
            caption: media.caption.clone(),
            filename: media.filename.clone(),
            stored: None,
        }),
        Content::Location(place) => match (place.latitude, place.longitude) {
            (Some(latitude), Some(longitude)) => {
                InboundContent::Location(Location { latitude, longitude, name: place.name.clone(), address: place.address.clone() })
            }
            _ => unsupported("location"),
        },
        Content::Contacts(cards) => structured("contacts", json!(cards)),
        Content::Order(order) => structured("order", json!(order)),
        Content::Reaction(reaction) => {
            InboundContent::Reaction { to: reaction.message_id.clone(), emoji: reaction.emoji().map(str::to_owned) }
        }
        // Two shapes of one gesture: a tap on a template's quick reply, and on a session button.
        Content::Button(button) => {
            let title = button.text.clone().unwrap_or_default();
            InboundContent::ButtonReply { id: button.payload.clone().unwrap_or_else(|| title.clone()), title }
        }
        Content::Interactive(InteractiveReply::Button(reply)) => {
            InboundContent::ButtonReply { id: reply.id.clone(), title: reply.title.clone() }
        }
        Content::Interactive(InteractiveReply::List(reply)) => {
            InboundContent::ListReply { id: reply.id.clone(), title: reply.title.clone() }
        }
        Content::Interactive(InteractiveReply::Form(form)) => InboundContent::Form {
            name: form.name.clone().unwrap_or_default(),
            // Meta does not promise an object, or JSON at all.
            data: serde_json::from_str(&form.response_json).unwrap_or_else(|_| Value::String(form.response_json.clone())),
        },
        Content::Interactive(InteractiveReply::CallPermission(reply)) => structured("call_permission", json!(reply)),
        Content::System { system, identity } => {
            let kind = if system.kind == SystemKind::IdentityChanged { IDENTITY_CHANGED } else { system.kind.as_str() };
            InboundContent::System { kind: kind.to_owned(), data: json!({ "system": system, "identity": identity }) }
        }
        Content::Revoke(revoke) => InboundContent::Revoke { of: revoke.original_message_id.clone() },
        Content::Edit(edit) => InboundContent::Edit { of: edit.original_message_id.clone(), body: words(&edit.content) },
        Content::Interactive(InteractiveReply::Unknown { type_name, .. }) => unsupported(type_name),
        Content::Unsupported(Some(named)) => unsupported(named.kind.as_deref().unwrap_or("unsupported")),
        Content::Unsupported(None) | Content::RequestWelcome | Content::MediaPlaceholder => unsupported(&message.type_name),
        Content::Empty | Content::Broken { .. } | Content::Unknown { .. } => unsupported(&message.type_name),
    }
}

fn structured(kind: &str, data: Value) -> InboundContent {
    InboundContent::Structured { kind: kind.to_owned(), data }
}

fn words(content: &Content) -> Option<String> {
    match content {
        Content::Text(text) => Some(text.body.clone()),
        Content::Media { media, .. } => media.caption.clone(),
        _ => None,
    }
}

const fn media_kind(kind: wire::MediaKind) -> MediaKind {
    match kind {
        wire::MediaKind::Image => MediaKind::Image,
        wire::MediaKind::Video => MediaKind::Video,
        wire::MediaKind::Audio => MediaKind::Audio,
        wire::MediaKind::Document => MediaKind::Document,
        wire::MediaKind::Sticker => MediaKind::Sticker,
    }
}

/// The switch in the app: one consent change for each address that Meta names, so that neither of them is left open.
pub(crate) fn preference(update: &Update, preference: &UserPreference, now: Timestamp) -> Vec<Received> {
    let word = match preference.value {
        // A stop of a category that we do not know yet is taken for the one that we do; an agreement to one is not.
        PreferenceValue::Stop => "stop",
        _ if preference.category == "marketing_messages" => preference.value.as_str(),
        _ => return vec![receive::kept("user_preferences", update)],
    };
    let contact = update.contact.as_ref();
    let user_id = preference.user_id.as_deref().or_else(|| contact.and_then(|contact| contact.user_id.as_deref()));
    let phone = preference.wa_id.as_deref().or_else(|| contact.and_then(|contact| contact.wa_id.as_deref()));
    let named = people::keys(user_id, phone);
    if named.is_empty() {
        return vec![Received::Broken { raw: receive::json(update), error: "the preference names nobody".to_owned() }];
    }
    let at = preference.timestamp.map_or(now, people::moment);
    let evidence = preference.signup_id.clone().or_else(|| preference.detail.clone());
    let changes: Option<Vec<_>> = named.iter().map(|address| platform_switch(word, address, at, evidence.clone())).collect();
    let Some(changes) = changes else { return vec![receive::kept("user_preferences", update)] };
    let incoming = |change: ConsentChange| {
        Received::Contact(Box::new(Incoming {
            dedupe_key: format!("{}:{}", key(update), change.address.kind.as_str()),
            event_time: at,
            target: Target::Addresses { keys: people::lookup(&named), create: true },
            body: SignalBody::Consent(change),
        }))
    };
    changes.into_iter().map(incoming).collect()
}
