//! The product's content as Cloud API messages.

mod files;
mod interactive;
mod template;

use model::content::{Contacts, Content, Location, Text};
use model::send_error::SendError;
use model::{AddressKey, AddressKind, MessageId};
use whatsapp::message::{self as wire, Body, OutboundMessage};

use crate::errors::fix;

pub(crate) use files::Files;

/// What is to be sent: the parts of a decision that the wire needs.
pub(crate) struct Parcel<'a> {
    pub message: MessageId,
    pub address: &'a AddressKey,
    pub content: &'a Content,
    /// The message that this one quotes, as WhatsApp knows it.
    pub quotes: Option<&'a str>,
}

/// Builds and checks the request.
pub(crate) fn request(parcel: &Parcel<'_>, files: &Files) -> Result<OutboundMessage, SendError> {
    let body = body(parcel.content, parcel.message, files)?;
    let value = &parcel.address.value;
    let message = match parcel.address.kind {
        AddressKind::Phone => OutboundMessage::to_phone(value, body),
        AddressKind::Bsuid => OutboundMessage::to_user(value, body),
        AddressKind::Email | AddressKind::External => {
            return Err(fix("address", format!("an address of kind {} cannot be messaged on WhatsApp", parcel.address.kind.as_str())));
        }
    };
    let message = match parcel.quotes {
        // A reaction names its message by itself.
        Some(quoted) if !matches!(parcel.content, Content::Reaction(_)) => message.in_reply_to(quoted),
        _ => message,
    };
    // Comes back in every status: the way to settle a send whose answer was lost.
    let message = message.with_callback_data(&parcel.message.to_string());
    message.validate().map_err(|error| fix("limits", format!("WhatsApp would refuse this message: {error}")))?;
    Ok(message)
}

fn body(content: &Content, message: MessageId, files: &Files) -> Result<Body, SendError> {
    Ok(match content {
        Content::Text(text) => plain(text).into(),
        Content::Media(media) => files.message(media)?,
        Content::Location(place) => location(place).into(),
        Content::Contacts(contacts) => cards(contacts).into(),
        Content::Reaction(reaction) if reaction.provider_id.is_empty() => {
            return Err(fix("reaction", "a reaction names a message that WhatsApp has taken"));
        }
        Content::Reaction(reaction) => wire::Reaction { message_id: reaction.provider_id.clone(), emoji: reaction.emoji.clone() }.into(),
        Content::Template(call) => template::message(call, message, files)?.into(),
        Content::Buttons(buttons) => interactive::buttons(buttons, files)?.into(),
        Content::List(list) => interactive::list(list).into(),
        Content::Link(link) => interactive::link(link, files)?.into(),
        Content::Products(products) => interactive::products(products).into(),
        Content::Catalogue(catalogue) => interactive::catalogue(catalogue).into(),
        Content::Form(form) => interactive::form(form, message).into(),
        Content::Request(request) => interactive::request(request).into(),
        Content::Cards(cards) => interactive::cards(cards, files)?.into(),
    })
}

fn plain(text: &Text) -> wire::Text {
    wire::Text { body: text.body.clone(), preview_url: text.preview_url.then_some(true) }
}

fn location(place: &Location) -> wire::Location {
    wire::Location { name: place.name.clone(), address: place.address.clone(), ..wire::Location::new(place.latitude, place.longitude) }
}

fn cards(contacts: &Contacts) -> Vec<wire::ContactCard> {
    let card = |person: &model::content::ContactCard| {
        // One more part beside the shown name is required.
        let unnamed = person.first_name.is_none() && person.last_name.is_none();
        wire::ContactCard {
            name: wire::ContactName {
                formatted_name: person.name.clone(),
                first_name: if unnamed { Some(person.name.clone()) } else { person.first_name.clone() },
                last_name: person.last_name.clone(),
                ..Default::default()
            },
            phones: person.phones.iter().map(|phone| wire::Phone { phone: Some(phone.clone()), ..Default::default() }).collect(),
            emails: person.emails.iter().map(|email| wire::Email { email: email.clone(), ..Default::default() }).collect(),
            org: (person.organisation.is_some() || person.title.is_some()).then(|| wire::Organisation {
                company: person.organisation.clone(),
                title: person.title.clone(),
                ..Default::default()
            }),
            urls: person.links.iter().map(|url| wire::Url { url: url.clone(), ..Default::default() }).collect(),
            ..Default::default()
        }
    };
    contacts.people.iter().map(card).collect()
}
