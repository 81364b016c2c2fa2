//! Checking a source without publishing it.

use crate::engine::Validation;
use crate::ops::prelude::*;

/// A journey's file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JourneySource {
    /// YAML.
    pub source: String,
}

/// Compiles a journey and says what is wrong with it, with line, column and how to mend it.
#[utoipa::path(post, path = "/v1/journey_validations", operation_id = "validate_journey", tag = "journeys",
    request_body = JourneySource, responses((status = 200, body = Validation)), security(("api_key" = ["journeys:read"])))]
pub async fn validate_journey(
    State(state): State<ApiState>,
    principal: Principal,
    body: Body<JourneySource>,
) -> Result<Json<Validation>, Problem> {
    Ok(Json(state.engine().validate_journey(principal.workspace, &body.value.source).await?))
}
