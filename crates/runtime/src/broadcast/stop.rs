//! Stopping, and going on after a pause: what is queued is told at once, so that nobody waits for the dispatcher to find out.

use model::broadcast::{Broadcast, BroadcastState, Closing, RecipientState};
use model::signal::{BroadcastAct, SignalBody, Target};
use model::{BroadcastId, ContactId, Millis, Timestamp, WorkspaceId};
use storage::Page;

use super::BroadcastError;
use super::ticking::{BroadcastLoop, Next};
use crate::NewSignal;

/// Rows handled in one tick.
const PAGE: u32 = 500;

impl BroadcastLoop {
    /// Ends everybody who is pending, and takes back what is queued. What a provider is being called for just now ends by its answer.
    pub(super) async fn stop(&mut self, ws: WorkspaceId, broadcast: &Broadcast, now: Timestamp) -> Result<Next, BroadcastError> {
        let id = broadcast.id;
        let engine = std::sync::Arc::clone(self.engine());
        for canary in [true, false] {
            let pending = engine.store().pending_recipients(ws, id, canary, Timestamp::MAX, PAGE).await?;
            if !pending.is_empty() {
                let contacts: Vec<ContactId> = pending.into_iter().map(|(contact, _)| contact).collect();
                let why = broadcast.history.last().and_then(|turn| turn.reason.as_deref());
                let reason = format!(
                    "the broadcast was stopped before it came to this recipient{}",
                    why.map(|why| format!(": {why}")).unwrap_or_default()
                );
                let closing = Closing { state: RecipientState::Cancelled, code: "stopped".to_owned(), reason, at: now };
                engine.store().close_recipients(ws, id, &contacts, &closing).await?;
                self.tell(ws, id);
                return Ok(Next::AtOnce);
            }
        }
        let queued = self.tell_queued(ws, id, BroadcastAct::Withdraw, None).await?;
        if engine.broadcast_progress(ws, id).await?.count(RecipientState::Queued) > 0 {
            // Being handed over: their ends are on the way.
            return Ok(if queued.is_some() { Next::AtOnce } else { Next::At(now + Millis::from_secs(1)) });
        }
        self.turn(ws, id, BroadcastState::Stopped, None, now).await
    }

    /// Tells a page of recipients with queued messages; answers where the next page begins.
    pub(super) async fn tell_queued(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        act: BroadcastAct,
        after: Option<String>,
    ) -> Result<Option<String>, BroadcastError> {
        let page = self.engine().store().recipients(ws, id, Some(RecipientState::Queued), Page { limit: PAGE, after }).await?;
        let signal = |contact: ContactId| {
            NewSignal::new(ws, Target::Contact(contact), format!("broadcast:{id}"), SignalBody::Broadcast { broadcast: id, act })
        };
        self.engine().submit(page.items.iter().map(|row| signal(row.contact)).collect()).await?;
        Ok(page.next)
    }
}
