//! Fetching: workspaces take turns, and none waits for the provider of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use model::inbound::InboundContent;
use model::signal::{SignalBody, Target};
use model::{MediaId, Message, Millis, Timestamp, WorkspaceId};
use storage::{DocumentExt, StepOutcome, StorageError, StorageErrorKind};

use super::look::{Line, Missing, TRIES_MAX, Walk, earlier};
use super::store::{MediaDoc, MediaFailureDoc, MediaStore};
use crate::{Engine, NewSignal, Spawning};

const TRY_AGAIN: Millis = Millis::from_mins(2);
/// Workspaces whose media are fetched at once.
const LINES: usize = 4;
/// In a tick that has lasted longer nothing more is begun: who became busy meanwhile should not wait for slow providers of others.
const TICK_MAX: Millis = Millis::from_secs(5);

/// Fetches media of inbound messages that are not stored yet.
pub struct MediaLoop {
    engine: Arc<Engine>,
    store: MediaStore,
    lines: usize,
    /// Everything before it is done.
    done_until: BTreeMap<WorkspaceId, model::MessageId>,
    /// Walks that go on in the next tick.
    walks: BTreeMap<WorkspaceId, Walk>,
    /// The workspace that came first in the last tick; the one after it is first in the next.
    turn: Option<WorkspaceId>,
}

impl MediaLoop {
    /// One after the other, as simulations need it.
    #[must_use]
    pub const fn new(engine: Arc<Engine>, store: MediaStore) -> Self {
        Self { engine, store, lines: 1, done_until: BTreeMap::new(), walks: BTreeMap::new(), turn: None }
    }

    #[must_use]
    pub const fn spawning(engine: Arc<Engine>, store: MediaStore, spawning: Spawning) -> Self {
        let mut media = Self::new(engine, store);
        media.lines = match spawning {
            Spawning::Inline => 1,
            Spawning::Tasks => LINES,
        };
        media
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let engine = Arc::clone(&self.engine);
        let mut lines = Vec::new();
        for ws in self.in_turn(engine.store().workspaces().await?) {
            let walk = self.walks.remove(&ws).unwrap_or_default();
            lines.push(Line::look(&engine, ws, walk, self.done_until.get(&ws).copied(), now).await?);
        }
        let this = &*self;
        let fetched = stream::iter(lines.into_iter().map(|line| this.work(line, now))).buffer_unordered(self.lines);
        let fetched: Vec<Line> = fetched.try_collect().await?;
        let mut again = None;
        for line in fetched {
            if line.more {
                again = Some(now);
                self.walks.insert(line.workspace, line.walk);
            } else if line.walk.again.is_some() {
                again = earlier(again, line.walk.again);
            } else {
                let done = self.done_until.get(&line.workspace).copied().max(line.walk.newest);
                self.done_until.extend(done.map(|id| (line.workspace, id)));
            }
        }
        Ok(again)
    }

    /// Each tick begins with another workspace, because all share what may be fetched at once.
    fn in_turn(&mut self, mut workspaces: Vec<WorkspaceId>) -> Vec<WorkspaceId> {
        workspaces.sort_unstable();
        let first = workspaces.iter().position(|ws| Some(*ws) > self.turn).unwrap_or(0);
        workspaces.rotate_left(first);
        self.turn = workspaces.first().copied();
        workspaces
    }

    /// One workspace's turn.
    async fn work(&self, mut line: Line, now: Timestamp) -> Result<Line, StorageError> {
        for missing in std::mem::take(&mut line.missing) {
            if self.engine.now() - now > TICK_MAX {
                line.more = true;
                break;
            }
            let again = self.fetch(missing, now).await?;
            line.walk.again = earlier(line.walk.again, again);
        }
        Ok(line)
    }

    /// Fetches one medium; answers when to try again.
    async fn fetch(&self, missing: Missing, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let Missing { message, failed } = missing;
        let Err(error) = self.try_fetch(&message, now).await? else { return Ok(None) };
        let tries = failed.as_ref().map_or(0, |failed| failed.value.tries) + 1;
        let next_at = now + Millis(TRY_AGAIN.0 << (tries - 1).min(8));
        let doc = MediaFailureDoc { message: message.id, tries, next_at, error };
        self.engine.store().put(message.workspace, &doc, failed.map_or(0, |failed| failed.version), now).await?;
        Ok((tries < TRIES_MAX).then_some(next_at))
    }

    /// The inner error is this medium's own: others go on.
    async fn try_fetch(&self, message: &Message, now: Timestamp) -> Result<Result<(), String>, StorageError> {
        let Some(InboundContent::Media(media)) = &message.received else { return Ok(Ok(())) };
        let Some(account) = self.engine.account(message.sender) else { return Ok(Err("the sender has no account".to_owned())) };
        let Some(adapter) = self.engine.adapters().of(&account) else { return Ok(Err("nobody speaks to this provider".to_owned())) };
        let fetched = match adapter.fetch_media(&account, media).await {
            Ok(fetched) => fetched,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let id = MediaId::from_u128(self.engine.mint());
        if let Err(error) = self.store.put(message.workspace, id, &fetched.bytes).await {
            tracing::error!(message.id = %message.id, error = %error, "A medium could not be written to the object store");
            return Err(StorageError::because(StorageErrorKind::Unavailable, "the media folder cannot be written", error));
        }
        let doc = MediaDoc { id, mime: fetched.mime, filename: media.filename.clone(), bytes: fetched.bytes.len() as u64 };
        self.engine.store().put(message.workspace, &doc, 0, now).await?;
        let body = SignalBody::MediaStored { message: message.id, media: id };
        let mut signal = NewSignal::new(message.workspace, Target::Message(message.id), "media", body);
        signal.dedupe_key = Some(format!("media:{}", message.id));
        let outcome = self.engine.submit(vec![signal]).await?.pop();
        // Whatever kept the message from knowing its medium, it is not fetched again and again.
        Ok(match outcome {
            Some(StepOutcome::Applied(_)) => Ok(()),
            other => Err(format!("it was fetched, and the message was not told: {other:?}")),
        })
    }
}
