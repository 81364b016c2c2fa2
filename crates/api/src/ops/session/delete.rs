//! Signing out.

use axum::http::header;

use crate::auth::{clear_cookie, end_session};
use crate::ops::prelude::*;

/// Ends the session and takes its cookie away.
#[utoipa::path(delete, path = "/v1/session", operation_id = "delete_session", tag = "session",
    responses((status = 204, description = "Signed out")), security(("api_key" = ["account"])))]
pub async fn delete_session(State(state): State<ApiState>, principal: Principal) -> Result<Response, Problem> {
    if let Some(hash) = &principal.session {
        end_session(&state, principal.workspace, hash).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let https = state.config().public_url.starts_with("https://");
    response.headers_mut().insert(header::SET_COOKIE, clear_cookie(https));
    Ok(response)
}
