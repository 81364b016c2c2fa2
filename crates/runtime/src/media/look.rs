//! Finding what is missing. The work list is the messages themselves, so a crash loses none.

use model::inbound::InboundContent;
use model::message::Direction;
use model::{Message, MessageId, Millis, Timestamp, WorkspaceId};
use storage::{Document as _, DocumentExt, MessageFilter, Page, StorageError, Stored};

use super::store::{MediaFailureDoc, MediaWantedDoc};
use crate::Engine;

/// Providers keep media about a week; after a longer pause there is nothing to fetch.
const LOOK_BACK: Millis = Millis::from_days(7);
const PAGE: u32 = 100;
/// Pages looked through in one tick; a flood goes on in the next.
const PAGES_MAX: usize = 20;
/// Media of one workspace that are fetched in one tick: then it is the turn of others.
const SLICE: usize = 8;
pub(super) const TRIES_MAX: u32 = 8;

/// A walk through a workspace's messages, from the newest to what is done. It may take several ticks.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    page: Page,
    /// Where it began.
    pub(super) newest: Option<MessageId>,
    /// Something on the way could not be fetched and is tried again then.
    pub(super) again: Option<Timestamp>,
}

impl Default for Walk {
    fn default() -> Self {
        Self { page: Page::first(PAGE), newest: None, again: None }
    }
}

/// A medium that is not stored yet, and how often that was tried in vain.
pub(super) struct Missing {
    pub(super) message: Message,
    pub(super) failed: Option<Stored<MediaFailureDoc>>,
}

/// What one workspace wants in this tick.
pub(super) struct Line {
    pub(super) workspace: WorkspaceId,
    pub(super) missing: Vec<Missing>,
    pub(super) walk: Walk,
    /// There may be more behind.
    pub(super) more: bool,
}

impl Line {
    /// Goes on with a walk. `done_until`: everything before it is done.
    pub(super) async fn look(
        engine: &Engine,
        workspace: WorkspaceId,
        walk: Walk,
        done_until: Option<MessageId>,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        let mut line = Self { workspace, missing: Vec::new(), walk, more: true };
        if line.asked_for(engine, now).await? {
            return Ok(line);
        }
        let filter = MessageFilter { direction: Some(Direction::In), ..MessageFilter::default() };
        for _ in 0..PAGES_MAX {
            let messages = engine.store().messages(workspace, filter.clone(), line.walk.page.clone()).await?;
            for message in messages.items {
                line.walk.newest.get_or_insert(message.id);
                if Some(message.id) <= done_until || now - message.created_at > LOOK_BACK {
                    line.more = false;
                    return Ok(line);
                }
                line.want(engine, message, now).await?;
                if line.missing.len() == SLICE {
                    // The rest of this page is found again, because these are stored then.
                    return Ok(line);
                }
            }
            let Some(after) = messages.next else {
                line.more = false;
                return Ok(line);
            };
            line.walk.page.after = Some(after);
        }
        Ok(line)
    }

    /// Takes on what somebody asked for by name. Answers whether that is enough for one tick.
    async fn asked_for(&mut self, engine: &Engine, now: Timestamp) -> Result<bool, StorageError> {
        let store = engine.store();
        let mut page = Page::first(PAGE);
        loop {
            let asked = store.list::<MediaWantedDoc>(self.workspace, page.clone()).await?;
            for one in asked.items {
                let waits = match store.message(self.workspace, one.value.message).await? {
                    Some(message) if now - message.created_at <= LOOK_BACK => self.want(engine, message, now).await?,
                    _ => false,
                };
                if !waits {
                    store.delete_document(self.workspace, MediaWantedDoc::KIND, &one.value.id()).await?;
                }
                if self.missing.len() == SLICE {
                    return Ok(true);
                }
            }
            let Some(after) = asked.next else { return Ok(false) };
            page.after = Some(after);
        }
    }

    /// Takes a message's medium on if it has one that is missing and may be tried now. Answers whether it still waits for that.
    async fn want(&mut self, engine: &Engine, message: Message, now: Timestamp) -> Result<bool, StorageError> {
        let Some(InboundContent::Media(media)) = &message.received else { return Ok(false) };
        // What its sender deleted meanwhile is not fetched.
        if media.stored.is_some() || message.revoked_at.is_some() {
            return Ok(false);
        }
        if self.missing.iter().any(|missing| missing.message.id == message.id) {
            return Ok(true);
        }
        let failed = engine.store().get::<MediaFailureDoc>(message.workspace, &message.id.to_string()).await?;
        if let Some(failed) = &failed {
            if failed.value.tries >= TRIES_MAX {
                return Ok(false);
            }
            if failed.value.next_at > now {
                self.walk.again = earlier(self.walk.again, Some(failed.value.next_at));
                return Ok(true);
            }
        }
        self.missing.push(Missing { message, failed });
        Ok(true)
    }
}

pub(super) fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}
