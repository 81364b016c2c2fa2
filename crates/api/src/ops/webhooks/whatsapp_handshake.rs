//! The provider's subscription handshake.

use axum::http::Uri;

use crate::ops::prelude::*;

/// Answers the challenge when the verify token is right.
#[utoipa::path(get, path = "/webhooks/whatsapp/{endpoint}", operation_id = "subscribe_whatsapp", tag = "webhooks", params(("endpoint" = String, Path)),
    responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn subscribe_whatsapp(State(state): State<ApiState>, Path(endpoint): Path<String>, uri: Uri) -> Result<String, Problem> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|q| q.0).unwrap_or_default();
    let challenge = state.engine().whatsapp_handshake(&endpoint, &pairs).await?;
    challenge.ok_or_else(|| Problem::new(Code::Forbidden, "the verify token does not fit"))
}
