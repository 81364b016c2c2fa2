//! One contact.

use model::ContactId;

use crate::engine::ContactView;
use crate::ops::prelude::*;

/// A contact with its addresses, running journeys, windows and caps.
#[utoipa::path(get, path = "/v1/contacts/{id}", operation_id = "get_contact", tag = "contacts", params(("id" = String, Path)),
    responses((status = 200, body = ContactView)), security(("api_key" = ["contacts:read"])))]
pub async fn get_contact(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
) -> Result<Json<ContactView>, Problem> {
    Ok(Json(super::load(&state, principal.workspace, id).await?))
}
