//! Lines to providers that are connected to and not called: each is held by the node that serves its sender, and by no other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use channel::{Account, Inlet, NotTaken, Received};
use model::{Millis, SenderId, Timestamp, WorkspaceId};
use serde_json::Value;
use storage::{DocumentExt, StorageError, StorageErrorKind};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::Engine;
use crate::documents::{ShelfDoc, Shelved};

/// How often it is looked whether lines are where they belong, while there are any.
const LOOK: Millis = Millis(500);
/// Before a line that ended by itself is taken up again.
const PAUSE: Millis = Millis::from_secs(1);
/// A line that does not end within this is cut.
const FAREWELL: Duration = Duration::from_secs(5);

/// Takes lines up and puts them down.
pub struct LineLoop {
    engine: Arc<Engine>,
    held: BTreeMap<SenderId, Line>,
    /// Not before, after a line that ended by itself.
    again: BTreeMap<SenderId, Timestamp>,
    tasks: JoinSet<SenderId>,
}

struct Line {
    account: Arc<Account>,
    fence: u64,
    stop: watch::Sender<bool>,
    task: AbortHandle,
    /// Since when it has been asked to end, and must soon have.
    ending: Option<Timestamp>,
}

impl LineLoop {
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine, held: BTreeMap::new(), again: BTreeMap::new(), tasks: JoinSet::new() }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        self.note_ended(now);
        let wanted = self.wanted();
        for (sender, line) in &mut self.held {
            let stays = wanted.get(sender).is_some_and(|(account, fence)| *fence == line.fence && **account == *line.account);
            match line.ending {
                None if !stays => {
                    let _ = line.stop.send(true);
                    line.ending = Some(now);
                }
                Some(since) if now - since > Millis::from_secs(FAREWELL.as_secs().cast_signed()) => line.task.abort(),
                _ => {}
            }
        }
        self.again.retain(|sender, at| wanted.contains_key(sender) && *at > now);
        for (sender, (account, fence)) in wanted {
            if !self.held.contains_key(&sender) && !self.again.contains_key(&sender) {
                self.take_up(sender, account, fence);
            }
        }
        // What is aborted or ends is noticed with the next look; nothing here waits for a provider.
        tokio::task::yield_now().await;
        let any = !self.held.is_empty() || !self.again.is_empty() || self.has_lines();
        Ok(any.then(|| now + LOOK))
    }

    /// Senders whose line this node should hold now.
    fn wanted(&self) -> BTreeMap<SenderId, (Arc<Account>, u64)> {
        let mine = |sender: SenderId| {
            let account = self.line_account(sender)?;
            Some((sender, (account, self.engine.serves(sender)?.fence)))
        };
        self.engine.sender_ids().into_iter().filter_map(mine).collect()
    }

    fn line_account(&self, sender: SenderId) -> Option<Arc<Account>> {
        let account = self.engine.account(sender)?;
        self.engine.adapters().of(&account)?.holds_lines().then_some(account)
    }

    fn has_lines(&self) -> bool {
        self.engine.sender_ids().into_iter().any(|sender| self.line_account(sender).is_some())
    }

    fn take_up(&mut self, sender: SenderId, account: Arc<Account>, fence: u64) {
        let Some(adapter) = self.engine.adapters().of(&account).map(Arc::clone) else { return };
        let (stop, mut stopped) = watch::channel(false);
        let inlet =
            Arc::new(EngineInlet { engine: Arc::clone(&self.engine), workspace: account.workspace, sender, source: source(&account) });
        let until = Box::pin(async move {
            // An error says that whoever would ask is gone.
            let _ = stopped.wait_for(|stop| *stop).await;
        });
        let serving = Arc::clone(&account);
        let task = self.tasks.spawn(async move {
            adapter.serve(serving, inlet, until).await;
            sender
        });
        self.held.insert(sender, Line { account, fence, stop, task, ending: None });
    }

    fn note_ended(&mut self, now: Timestamp) {
        while let Some(ended) = self.tasks.try_join_next() {
            if let Err(error) = ended
                && error.is_panic()
            {
                tracing::error!(error = %error, "A line to a provider ended in a panic; it is taken up again");
            }
        }
        let again = &mut self.again;
        self.held.retain(|sender, line| {
            let ended = line.task.is_finished();
            if ended && line.ending.is_none() {
                again.insert(*sender, now + PAUSE);
            }
            !ended
        });
    }

    /// Asks all lines to end, waits for them a while, and cuts those that stay.
    pub async fn put_down(mut self) {
        for line in self.held.values() {
            let _ = line.stop.send(true);
        }
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}

fn source(account: &Account) -> String {
    format!("line:{}", account.provider.kind().as_str())
}

/// The way in for one sender's line.
struct EngineInlet {
    engine: Arc<Engine>,
    workspace: WorkspaceId,
    sender: SenderId,
    source: String,
}

fn not_taken(error: StorageError) -> NotTaken {
    NotTaken(error.to_string())
}

#[async_trait]
impl Inlet for EngineInlet {
    fn now(&self) -> Timestamp {
        self.engine.now()
    }

    async fn take(&self, received: Vec<Received>) -> Result<(), NotTaken> {
        self.engine.take_in(self.workspace, &self.source, received).await.map(drop).map_err(not_taken)
    }

    async fn keep(&self, key: &str, value: Value) -> Result<(), NotTaken> {
        let doc = ShelfDoc(Shelved { sender: self.sender, key: key.to_owned(), value });
        let store = self.engine.store();
        // One line writes a sender's shelf, so a conflict means that the key is there already.
        match store.put(self.workspace, &doc, 0, self.engine.now()).await {
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                let id = Shelved::id_of(self.sender, key);
                let version = store.get::<ShelfDoc>(self.workspace, &id).await.map_err(not_taken)?.map_or(0, |there| there.version);
                store.put(self.workspace, &doc, version, self.engine.now()).await.map(drop).map_err(not_taken)
            }
            other => other.map(drop).map_err(not_taken),
        }
    }

    async fn forget(&self, key: &str) -> Result<(), NotTaken> {
        let id = Shelved::id_of(self.sender, key);
        self.engine.store().delete_document(self.workspace, <ShelfDoc as storage::Document>::KIND, &id).await.map(drop).map_err(not_taken)
    }

    async fn kept(&self) -> Result<BTreeMap<String, Value>, NotTaken> {
        let all = self.engine.store().all::<ShelfDoc>(self.workspace).await.map_err(not_taken)?;
        let mine = all.into_iter().map(|stored| stored.value.0).filter(|shelved| shelved.sender == self.sender);
        Ok(mine.map(|shelved| (shelved.key, shelved.value)).collect())
    }
}
