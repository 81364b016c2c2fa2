//! Media: upload, look-up, five-minute URLs that need the token, lifetimes (reference 7).

use bytes::Bytes;
use model::{Millis, Timestamp};
use serde_json::{Value, json};

use super::send::product;
use super::{ApiAnswer, ApiRequest, GraphError};
use crate::crypto;
use crate::world::World;

#[derive(Clone, Debug)]
pub struct MediaFile {
    pub id: String,
    pub mime: String,
    pub filename: Option<String>,
    pub bytes: Bytes,
    pub sha256: Vec<u8>,
    pub expires: Timestamp,
}

/// An uploaded id lives 30 days, one from a webhook 7, a URL 5 minutes.
const UPLOADED: Millis = Millis::from_days(30);
const FROM_WEBHOOK: Millis = Millis::from_days(7);
const URL: Millis = Millis::from_mins(5);

/// Expired URLs are forgotten when there are this many.
const URLS_KEPT: usize = 1_000;

const MB: usize = 1024 * 1024;

/// Largest file for a type, and how a message may send it. Types that are not listed go as generic documents.
fn kinds_of(mime: &str) -> (&'static [&'static str], usize) {
    match mime.split(';').next().unwrap_or_default().trim() {
        "image/jpeg" | "image/png" => (&["image", "document"], 5 * MB),
        "image/webp" => (&["sticker", "document"], 500 * 1024),
        "image/gif" => (&["gif", "document"], 5 * MB),
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => (&["audio", "document"], 16 * MB),
        "video/mp4" | "video/3gp" | "video/3gpp" => (&["video", "gif", "document"], 16 * MB),
        _ => (&["document"], 100 * MB),
    }
}

impl MediaFile {
    /// A file on somebody's phone, before it gets its id.
    #[must_use]
    pub fn new(mime: &str, filename: Option<String>, bytes: Bytes) -> Self {
        Self { id: String::new(), mime: mime.to_owned(), filename, sha256: crypto::sha256(&bytes), bytes, expires: Timestamp::MAX }
    }

    /// Whether a message of this type may carry the file.
    #[must_use]
    pub fn fits(&self, kind: &str) -> bool {
        kinds_of(&self.mime).0.contains(&kind)
    }
}

impl World {
    /// Stores a file from a person; it can be fetched for 7 days.
    pub(super) fn keep_media(&mut self, mut file: MediaFile) -> String {
        file.id = self.mint.decimal("media", 16);
        file.expires = self.now + FROM_WEBHOOK;
        let id = file.id.clone();
        self.cloud.media.insert(id.clone(), file);
        id
    }

    /// A download URL with a token that ends in five minutes.
    pub(super) fn media_url(&mut self, id: &str, base: Option<&str>) -> String {
        let token = self.mint.hex("media-url", 40);
        let (now, until) = (self.now, self.now + URL);
        if self.cloud.media_urls.len() >= URLS_KEPT {
            self.cloud.media_urls.retain(|_, (_, until)| *until > now);
        }
        self.cloud.media_urls.insert(token.clone(), (id.to_owned(), until));
        let base = self.config.cloud.public_base.as_deref().or(base).unwrap_or("https://lookaside.fbsbx.com");
        format!("{base}/whatsapp_business/attachments/?mid={id}&ext={}&hash={token}", until.as_secs())
    }

    /// `POST /{number}/media`.
    pub(super) fn upload_media(&mut self, request: &ApiRequest) -> Result<Value, GraphError> {
        product(&json!({ "messaging_product": request.form("messaging_product").or_else(|| request.query("messaging_product")) }))?;
        let file = request.file("file").ok_or_else(|| GraphError::required("file"))?;
        let declared = request.form("type").filter(|t| !t.is_empty() && t.contains('/'));
        let mime = declared.unwrap_or(&file.content_type).to_owned();
        let (_, max) = kinds_of(&mime);
        if file.bytes.is_empty() {
            return Err(GraphError::invalid("The uploaded file is empty"));
        }
        if file.bytes.len() > max {
            return Err(GraphError::coded(
                131053,
                format!("The file of {} bytes is larger than the {max} bytes allowed for {mime}", file.bytes.len()),
            ));
        }
        let mut media = MediaFile::new(&mime, Some(file.filename.clone()), file.bytes.clone());
        media.id = self.mint.decimal("media", 16);
        media.expires = self.now + UPLOADED;
        let id = media.id.clone();
        self.cloud.media.insert(id.clone(), media);
        Ok(json!({ "id": id }))
    }

    fn live_media(&self, id: &str, method: &str) -> Result<&MediaFile, GraphError> {
        self.cloud.media.get(id).filter(|m| m.expires > self.now).ok_or_else(|| GraphError::unknown_object(method, id))
    }

    /// `GET /{media_id}`. `file_size` is a string, the hash is in hex here (and base64 in webhooks).
    pub(super) fn look_up_media(&mut self, request: &ApiRequest, id: &str) -> Result<Value, GraphError> {
        let media = self.live_media(id, "GET")?.clone();
        let url = self.media_url(id, Some(&request.base));
        Ok(json!({
            "messaging_product": "whatsapp",
            "url": url,
            "mime_type": media.mime,
            "sha256": hex::encode(&media.sha256),
            "file_size": media.bytes.len().to_string(),
            "id": id,
        }))
    }

    pub(super) fn delete_media(&mut self, id: &str) -> Result<Value, GraphError> {
        self.live_media(id, "DELETE")?;
        self.cloud.media.remove(id);
        Ok(json!({ "success": true }))
    }

    /// The download itself: 404 once the URL is five minutes old.
    pub(super) fn download_media(&self, request: &ApiRequest) -> ApiAnswer {
        let hit = request.query("hash").and_then(|token| self.cloud.media_urls.get(token));
        let media = hit.filter(|(_, until)| *until > self.now).and_then(|(id, _)| self.cloud.media.get(id));
        match media.filter(|m| request.query("mid") == Some(m.id.as_str())) {
            Some(media) => ApiAnswer { status: 200, content_type: media.mime.clone(), body: media.bytes.clone() },
            None => ApiAnswer { status: 404, content_type: "text/plain".into(), body: Bytes::from_static(b"URL signature expired") },
        }
    }

    /// A file by id, for the phones of the console.
    #[must_use]
    pub fn media(&self, id: &str) -> Option<&MediaFile> {
        self.cloud.media.get(id)
    }
}
