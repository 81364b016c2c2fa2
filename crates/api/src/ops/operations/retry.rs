//! Trying a parked signal again.

use model::SignalId;
use storage::StepOutcome;

use crate::ops::prelude::*;

/// What came of the new try.
#[derive(Serialize, ToSchema)]
pub struct Retried {
    /// `applied`, or why it stays parked.
    outcome: String,
}

/// Tries a parked signal again. It leaves the list only if it is applied.
#[utoipa::path(post, path = "/v1/parked_signals/{id}/retry", operation_id = "retry_parked_signal", tag = "operations", params(("id" = String, Path)),
    responses((status = 202, body = Retried)), security(("api_key" = ["operations:write"])))]
pub async fn retry_parked_signal(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<SignalId>,
) -> Result<Response, Problem> {
    let outcome = state.engine().retry_parked(principal.workspace, id).await?.ok_or_else(|| Problem::not_found("the parked signal"))?;
    let outcome = match outcome {
        StepOutcome::Applied(_) | StepOutcome::Duplicate { .. } => "applied".to_owned(),
        StepOutcome::Rejected(rejection) => rejection.detail,
        StepOutcome::Parked { error } => error,
        StepOutcome::Unresolved { .. } => "its contact is not known".to_owned(),
    };
    Ok((StatusCode::ACCEPTED, Json(Retried { outcome })).into_response())
}
