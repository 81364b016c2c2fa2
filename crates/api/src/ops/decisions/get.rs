//! One verdict.

use model::DecisionId;
use model::decision::DecisionRecord;

use crate::ops::prelude::*;

/// A verdict with every rule, its inputs and its result, and the channels ranked (A87).
#[utoipa::path(get, path = "/v1/decisions/{id}", operation_id = "get_decision", tag = "decisions", params(("id" = String, Path)),
    responses((status = 200, body = schema::DecisionRecord)), security(("api_key" = ["decisions:read"])))]
pub async fn get_decision(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<DecisionId>,
) -> Result<Json<DecisionRecord>, Problem> {
    let record = state.store().decision(principal.workspace, id).await?;
    record.map(Json).ok_or_else(|| Problem::not_found("the decision"))
}
