//! Making a contact known.

use model::ContactId;
use model::signal::SignalBody;

use super::ContactInput;
use crate::engine::ContactView;
use crate::once::mark_replayed;
use crate::ops::prelude::*;

/// Makes a contact known. If one of its addresses is known already, that contact is changed and the status is 200.
#[utoipa::path(post, path = "/v1/contacts", operation_id = "create_contact", tag = "contacts", params(("idempotency-key" = Option<String>, Header)),
    request_body = ContactInput, responses((status = 201, body = ContactView), (status = 200, body = ContactView, description = "It was known already")),
    security(("api_key" = ["contacts:write"])))]
pub async fn create_contact(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<ContactInput>,
) -> Result<Response, Problem> {
    if body.value.id.is_some() {
        return Err(Problem::invalid(vec![Fault::new("/id", "ids are given by the server")]));
    }
    let (target, patch) = body.value.read("", true).map_err(Problem::invalid)?;
    let ask = Ask::new(target, SignalBody::ContactUpdate(patch)).once("create_contact", &principal, key, body.fingerprint);
    let applied = apply(&state, &principal, ask).await?;
    let view = super::load(&state, principal.workspace, applied.contact).await?;
    if applied.replayed {
        return Ok(mark_replayed((StatusCode::CREATED, Json(view)).into_response()));
    }
    // A new contact has the id of the signal that brought it.
    let is_new = applied.contact == ContactId::from_u128(applied.signal.as_u128());
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(view)).into_response())
}
