//! Telling people that what they wrote was read, and that somebody writes: best effort, beside the loop, because nothing follows from it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use channel::{Account, Presence};
use model::inbound::InboundContent;
use model::message::Direction;
use model::{ContactId, Message, MessageId, MessageStatus, Millis, SenderId, Timestamp, WorkspaceId};
use storage::{MessageFilter, Page, StorageError};

use crate::Engine;

/// Messages of a person that are looked through for the newest of each of our senders.
const LOOK: u32 = 12;
/// Providers let older messages be (30 days).
const WORTH_IT: Millis = Millis::from_days(30);
/// An indicator lives for 25 s; asking again sooner than this says nothing new.
const TYPING_AGAIN: Millis = Millis::from_secs(10);
/// Whoever reads in the inbox does not wait longer for a provider.
const PATIENCE: Duration = Duration::from_secs(3);
/// Pairs of contact and sender that are remembered; forgetting one costs a call.
const REMEMBERED: usize = 4_096;

/// What was shown last to a contact by a sender.
#[derive(Clone, Copy)]
struct Last {
    read: (Timestamp, MessageId),
    typing: Option<Timestamp>,
}

#[derive(Default)]
pub(crate) struct Shown {
    last: Mutex<BTreeMap<(ContactId, SenderId), Last>>,
}

impl Shown {
    /// Whether the person sees it already.
    fn stands(&self, pair: (ContactId, SenderId), message: (Timestamp, MessageId), presence: Presence, now: Timestamp) -> bool {
        let all = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = all.get(&pair).filter(|last| last.read.0 > message.0 || last.read == message) else { return false };
        presence == Presence::Read || last.typing.is_some_and(|at| now < at + TYPING_AGAIN)
    }

    fn note(&self, pair: (ContactId, SenderId), message: (Timestamp, MessageId), presence: Presence, now: Timestamp) {
        let mut all = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED && !all.contains_key(&pair) {
            all.clear();
        }
        let last = all.entry(pair).or_insert(Last { read: message, typing: None });
        if message.0 >= last.read.0 {
            last.read = message;
        }
        if presence == Presence::Typing {
            last.typing = Some(now);
        }
    }
}

impl Engine {
    /// Whether the people of a sender can be shown such things, and are.
    #[must_use]
    pub fn shows_presence(&self, account: &Account) -> bool {
        account.provider.shows_presence() && self.adapters().of(account).is_some_and(|adapter| adapter.capabilities().presence)
    }

    /// Shows a contact that their messages were read, on each channel on which they wrote lately; or that somebody writes, where they wrote last.
    /// Answers whether they see it.
    pub async fn show(&self, ws: WorkspaceId, contact: ContactId, presence: Presence) -> Result<bool, StorageError> {
        let filter = MessageFilter { contact: Some(contact), direction: Some(Direction::In), ..MessageFilter::default() };
        let mut written = self.store().messages(ws, filter, Page::first(LOOK)).await?.items;
        let since = self.now() - WORTH_IT;
        written.retain(|message| message.created_at >= since && is_written(message));
        // Webhooks overtake each other. Of one moment the store's order holds, newest first.
        written.sort_by_key(|message| std::cmp::Reverse(written_at(message)));
        if presence == Presence::Typing {
            written.truncate(1);
        }
        let mut shown = false;
        let mut senders = Vec::new();
        for message in written {
            if !senders.contains(&message.sender) {
                senders.push(message.sender);
                shown |= self.show_by(ws, &message, presence).await;
            }
        }
        Ok(shown)
    }

    async fn show_by(&self, ws: WorkspaceId, message: &Message, presence: Presence) -> bool {
        let account = self.account(message.sender).filter(|account| account.workspace == ws && self.shows_presence(account));
        let (Some(account), Some(id)) = (account, &message.provider_id) else { return false };
        let Some(adapter) = self.adapters().of(&account) else { return false };
        let (pair, now) = ((message.contact, message.sender), self.now());
        let written = (written_at(message), message.id);
        if self.shown.stands(pair, written, presence, now) {
            return true;
        }
        match tokio::time::timeout(PATIENCE, adapter.show(&account, &message.address, id, presence)).await {
            Ok(Ok(())) => {
                self.shown.note(pair, written, presence, now);
                true
            }
            Ok(Err(error)) => {
                tracing::debug!(sender = %message.sender, code = %error.code, "a read receipt was not taken");
                false
            }
            Err(_) => false,
        }
    }
}

/// By the provider's clock.
fn written_at(message: &Message) -> Timestamp {
    message.times.get(&MessageStatus::Received).copied().unwrap_or(message.created_at)
}

/// What a person wrote, and not what happened to it.
fn is_written(message: &Message) -> bool {
    use InboundContent::{Edit, Reaction, Revoke, System};
    !matches!(message.received, None | Some(Reaction { .. } | Edit { .. } | Revoke { .. } | System { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn what_a_person_sees_already_is_not_told_again() {
        let shown = Shown::default();
        let pair = (ContactId::from_u128(1), SenderId::from_u128(2));
        let (first, second) = ((NOW, MessageId::from_u128(2)), (NOW + Millis(1), MessageId::from_u128(1)));
        let beside = (NOW, MessageId::from_u128(3));
        assert!(!shown.stands(pair, first, Presence::Read, NOW));
        shown.note(pair, first, Presence::Read, NOW);
        assert!(shown.stands(pair, first, Presence::Read, NOW));
        assert!(!shown.stands(pair, second, Presence::Read, NOW) && !shown.stands(pair, beside, Presence::Read, NOW));
        assert!(!shown.stands(pair, first, Presence::Typing, NOW), "ticks are no indicator");
        shown.note(pair, second, Presence::Typing, NOW);
        assert!(shown.stands(pair, second, Presence::Read, NOW), "whoever answers has read");
        assert!(shown.stands(pair, second, Presence::Typing, NOW + Millis(TYPING_AGAIN.0 - 1)));
        assert!(!shown.stands(pair, second, Presence::Typing, NOW + TYPING_AGAIN));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let shown = Shown::default();
        for n in 0..10_000 {
            shown.note((ContactId::from_u128(n), SenderId::from_u128(2)), (NOW, MessageId::from_u128(1)), Presence::Read, NOW);
        }
        assert!(shown.last.lock().unwrap().len() <= REMEMBERED);
    }
}
