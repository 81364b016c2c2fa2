//! Files of our own, for messages and for templates.

use axum::extract::Request;
use axum::http::header;

use crate::engine::MediaObject;
use crate::extract::read_file;
use crate::ops::prelude::*;

/// What files begin with, by their type. A type that is not here is not taken; one with nothing to look at is taken by its name.
const TYPES: [(&str, &[&[u8]], usize); 17] = [
    ("image/jpeg", &[b"\xFF\xD8\xFF"], 0),
    ("image/png", &[b"\x89PNG\r\n\x1A\n"], 0),
    ("image/webp", &[b"WEBP"], 8),
    ("video/mp4", &[b"ftyp"], 4),
    ("video/3gpp", &[b"ftyp"], 4),
    ("audio/mp4", &[b"ftyp"], 4),
    ("audio/aac", &[], 0),
    ("audio/mpeg", &[], 0),
    ("audio/amr", &[b"#!AMR"], 0),
    ("audio/ogg", &[b"OggS"], 0),
    ("application/pdf", &[b"%PDF-"], 0),
    ("text/plain", &[], 0),
    ("text/csv", &[], 0),
    ("text/vcard", &[b"BEGIN:VCARD"], 0),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &[b"PK"], 0),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &[b"PK"], 0),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", &[b"PK"], 0),
];
/// Larger ones are sent by a link.
const FILE_MAX: usize = 25 * 1024 * 1024;
const FILENAME_MAX: usize = 240;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What the person sees a document called.
    #[serde(default)]
    filename: Option<String>,
}

/// A file that was kept. The same file again is the same object.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "id": "med_01j000000000000000000000aa", "mime": "image/png", "filename": "map.png", "bytes": 20480 }))]
pub struct UploadedMedia {
    /// For `media` of a message, and `source` and `sample` of a template's header.
    id: String,
    mime: String,
    filename: Option<String>,
    bytes: u64,
}

/// Keeps a file: its bytes are the body, its type the `Content-Type`. At most 25 MB; larger ones are sent by a link.
#[utoipa::path(post, path = "/v1/media", operation_id = "upload_media", tag = "messages", params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = UploadedMedia)), security(("api_key" = ["media:write"])))]
pub async fn upload_media(
    State(state): State<ApiState>,
    principal: Principal,
    Query(named): Query<Named>,
    request: Request,
) -> Result<(StatusCode, Json<UploadedMedia>), Problem> {
    let said = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mime = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((_, beginnings, place)) = TYPES.iter().find(|(name, ..)| *name == mime) else {
        let known: Vec<&str> = TYPES.iter().map(|(name, ..)| *name).collect();
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            format!("files of type `{mime}` are not taken; known are {}", known.join(", ")),
        ));
    };
    let filename = named.filename.map(|name| clean(&name)).filter(|name| !name.is_empty());
    let bytes = read_file(request.into_body(), FILE_MAX).await?;
    if bytes.is_empty() {
        return Err(Problem::invalid(vec![Fault::new("", "the body is empty; the file is the body")]));
    }
    let rest = bytes.get(*place..).unwrap_or_default();
    if !beginnings.is_empty() && !beginnings.iter().any(|beginning| rest.starts_with(beginning)) {
        return Err(Problem::invalid(vec![Fault::new("", format!("the file is no {mime}, as its first bytes show"))]));
    }
    let size = bytes.len() as u64;
    let object = MediaObject { bytes, mime: mime.clone(), filename: filename.clone() };
    let id = state.engine().keep_media(principal.workspace, object).await?;
    Ok((StatusCode::CREATED, Json(UploadedMedia { id: id.to_string(), mime, filename, bytes: size })))
}

/// The last part of a path, without what a name cannot hold.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(FILENAME_MAX).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::TestApp;

    const PNG: &[u8] = b"\x89PNG\r\n\x1A\n and so on";

    #[tokio::test]
    async fn a_file_is_kept_and_comes_back_as_it_was() {
        let app = TestApp::new().await;
        let sent = app.call("POST", "/v1/media?filename=..%2Fmap.png").header("content-type", "image/png").raw(PNG).await;
        assert_eq!(sent.status, 201, "{:?}", sent.json());
        let told = sent.json();
        assert_eq!((&told["mime"], &told["filename"], &told["bytes"]), (&json!("image/png"), &json!("map.png"), &json!(PNG.len())));
        let path = format!("/v1/media/{}", told["id"].as_str().unwrap());
        let back = app.call("GET", &path).await;
        assert_eq!((back.status, back.header("content-type"), &back.body[..]), (200, "image/png", PNG));
        let again = app.call("POST", "/v1/media?filename=map.png").header("content-type", "image/png; charset=binary").raw(PNG).await;
        assert_eq!(again.json()["id"], told["id"], "the same file is the same object");
    }

    #[tokio::test]
    async fn what_is_no_file_of_its_type_is_not_taken() {
        let app = TestApp::new().await;
        for (mime, bytes, status) in [
            ("text/html", &b"<script>"[..], 415),
            ("image/svg+xml", b"<svg/>", 415),
            ("", PNG, 415),
            ("image/jpeg", PNG, 422),
            ("application/pdf", b"MZ", 422),
            ("image/webp", b"RIFF", 422),
            ("image/png", b"", 422),
        ] {
            let answer = app.call("POST", "/v1/media").header("content-type", mime).raw(bytes).await;
            assert_eq!(answer.status, status, "{mime}: {:?}", answer.json());
        }
        let large = vec![b'x'; FILE_MAX + 1];
        let answer = app.call("POST", "/v1/media").header("content-type", "text/plain").raw(large).await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    }
}
