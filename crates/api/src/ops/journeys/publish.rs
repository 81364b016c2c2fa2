//! Publishing a journey.

use serde_json::json;

use super::get::JourneyView;
use super::validate::JourneySource;
use crate::engine::Published;
use crate::ops::prelude::*;

/// Publishes a journey. New entries take the new version; who is inside stays with theirs (R-VER-1). Publishing the same source again
/// changes nothing.
#[utoipa::path(post, path = "/v1/journeys", operation_id = "publish_journey", tag = "journeys",
    request_body = JourneySource, responses((status = 201, body = JourneyView)), security(("api_key" = ["journeys:write"])))]
pub async fn publish_journey(State(state): State<ApiState>, principal: Principal, body: Body<JourneySource>) -> Result<Response, Problem> {
    match state.engine().publish_journey(principal.workspace, &body.value.source, &principal.actor()).await? {
        Published::Done(detail) => {
            let view = super::get::view(&state, principal.workspace, *detail).await?;
            Ok((StatusCode::CREATED, Json(view)).into_response())
        }
        Published::Refused(diagnostics) => {
            let errors = diagnostics.iter().filter(|d| d.severity == crate::engine::Severity::Error).count();
            let detail = if errors == 1 { "the journey has one error".to_owned() } else { format!("the journey has {errors} errors") };
            Err(Problem::new(Code::InvalidJourney, detail).with("diagnostics", json!(diagnostics)))
        }
    }
}
