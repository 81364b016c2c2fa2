//! The product's content as Cloud API messages.

use model::content::{ButtonParam, Buttons, Content, List, Location, Media, MediaKind, MediaSource, Param, TemplateCall, Text};
use model::send_error::SendError;
use model::{AddressKey, AddressKind, MessageId};
use whatsapp::message::{self as wire, Body, Interactive, OutboundMessage};

use crate::errors::fix;

/// What is to be sent: the parts of a decision that the wire needs.
pub(crate) struct Parcel<'a> {
    pub message: MessageId,
    pub address: &'a AddressKey,
    pub content: &'a Content,
}

/// Builds and checks the request. `uploaded` is the provider's id of the parcel's stored media.
pub(crate) fn request(parcel: &Parcel<'_>, uploaded: Option<&str>) -> Result<OutboundMessage, SendError> {
    let body = body(parcel.content, uploaded)?;
    let value = &parcel.address.value;
    let message = match parcel.address.kind {
        AddressKind::Phone => OutboundMessage::to_phone(value, body),
        AddressKind::Bsuid => OutboundMessage::to_user(value, body),
        AddressKind::Email | AddressKind::External => {
            return Err(fix("address", format!("an address of kind {} cannot be messaged on WhatsApp", parcel.address.kind.as_str())));
        }
    };
    // Comes back in every status: the way to settle a send whose answer was lost.
    let message = message.with_callback_data(&parcel.message.to_string());
    message.validate().map_err(|error| fix("limits", format!("WhatsApp would refuse this message: {error}")))?;
    Ok(message)
}

fn body(content: &Content, uploaded: Option<&str>) -> Result<Body, SendError> {
    Ok(match content {
        Content::Text(text) => plain(text).into(),
        Content::Buttons(buttons) => Interactive::Button(reply_buttons(buttons)).into(),
        Content::List(list) => Interactive::List(list_message(list)).into(),
        Content::Media(media) => media_message(media, uploaded)?,
        Content::Location(place) => location(place).into(),
        Content::Template(call) => template(call).into(),
    })
}

fn plain(text: &Text) -> wire::Text {
    wire::Text { body: text.body.clone(), preview_url: text.preview_url.then_some(true) }
}

fn reply_buttons(content: &Buttons) -> wire::ButtonMessage {
    let buttons = content.buttons.iter().map(|button| (button.id.as_str(), button.title.as_str()));
    wire::ButtonMessage {
        header: content.header.as_deref().map(wire::Header::text),
        footer: content.footer.as_deref().map(wire::TextPart::from),
        ..wire::ButtonMessage::new(&content.body, buttons)
    }
}

fn list_message(content: &List) -> wire::ListMessage {
    let row =
        |row: &model::content::Row| wire::ListRow { id: row.id.clone(), title: row.title.clone(), description: row.description.clone() };
    let sections = content
        .sections
        .iter()
        .map(|section| wire::ListSection { title: section.title.clone(), rows: section.rows.iter().map(row).collect() })
        .collect();
    wire::ListMessage {
        header: content.header.as_deref().map(wire::Header::text),
        footer: content.footer.as_deref().map(wire::TextPart::from),
        ..wire::ListMessage::new(&content.body, &content.button, sections)
    }
}

fn media_message(media: &Media, uploaded: Option<&str>) -> Result<Body, SendError> {
    let source = match (&media.source, uploaded) {
        (MediaSource::Link(link), _) => wire::MediaSource::link(link),
        (MediaSource::Stored(_), Some(id)) => wire::MediaSource::id(id),
        (MediaSource::Stored(_), None) => return Err(fix("media", "a stored file must be uploaded before it can be sent")),
    };
    let caption = media.caption.clone();
    Ok(match media.kind {
        MediaKind::Image => wire::Image { source, caption }.into(),
        MediaKind::Video => wire::Video { source, caption }.into(),
        MediaKind::Document => wire::Document { source, filename: media.filename.clone(), caption }.into(),
        MediaKind::Audio | MediaKind::Sticker if caption.is_some() => {
            return Err(fix("caption", "WhatsApp shows no caption under audio and stickers; send the words as a message of their own"));
        }
        MediaKind::Audio => wire::Audio { source, voice: None }.into(),
        MediaKind::Sticker => wire::Sticker { source }.into(),
    })
}

fn location(place: &Location) -> wire::Location {
    wire::Location { name: place.name.clone(), address: place.address.clone(), ..wire::Location::new(place.latitude, place.longitude) }
}

fn template(call: &TemplateCall) -> wire::TemplateMessage {
    let mut components = Vec::new();
    if !call.header.is_empty() {
        let mut header = wire::Component::body(parameters(&call.header));
        header.kind = wire::ComponentKind::Header;
        components.push(header);
    }
    if !call.body.is_empty() {
        components.push(wire::Component::body(parameters(&call.body)));
    }
    components.extend(call.buttons.iter().map(|button| match button {
        ButtonParam::QuickReply { index, payload } => {
            wire::Component::button("quick_reply", usize::from(*index), wire::Parameter::Payload { payload: payload.clone() })
        }
        ButtonParam::UrlSuffix { index, text } => wire::Component::button("url", usize::from(*index), wire::Parameter::text(text)),
    }));
    wire::TemplateMessage::new(&call.name, &call.language, components)
}

/// Variables whose names are numbers belong to a positional template and go in order, without names.
fn parameters(params: &[Param]) -> Vec<wire::Parameter> {
    let positional = params.iter().all(|param| param.name.parse::<u32>().is_ok());
    params
        .iter()
        .map(|param| if positional { wire::Parameter::text(&param.text) } else { wire::Parameter::named(&param.name, &param.text) })
        .collect()
}
