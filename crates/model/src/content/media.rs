//! Pictures, films, sounds, files.

use serde::{Deserialize, Serialize};

use crate::MediaId;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

crate::compact_code!(MediaKind { 1 Image, 2 Video, 3 Audio, 4 Document, 5 Sticker });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Media {
    pub kind: MediaKind,
    pub source: MediaSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

crate::compact_struct!(Media { 1 kind, 2 source, 3 caption, 4 filename });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaSource {
    /// In our own object store.
    Stored(MediaId),
    /// Public, fetched by the provider.
    Link(String),
}

crate::compact_enum!(MediaSource {
    one 1 Stored;
    one 2 Link;
});
