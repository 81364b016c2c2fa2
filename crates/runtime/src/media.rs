//! What people send: fetched at once, while the provider still has it, and kept in our own object store.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::inbound::InboundContent;
use model::message::Direction;
use model::signal::{SignalBody, Target};
use model::{MediaId, Message, Millis, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, MessageFilter, Page, StorageError, StorageErrorKind};

use crate::{Engine, NewSignal};

/// Providers keep media about a week; after a longer pause there is nothing to fetch.
const LOOK_BACK: Millis = Millis::from_days(7);
const PAGE: u32 = 100;
/// Pages looked through in one tick; a flood goes on in the next.
const PAGES_MAX: usize = 20;
const TRY_AGAIN: Millis = Millis::from_mins(2);
const TRIES_MAX: u32 = 8;

/// A folder in which each object is one file named by its id.
#[derive(Clone, Debug)]
pub struct MediaStore {
    folder: PathBuf,
}

/// What is known of a stored object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaDoc {
    pub id: MediaId,
    /// As the provider said.
    pub mime: String,
    pub filename: Option<String>,
    pub bytes: u64,
}

impl Document for MediaDoc {
    const KIND: &'static str = "media";
    fn id(&self) -> String {
        self.id.to_string()
    }
}

/// How often a fetch has failed, and when it may be tried again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaFailureDoc {
    pub message: model::MessageId,
    pub tries: u32,
    pub next_at: Timestamp,
    pub error: String,
}

impl Document for MediaFailureDoc {
    const KIND: &'static str = "media_failure";
    fn id(&self) -> String {
        self.message.to_string()
    }
}

impl MediaStore {
    /// Makes the folder if it is not there.
    pub async fn open(folder: &Path) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(folder).await?;
        Ok(Self { folder: folder.to_owned() })
    }

    fn path(&self, ws: WorkspaceId, id: MediaId) -> PathBuf {
        self.folder.join(ws.to_string()).join(id.to_string())
    }

    /// Written beside and moved into place, so that a half-written object is never seen.
    pub async fn put(&self, ws: WorkspaceId, id: MediaId, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.path(ws, id);
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await?;
        }
        let part = path.with_extension("part");
        tokio::fs::write(&part, bytes).await?;
        tokio::fs::File::open(&part).await?.sync_all().await?;
        tokio::fs::rename(&part, &path).await
    }

    pub async fn get(&self, ws: WorkspaceId, id: MediaId) -> std::io::Result<Vec<u8>> {
        tokio::fs::read(self.path(ws, id)).await
    }
}

/// Fetches media of inbound messages that are not stored yet. Its work list is the messages themselves, so a crash loses none.
pub struct MediaLoop {
    engine: Arc<Engine>,
    store: MediaStore,
    /// Everything before it is done.
    done_until: BTreeMap<WorkspaceId, model::MessageId>,
}

impl MediaLoop {
    #[must_use]
    pub fn new(engine: Arc<Engine>, store: MediaStore) -> Self {
        Self { engine, store, done_until: BTreeMap::new() }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let mut again = None;
        for ws in self.engine.store().workspaces().await? {
            if let Some(at) = self.look(ws, now).await? {
                again = Some(again.map_or(at, |other: Timestamp| other.min(at)));
            }
        }
        Ok(again)
    }

    async fn look(&mut self, ws: WorkspaceId, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let filter = MessageFilter { direction: Some(Direction::In), ..MessageFilter::default() };
        let mut page = Page::first(PAGE);
        let mut again: Option<Timestamp> = None;
        let mut newest = None;
        let done_until = self.done_until.get(&ws).copied();
        'pages: for _ in 0..PAGES_MAX {
            let messages = self.engine.store().messages(ws, filter.clone(), page).await?;
            for message in &messages.items {
                newest.get_or_insert(message.id);
                if Some(message.id) <= done_until || now - message.created_at > LOOK_BACK {
                    break 'pages;
                }
                if let Some(at) = self.fetch(message, now).await? {
                    again = Some(again.map_or(at, |other| other.min(at)));
                }
            }
            match messages.next {
                Some(after) => page = Page { limit: PAGE, after: Some(after) },
                None => break,
            }
        }
        if again.is_none() {
            self.done_until.extend(newest.max(done_until).map(|id| (ws, id)));
        }
        Ok(again)
    }

    /// Fetches one message's medium if it has one that is missing; answers when to try again.
    async fn fetch(&self, message: &Message, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let Some(InboundContent::Media(media)) = &message.received else { return Ok(None) };
        if media.stored.is_some() {
            return Ok(None);
        }
        let store = self.engine.store();
        let failure = store.get::<MediaFailureDoc>(message.workspace, &message.id.to_string()).await?;
        if let Some(failed) = &failure {
            if failed.value.tries >= TRIES_MAX {
                return Ok(None);
            }
            if failed.value.next_at > now {
                return Ok(Some(failed.value.next_at));
            }
        }
        let Some(account) = self.engine.account(message.sender) else { return Ok(None) };
        let Some(adapter) = self.engine.adapters().of(&account) else { return Ok(None) };
        let fetched = adapter.fetch_media(&account, media).await;
        let error = match fetched {
            Ok(fetched) => {
                let id = MediaId::from_u128(self.engine.mint());
                match self.store.put(message.workspace, id, &fetched.bytes).await {
                    Ok(()) => {
                        let doc = MediaDoc { id, mime: fetched.mime, filename: media.filename.clone(), bytes: fetched.bytes.len() as u64 };
                        store.put(message.workspace, &doc, 0, now).await?;
                        let body = SignalBody::MediaStored { message: message.id, media: id };
                        let mut signal = NewSignal::new(message.workspace, Target::Message(message.id), "media", body);
                        signal.dedupe_key = Some(format!("media:{}", message.id));
                        self.engine.submit(vec![signal]).await?;
                        return Ok(None);
                    }
                    Err(error) => {
                        tracing::error!(message.id = %message.id, error = %error, "A medium could not be written to the object store");
                        return Err(StorageError::because(StorageErrorKind::Unavailable, "the media folder cannot be written", error));
                    }
                }
            }
            Err(error) => error,
        };
        let tries = failure.as_ref().map_or(0, |failed| failed.value.tries) + 1;
        let next_at = now + Millis(TRY_AGAIN.0 << (tries - 1).min(8));
        let doc = MediaFailureDoc { message: message.id, tries, next_at, error: error.to_string() };
        store.put(message.workspace, &doc, failure.map_or(0, |failed| failed.version), now).await?;
        Ok((tries < TRIES_MAX).then_some(next_at))
    }
}
