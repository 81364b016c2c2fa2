//! Subscribing somebody else's system to our events.

use integrations::endpoint::Endpoint;
use model::id::DeliveryId;

use super::list_endpoints::EndpointView;
use crate::auth::signing_secret;
use crate::documents::EndpointDocument;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "url": "https://crm.example.com/hooks/antiphon", "events": ["appointment_confirmed", "case_opened"] }))]
pub struct NewEndpoint {
    url: String,
    /// Event names; `*` means all.
    events: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct NewEndpointView {
    #[serde(flatten)]
    endpoint: EndpointView,
    /// Shown only here. Deliveries are signed with it as the Standard Webhooks specification says.
    #[schema(example = "whsec_…")]
    secret: Option<String>,
}

/// Subscribes an endpoint.
#[utoipa::path(post, path = "/v1/webhook_endpoints", operation_id = "create_webhook_endpoint", tag = "settings", params(("idempotency-key" = Option<String>, Header)),
    request_body = NewEndpoint, responses((status = 201, body = NewEndpointView)), security(("api_key" = ["settings:write"])))]
pub async fn create_webhook_endpoint(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewEndpoint>,
) -> Result<Response, Problem> {
    let NewEndpoint { url, events } = body.value;
    let mut faults = Vec::new();
    if !is_web_address(&url) {
        faults.push(Fault::new("/url", "must be an http or https address"));
    }
    if events.is_empty() || events.len() > 100 || events.iter().any(|e| e.is_empty() || e.len() > 100) {
        faults.push(Fault::new("/events", "name 1 to 100 events, or `*` for all"));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let once = Once { state: &state, principal: &principal, operation: "create_webhook_endpoint", key, fingerprint: body.fingerprint };
    once.run(|id| add(&state, &principal, id, url, events)).await
}

/// Whether it can be posted to at all. Addresses inside our own network are refused where the request is made, after the name is resolved.
fn is_web_address(url: &str) -> bool {
    let parsed = url.parse::<axum::http::Uri>();
    url.len() <= 2000
        && parsed.is_ok_and(|u| matches!(u.scheme_str(), Some("http" | "https")) && u.host().is_some_and(|h| !h.is_empty()))
        && !url.contains('@')
}

async fn add(state: &ApiState, principal: &Principal, id: u128, url: String, events: Vec<String>) -> Result<Created, Problem> {
    let secret = signing_secret(state.secrets());
    let now = state.engine().now();
    let id = DeliveryId::from_u128(id).to_string().replacen("dlv_", "ep_", 1);
    let endpoint = EndpointDocument(Endpoint { id: id.clone(), url, events, secret: secret.clone(), enabled: true, created_at: now });
    // A try that was cut off may have left one whose secret nobody saw; the new one takes its place.
    let before = state.store().get::<EndpointDocument>(principal.workspace, &id).await?;
    state.store().put(principal.workspace, &endpoint, before.map_or(0, |b| b.version), now).await?;
    state.engine().reload(principal.workspace).await?;
    let view = |secret| crate::once::to_json(&NewEndpointView { endpoint: endpoint.clone().into(), secret });
    Ok(Created { now: view(Some(secret))?, again: view(None)? })
}
