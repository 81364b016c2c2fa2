//! Media in messages: by a public link, or by Meta's id of what was uploaded before.

use std::collections::BTreeMap;

use model::MediaId;
use model::content::{Media, MediaKind, MediaSource};
use model::send_error::SendError;
use whatsapp::message::{self as wire, Body};

use crate::errors::fix;

/// Meta's ids of the files of a message that lie in our object store.
#[derive(Default)]
pub(crate) struct Files {
    ids: BTreeMap<MediaId, String>,
    /// Of an earlier message's upload.
    reused: Vec<MediaId>,
}

impl Files {
    pub(crate) fn has(&self, id: MediaId) -> bool {
        self.ids.contains_key(&id)
    }

    pub(crate) fn add(&mut self, id: MediaId, uploaded: String) {
        self.ids.insert(id, uploaded);
    }

    pub(crate) fn reuse(&mut self, id: MediaId, uploaded: String) {
        self.reused.push(id);
        self.add(id, uploaded);
    }

    pub(crate) fn reused(&self) -> &[MediaId] {
        &self.reused
    }

    pub(super) fn source(&self, media: &Media) -> Result<wire::MediaSource, SendError> {
        match &media.source {
            MediaSource::Link(link) => Ok(wire::MediaSource::link(link)),
            MediaSource::Stored(id) => match self.ids.get(id) {
                Some(uploaded) => Ok(wire::MediaSource::id(uploaded)),
                None => Err(fix("media", "a stored file must be uploaded before it can be sent")),
            },
        }
    }

    pub(super) fn message(&self, media: &Media) -> Result<Body, SendError> {
        let source = self.source(media)?;
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

    /// Above a message with buttons, and on a card.
    pub(super) fn header(&self, media: &Media) -> Result<wire::Header, SendError> {
        let source = self.source(media)?;
        match media.kind {
            MediaKind::Image => Ok(wire::Header::Image { image: source }),
            MediaKind::Video => Ok(wire::Header::Video { video: source }),
            MediaKind::Document => Ok(wire::Header::Document { document: source }),
            MediaKind::Audio | MediaKind::Sticker => Err(above()),
        }
    }

    /// In the header of a template.
    pub(super) fn parameter(&self, media: &Media) -> Result<wire::Parameter, SendError> {
        let source = self.source(media)?;
        match media.kind {
            MediaKind::Image => Ok(wire::Parameter::Image { image: source }),
            MediaKind::Video => Ok(wire::Parameter::Video { video: source }),
            MediaKind::Document => {
                let document = wire::Document { source, filename: media.filename.clone(), caption: None };
                Ok(wire::Parameter::Document { document })
            }
            MediaKind::Audio | MediaKind::Sticker => Err(above()),
        }
    }
}

fn above() -> SendError {
    fix("header", "only a picture, a film or a document can stand above a text")
}
