//! What all acts in a conversation have in common.

use model::case::Conversation;
use model::signal::{AgentAct, SignalBody, Target};
use model::{ConversationId, WorkspaceId};

use crate::ops::prelude::*;
use crate::signals::Applied;

/// A body for acts that need no words.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

pub async fn load(state: &ApiState, ws: WorkspaceId, id: ConversationId) -> Result<Conversation, Problem> {
    state.store().conversation(ws, id).await?.ok_or_else(|| Problem::not_found("the conversation"))
}

/// Applies an act with an `Idempotency-Key` if there is one.
pub async fn act_once(
    state: &ApiState,
    principal: &Principal,
    conversation: &Conversation,
    act: AgentAct,
    once: Option<(&str, Option<String>, u64)>,
) -> Result<Applied, Problem> {
    let body = SignalBody::Agent { user: principal.person(), act };
    let mut ask = Ask::new(Target::Contact(conversation.contact), body);
    if let Some((operation, key, fingerprint)) = once {
        ask = ask.once(operation, principal, key, fingerprint);
    }
    apply(state, principal, ask).await
}

/// Applies an act and answers the conversation as it is then.
pub async fn act(state: &ApiState, principal: &Principal, id: ConversationId, act: AgentAct) -> Result<Json<Conversation>, Problem> {
    let conversation = load(state, principal.workspace, id).await?;
    act_once(state, principal, &conversation, act, None).await?;
    Ok(Json(load(state, principal.workspace, id).await?))
}
