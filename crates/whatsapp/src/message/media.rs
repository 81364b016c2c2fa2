//! Image, video, audio, document, sticker.

use crate::limits;
use crate::validate::Checker;
use crate::wire;
use serde::{Deserialize, Serialize};

/// Exactly one of `id` (uploaded before, lives 30 days) and `link` (fetched by Meta and cached 10 minutes per address).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaSource {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl MediaSource {
    pub fn id(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), link: None }
    }

    pub fn link(link: impl Into<String>) -> Self {
        Self { id: None, link: Some(link.into()) }
    }

    pub(crate) fn check(&self, checker: &mut Checker) {
        checker.require("", self.id.is_some() != self.link.is_some(), "exactly one of id and link is required");
        if let Some(id) = &self.id {
            checker.require("id", !id.is_empty(), "must not be empty");
        }
        if let Some(link) = &self.link {
            checker.url("link", link);
        }
    }
}

macro_rules! media {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty),* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            #[serde(flatten)]
            pub source: MediaSource,
            $($(#[$field_meta])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<$kind>,)*
        }

        impl From<MediaSource> for $name {
            fn from(source: MediaSource) -> Self {
                Self { source, ..Self::default() }
            }
        }
    };
}

media!(
    /// `image`: jpeg or png, 5 MB.
    Image { caption: String }
);
media!(
    /// `video`: mp4 or 3gp, 16 MB.
    Video { caption: String }
);
media!(
    /// `audio`: 16 MB. A voice note must be OGG with OPUS, mono; above 512 KB it shows no play icon.
    Audio { voice: bool }
);
media!(
    /// `document`: any type, 100 MB.
    Document { filename: String, caption: String }
);
/// `sticker`: webp, 512 by 512, 100 KB (animated 500 KB).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticker {
    #[serde(flatten)]
    pub source: MediaSource,
}

impl From<MediaSource> for Sticker {
    fn from(source: MediaSource) -> Self {
        Self { source }
    }
}

fn check_caption(checker: &mut Checker, caption: Option<&str>) {
    if let Some(caption) = caption {
        checker.longest("caption", caption, limits::CAPTION_MAX);
    }
}

impl Image {
    pub(super) fn check(&self, checker: &mut Checker) {
        self.source.check(checker);
        check_caption(checker, self.caption.as_deref());
    }
}

impl Video {
    pub(super) fn check(&self, checker: &mut Checker) {
        self.source.check(checker);
        check_caption(checker, self.caption.as_deref());
    }
}

impl Audio {
    pub(super) fn check(&self, checker: &mut Checker) {
        self.source.check(checker);
    }
}

impl Document {
    pub(super) fn check(&self, checker: &mut Checker) {
        self.source.check(checker);
        check_caption(checker, self.caption.as_deref());
    }
}

impl Sticker {
    pub(super) fn check(&self, checker: &mut Checker) {
        self.source.check(checker);
    }
}
