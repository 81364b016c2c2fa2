//! Deliveries of the WhatsApp Cloud API.

use std::net::IpAddr;

use axum::Extension;
use axum::http::HeaderMap;

use super::intake::settle;
use crate::auth::PeerAddress;
use crate::extract::RawBody;
use crate::ops::prelude::*;

/// Takes messages, statuses and account notices. `endpoint` is a sender's id or an app's name.
#[utoipa::path(post, path = "/webhooks/whatsapp/{endpoint}", operation_id = "receive_whatsapp", tag = "webhooks", params(("endpoint" = String, Path)),
    request_body(content_type = "application/json", content = schema::Object), responses((status = 200, description = "Durable")))]
pub async fn receive_whatsapp(
    State(state): State<ApiState>,
    Path(endpoint): Path<String>,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
    RawBody(raw): RawBody,
) -> Result<StatusCode, Problem> {
    take_whatsapp(&state, &endpoint, peer.map(|p| p.0.0), &headers, &raw).await
}

/// The operation itself, for whoever has read the request.
pub(crate) async fn take_whatsapp(
    state: &ApiState,
    endpoint: &str,
    ip: Option<IpAddr>,
    headers: &HeaderMap,
    raw: &[u8],
) -> Result<StatusCode, Problem> {
    let intake = state.engine().receive_whatsapp(endpoint, headers, raw).await?;
    settle(state, "whatsapp", endpoint, ip, intake).await?;
    Ok(StatusCode::OK)
}
