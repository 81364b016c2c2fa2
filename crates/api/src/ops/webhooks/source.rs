//! Signed events from declared sources (A5).

use axum::Extension;
use axum::http::HeaderMap;
use integrations::standard_webhooks::{self, Headers};
use model::{SignalId, WorkspaceId};
use serde_json::json;

use crate::auth::{PeerAddress, audit};
use crate::documents::SourceDocument;
use crate::engine::NewSignal;
use crate::extract::{RawBody, parse};
use crate::ops::contacts::ContactInput;
use crate::ops::events::EventInput;
use crate::ops::prelude::*;
use crate::signals::read;

/// A Standard Webhook that carries a business event.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "type": "appointment_booked", "timestamp": "2026-11-22T09:30:00Z",
    "data": { "contact": { "phone": "+12025550123" }, "properties": { "appointment_id": "A-1001" } } }))]
pub struct SourceEvent {
    /// The event's name.
    r#type: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    timestamp: Option<model::Timestamp>,
    data: SourceData,
}

#[derive(Deserialize, ToSchema)]
pub struct SourceData {
    contact: ContactInput,
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    properties: model::value::Attributes,
}

#[derive(Serialize, ToSchema)]
pub struct SourceAccepted {
    #[schema(value_type = String)]
    signal_id: SignalId,
    /// The same webhook was taken before; nothing was done twice.
    duplicate: bool,
}

/// Takes a signed event. A redelivery has the same `webhook-id` and changes nothing.
#[utoipa::path(post, path = "/sources/{id}", operation_id = "receive_source_event", tag = "webhooks",
    params(("id" = String, Path), ("webhook-id" = String, Header), ("webhook-timestamp" = String, Header), ("webhook-signature" = String, Header)),
    request_body = SourceEvent, responses((status = 202, body = SourceAccepted)))]
pub async fn receive_source_event(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
    RawBody(raw): RawBody,
) -> Result<(StatusCode, Json<SourceAccepted>), Problem> {
    let (ws, source) = find(&state, &id).await?.ok_or_else(|| Problem::not_found("this source"))?;
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let signed = Headers { id: text("webhook-id"), timestamp: text("webhook-timestamp"), signature: text("webhook-signature") };
    let secrets: Vec<&str> = source.0.secrets.iter().map(String::as_str).collect();
    // The sender's clock is the wall's, also when ours runs faster in a demo.
    let webhook = match standard_webhooks::verify(&secrets, &signed, &raw, state.wall_now()) {
        Ok(webhook) => webhook.to_owned(),
        Err(error) => {
            let detail = json!({ "reason": error.to_string() });
            audit(&state, ws, &format!("source:{id}"), "webhook.bad_signature", &format!("source:{id}"), detail, peer.map(|p| p.0.0)).await;
            return Err(Problem::new(Code::BadSignature, error.to_string()));
        }
    };
    let event: SourceEvent = parse(&raw)?;
    let SourceData { contact, properties } = event.data;
    let input = EventInput { name: event.r#type, contact, properties, event_id: None, occurred_at: event.timestamp };
    let ask = input.read("").map_err(Problem::invalid)?;
    let signal = NewSignal {
        id: SignalId::from_u128(state.engine().mint()),
        workspace: ws,
        target: ask.target,
        body: ask.body,
        event_time: ask.event_time.unwrap_or_else(|| state.engine().now()),
        source: format!("source:{id}"),
        dedupe_key: Some(format!("source:{id}:{webhook}")),
        fingerprint: None,
    };
    let signal_id = signal.id;
    let outcome = state.engine().submit(vec![signal]).await?.pop().ok_or_else(|| Problem::internal("the engine answered nothing"))?;
    let applied = read(signal_id, false, outcome)?;
    Ok((StatusCode::ACCEPTED, Json(SourceAccepted { signal_id: applied.signal, duplicate: applied.replayed })))
}

/// A source's id is unique in its workspace; with several workspaces the first one that has it is meant.
async fn find(state: &ApiState, id: &str) -> Result<Option<(WorkspaceId, SourceDocument)>, Problem> {
    let store = state.store();
    for ws in store.workspaces().await? {
        if let Some(source) = store.get::<SourceDocument>(ws, id).await? {
            return Ok(Some((ws, source.value)));
        }
    }
    Ok(None)
}
