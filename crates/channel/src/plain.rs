//! Channels that have nothing but words and media.

use model::Channel;
use model::content::{Content, MediaSource};
use model::send_error::SendError;

use crate::refusal::{fix, not_carried};

/// Words, and a public address of a medium.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plain<'a> {
    pub text: String,
    pub media: Option<&'a str>,
}

/// The content of an SMS or MMS, in words where it is anything else, of at most `max` characters, for a provider that fetches media itself.
pub fn plain<'a>(content: &'a Content, provider: &str, max: usize) -> Result<Plain<'a>, SendError> {
    let (text, media) = match content {
        Content::Media(media) => match &media.source {
            MediaSource::Link(link) => (media.caption.clone().unwrap_or_default(), Some(link.as_str())),
            MediaSource::Stored(_) => {
                return Err(fix(provider, "media", "the provider fetches media itself and needs a public link"));
            }
        },
        other => match other.in_words() {
            Some(words) => (words.text, None),
            None => return Err(not_carried(Channel::Sms, other.kind().name())),
        },
    };
    if text.is_empty() && media.is_none() {
        return Err(fix(provider, "empty", "the message has no text"));
    }
    match text.chars().count() {
        length if length > max => Err(fix(provider, "length", format!("{max} characters can be sent at most, this text has {length}"))),
        _ => Ok(Plain { text, media }),
    }
}
