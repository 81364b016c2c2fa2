//! Opening a case by hand.

use model::ContactId;
use model::signal::{AgentAct, SignalBody, Target};
use storage::ConversationFilter;

use crate::once::mark_replayed;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCase {
    #[schema(value_type = String)]
    contact: ContactId,
    queue: String,
}

/// Opens a case with a contact, or joins the one that is open.
#[utoipa::path(post, path = "/v1/conversations", operation_id = "open_case", tag = "conversations", params(("idempotency-key" = Option<String>, Header)),
    request_body = NewCase, responses((status = 201, body = schema::Conversation)), security(("api_key" = ["conversations:write"])))]
pub async fn open_case(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewCase>,
) -> Result<Response, Problem> {
    let NewCase { contact, queue } = body.value;
    if !crate::ops::is_slug(&queue) {
        return Err(Problem::invalid(vec![Fault::new("/queue", "is no queue's id")]));
    }
    crate::ops::contacts::exists(&state, principal.workspace, contact).await?;
    let act = SignalBody::Agent { user: principal.person(), act: AgentAct::Open { queue } };
    let applied =
        apply(&state, &principal, Ask::new(Target::Contact(contact), act).once("open_case", &principal, key, body.fingerprint)).await?;
    let filter = ConversationFilter { contact: Some(contact), ..ConversationFilter::default() };
    let found = state.store().conversations(principal.workspace, filter, Page::first(1)).await?;
    let conversation =
        found.items.into_iter().next().ok_or_else(|| Problem::internal(format!("{contact} has a case and no conversation")))?;
    let response = (StatusCode::CREATED, Json(conversation)).into_response();
    Ok(if applied.replayed { mark_replayed(response) } else { response })
}
