//! Messages in, from Twilio.

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use model::SenderId;

use super::intake::settle;
use crate::auth::PeerAddress;
use crate::extract::RawBody;
use crate::ops::prelude::*;

/// Takes a message. The answer is an empty document in Twilio's markup: replies go out through the gate and never from here.
#[utoipa::path(post, path = "/webhooks/twilio/{sender}/inbound", operation_id = "receive_twilio_inbound", tag = "webhooks", params(("sender" = String, Path)),
    request_body(content_type = "application/x-www-form-urlencoded", content = schema::Object), responses((status = 200, content_type = "text/xml", body = String)))]
pub async fn receive_twilio_inbound(
    State(state): State<ApiState>,
    Path(sender): Path<SenderId>,
    peer: Option<Extension<PeerAddress>>,
    uri: Uri,
    headers: HeaderMap,
    RawBody(raw): RawBody,
) -> Result<Response, Problem> {
    let path = uri.path_and_query().map_or(uri.path(), |p| p.as_str());
    let intake = state.engine().receive_twilio_inbound(sender, path, &headers, &raw).await?;
    settle(&state, "twilio", &sender.to_string(), peer.map(|p| p.0.0), intake).await?;
    let mut response = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>".into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    Ok(response)
}
