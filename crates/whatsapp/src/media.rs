//! Media edges: upload, look-up (reference section "Media"). Download is a plain GET of `url` with the bearer token.

use crate::wire;
use serde::{Deserialize, Serialize};

/// Answer to an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaUploaded {
    #[serde(deserialize_with = "wire::text")]
    pub id: String,
}

/// Answer of `GET /{media_id}`. The url lives 5 minutes; after a 404 the id is looked up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaInfo {
    #[serde(default)]
    pub messaging_product: String,
    pub url: String,
    #[serde(default)]
    pub mime_type: String,
    /// Hex here; base64 in webhooks.
    #[serde(default)]
    pub sha256: String,
    /// A string of decimal digits; a number in old documentation.
    #[serde(default, deserialize_with = "wire::text")]
    pub file_size: String,
    #[serde(default, deserialize_with = "wire::text")]
    pub id: String,
}

impl MediaInfo {
    pub fn bytes(&self) -> Option<u64> {
        self.file_size.parse().ok()
    }
}

/// Compares a webhook's base64 hash with a look-up's hex hash; `None` when one of them cannot be read.
pub fn same_sha256(base64_hash: &str, hex_hash: &str) -> Option<bool> {
    use base64::Engine as _;
    let from_webhook = base64::engine::general_purpose::STANDARD.decode(base64_hash).ok()?;
    let from_lookup = hex::decode(hex_hash).ok()?;
    Some(from_webhook == from_lookup)
}

/// Hash of a file, to compare with a look-up's.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_size_is_read_as_string_or_number() {
        for json in [r#"{"url":"u","file_size":"303833","id":"1"}"#, r#"{"url":"u","file_size":303833,"id":1}"#] {
            let info: MediaInfo = serde_json::from_str(json).unwrap();
            assert_eq!((info.bytes(), info.id.as_str()), (Some(303_833), "1"));
        }
    }

    #[test]
    fn hashes_of_both_spellings_are_compared() {
        assert_eq!(same_sha256("3q2+7w==", "deadbeef"), Some(true));
        assert_eq!(same_sha256("3q2+7w==", "deadbeee"), Some(false));
        assert_eq!(same_sha256("?", "deadbeee"), None);
    }
}
