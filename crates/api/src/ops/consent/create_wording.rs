//! Registering a text that asks for consent.

use model::consent::Wording;

use crate::auth::sha256_hex;
use crate::documents::WordingDocument;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "capture_point": "newsletter-form", "version": "2026-11", "language": "en",
    "text": "I agree to get offers from Demo clinic on WhatsApp. I can stop at any time by writing STOP." }))]
pub struct NewWording {
    /// Where it is shown.
    capture_point: String,
    version: String,
    language: String,
    /// The exact words.
    text: String,
    /// Link or media id of a picture of it.
    #[serde(default)]
    screenshot: Option<String>,
}

/// Registers a wording. Its id is the hash of its text; the same text is kept once, and none is ever changed.
#[utoipa::path(post, path = "/v1/wordings", operation_id = "create_wording", tag = "consent",
    request_body = NewWording, responses((status = 201, body = schema::Wording), (status = 200, body = schema::Wording, description = "It was known already")),
    security(("api_key" = ["consent:write"])))]
pub async fn create_wording(State(state): State<ApiState>, principal: Principal, body: Body<NewWording>) -> Result<Response, Problem> {
    let new = body.value;
    let mut faults = Vec::new();
    for (member, value, most) in [
        ("capture_point", &new.capture_point, 200),
        ("version", &new.version, 100),
        ("language", &new.language, 35),
        ("text", &new.text, 20_000),
    ] {
        if value.trim().is_empty() || value.len() > most {
            faults.push(Fault::new(format!("/{member}"), format!("must have 1 to {most} bytes")));
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let hash = sha256_hex(new.text.as_bytes());
    let store = state.store();
    if let Some(known) = store.get::<WordingDocument>(principal.workspace, &hash).await? {
        return Ok((StatusCode::OK, Json(known.value.0)).into_response());
    }
    let now = state.engine().now();
    let NewWording { capture_point, version, language, text, screenshot } = new;
    let wording = Wording { hash, capture_point, version, language, text, screenshot, created_at: now };
    store.put(principal.workspace, &WordingDocument(wording.clone()), 0, now).await?;
    Ok((StatusCode::CREATED, Json(wording)).into_response())
}
