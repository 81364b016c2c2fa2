//! From a request's headers to its caller.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use model::{Millis, Timestamp, WorkspaceId};
use serde_json::json;
use storage::{DocumentExt, StorageError};

use super::token::Token;
use super::{Actor, Principal, Role, audit, cookie_of, find_session};
use crate::documents::{ApiKey, ApiKeyHash};
use crate::problem::{Code, Problem};
use crate::state::ApiState;

/// Use of a key is written at most this often.
const USED_EVERY: Millis = Millis::from_mins(5);
/// Wrong keys that an address may try before it has to wait. High, because many people may stand behind one address.
const FREE: u32 = 50;

/// The caller, or why there is none. A key counts before a cookie.
pub async fn identify(state: &ApiState, headers: &HeaderMap, ip: Option<IpAddr>) -> Result<Principal, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let key = value.to_str().ok().and_then(|v| v.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
        let Some((_, key)) = key else { return Err(unknown("the authorization header must be `Bearer ak_…`")) };
        return by_key(state, key.trim(), ip).await;
    }
    let https = state.config().public_url.starts_with("https://");
    let Some(cookie) = cookie_of(headers, https) else { return Err(unknown("this needs an API key or a session")) };
    let Some((workspace, session, user)) = find_session(state, cookie).await? else {
        return Err(unknown("the session has ended"));
    };
    Ok(Principal {
        workspace,
        actor: Actor::User(user.id),
        name: user.name,
        scopes: Role::scopes(&user.roles),
        roles: user.roles,
        ip,
        session: Some(session.hash),
    })
}

fn unknown(detail: &str) -> Problem {
    Problem::new(Code::Unauthenticated, detail)
}

async fn by_key(state: &ApiState, text: &str, ip: Option<IpAddr>) -> Result<Principal, Problem> {
    let now = state.wall_now();
    let name = format!("key:{}", ip.map_or_else(|| "local".to_owned(), |ip| ip.to_string()));
    if let Err(seconds) = state.limiter().check(&name, now) {
        return Err(Problem::new(Code::TooManyAttempts, "too many unknown keys from this address").retry_after(seconds));
    }
    let store = state.store();
    let Some((workspace, hash)) = Token::read("ak_", text) else {
        state.limiter().failed(&name, FREE, now);
        return Err(unknown("this is not an API key"));
    };
    let known = match state.known_keys().find(&hash, now) {
        Some(key) => Some(key),
        None => read(state, workspace, &hash, now).await?,
    };
    let Some(key) = known else {
        state.limiter().failed(&name, FREE, now);
        if store.workspaces().await?.contains(&workspace) {
            audit(state, workspace, "anonymous", "key.refused", "api_key", json!({}), ip).await;
        }
        return Err(unknown("this API key does not exist or was deleted"));
    };
    Ok(Principal {
        workspace,
        actor: Actor::Key(key.id, key.created_by),
        name: key.name.clone(),
        roles: Vec::new(),
        scopes: key.scopes.clone(),
        ip,
        session: None,
    })
}

/// The key as the store has it, kept for the next requests that come with it.
async fn read(state: &ApiState, workspace: WorkspaceId, hash: &str, now: Timestamp) -> Result<Option<Arc<ApiKey>>, StorageError> {
    let store = state.store();
    let Some(row) = store.get::<ApiKeyHash>(workspace, hash).await? else { return Ok(None) };
    let Some(key) = store.get::<ApiKey>(workspace, &row.value.key.to_string()).await? else { return Ok(None) };
    // A secret that a later one has replaced opens nothing.
    if key.value.hash != hash {
        return Ok(None);
    }
    if key.value.last_used_at.is_none_or(|at| at + USED_EVERY <= now) {
        let used = ApiKey { last_used_at: Some(now), ..key.value.clone() };
        // Losing this race to another request of the same key is fine.
        let _ = store.put(workspace, &used, key.version, now).await;
    }
    let key = Arc::new(key.value);
    state.known_keys().keep(Arc::clone(&key), now);
    Ok(Some(key))
}
