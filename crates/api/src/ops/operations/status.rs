//! How it is.

use model::Timestamp;

use crate::engine::{EngineStatus, Latency};
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct Status {
    version: &'static str,
    /// The product's clock. In a demo it may run faster than the wall's.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// From an event to the provider's call, on the node that answers.
    latency: Latency,
    #[serde(flatten)]
    engine: EngineStatus,
}

/// Version, clock and senders' health.
#[utoipa::path(get, path = "/v1/status", operation_id = "get_status", tag = "operations",
    responses((status = 200, body = Status)), security(("api_key" = ["status:read"])))]
pub async fn get_status(State(state): State<ApiState>, principal: Principal) -> Result<Json<Status>, Problem> {
    let engine = state.engine().status(principal.workspace).await?;
    Ok(Json(Status { version: state.config().version, now: state.engine().now(), latency: state.engine().latency(), engine }))
}
