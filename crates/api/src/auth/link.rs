//! Sign-in links: how the first owner, an invited person, or somebody without a password gets in. Each works once.

use model::{Millis, UserId, WorkspaceId};
use storage::{Document, DocumentExt};

use super::token::Token;
use crate::documents::{SignInLink, User};
use crate::problem::{Code, Problem};
use crate::state::ApiState;

/// Makes a link for a user. Show it to that person only: whoever opens it is them.
pub async fn sign_in_link(state: &ApiState, ws: WorkspaceId, user: UserId, life: Millis) -> Result<String, Problem> {
    let now = state.wall_now();
    let token = Token::mint(state.secrets(), "", ws);
    state.store().put(ws, &SignInLink { hash: token.hash, user, expires_at: now + life }, 0, now).await?;
    Ok(format!("{}/sign-in?token={}", state.config().public_url, token.text))
}

/// Uses a link up. The deletion decides who was first, so a link opened twice at once signs in once.
pub async fn redeem_link(state: &ApiState, token: &str) -> Result<(WorkspaceId, User), Problem> {
    let refused = || Problem::new(Code::LinkUsed, "this sign-in link is not valid, was used, or has run out");
    let (ws, hash) = Token::read("", token).ok_or_else(refused)?;
    let store = state.store();
    let link = store.get::<SignInLink>(ws, &hash).await?.ok_or_else(refused)?;
    if !store.delete_document(ws, SignInLink::KIND, &hash).await? || link.value.expires_at <= state.wall_now() {
        return Err(refused());
    }
    let user = store.get::<User>(ws, &link.value.user.to_string()).await?.ok_or_else(refused)?;
    if user.value.active { Ok((ws, user.value)) } else { Err(refused()) }
}
