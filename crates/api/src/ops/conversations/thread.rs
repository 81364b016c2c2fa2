//! A thread as people read it: messages, notes and what happened, in one order.

use model::case::Conversation;
use model::timeline::{TimelineEntry, TimelineKind};
use model::{ConversationId, Direction, Message, MessageId, Timestamp, WorkspaceId};
use storage::{Paged, TimelineFilter};

use super::act::load;
use super::imported;
use crate::ops::messages::{hide_deleted, public};
use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_conversation_thread");

/// What a thread shows. A message stands where it came in or was queued; what became of it is in the message itself.
const KINDS: [TimelineKind; 19] = [
    TimelineKind::MessageReceived,
    TimelineKind::MessageRecorded,
    TimelineKind::MessageQueued,
    TimelineKind::MessageNotSent,
    TimelineKind::NoteAdded,
    TimelineKind::CaseOpened,
    TimelineKind::CaseAssigned,
    TimelineKind::CaseResolved,
    TimelineKind::CaseReopened,
    TimelineKind::ReturnedToBot,
    TimelineKind::RunEntered,
    TimelineKind::RunExited,
    TimelineKind::RunCompleted,
    TimelineKind::GoalReached,
    TimelineKind::ConsentChanged,
    TimelineKind::OptOutSuspected,
    TimelineKind::EventTracked,
    TimelineKind::DoubleReach,
    TimelineKind::IdentityChanged,
];

/// The lines in whose place the message itself stands.
const SAYS: [TimelineKind; 4] =
    [TimelineKind::MessageReceived, TimelineKind::MessageRecorded, TimelineKind::MessageImported, TimelineKind::MessageQueued];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// One item of a thread.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThreadItem {
    Message {
        id: String,
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        #[schema(value_type = schema::Message)]
        message: Box<Message>,
        /// What it answers, quotes or reacts to; also when that stands on an older page.
        #[serde(skip_serializing_if = "Option::is_none")]
        quoted: Option<Quoted>,
        /// It is from before the number was connected.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        #[schema(required = false)]
        imported: bool,
    },
    /// Stays inside: no note ever reaches a channel.
    Note {
        id: String,
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        note: Note,
    },
    Event {
        id: String,
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        #[schema(value_type = schema::TimelineEntry)]
        event: Box<TimelineEntry>,
    },
}

/// As much of a message as is shown above the one that refers to it.
#[derive(Serialize, ToSchema)]
pub struct Quoted {
    id: String,
    #[schema(value_type = schema::Direction)]
    direction: Direction,
    summary: String,
    /// Its sender deleted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
pub struct Note {
    /// Id of the user who wrote it.
    user: String,
    text: String,
}

/// A thread, newest first.
#[utoipa::path(get, path = "/v1/conversations/{id}/thread", operation_id = "list_conversation_thread", tag = "conversations", params(("id" = String, Path), Filter),
    responses((status = 200, body = List<ThreadItem>)), security(("api_key" = ["conversations:read"])))]
pub async fn list_conversation_thread(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ConversationId>,
    Query(q): Query<Filter>,
) -> Result<Json<List<ThreadItem>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    let conversation = load(&state, principal.workspace, id).await?;
    Ok(LIST.answer(thread(&state, principal.workspace, &conversation, page).await?, |item| item))
}

/// A page of a thread. What was imported stands before everything else, however late it came.
pub async fn thread(state: &ApiState, ws: WorkspaceId, conversation: &Conversation, page: Page) -> Result<Paged<ThreadItem>, Problem> {
    let mut lines = match page.after.as_deref().and_then(imported::Place::read) {
        Some(place) => imported::page(state, ws, conversation.contact, &place, page.limit).await?,
        None => {
            let (filter, limit) = (TimelineFilter { kinds: KINDS.to_vec() }, page.limit);
            let mut lines = state.store().timeline(ws, conversation.contact, filter, page).await?;
            if lines.next.is_none() && conversation.imported > 0 {
                let newest = imported::Place::newest();
                lines.next = match limit.saturating_sub(lines.items.len() as u32) {
                    0 => Some(newest.written()),
                    room => {
                        let earlier = imported::page(state, ws, conversation.contact, &newest, room).await?;
                        lines.items.extend(earlier.items);
                        earlier.next
                    }
                };
            }
            lines
        }
    };
    hide_deleted(state, ws, &mut lines.items).await?;
    let mut items = Vec::with_capacity(lines.items.len());
    for line in lines.items {
        items.push(item(state, ws, line).await?);
    }
    Ok(Paged { items, next: lines.next })
}

async fn item(state: &ApiState, ws: WorkspaceId, line: TimelineEntry) -> Result<ThreadItem, Problem> {
    if SAYS.contains(&line.kind)
        && let Some(id) = line.message
        && let Some(message) = state.store().message(ws, id).await?
    {
        let quoted = match message.in_reply_to {
            Some(quoted) => state.store().message(ws, quoted).await?.map(|message| Quoted {
                id: quoted.to_string(),
                direction: message.direction,
                summary: message.summary(),
                revoked_at: message.revoked_at,
            }),
            None => None,
        };
        let imported = line.kind == TimelineKind::MessageImported;
        return Ok(ThreadItem::Message { id: id.to_string(), at: line.at, message: Box::new(public(message)), quoted, imported });
    }
    if line.kind == TimelineKind::NoteAdded {
        let data = line.data.to_value();
        let text = |member: &str| data[member].as_str().unwrap_or_default().to_owned();
        return Ok(ThreadItem::Note { id: line.id.to_string(), at: line.at, note: Note { user: text("user"), text: text("text") } });
    }
    Ok(ThreadItem::Event { id: line.id.to_string(), at: line.at, event: Box::new(line) })
}

/// What is newer than the message that somebody had seen, newest first: at most one page.
pub async fn newer_than(
    state: &ApiState,
    ws: WorkspaceId,
    conversation: &Conversation,
    seen: Option<MessageId>,
) -> Result<Vec<ThreadItem>, Problem> {
    let items = thread(state, ws, conversation, Page::first(60)).await?.items;
    let is_seen = |item: &ThreadItem| matches!(item, ThreadItem::Message { message, .. } if Some(message.id) == seen);
    Ok(items.into_iter().take_while(|item| !is_seen(item)).collect())
}
