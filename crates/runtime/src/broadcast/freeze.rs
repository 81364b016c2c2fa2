//! Writing the audience down: a page of contacts at a time, from where the last page ended.
//!
//! A process that dies between a page and its place in the list writes the page again, which changes nothing: a recipient is there once.

use decide::Candidate;
use model::broadcast::{Broadcast, BroadcastState, NewRecipient};
use model::{BroadcastId, ContactId, Timestamp, WorkspaceId};
use policy::holdout::HoldoutRule;
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, StorageErrorKind};

use super::ticking::{BroadcastLoop, Next};
use super::{BroadcastError, running};

/// Contacts read in one tick: a few milliseconds of work.
const PAGE: u32 = 500;

/// More than this need not be counted: shares are taken of the canary only until more have gone.
const CANARY_COUNTED: u32 = 20_000;

/// How far freezing has come; a document of its own, because nothing is decided by it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FreezeDoc {
    pub broadcast: BroadcastId,
    pub after: ContactId,
}

impl Document for FreezeDoc {
    const KIND: &'static str = "broadcast_freeze";
    fn id(&self) -> String {
        self.broadcast.to_string()
    }
}

impl BroadcastLoop {
    pub(super) async fn freeze(&mut self, ws: WorkspaceId, broadcast: &Broadcast, now: Timestamp) -> Result<Next, BroadcastError> {
        let id = broadcast.id;
        let engine = std::sync::Arc::clone(self.engine());
        let store = engine.store();
        if broadcast.listed {
            return self.frozen(ws, id, now).await;
        }
        let file = running::definition(broadcast).ok_or(BroadcastError::Unreadable(id))?;
        let Some(catalogue) = engine.core().catalogue(ws) else { return Ok(Next::Quiet) };
        let place = store.get::<FreezeDoc>(ws, &id.to_string()).await?;
        let after = place.as_ref().map(|stored| stored.value.after);
        let page = store.scan_contacts(ws, after, PAGE).await?;
        let full = page.len() == PAGE as usize;
        // Whoever came later is not in this audience: a business that grows fast would never have a whole one.
        let asked_at = broadcast.since();
        let is_old = |contact: &ContactId| contact.minted_at() <= asked_at;
        let Some(last) = page.iter().map(|(contact, _)| *contact).rfind(is_old) else { return self.frozen(ws, id, now).await };
        let mut rows = Vec::new();
        for (contact, state) in page.iter().filter(|(contact, _)| is_old(contact)) {
            let candidate = Candidate { catalogue: &catalogue, workspace: ws, contact: *contact, state, now };
            let (chosen, _) = candidate.chosen_by(&file).map_err(|error| {
                storage::StorageError::because(StorageErrorKind::Corrupt, format!("the state of contact {contact} cannot be read"), error)
            })?;
            if chosen {
                let canary = HoldoutRule::canary(id, *contact, catalogue.rulebook.broadcasts.canary_share);
                rows.push(NewRecipient { contact: *contact, canary });
            }
        }
        if !rows.is_empty() {
            store.add_recipients(ws, id, &rows, now).await?;
        }
        match store.put(ws, &FreezeDoc { broadcast: id, after: last }, place.map_or(0, |stored| stored.version), now).await {
            // Another node did this page at the same time.
            Err(error) if error.kind == StorageErrorKind::Conflict => return Ok(Next::AtOnce),
            put => put?,
        };
        if full && page.last().is_some_and(|(contact, _)| *contact == last) { Ok(Next::AtOnce) } else { self.frozen(ws, id, now).await }
    }

    /// The audience stands. Whoever asked for a start gets it now, if nothing is missing.
    async fn frozen(&mut self, ws: WorkspaceId, id: BroadcastId, now: Timestamp) -> Result<Next, BroadcastError> {
        let engine = self.engine();
        let guard = engine.broadcast_guard(ws);
        let recipients = engine.broadcast_progress(ws, id).await?.total();
        let canary = engine.store().pending_recipients(ws, id, true, Timestamp::MAX, CANARY_COUNTED).await?.len() as u64;
        engine
            .change_broadcast(ws, id, |broadcast| {
                if broadcast.state != BroadcastState::Freezing {
                    return Ok(());
                }
                broadcast.recipients = recipients;
                broadcast.canary = canary;
                broadcast.turn(BroadcastState::Checking, now, "system", None)?;
                let Some(by) = broadcast.start_asked_by.take() else { return Ok(()) };
                let missing = broadcast.missing(&guard);
                if missing.is_empty() {
                    return Ok(broadcast.begin(&guard, now, &by)?);
                }
                let names = missing.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
                if let Some(turn) = broadcast.history.last_mut() {
                    turn.reason = Some(format!("not started: {recipients} recipients need more: {names}"));
                }
                Ok(())
            })
            .await?;
        engine.store().delete_document(ws, FreezeDoc::KIND, &id.to_string()).await?;
        engine.reload(ws).await?;
        Ok(Next::AtOnce)
    }
}
