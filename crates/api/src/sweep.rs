//! Forgetting what has run out: sessions, sign-in links, answers kept for repetitions.

use model::{Millis, Timestamp, WorkspaceId};
use storage::{Document, DocumentExt, Page};

use crate::auth::session_is_over;
use crate::documents::{IdempotencyRecord, Session, SignInLink};
use crate::problem::Problem;
use crate::state::ApiState;

/// How long a repeated request gets its first answer.
pub const REPEATABLE: Millis = Millis::from_hours(24);
/// Documents looked at in one sweep of one kind; the next sweep goes on.
const PAGES: usize = 50;

/// Deletes what has run out, in all workspaces, and says how many documents. To be called now and then, once an hour say.
pub async fn sweep(state: &ApiState) -> Result<usize, Problem> {
    let now = state.wall_now();
    let mut gone = 0;
    for ws in state.store().workspaces().await? {
        gone += forget::<Session>(state, ws, |session| session_is_over(session, now)).await?;
        gone += forget::<SignInLink>(state, ws, |link| link.expires_at <= now).await?;
        gone += forget::<IdempotencyRecord>(state, ws, |record| is_old(record, now)).await?;
    }
    Ok(gone)
}

fn is_old(record: &IdempotencyRecord, now: Timestamp) -> bool {
    record.started_at + REPEATABLE <= now
}

async fn forget<T: Document>(state: &ApiState, ws: WorkspaceId, over: impl Fn(&T) -> bool) -> Result<usize, Problem> {
    let store = state.store();
    let mut gone = 0;
    let mut page = Page::first(500);
    for _ in 0..PAGES {
        let got = store.list::<T>(ws, page).await?;
        for document in got.items.iter().filter(|document| over(&document.value)) {
            gone += usize::from(store.delete_document(ws, T::KIND, &document.id).await?);
        }
        match got.next {
            Some(after) => page = Page { limit: 500, after: Some(after) },
            None => break,
        }
    }
    Ok(gone)
}
