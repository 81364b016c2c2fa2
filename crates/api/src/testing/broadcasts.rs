//! Broadcasts as far as the API's tests need them: the real documents and rows, and no loop that carries them out.

use std::collections::BTreeMap;

use model::broadcast::{Approval, Broadcast, BroadcastState, GuardSettings, NewRecipient, Progress, Turn, broadcast_scope};
use model::{BroadcastId, Purpose, Timestamp, UserId, WorkspaceId};
use storage::{DocumentExt, Store};

use crate::documents::BroadcastDocument;
use crate::engine::{BroadcastPreview, BroadcastWish, BroadcastWritten, Diagnostic, EngineError, ListedOutcome, ListedRecipient, Severity};

pub fn draft(id: BroadcastId, source: &str, author: UserId, by: &str, at: Timestamp) -> Result<Broadcast, Diagnostic> {
    let name = source.lines().find_map(|line| line.strip_prefix("broadcast: ")).ok_or_else(|| Diagnostic {
        severity: Severity::Error,
        code: "no_name".to_owned(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        what: "the broadcast has no name".to_owned(),
        fix: "write `broadcast: <name>`".to_owned(),
    })?;
    Ok(Broadcast {
        id,
        source: source.to_owned(),
        version: "v1".to_owned(),
        name: name.to_owned(),
        title: None,
        purpose: Purpose::Promotional,
        listed: true,
        holdout: 0,
        state: BroadcastState::Draft,
        history: vec![Turn { to: BroadcastState::Draft, at, by: by.to_owned(), reason: None }],
        created_at: at,
        author,
        approval: None,
        preview: None,
        recipients: 0,
        canary: 0,
        start_asked_by: None,
        starts_at: None,
        due_at: None,
        canary_done_at: None,
        paused_in: None,
    })
}

pub async fn create(store: &dyn Store, ws: WorkspaceId, draft: Result<Broadcast, Diagnostic>) -> Result<BroadcastWritten, EngineError> {
    match draft {
        Err(diagnostic) => Ok(BroadcastWritten::Refused(vec![diagnostic])),
        Ok(broadcast) => {
            store.put(ws, &BroadcastDocument(broadcast.clone()), 0, broadcast.created_at).await?;
            Ok(BroadcastWritten::Done(Box::new(broadcast)))
        }
    }
}

pub async fn change(
    store: &dyn Store,
    ws: WorkspaceId,
    id: BroadcastId,
    at: Timestamp,
    work: impl FnOnce(&mut Broadcast),
) -> Result<Broadcast, EngineError> {
    let stored = store.get::<BroadcastDocument>(ws, &id.to_string()).await?;
    let mut stored = stored.ok_or_else(|| EngineError::NotFound("the broadcast".to_owned()))?;
    work(&mut stored.value.0);
    store.put(ws, &stored.value, stored.version, at).await?;
    Ok(stored.value.0)
}

pub async fn approve(store: &dyn Store, ws: WorkspaceId, id: BroadcastId, user: UserId, at: Timestamp) -> Result<Broadcast, EngineError> {
    let approval = Approval { by: user, at, version: "v1".to_owned() };
    change(store, ws, id, at, |broadcast| broadcast.approval = Some(approval)).await
}

pub async fn add(
    store: &dyn Store,
    ws: WorkspaceId,
    id: BroadcastId,
    lines: Vec<ListedRecipient>,
    at: Timestamp,
) -> Result<ListedOutcome, EngineError> {
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for (n, line) in lines.into_iter().enumerate() {
        let contact = match line {
            ListedRecipient::Contact(contact) => Some(contact),
            ListedRecipient::Address(key) => store.find_contact(ws, &[key]).await?,
        };
        match contact {
            Some(contact) => rows.push(NewRecipient { contact, canary: false }),
            None => refused.push((n, "nobody has this address".to_owned())),
        }
    }
    let added = store.add_recipients(ws, id, &rows, at).await?;
    Ok(ListedOutcome { added, already: rows.len() as u64 - added, created: 0, refused })
}

async fn total(store: &dyn Store, ws: WorkspaceId, id: BroadcastId) -> Result<u64, EngineError> {
    let counters = store.counters(ws, &broadcast_scope(id)).await?;
    Ok(Progress::of(counters.iter().map(|counter| (counter.key.as_str(), counter.name.as_str(), counter.value))).total())
}

pub async fn preview(store: &dyn Store, ws: WorkspaceId, id: BroadcastId) -> Result<BroadcastPreview, EngineError> {
    let recipients = total(store, ws, id).await?;
    Ok(BroadcastPreview {
        recipients,
        looked_at: recipients,
        would_go: recipients,
        put_off: 0,
        held_out: 0,
        silent: BTreeMap::new(),
        costs: vec![],
        samples: vec![],
    })
}

pub async fn ask(
    store: &dyn Store,
    ws: WorkspaceId,
    id: BroadcastId,
    wish: &BroadcastWish,
    (by, reason): (&str, Option<&str>),
    guard: &GuardSettings,
    at: Timestamp,
) -> Result<Broadcast, EngineError> {
    let recipients = total(store, ws, id).await?;
    let mut outcome = Ok(());
    let changed = change(store, ws, id, at, |broadcast| {
        let to = match wish {
            BroadcastWish::Freeze => BroadcastState::Freezing,
            BroadcastWish::Start { .. } => {
                let missing = guard.missing(broadcast, recipients);
                if !missing.is_empty() {
                    outcome = Err(EngineError::BroadcastIncomplete { recipients, missing });
                    return;
                }
                BroadcastState::Freezing
            }
            BroadcastWish::Pause => BroadcastState::Paused,
            BroadcastWish::Resume => BroadcastState::Running,
            BroadcastWish::Stop => BroadcastState::Stopping,
        };
        outcome = broadcast.turn(to, at, by, reason.map(str::to_owned)).map_err(|error| EngineError::Conflict(error.to_string()));
    })
    .await?;
    outcome.map(|()| changed)
}
