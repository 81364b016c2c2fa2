//! How much there is to do.

use std::collections::BTreeMap;

use model::WorkspaceId;
use model::case::{Conversation, ConversationStatus};
use storage::ConversationFilter;

use crate::ops::prelude::*;

/// Conversations by status. Counting stops at 10,000 that wait or are open and at 2,000 of the others, which nobody has to work through.
#[derive(Default, Serialize, ToSchema)]
pub struct ConversationCounts {
    waiting: u64,
    /// Waiting or open, and assigned to the caller.
    mine: u64,
    open: u64,
    bot: u64,
    resolved: u64,
    queues: BTreeMap<String, QueueCounts>,
}

#[derive(Clone, Copy, Default, Serialize, ToSchema)]
pub struct QueueCounts {
    pub waiting: u64,
    pub open: u64,
}

/// Pages of 500.
const WORK: usize = 20;
const REST: usize = 4;

/// How many conversations there are of each kind.
#[utoipa::path(get, path = "/v1/conversation_counts", operation_id = "get_conversation_counts", tag = "conversations",
    responses((status = 200, body = ConversationCounts)), security(("api_key" = ["conversations:read"])))]
pub async fn get_conversation_counts(State(state): State<ApiState>, principal: Principal) -> Result<Json<ConversationCounts>, Problem> {
    let ws = principal.workspace;
    let me = principal.person();
    let mut counts = ConversationCounts::default();
    each(&state, ws, ConversationStatus::Waiting, WORK, |c| {
        counts.waiting += 1;
        counts.mine += u64::from(assigned(c) == Some(me));
        counts.queues.entry(queue(c)).or_default().waiting += 1;
    })
    .await?;
    each(&state, ws, ConversationStatus::Open, WORK, |c| {
        counts.open += 1;
        counts.mine += u64::from(assigned(c) == Some(me));
        counts.queues.entry(queue(c)).or_default().open += 1;
    })
    .await?;
    each(&state, ws, ConversationStatus::Bot, REST, |_| counts.bot += 1).await?;
    each(&state, ws, ConversationStatus::Resolved, REST, |_| counts.resolved += 1).await?;
    Ok(Json(counts))
}

fn assigned(conversation: &Conversation) -> Option<model::UserId> {
    conversation.case.as_ref().and_then(|case| case.assignee)
}

fn queue(conversation: &Conversation) -> String {
    conversation.case.as_ref().map(|case| case.queue.clone()).unwrap_or_default()
}

/// Waiting and open conversations by queue.
pub async fn by_queue(state: &ApiState, ws: WorkspaceId) -> Result<BTreeMap<String, QueueCounts>, Problem> {
    let mut queues = BTreeMap::<String, QueueCounts>::new();
    each(state, ws, ConversationStatus::Waiting, WORK, |c| queues.entry(queue(c)).or_default().waiting += 1).await?;
    each(state, ws, ConversationStatus::Open, WORK, |c| queues.entry(queue(c)).or_default().open += 1).await?;
    Ok(queues)
}

async fn each(
    state: &ApiState,
    ws: WorkspaceId,
    status: ConversationStatus,
    pages: usize,
    mut see: impl FnMut(&Conversation),
) -> Result<(), Problem> {
    let filter = ConversationFilter { statuses: vec![status], ..ConversationFilter::default() };
    let mut page = Page::first(500);
    for _ in 0..pages {
        let got = state.store().conversations(ws, filter.clone(), page).await?;
        got.items.iter().for_each(&mut see);
        match got.next {
            Some(after) => page = Page { limit: 500, after: Some(after) },
            None => break,
        }
    }
    Ok(())
}
