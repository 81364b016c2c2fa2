//! One event.

use super::EventInput;
use super::input::EventAccepted;
use crate::once::mark_replayed;
use crate::ops::prelude::*;

/// Takes one event. It is durable when the answer comes; journeys have seen it, with what it says about the contact (A4).
#[utoipa::path(post, path = "/v1/events", operation_id = "create_event", tag = "events", params(("idempotency-key" = Option<String>, Header)),
    request_body = EventInput, responses((status = 202, body = EventAccepted)), security(("api_key" = ["events:write"])))]
pub async fn create_event(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<EventInput>,
) -> Result<Response, Problem> {
    accept_event(&state, &principal, key, body).await
}

/// The operation itself, for whoever has authorized and read the request.
pub(crate) async fn accept_event(
    state: &ApiState,
    principal: &Principal,
    key: Option<String>,
    body: Body<EventInput>,
) -> Result<Response, Problem> {
    let mut ask = body.value.read("").map_err(Problem::invalid)?;
    // The event's own id counts before the request's key: it is the stronger promise.
    if ask.dedupe_key.is_none() {
        ask = ask.once("create_event", principal, key, body.fingerprint);
    }
    let applied = apply(state, principal, ask).await?;
    let response = (StatusCode::ACCEPTED, Json(super::input::EventAccepted::from(&applied))).into_response();
    Ok(if applied.replayed { mark_replayed(response) } else { response })
}
