//! Making or changing a queue.

use model::{Millis, UserId};

use super::list_queues::QueueView;
use crate::documents::{Queue, User};
use crate::ops::conversations::counts::by_queue;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Front desk", "reply_within_ms": 900000, "members": [] }))]
pub struct QueueInput {
    name: String,
    #[serde(default)]
    reply_within_ms: Option<i64>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    members: Vec<UserId>,
}

/// Makes a queue or changes it.
#[utoipa::path(put, path = "/v1/queues/{id}", operation_id = "update_queue", tag = "settings", params(("id" = String, Path)),
    request_body = QueueInput, responses((status = 200, body = QueueView)), security(("api_key" = ["settings:write"])))]
pub async fn update_queue(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<String>,
    body: Body<QueueInput>,
) -> Result<Json<QueueView>, Problem> {
    let QueueInput { name, reply_within_ms, members } = body.value;
    let mut faults = Vec::new();
    if !crate::ops::is_slug(&id) {
        return Err(Problem::new(Code::InvalidRequest, "a queue's id has 1 to 64 lower-case letters, digits and underscores"));
    }
    if name.trim().is_empty() || name.chars().count() > 100 {
        faults.push(Fault::new("/name", "a name has 1 to 100 characters"));
    }
    if reply_within_ms.is_some_and(|ms| ms <= 0) {
        faults.push(Fault::new("/reply_within_ms", "must be more than 0"));
    }
    let store = state.store();
    for (i, member) in members.iter().enumerate() {
        if store.get::<User>(principal.workspace, &member.to_string()).await?.is_none() {
            faults.push(Fault::new(format!("/members/{i}"), "is no user"));
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let before = store.get::<Queue>(principal.workspace, &id).await?;
    let queue = Queue { id, title: name, first_reply_within: reply_within_ms.map(Millis), members };
    store.put(principal.workspace, &queue, before.map_or(0, |b| b.version), state.engine().now()).await?;
    state.engine().reload(principal.workspace).await?;
    let count = by_queue(&state, principal.workspace).await?.get(&queue.id).copied().unwrap_or_default();
    Ok(Json(QueueView::of(queue, count.waiting, count.open)))
}
