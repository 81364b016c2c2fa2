//! Deliveries of all providers whose senders have an address of their own.

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use model::SenderId;

use super::intake::settle;
use crate::auth::PeerAddress;
use crate::engine::ProviderDelivery;
use crate::extract::RawBody;
use crate::layers::AsProvided;
use crate::ops::prelude::*;

/// Takes what a provider delivers to one of its senders: messages, statuses, notices. `provider` is as in the sender's settings.
#[utoipa::path(post, path = "/webhooks/{provider}/{sender}", operation_id = "receive_delivery", tag = "webhooks",
    params(("provider" = String, Path, example = "twilio"), ("sender" = String, Path)),
    request_body(content_type = "application/octet-stream", content = String), responses((status = 200, description = "Durable")))]
pub async fn receive_delivery(
    State(state): State<ApiState>,
    Path((provider, sender)): Path<(String, SenderId)>,
    peer: Option<Extension<PeerAddress>>,
    uri: Uri,
    headers: HeaderMap,
    RawBody(raw): RawBody,
) -> Result<Response, Problem> {
    let delivery = ProviderDelivery { provider: &provider, sender, part: "", path_and_query: asked(&uri), headers: &headers, raw: &raw };
    take(&state, &delivery, peer).await
}

pub(super) fn asked(uri: &Uri) -> &str {
    uri.path_and_query().map_or(uri.path(), |p| p.as_str())
}

pub(super) async fn take(
    state: &ApiState,
    delivery: &ProviderDelivery<'_>,
    peer: Option<Extension<PeerAddress>>,
) -> Result<Response, Problem> {
    let intake = state.engine().receive_delivery(delivery).await?;
    let answer = settle(state, delivery.provider, &delivery.sender.to_string(), peer.map(|p| p.0.0), intake).await?;
    let Some(answer) = answer else { return Ok(StatusCode::OK.into_response()) };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    response.extensions_mut().insert(AsProvided);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.mime));
    Ok(response)
}
