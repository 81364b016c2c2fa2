//! Stored media, on its way to a browser that must not run any of it.

use axum::http::{HeaderValue, header};
use model::{MediaId, WorkspaceId};

use crate::engine::MediaObject;
use crate::ops::prelude::*;

/// Types that a browser may show beside our pages. Everything else is downloaded: SVG and HTML can carry scripts.
const SHOWN: [&str; 12] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "audio/aac",
    "audio/mpeg",
    "audio/ogg",
    "audio/mp4",
    "audio/amr",
    "video/mp4",
    "video/3gpp",
    "text/plain",
];

/// Types that carriers want to be told, too. A browser saves them.
const FETCHED: [&str; 4] = ["application/pdf", "text/vcard", "text/x-vcard", "text/calendar"];

/// A stored media object.
#[utoipa::path(get, path = "/v1/media/{id}", operation_id = "get_media", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)), security(("api_key" = ["messages:read"])))]
pub async fn get_media(State(state): State<ApiState>, principal: Principal, Path(id): Path<MediaId>) -> Result<Response, Problem> {
    let object = state.engine().media(principal.workspace, id).await?.ok_or_else(|| Problem::not_found("the media object"))?;
    // Stored objects never change, and only this caller may keep them.
    Ok(served(object, &SHOWN, HeaderValue::from_static("private, max-age=86400, immutable")))
}

/// A stored file for a provider that fetches files itself, such as an MMS or RCS carrier. The address is the key, and counts for some days.
#[utoipa::path(get, path = "/m/{workspace}/{id}/{token}", operation_id = "fetch_handed_out_file", tag = "webhooks",
    params(("workspace" = String, Path), ("id" = String, Path), ("token" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn fetch_handed_out_file(
    State(state): State<ApiState>,
    Path((workspace, id, token)): Path<(WorkspaceId, MediaId, String)>,
) -> Result<Response, Problem> {
    let object = state.engine().handed_out(workspace, id, &token).await?.ok_or_else(|| Problem::not_found("the file"))?;
    let types: Vec<&str> = SHOWN.into_iter().chain(FETCHED).collect();
    Ok(served(object, &types, HeaderValue::from_static("private, no-store")))
}

/// With its own type only where that is one of these.
fn served(object: MediaObject, types: &[&str], keeping: HeaderValue) -> Response {
    let essence = object.mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mime = if types.contains(&essence.as_str()) { HeaderValue::from_str(&essence).ok() } else { None };
    let disposition = disposition(SHOWN.contains(&essence.as_str()), object.filename.as_deref().unwrap_or("file"));
    let mut response = object.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, mime.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::CACHE_CONTROL, keeping);
    response
}

/// RFC 6266, with the name percent-encoded so that nothing in it can end the header.
fn disposition(shown: bool, filename: &str) -> HeaderValue {
    let encoded: String = filename
        .bytes()
        .take(200)
        .map(|b| if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    let kind = if shown { "inline" } else { "attachment" };
    HeaderValue::from_str(&format!("{kind}; filename*=UTF-8''{encoded}")).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_end_the_header() {
        let value = disposition(false, "a\"; x=\r\n.html");
        assert_eq!(value.to_str().unwrap(), "attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0A.html");
        assert!(!SHOWN.contains(&"image/svg+xml") && !SHOWN.contains(&"text/html"));
    }
}
