//! What shared limits must know and the queue does not say: what a queued message is, and who was written to in the last day.

use std::collections::BTreeMap;

use model::message::Direction;
use model::{MessageStatus, Millis, Timestamp, WorkspaceId};
use storage::{MessageFilter, Page, QueuedMessage, StorageError};

use super::crowds::Reading;
use super::desk::Desk;
use super::people::People;
use super::shared::{Facts, approaches};
use crate::limits::Limits;

/// Messages read in one tick. Other senders go on in between.
const PAGE: u32 = 500;
const PAGES: usize = 4;
/// How long a message may wait before it goes and still be found when the last day is read.
const WAITS_MAX: Millis = Millis::from_hours(48);

impl Desk {
    /// Looks into queued messages whose limits depend on what they are.
    pub(super) async fn look_inside(&self, ws: WorkspaceId, limits: &Limits, queued: &[QueuedMessage]) -> Result<(), StorageError> {
        let ids = queued.iter().map(|message| message.message);
        let unknown = match self.state().shared.get(&ws) {
            Some(shared) if shared.looks_inside() => shared.unknown(ids),
            _ => return Ok(()),
        };
        let mut learnt = BTreeMap::new();
        for id in unknown {
            if let Some(message) = self.engine.store().message(ws, id).await? {
                learnt.insert(id, Facts::of(&message, &limits.catalogue));
            }
        }
        if let Some(shared) = self.state().shared.get_mut(&ws) {
            for (id, facts) in learnt {
                shared.learn(id, facts);
            }
        }
        Ok(())
    }

    /// Reads who was written to in the last day, a part at a time. Answers whether it is known.
    pub(super) async fn know_people(&self, ws: WorkspaceId, limits: &Limits, now: Timestamp) -> Result<bool, StorageError> {
        for _ in 0..PAGES {
            let reading = match self.state().shared.get(&ws).and_then(super::shared::Shared::reading) {
                Some(reading) if limits.people.is_limited() => reading,
                _ => return Ok(true),
            };
            let after = if let Reading::After(after) = reading { Some(after) } else { None };
            let filter = MessageFilter { direction: Some(Direction::Out), ..MessageFilter::default() };
            let page = self.engine.store().messages(ws, filter, Page { limit: PAGE, after }).await?;
            // Newest first.
            let enough = page.items.last().is_none_or(|message| People::is_old(message.created_at + WAITS_MAX, now));
            let mut state = self.state();
            let Some(shared) = state.shared.get_mut(&ws) else { return Ok(true) };
            for message in page.items.iter().filter(|message| approaches(message)) {
                let called = [MessageStatus::Sending, MessageStatus::Accepted].into_iter().filter_map(|status| message.times.get(&status));
                if let Some(at) = called.max().filter(|at| !People::is_old(**at, now)) {
                    let account = self.engine.account(message.sender);
                    shared.people.remember(account.as_ref().map(|account| account.provider.account()), message.contact, *at);
                }
            }
            shared.people.read_on(match page.next {
                Some(after) if !enough => Reading::After(after),
                _ => Reading::Done,
            });
        }
        Ok(self.state().shared.get(&ws).and_then(super::shared::Shared::reading).is_none())
    }
}
