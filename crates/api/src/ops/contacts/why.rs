//! Why is this person (not) in that journey?

use model::ContactId;

use crate::engine::Why;
use crate::ops::prelude::*;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The journey's name.
    journey: String,
}

/// Explains why a journey did or did not run for a contact, also when nothing was ever sent (A87).
#[utoipa::path(get, path = "/v1/contacts/{id}/why", operation_id = "explain_journey", tag = "contacts", params(("id" = String, Path), Filter),
    responses((status = 200, body = Why)), security(("api_key" = ["decisions:read"])))]
pub async fn explain_journey(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
    Query(q): Query<Filter>,
) -> Result<Json<Why>, Problem> {
    super::exists(&state, principal.workspace, id).await?;
    let why = state.engine().why(principal.workspace, id, &q.journey).await?;
    why.map(Json).ok_or_else(|| Problem::not_found("the journey"))
}
