//! The product's content as a request to Twilio.

use channel::{ProviderKind, TwilioAccount};
use model::content::{Content, Media, MediaSource};
use model::send_error::SendError;
use model::{AddressKey, Channel, MessageId, Millis, SenderId};

use crate::api;
use crate::capability::BODY_MAX;
use crate::errors::{fix, not_carried, sender_refused};

/// What is to be sent: the parts of a decision that the wire needs.
pub(crate) struct Parcel<'a> {
    pub message: MessageId,
    pub sender: SenderId,
    pub address: &'a AddressKey,
    pub content: &'a Content,
    pub lifetime: Option<Millis>,
}

/// Longest time that Twilio goes on trying, and what it does unless told otherwise. In seconds.
pub(crate) const VALIDITY_MAX: i64 = 36_000;

/// The form of `POST …/Messages.json`.
pub(crate) fn request(account: &TwilioAccount, parcel: &Parcel<'_>) -> Result<Vec<(&'static str, String)>, SendError> {
    if !Channel::Sms.accepts(parcel.address.kind) {
        return Err(fix("address", format!("an address of kind {} cannot get an SMS", parcel.address.kind.as_str())));
    }
    let (body, media) = match parcel.content {
        Content::Media(media) => (media.caption.clone().unwrap_or_default(), Some(link(media)?)),
        other => (text(other)?, None),
    };
    if body.is_empty() && media.is_none() {
        return Err(fix("empty", "the message has no text"));
    }
    let length = body.chars().count();
    if length > BODY_MAX {
        return Err(fix("length", format!("an SMS takes {BODY_MAX} characters at most, this text has {length}")));
    }
    if let Some(from) = &account.from {
        phone::check_sender(from, &parcel.address.value).map_err(|error| sender_refused(&error))?;
    }
    let mut form = vec![("To", parcel.address.value.clone())];
    match (&account.from, &account.messaging_service_sid) {
        // With both, Twilio uses the number, which must belong to the service.
        (from, Some(service)) => {
            form.extend(from.clone().map(|from| ("From", from)));
            form.push(("MessagingServiceSid", service.clone()));
        }
        (Some(from), None) => form.push(("From", from.clone())),
        (None, None) => return Err(fix("sender", "the sender has neither a number nor a messaging service")),
    }
    if !body.is_empty() {
        form.push(("Body", body));
    }
    form.extend(media.map(|link| ("MediaUrl", link)));
    form.push(("StatusCallback", api::callback(account, ProviderKind::Twilio, parcel.sender, parcel.message)));
    let validity = parcel.lifetime.map(|left| (left.0 / 1_000).max(1)).filter(|seconds| *seconds < VALIDITY_MAX);
    form.extend(validity.map(|seconds| ("ValidityPeriod", seconds.to_string())));
    Ok(form)
}

/// The words of a content on a channel that has nothing but words. A medium goes beside them.
pub(crate) fn text(content: &Content) -> Result<String, SendError> {
    match content {
        Content::Media(media) => Ok(media.caption.clone().unwrap_or_default()),
        other => other.in_words().map(|words| words.text).ok_or_else(|| not_carried(other.kind().name())),
    }
}

fn link(media: &Media) -> Result<String, SendError> {
    match &media.source {
        MediaSource::Link(link) => Ok(link.clone()),
        MediaSource::Stored(_) => Err(fix("media", "Twilio fetches media itself and needs a public link")),
    }
}
