//! Changing a contact.

use model::ContactId;
use model::signal::SignalBody;

use super::ContactInput;
use crate::engine::ContactView;
use crate::ops::prelude::*;

/// Adds what is newly known. Addresses are added and never replaced; attributes that are `null` are removed.
#[utoipa::path(patch, path = "/v1/contacts/{id}", operation_id = "update_contact", tag = "contacts", params(("id" = String, Path)),
    request_body = ContactInput, responses((status = 200, body = ContactView)), security(("api_key" = ["contacts:write"])))]
pub async fn update_contact(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
    body: Body<ContactInput>,
) -> Result<Json<ContactView>, Problem> {
    if body.value.id.is_some_and(|given| given != id) {
        return Err(Problem::invalid(vec![Fault::new("/id", "is another contact than the address names")]));
    }
    super::exists(&state, principal.workspace, id).await?;
    let input = ContactInput { id: Some(id), ..body.value };
    let (target, patch) = input.read("", false).map_err(Problem::invalid)?;
    apply(&state, &principal, Ask::new(target, SignalBody::ContactUpdate(patch))).await?;
    Ok(Json(super::load(&state, principal.workspace, id).await?))
}
