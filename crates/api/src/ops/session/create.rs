//! Signing in, with a password or a link.

use axum::Extension;
use axum::http::{HeaderMap, header};
use model::WorkspaceId;
use serde_json::json;

use super::get::SessionView;
use crate::auth::{PeerAddress, Role, audit, redeem_link, same_origin, set_cookie, start_session};
use crate::documents::{User, UserEmail};
use crate::ops::prelude::*;

/// E-mail address and password, or the token of a sign-in link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "desk@example.com", "password": "a long passphrase" }))]
pub struct SignIn {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    token: Option<String>,
}

/// Wrong passwords that cost nothing, per e-mail address and per network address. Many people may stand behind one network address.
const FREE_PER_EMAIL: u32 = 5;
const FREE_PER_ADDRESS: u32 = 50;

/// Signs in and sets the session's cookie.
#[utoipa::path(post, path = "/v1/session", operation_id = "create_session", tag = "session",
    request_body = SignIn, responses((status = 200, body = SessionView)))]
pub async fn create_session(
    State(state): State<ApiState>,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
    body: Body<SignIn>,
) -> Result<Response, Problem> {
    same_origin(&headers, &state.config().public_url)?;
    let ip = peer.map(|p| p.0.0);
    let (ws, user) = match body.value {
        SignIn { token: Some(token), email: None, password: None } => redeem_link(&state, &token).await?,
        SignIn { email: Some(email), password: Some(password), token: None } => {
            by_password(&state, &email.trim().to_lowercase(), &password, ip).await?
        }
        _ => return Err(Problem::invalid(vec![Fault::new("", "give email and password, or token")])),
    };
    let cookie = start_session(&state, ws, user.id, ip.map(|ip| ip.to_string())).await?;
    audit(&state, ws, &format!("user:{}", user.id), "session.started", "session", json!({}), ip).await;
    let scopes = Role::scopes(&user.roles);
    let view = SessionView::of(&state, ws, Some(user), &scopes).await?;
    let mut response = Json(view).into_response();
    let https = state.config().public_url.starts_with("https://");
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(https, &cookie));
    Ok(response)
}

async fn by_password(state: &ApiState, email: &str, password: &str, ip: Option<std::net::IpAddr>) -> Result<(WorkspaceId, User), Problem> {
    let now = state.wall_now();
    let names = [
        (format!("email:{email}"), FREE_PER_EMAIL),
        (format!("ip:{}", ip.map_or_else(String::new, |ip| ip.to_string())), FREE_PER_ADDRESS),
    ];
    if let Some(seconds) = names.iter().filter_map(|(name, _)| state.limiter().check(name, now).err()).max() {
        return Err(Problem::new(Code::TooManyAttempts, format!("wait {seconds} seconds")).retry_after(seconds));
    }
    let found = find(state, email).await?;
    let stored = found.as_ref().and_then(|(_, user)| user.password.as_deref());
    let right = state.passwords().verify(password, stored).await?;
    match found {
        Some((ws, user)) if right && user.active => {
            state.limiter().succeeded(&names[0].0);
            Ok((ws, user))
        }
        found => {
            for (name, free) in &names {
                state.limiter().failed(name, *free, now);
            }
            if let Some((ws, user)) = found {
                audit(state, ws, "anonymous", "session.refused", &format!("user:{}", user.id), json!({}), ip).await;
            }
            Err(Problem::new(Code::SignInRefused, "e-mail address and password do not belong together"))
        }
    }
}

/// The first workspace that knows the address. People who are in several sign in to the others by link.
async fn find(state: &ApiState, email: &str) -> Result<Option<(WorkspaceId, User)>, Problem> {
    let store = state.store();
    for ws in store.workspaces().await? {
        if let Some(row) = store.get::<UserEmail>(ws, email).await?
            && let Some(user) = store.get::<User>(ws, &row.value.user.to_string()).await?
        {
            return Ok(Some((ws, user.value)));
        }
    }
    Ok(None)
}
