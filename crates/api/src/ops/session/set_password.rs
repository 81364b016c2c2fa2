//! Choosing one's own password.

use axum::http::header;

use crate::auth::{Actor, Passwords, set_cookie, start_session};
use crate::documents::User;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The present one, if there is one.
    #[serde(default)]
    current: Option<String>,
    /// At least 12 characters.
    password: String,
}

/// Sets the caller's password. All other sessions of theirs end.
#[utoipa::path(put, path = "/v1/session/password", operation_id = "set_password", tag = "session",
    request_body = NewPassword, responses((status = 204, description = "Set")), security(("api_key" = ["account"])))]
pub async fn set_password(State(state): State<ApiState>, principal: Principal, body: Body<NewPassword>) -> Result<Response, Problem> {
    let Actor::User(id) = principal.actor else {
        return Err(Problem::new(Code::Forbidden, "a key has no password"));
    };
    if let Some(fault) = Passwords::check("/password", &body.value.password) {
        return Err(Problem::invalid(vec![fault]));
    }
    let store = state.store();
    let user = store.get::<User>(principal.workspace, &id.to_string()).await?.ok_or_else(|| Problem::not_found("the user"))?;
    let now = state.wall_now();
    if let Some(stored) = &user.value.password {
        let name = format!("email:{}", user.value.email);
        if let Err(seconds) = state.limiter().check(&name, now) {
            return Err(Problem::new(Code::TooManyAttempts, format!("wait {seconds} seconds")).retry_after(seconds));
        }
        if !state.passwords().verify(body.value.current.as_deref().unwrap_or_default(), Some(stored)).await? {
            state.limiter().failed(&name, 5, now);
            return Err(Problem::invalid(vec![Fault::new("/current", "this is not the present password")]));
        }
    }
    let hash = state.passwords().hash(state.secrets(), &body.value.password).await?;
    let changed = User { password: Some(hash), sessions_from: now, ..user.value };
    store.put(principal.workspace, &changed, user.version, now).await?;
    let cookie = start_session(&state, principal.workspace, id, principal.ip.map(|ip| ip.to_string())).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let https = state.config().public_url.starts_with("https://");
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(https, &cookie));
    Ok(response)
}
