//! Opening, closing and holding a journey.

use super::get::JourneyView;
use crate::engine::JourneyState;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "state": "closed" }))]
pub struct JourneyPatch {
    state: JourneyState,
}

/// Opens, closes (nobody enters) or holds (everything stands still) a journey. Takes effect with the next step (R-VER-3).
#[utoipa::path(patch, path = "/v1/journeys/{name}", operation_id = "update_journey", tag = "journeys", params(("name" = String, Path)),
    request_body = JourneyPatch, responses((status = 200, body = JourneyView)), security(("api_key" = ["journeys:write"])))]
pub async fn update_journey(
    State(state): State<ApiState>,
    principal: Principal,
    Path(name): Path<String>,
    body: Body<JourneyPatch>,
) -> Result<Json<JourneyView>, Problem> {
    super::load(&state, principal.workspace, &name).await?;
    state.engine().set_journey_state(principal.workspace, &name, body.value.state, &principal.actor()).await?;
    let detail = super::load(&state, principal.workspace, &name).await?;
    Ok(Json(super::get::view(&state, principal.workspace, detail).await?))
}
