//! The usual news of a provider, put into our words.

use model::content::MediaKind;
use model::inbound::{InboundContent, InboundMedia, InboundMessage};
use model::send_error::SendError;
use model::signal::{Receipt, SignalBody, Target};
use model::{AddressKey, MessageId, MessageStatus, Timestamp};

use crate::{Account, Incoming, Received};

/// A message of text and media, as SMS providers tell it.
#[derive(Clone, PartialEq, Debug)]
pub struct Said {
    pub from: AddressKey,
    pub provider_id: String,
    pub text: String,
    /// Address and media type of each.
    pub media: Vec<(String, Option<String>)>,
    pub at: Timestamp,
}

/// What became of a message of ours.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// When the provider gave our mark back.
    pub message: Option<MessageId>,
    pub provider_id: String,
    pub status: MessageStatus,
    /// The provider's own word: part of the key under which a redelivery is known.
    pub word: String,
    /// With a failure, and only then.
    pub error: Option<SendError>,
    pub at: Timestamp,
}

impl Said {
    /// Each medium is a message of its own; the first keeps the provider's id and has the words.
    #[must_use]
    pub fn received(self, account: &Account) -> Vec<Received> {
        let Self { from, provider_id, text, media, at } = self;
        let mut contents: Vec<InboundContent> = media.into_iter().map(|(link, mime)| InboundContent::Media(medium(link, mime))).collect();
        match contents.first_mut() {
            Some(InboundContent::Media(first)) => first.caption = Some(text).filter(|text| !text.is_empty()),
            _ => contents.push(InboundContent::Text { body: text }),
        }
        let one = |(index, content)| {
            let provider_id = if index == 0 { provider_id.clone() } else { format!("{provider_id}:{index}") };
            inbound(account, &from, provider_id, content, at)
        };
        contents.into_iter().enumerate().map(one).collect()
    }
}

impl Told {
    #[must_use]
    pub fn received(self, account: &Account) -> Vec<Received> {
        let channel = account.sender.channel;
        let Self { message, provider_id, status, word, error, at } = self;
        let target = match message {
            Some(message) => Target::Message(message),
            None => Target::ProviderMessage { channel, provider_id: provider_id.clone() },
        };
        let dedupe_key = format!("{}:status:{provider_id}:{word}", account.provider.kind().as_str());
        let provider_id = Some(provider_id);
        let receipt =
            Receipt { message, provider_id, channel, status, at, error, price: None, category: None, charged: None, learnt: Vec::new() };
        vec![Received::Contact(Box::new(Incoming { dedupe_key, event_time: at, target, body: SignalBody::Receipt(receipt) }))]
    }
}

/// Anything that a person sent.
#[must_use]
pub fn inbound(account: &Account, from: &AddressKey, provider_id: String, content: InboundContent, at: Timestamp) -> Received {
    let dedupe_key = format!("{}:inbound:{provider_id}", account.provider.kind().as_str());
    let message = InboundMessage {
        channel: account.sender.channel,
        sender: account.sender.id,
        provider_id,
        from: vec![from.clone()],
        profile_name: None,
        content,
        in_reply_to: None,
        referral: None,
        sent_at: at,
    };
    let target = Target::Addresses { keys: vec![from.clone()], create: true };
    Received::Contact(Box::new(Incoming { dedupe_key, event_time: at, target, body: SignalBody::Inbound(message) }))
}

fn medium(link: String, mime: Option<String>) -> InboundMedia {
    let mime = mime.unwrap_or_else(|| "application/octet-stream".to_owned());
    let kind = match mime.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::Document,
    };
    InboundMedia { kind, mime, provider_ref: link, caption: None, filename: None, stored: None }
}
