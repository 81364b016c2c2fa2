//! Can it take work?

use crate::ops::prelude::*;

/// Answers 200 when this node can take work, and 503 with the reason when it cannot.
#[utoipa::path(get, path = "/readyz", operation_id = "check_readiness", tag = "meta", responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn check_readiness(State(state): State<ApiState>) -> Result<&'static str, Problem> {
    match state.engine().ready().await {
        Ok(()) => Ok("ready"),
        Err(reason) => Err(Problem::new(Code::Unavailable, "this node cannot take work now").because(reason).retry_after(1)),
    }
}
