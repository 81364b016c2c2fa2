//! Asking for a message outside of any journey.

use model::message::{Class, Origin};
use model::signal::{MessageRequest, SignalBody, Target};
use model::{ContactId, Millis, Purpose};

use super::DraftInput;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "contact": "ctc_01kaqz3e5hf0bax8wtvn9g8c2d", "purpose": "transactional",
    "channels": [{ "channel": "whatsapp", "content": { "type": "text", "body": "Your table is ready." } }, { "channel": "sms", "content": { "type": "text", "body": "Your table is ready." } }] }))]
pub struct NewMessage {
    #[schema(value_type = String)]
    contact: ContactId,
    #[schema(value_type = schema::Purpose)]
    purpose: Purpose,
    #[serde(default)]
    topic: Option<String>,
    /// In the order of preference; the gate takes the first that may.
    channels: Vec<DraftInput>,
    /// Later than this it is not sent.
    #[serde(default)]
    max_lateness_ms: Option<i64>,
}

/// Asks for a message. The gate decides, as it does for journeys: consent, caps, quiet hours and windows hold here too (A65).
/// When it says no, the answer is a problem with the code `not_sent` that names the stored verdict.
#[utoipa::path(post, path = "/v1/messages", operation_id = "create_message", tag = "messages", params(("idempotency-key" = Option<String>, Header)),
    request_body = NewMessage, responses((status = 201, body = schema::Message)), security(("api_key" = ["messages:send"])))]
pub async fn create_message(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewMessage>,
) -> Result<Response, Problem> {
    let new = body.value;
    if !(1..=4).contains(&new.channels.len()) {
        return Err(Problem::invalid(vec![Fault::new("/channels", "name 1 to 4 channels")]));
    }
    if new.max_lateness_ms.is_some_and(|ms| ms < 0) {
        return Err(Problem::invalid(vec![Fault::new("/max_lateness_ms", "must not be negative")]));
    }
    crate::ops::contacts::exists(&state, principal.workspace, new.contact).await?;
    let mut channels = Vec::with_capacity(new.channels.len());
    for (i, draft) in new.channels.into_iter().enumerate() {
        channels.push(draft.read(&format!("/channels/{i}"), &state, principal.workspace, new.contact).await?);
    }
    let request = MessageRequest {
        origin: Origin::Api { key: principal.actor() },
        class: class_of(new.purpose),
        purpose: new.purpose,
        topic: new.topic,
        channels,
        max_lateness: new.max_lateness_ms.map(Millis),
    };
    let ask = Ask::new(Target::Contact(new.contact), SignalBody::Request(Box::new(request)));
    let applied = apply(&state, &principal, ask.once("create_message", &principal, key, body.fingerprint)).await?;
    answer(&state, &principal, &applied).await
}

/// The queued message, or why there is none.
pub async fn answer(state: &ApiState, principal: &Principal, applied: &crate::signals::Applied) -> Result<Response, Problem> {
    let reply = &applied.reply;
    let Some(message) = reply["message_id"].as_str().and_then(|id| id.parse().ok()) else {
        let reason = reply["reason"].as_str().unwrap_or("the gate said no");
        let mut problem = Problem::new(Code::NotSent, reason);
        for (member, key) in [("decision", "decision_id"), ("reason", "code"), ("cause", "cause")] {
            if let Some(value) = reply.get(key).filter(|v| !v.is_null()) {
                problem = problem.with(member, value.clone());
            }
        }
        return Err(problem);
    };
    let message = super::get::load(state, principal.workspace, message).await?;
    let response = (StatusCode::CREATED, Json(message)).into_response();
    Ok(if applied.replayed { crate::once::mark_replayed(response) } else { response })
}

const fn class_of(purpose: Purpose) -> Class {
    match purpose {
        Purpose::Promotional => Class::Promotional,
        Purpose::Transactional | Purpose::Authentication => Class::Transactional,
        Purpose::Service => Class::Service,
    }
}
