//! Delivery statuses from Twilio.

use axum::Extension;
use axum::http::{HeaderMap, Uri};
use model::SenderId;

use super::intake::settle;
use crate::auth::PeerAddress;
use crate::extract::RawBody;
use crate::ops::prelude::*;

/// Takes a status. The query's `message` names our message, so that every status finds it.
#[utoipa::path(post, path = "/webhooks/twilio/{sender}/status", operation_id = "receive_twilio_status", tag = "webhooks", params(("sender" = String, Path)),
    request_body(content_type = "application/x-www-form-urlencoded", content = schema::Object), responses((status = 204, description = "Durable")))]
pub async fn receive_twilio_status(
    State(state): State<ApiState>,
    Path(sender): Path<SenderId>,
    peer: Option<Extension<PeerAddress>>,
    uri: Uri,
    headers: HeaderMap,
    RawBody(raw): RawBody,
) -> Result<StatusCode, Problem> {
    let path = uri.path_and_query().map_or(uri.path(), |p| p.as_str());
    let intake = state.engine().receive_twilio_status(sender, path, &headers, &raw).await?;
    settle(&state, "twilio", &sender.to_string(), peer.map(|p| p.0.0), intake).await?;
    Ok(StatusCode::NO_CONTENT)
}
