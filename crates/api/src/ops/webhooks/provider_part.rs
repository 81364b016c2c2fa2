//! Deliveries of providers that deliver different things to different addresses.

use axum::Extension;
use axum::http::{HeaderMap, Uri};
use model::SenderId;

use super::provider::{asked, take};
use crate::auth::PeerAddress;
use crate::engine::ProviderDelivery;
use crate::extract::RawBody;
use crate::ops::prelude::*;

/// Takes what a provider delivers to one of the addresses of a sender: for Twilio, messages to `inbound` and statuses to `status`.
#[utoipa::path(post, path = "/webhooks/{provider}/{sender}/{part}", operation_id = "receive_delivery_part", tag = "webhooks",
    params(("provider" = String, Path, example = "twilio"), ("sender" = String, Path), ("part" = String, Path, example = "inbound")),
    request_body(content_type = "application/octet-stream", content = String), responses((status = 200, description = "Durable")))]
pub async fn receive_delivery_part(
    State(state): State<ApiState>,
    Path((provider, sender, part)): Path<(String, SenderId, String)>,
    peer: Option<Extension<PeerAddress>>,
    uri: Uri,
    headers: HeaderMap,
    RawBody(raw): RawBody,
) -> Result<Response, Problem> {
    let delivery = ProviderDelivery { provider: &provider, sender, part: &part, path_and_query: asked(&uri), headers: &headers, raw: &raw };
    take(&state, &delivery, peer).await
}
