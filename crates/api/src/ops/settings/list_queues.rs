//! All queues.

use model::UserId;

use crate::documents::Queue;
use crate::ops::conversations::counts::by_queue;
use crate::ops::prelude::*;

#[derive(Serialize, ToSchema)]
pub struct QueueView {
    #[schema(example = "front_desk")]
    pub id: String,
    pub name: String,
    /// A person ought to answer within this time.
    pub reply_within_ms: Option<i64>,
    #[schema(value_type = Vec<String>)]
    pub members: Vec<UserId>,
    /// Cases that nobody has taken.
    pub waiting: u64,
    /// Cases that somebody owns.
    pub open: u64,
}

impl QueueView {
    pub fn of(queue: Queue, waiting: u64, open: u64) -> Self {
        Self {
            id: queue.id,
            name: queue.title,
            reply_within_ms: queue.first_reply_within.map(|m| m.0),
            members: queue.members,
            waiting,
            open,
        }
    }
}

/// Every queue with how much waits in it.
#[utoipa::path(get, path = "/v1/queues", operation_id = "list_queues", tag = "settings",
    responses((status = 200, body = List<QueueView>)), security(("api_key" = ["conversations:read"])))]
pub async fn list_queues(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<QueueView>>, Problem> {
    let counts = by_queue(&state, principal.workspace).await?;
    let queues = state.store().all::<Queue>(principal.workspace).await?;
    let view = |queue: Queue| {
        let count = counts.get(&queue.id).copied().unwrap_or_default();
        QueueView::of(queue, count.waiting, count.open)
    };
    Ok(List::whole(queues.into_iter().map(|q| view(q.value)).collect()))
}
