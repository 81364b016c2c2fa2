//! A journey's versions.

use crate::engine::JourneyVersion;
use crate::ops::prelude::*;

/// Every version that was published, newest first.
#[utoipa::path(get, path = "/v1/journeys/{name}/versions", operation_id = "list_journey_versions", tag = "journeys", params(("name" = String, Path)),
    responses((status = 200, body = List<JourneyVersion>)), security(("api_key" = ["journeys:read"])))]
pub async fn list_journey_versions(
    State(state): State<ApiState>,
    principal: Principal,
    Path(name): Path<String>,
) -> Result<Json<List<JourneyVersion>>, Problem> {
    super::load(&state, principal.workspace, &name).await?;
    Ok(List::whole(state.engine().journey_versions(principal.workspace, &name).await?))
}
