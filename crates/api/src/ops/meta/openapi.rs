//! The description of the API.

use axum::Extension;
use axum::http::header;

use crate::ops::prelude::*;
use crate::router::OpenApiText;

/// The OpenAPI document.
#[utoipa::path(get, path = "/openapi.json", operation_id = "get_openapi", tag = "meta", responses((status = 200, body = schema::Object)))]
pub async fn get_openapi(Extension(text): Extension<OpenApiText>) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text.0).into_response()
}
