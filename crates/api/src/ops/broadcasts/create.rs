//! Writing a broadcast.

use model::BroadcastId;

use super::view::{BroadcastView, view};
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "source": "broadcast: spring_offer\npurpose: promotional\ntopic: offers\naudience: { where: \"contact.city == 'Lisbon'\" }\nholdout: 5%\nsend:\n  sms: { text: \"Hello {{ contact.first_name | default: 'there' }}, spring is here.\" }\n  max_lateness: 24h\n" }))]
pub struct BroadcastSource {
    /// The file, as `docs/broadcasts.md` describes it.
    pub source: String,
}

/// Makes a draft. Nothing is sent, and nobody is chosen yet.
#[utoipa::path(post, path = "/v1/broadcasts", operation_id = "create_broadcast", tag = "broadcasts",
    params(("idempotency-key" = Option<String>, Header)), request_body = BroadcastSource,
    responses((status = 201, body = BroadcastView)), security(("api_key" = ["broadcasts:write"])))]
pub async fn create_broadcast(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<BroadcastSource>,
) -> Result<Response, Problem> {
    let source = body.value.source;
    let once = Once { state: &state, principal: &principal, operation: "create_broadcast", key, fingerprint: body.fingerprint };
    once.run(|id| write(&state, &principal, BroadcastId::from_u128(id), source)).await
}

async fn write(state: &ApiState, principal: &Principal, id: BroadcastId, source: String) -> Result<Created, Problem> {
    let (ws, by) = (principal.workspace, principal.actor());
    let outcome = state.engine().create_broadcast(ws, id, &source, principal.person(), &by).await?;
    Created::of(&view(state, ws, super::written(outcome)?).await?)
}
