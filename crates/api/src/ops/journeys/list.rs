//! All journeys.

use super::counts::{Totals, all_versions, sums, totals};
use crate::engine::JourneySummary;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct JourneyItem {
    #[serde(flatten)]
    summary: JourneySummary,
    /// Over all versions.
    counts: Totals,
}

/// Every journey with its state and what became of those who entered.
#[utoipa::path(get, path = "/v1/journeys", operation_id = "list_journeys", tag = "journeys",
    responses((status = 200, body = List<JourneyItem>)), security(("api_key" = ["journeys:read"])))]
pub async fn list_journeys(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<JourneyItem>>, Problem> {
    let mut items = Vec::new();
    for summary in state.engine().journeys(principal.workspace).await? {
        let versions = all_versions(&state, principal.workspace, &summary.name).await?;
        let counts = totals(&sums(&state, principal.workspace, &summary.name, &versions).await?);
        items.push(JourneyItem { summary, counts });
    }
    Ok(List::whole(items))
}
