//! Files in and out.

use std::time::Duration;

use channel::FetchedMedia;
use http_client::{Method, Request};
use model::Millis;
use model::content::MediaKind;
use model::inbound::InboundMedia;
use model::send_error::{FallbackCause, Remedy, SendError};
use whatsapp::limits;
use whatsapp::media::{MediaInfo, MediaUploaded};

use crate::errors::fix;
use crate::graph::{Call, Trouble};
use crate::settle::encode;

const DEADLINE: Duration = Duration::from_secs(120);

/// Meta keeps what we upload for 30 days. A message that is queued now may be fetched by the phone later, so a day is left.
pub(crate) const LIVES: Millis = Millis::from_days(29);

/// Refused, because Meta has no such file (any more): 131053 names media, 131009 and 100 a parameter, here the id.
pub(crate) fn is_gone(error: &SendError) -> bool {
    matches!(error.code.as_str(), "whatsapp:131053" | "whatsapp:131009" | "whatsapp:100")
}

/// Fetches a file of a person's: looks the id up, then reads the address that comes back. The address lives five minutes, so a second
/// look-up follows when the first one's address is gone.
pub(crate) async fn fetch(call: &Call<'_>, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
    let mut gone = None;
    for _ in 0..2 {
        let edge = format!("{}?phone_number_id={}", encode(&media.provider_ref), encode(&call.account.phone_number_id));
        let info: MediaInfo = call.get(&edge).await.map_err(Trouble::into_error)?;
        if !trusted(&call.account.base_url, &info.url) {
            return Err(fix("media_host", "the media address is not one of Meta's; the token was not sent there"));
        }
        let request = Request::new(Method::GET, &info.url).within(DEADLINE).accepting(limits::DOCUMENT.bytes_max as usize);
        match call.send(request).await {
            Ok(answer) => return checked(&info, answer.header("content-type"), answer.body.to_vec(), media),
            Err(trouble) => gone = Some(trouble.into_error()),
        }
    }
    Err(gone.unwrap_or_else(|| fix("media", "the file is gone")))
}

/// The token goes to Meta's own hosts and to the configured one only.
fn trusted(base_url: &str, url: &str) -> bool {
    let authority =
        |url: &str| url.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase());
    let (Some(own), Some(given)) = (authority(base_url), authority(url)) else { return false };
    let https = url.starts_with("https://");
    own == given || (https && [".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net"].iter().any(|domain| given.ends_with(domain)))
}

fn checked(info: &MediaInfo, content_type: Option<&str>, bytes: Vec<u8>, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
    let hash = hex::encode(whatsapp::media::sha256(&bytes));
    if !info.sha256.is_empty() && !info.sha256.eq_ignore_ascii_case(&hash) {
        return Err(SendError {
            remedy: Remedy::Retry { after: Millis::from_secs(10) },
            cause: FallbackCause::Rejected,
            code: "whatsapp:media_hash".to_owned(),
            for_user: "the file arrived damaged and is fetched again".to_owned(),
        });
    }
    let named = [info.mime_type.as_str(), content_type.unwrap_or_default(), media.mime.as_str()];
    let mime = named.into_iter().find(|mime| !mime.is_empty()).unwrap_or("application/octet-stream").to_owned();
    Ok(FetchedMedia { bytes, mime })
}

/// Uploads a file of ours and returns Meta's id of it (lives 30 days).
pub(crate) async fn upload(call: &Call<'_>, kind: MediaKind, filename: Option<&str>, file: &FetchedMedia) -> Result<String, SendError> {
    let limit = match kind {
        MediaKind::Image => limits::IMAGE,
        MediaKind::Video => limits::VIDEO,
        MediaKind::Audio => limits::AUDIO,
        MediaKind::Document => limits::DOCUMENT,
        MediaKind::Sticker => limits::STICKER_ANIMATED,
    };
    if !limit.accepts(&file.mime, file.bytes.len() as u64) {
        let mib = limit.bytes_max as f64 / (1024.0 * 1024.0);
        return Err(fix(
            "media",
            format!("WhatsApp takes {} up to {mib} MiB here, not {} bytes of {}", limit.mime_types.join(", "), file.bytes.len(), file.mime),
        ));
    }
    let (content_type, body) =
        file_form(&[("messaging_product", "whatsapp"), ("type", &file.mime)], filename.unwrap_or("file"), &file.mime, &file.bytes);
    let request = Request::new(Method::POST, call.url(&format!("{}/media", call.account.phone_number_id)))
        .within(DEADLINE)
        .body(&content_type, body)
        .map_err(|error| crate::errors::not_sent(&error))?;
    let answer: MediaUploaded = call.read(request).await.map_err(Trouble::into_error)?;
    Ok(answer.id)
}

/// A multipart body of plain members and one file, with its content type. The boundary is made from the file, so that it cannot occur in it by design.
pub(crate) fn file_form(members: &[(&str, &str)], filename: &str, mime: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let plain = |text: &str| text.chars().filter(|c| !c.is_control() && *c != '"' && *c != '\\').collect::<String>();
    let hash = hex::encode(whatsapp::media::sha256(bytes));
    let boundary = format!("antiphon-{}", &hash[..32]);
    let mut head = String::new();
    for (name, value) in members {
        let value = plain(value);
        head.push_str(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    let (filename, mime) = (plain(filename), plain(mime));
    head.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\nContent-Type: {mime}\r\n\r\n"
    ));
    let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    (format!("multipart/form-data; boundary={boundary}"), body)
}
