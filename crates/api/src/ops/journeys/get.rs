//! One journey.

use model::WorkspaceId;

use super::counts::{Totals, all_versions, sums, totals};
use crate::engine::JourneyDetail;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct JourneyView {
    #[serde(flatten)]
    detail: JourneyDetail,
    /// Over all versions.
    counts: Totals,
}

/// A journey with its source and its graph.
#[utoipa::path(get, path = "/v1/journeys/{name}", operation_id = "get_journey", tag = "journeys", params(("name" = String, Path)),
    responses((status = 200, body = JourneyView)), security(("api_key" = ["journeys:read"])))]
pub async fn get_journey(
    State(state): State<ApiState>,
    principal: Principal,
    Path(name): Path<String>,
) -> Result<Json<JourneyView>, Problem> {
    let detail = super::load(&state, principal.workspace, &name).await?;
    Ok(Json(view(&state, principal.workspace, detail).await?))
}

pub async fn view(state: &ApiState, ws: WorkspaceId, detail: JourneyDetail) -> Result<JourneyView, Problem> {
    let versions = all_versions(state, ws, &detail.summary.name).await?;
    let counts = totals(&sums(state, ws, &detail.summary.name, &versions).await?);
    Ok(JourneyView { detail, counts })
}
