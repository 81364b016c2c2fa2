//! Registering a number.

use model::SenderId;

use crate::engine::SenderHealth;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "pin": "123456" }))]
pub struct Registration {
    /// Of two-step verification: the number's own, or the one that it gets now. Six digits.
    pin: String,
}

/// Registers the number with its provider, so that it can send and receive. A provider allows few of these a day.
#[utoipa::path(post, path = "/v1/senders/{id}/registration", operation_id = "register_sender", tag = "settings", params(("id" = String, Path)),
    request_body = Registration, responses((status = 200, body = SenderHealth)), security(("api_key" = ["settings:write"])))]
pub async fn register_sender(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
    body: Body<Registration>,
) -> Result<Json<SenderHealth>, Problem> {
    let pin = body.value.pin;
    if pin.len() != 6 || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::invalid(vec![Fault::new("/pin", "a PIN has six digits")]));
    }
    Ok(Json(state.engine().register_sender(principal.workspace, id, &pin).await?))
}

/// Takes the number from its provider's API: it neither sends nor receives until it is registered again.
#[utoipa::path(delete, path = "/v1/senders/{id}/registration", operation_id = "deregister_sender", tag = "settings", params(("id" = String, Path)),
    responses((status = 200, body = SenderHealth)), security(("api_key" = ["settings:write"])))]
pub async fn deregister_sender(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SenderId>,
) -> Result<Json<SenderHealth>, Problem> {
    Ok(Json(state.engine().deregister_sender(principal.workspace, id).await?))
}
