//! An agent's answer.

use model::content::Content;
use model::signal::AgentAct;
use model::{AddressKey, Channel, ConversationId, MessageId, SenderId};
use serde_json::json;

use super::act::{act_once, load};
use super::thread::newer_than;
use crate::ops::messages::{DraftInput, TemplateInput, answer};
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "channel": "whatsapp", "content": { "type": "text", "body": "Of course: does Thursday at ten suit you?" },
    "seen": "msg_01kaqz3e5hf0bax8wtvn9g8c2d" }))]
pub struct NewReply {
    /// The channel of the latest message in when absent.
    #[serde(default)]
    #[schema(value_type = Option<schema::Channel>)]
    channel: Option<Channel>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    sender: Option<SenderId>,
    #[serde(default)]
    #[schema(value_type = Option<schema::AddressKey>)]
    address: Option<AddressKey>,
    #[serde(default)]
    #[schema(value_type = Option<schema::Content>)]
    content: Option<Content>,
    #[serde(default)]
    template: Option<TemplateInput>,
    /// The newest message that the agent had read. If there is a newer one, the reply is refused with `newer_message`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    seen: Option<MessageId>,
    /// A message of this conversation that the answer quotes: one that the person wrote, or one that has reached them.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reply_to: Option<MessageId>,
}

/// Answers in a conversation. Refused with `newer_message` when the thread went on meanwhile (A97), and with `not_sent` when the gate says
/// no, for instance because the customer service window has closed (A99).
#[utoipa::path(post, path = "/v1/conversations/{id}/replies", operation_id = "reply_to_conversation", tag = "conversations",
    params(("id" = String, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = NewReply, responses((status = 201, body = schema::Message)), security(("api_key" = ["conversations:write"])))]
pub async fn reply_to_conversation(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewReply>,
) -> Result<Response, Problem> {
    let conversation = load(&state, principal.workspace, id).await?;
    let NewReply { channel, sender, address, content, template, seen, reply_to } = body.value;
    let Some(channel) = channel.or(conversation.channel) else {
        return Err(Problem::invalid(vec![Fault::new("/channel", "name a channel: this person has not written yet")]));
    };
    let draft = DraftInput { channel, sender, address, content, template };
    let draft = draft.read("", &state, principal.workspace, conversation.contact).await?;
    let act = AgentAct::Reply { draft, seen, reply_to };
    match act_once(&state, &principal, &conversation, act, Some(("reply_to_conversation", key, body.fingerprint))).await {
        Ok(applied) => answer(&state, &principal, &applied).await,
        Err(problem) if problem.code == Code::NewerMessage => {
            let newer = newer_than(&state, principal.workspace, &conversation, seen).await?;
            Err(problem.with("newer", json!(newer)))
        }
        Err(problem) if problem.extra.get("reason").is_some_and(|reason| reason == "not_quotable") => {
            Err(Problem::invalid(vec![Fault::new("/reply_to", "is no message of this conversation that was said on this channel")]))
        }
        Err(problem) => Err(problem),
    }
}
