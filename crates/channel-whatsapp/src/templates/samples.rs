//! Samples of headers: reviewers look at a file, and Meta wants it uploaded first. Whoever writes a template names one of our own media; what Meta
//! calls it (a handle) is made at each submission and stored nowhere.

use std::collections::BTreeMap;

use channel::{Account, FetchedMedia};
use http_client::{Method, Request};
use model::MediaId;
use model::content::MediaKind;
use model::send_error::SendError;
use model::template::{HeaderPart, TemplateText};
use serde::Deserialize;
use whatsapp::manage::TokenDebug;

use crate::Whatsapp;
use crate::errors::fix;
use crate::graph::{Call, Trouble};
use crate::settle::encode;

#[derive(Deserialize)]
struct Opened {
    id: String,
}

#[derive(Deserialize)]
struct Taken {
    #[serde(rename = "h")]
    handle: String,
}

/// The medium that a header names as its sample, or, without one, the file that it always shows.
fn named(part: &HeaderPart) -> Option<MediaId> {
    let HeaderPart::Media { source, sample, .. } = part else { return None };
    match sample {
        Some(sample) => sample.parse().ok(),
        None => source.parse().ok(),
    }
}

fn parts(text: &mut TemplateText) -> impl Iterator<Item = &mut HeaderPart> {
    let cards = text.cards.iter_mut().filter_map(|card| card.header_part.as_mut());
    text.header_part.iter_mut().chain(cards)
}

impl Whatsapp {
    /// The text with Meta's handles in the place of our media, each uploaded once.
    pub(super) async fn with_handles(&self, account: &Account, text: &TemplateText) -> Result<TemplateText, SendError> {
        let mut text = text.clone();
        let mut handles: BTreeMap<MediaId, String> = BTreeMap::new();
        let wanted: Vec<(MediaId, MediaKind)> = parts(&mut text)
            .filter_map(|part| match (&*part, named(part)) {
                (HeaderPart::Media { media, .. }, Some(id)) => Some((id, *media)),
                _ => None,
            })
            .collect();
        if wanted.is_empty() {
            return Ok(text);
        }
        let call = self.call(account)?;
        let app = app_of(&call).await?;
        for (id, kind) in wanted {
            if handles.contains_key(&id) {
                continue;
            }
            let Some(reader) = &self.media else { return Err(fix("sample", "this installation cannot upload stored files")) };
            let file = reader.read(account.workspace, id).await;
            let file = file.ok_or_else(|| fix("sample", format!("the sample {id} is not in the object store")))?;
            handles.insert(id, upload(&call, &app, kind, id, file).await?);
        }
        for part in parts(&mut text) {
            let handle = named(part).and_then(|id| handles.get(&id));
            if let (HeaderPart::Media { sample, .. }, Some(handle)) = (part, handle) {
                *sample = Some(handle.clone());
            }
        }
        Ok(text)
    }
}

/// Uploads belong to the app that the token is of.
async fn app_of(call: &Call<'_>) -> Result<String, SendError> {
    let edge = format!("debug_token?input_token={}", encode(call.account.access_token.reveal()));
    let answer: TokenDebug = call.get(&edge).await.map_err(Trouble::into_error)?;
    let app = answer.data.app_id;
    if app.is_empty() { Err(fix("sample", "Meta does not say which app the token is of, so no sample can be uploaded")) } else { Ok(app) }
}

async fn upload(call: &Call<'_>, app: &str, kind: MediaKind, id: MediaId, file: FetchedMedia) -> Result<String, SendError> {
    let fits = match kind {
        MediaKind::Image => matches!(file.mime.as_str(), "image/jpeg" | "image/png"),
        MediaKind::Video => file.mime == "video/mp4",
        MediaKind::Document => file.mime == "application/pdf",
        MediaKind::Audio | MediaKind::Sticker => false,
    };
    if !fits {
        let wanted = "a JPEG or PNG picture, an MP4 film or a PDF file, by the header's kind";
        return Err(fix("sample", format!("the sample {id} is of type {}; reviewers take {wanted}", file.mime)));
    }
    let edge = format!("{}/uploads?file_name={id}&file_length={}&file_type={}", encode(app), file.bytes.len(), encode(&file.mime));
    let opened: Opened = call.read(Request::new(Method::POST, call.url(&edge))).await.map_err(Trouble::into_error)?;
    let bytes = Request::new(Method::POST, call.url(&opened.id)).body("application/octet-stream", file.bytes);
    let bytes = bytes.and_then(|request| request.header(http_client::HeaderName::from_static("file_offset"), "0"));
    let request = bytes.map_err(|error| fix("sample", error.to_string()))?;
    // Meta's page writes `OAuth` before the token here, and takes `Bearer` as everywhere.
    let taken: Taken = call.read(request).await.map_err(Trouble::into_error)?;
    Ok(taken.handle)
}
