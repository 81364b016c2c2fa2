//! What people ask of a broadcast: write it, change it, approve it, start, pause, resume and stop it.

use journey::{CompileContext, Diagnostic};
use model::broadcast::{ActRefused, Approval, Broadcast, BroadcastState, Turn};
use model::{BroadcastId, Timestamp, UserId, WorkspaceId};
use serde_json::json;
use storage::{DocumentExt, StorageErrorKind};

use super::BroadcastError;
use super::running::definition;
use crate::Engine;
use crate::documents::BroadcastDoc;
use crate::node::News;

/// How often a change is tried again when others change the same broadcast.
const CHANGE_TRIES: u32 = 16;

/// What writing a file came to.
#[derive(Debug)]
pub enum BroadcastPublication {
    Done(Box<Broadcast>),
    /// Nothing changed; the diagnostics say why.
    Refused(Vec<Diagnostic>),
}

/// What somebody wants of a broadcast.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BroadcastAsk {
    /// Write the audience down, so that it can be looked at.
    Freeze,
    /// Begin, now or at a time. A draft's audience is frozen first.
    Start {
        at: Option<Timestamp>,
    },
    Pause,
    Resume,
    Stop,
}

impl Engine {
    /// Compiles against what the workspace has.
    #[must_use]
    pub fn check_broadcast(&self, ws: WorkspaceId, source: &str) -> journey::CompiledBroadcast {
        let catalogue = self.core().catalogue(ws);
        let templates = catalogue.as_ref().map_or(&[][..], |c| c.templates.as_slice());
        journey::compile_broadcast("broadcast.yaml", source, &CompileContext { schema: None, templates, queues: &[] })
    }

    pub async fn create_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        by: &str,
    ) -> Result<BroadcastPublication, BroadcastError> {
        let compiled = self.check_broadcast(ws, source);
        let Some(file) = compiled.broadcast else { return Ok(BroadcastPublication::Refused(compiled.diagnostics)) };
        let now = self.now();
        let broadcast = Broadcast {
            id,
            source: source.to_owned(),
            version: file.version.clone(),
            name: file.name.clone(),
            title: file.title.clone(),
            purpose: file.purpose(),
            listed: file.is_listed(),
            holdout: file.holdout,
            state: BroadcastState::Draft,
            history: vec![Turn { to: BroadcastState::Draft, at: now, by: by.to_owned(), reason: None }],
            created_at: now,
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
        };
        let doc = BroadcastDoc(broadcast);
        match self.store().put(ws, &doc, 0, now).await {
            // A repeated call: the first one's broadcast is there.
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                return Ok(BroadcastPublication::Done(Box::new(self.broadcast(ws, id).await?.value)));
            }
            put => put?,
        };
        self.audit(ws, by, "broadcast.created", &id.to_string(), json!({ "name": doc.0.name, "version": doc.0.version })).await?;
        Ok(BroadcastPublication::Done(Box::new(doc.0)))
    }

    /// Replaces the file of one that has not begun. Approval and preview were of the old version and count no more.
    pub async fn update_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        by: &str,
    ) -> Result<BroadcastPublication, BroadcastError> {
        let compiled = self.check_broadcast(ws, source);
        let Some(file) = compiled.broadcast else { return Ok(BroadcastPublication::Refused(compiled.diagnostics)) };
        let changed = self
            .change_broadcast(ws, id, |broadcast| {
                match broadcast.state {
                    BroadcastState::Draft => {}
                    BroadcastState::Checking => {
                        let before = definition(broadcast).ok_or(BroadcastError::Unreadable(id))?;
                        if format!("{:?}", before.audience) != format!("{:?}", file.audience) {
                            return Err(BroadcastError::OtherAudience);
                        }
                    }
                    state => return Err(BroadcastError::Settled(state)),
                }
                broadcast.source = source.to_owned();
                broadcast.version.clone_from(&file.version);
                broadcast.name.clone_from(&file.name);
                broadcast.title.clone_from(&file.title);
                broadcast.purpose = file.purpose();
                broadcast.listed = file.is_listed();
                broadcast.holdout = file.holdout;
                broadcast.author = author;
                Ok(())
            })
            .await?;
        self.audit(ws, by, "broadcast.updated", &id.to_string(), json!({ "version": changed.version })).await?;
        Ok(BroadcastPublication::Done(Box::new(changed)))
    }

    /// Four eyes: somebody other than whoever wrote this version.
    pub async fn approve_broadcast(&self, ws: WorkspaceId, id: BroadcastId, user: UserId, by: &str) -> Result<Broadcast, BroadcastError> {
        let now = self.now();
        let changed = self
            .change_broadcast(ws, id, |broadcast| {
                if !matches!(broadcast.state, BroadcastState::Draft | BroadcastState::Freezing | BroadcastState::Checking) {
                    return Err(BroadcastError::Settled(broadcast.state));
                }
                if broadcast.author == user {
                    return Err(BroadcastError::OwnApproval);
                }
                broadcast.approval = Some(Approval { by: user, at: now, version: broadcast.version.clone() });
                Ok(())
            })
            .await?;
        self.audit(ws, by, "broadcast.approved", &id.to_string(), json!({ "version": changed.version })).await?;
        Ok(changed)
    }

    /// Does what somebody asks, if its state allows it and the guard has nothing against it.
    pub async fn ask_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        ask: &BroadcastAsk,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Broadcast, BroadcastError> {
        let now = self.now();
        let guard = self.broadcast_guard(ws);
        let listed = self.broadcast_progress(ws, id).await?.total();
        let why = || reason.map(str::to_owned);
        let changed = self
            .change_broadcast(ws, id, |broadcast| {
                match ask {
                    BroadcastAsk::Freeze => broadcast.turn(BroadcastState::Freezing, now, by, why())?,
                    BroadcastAsk::Start { at } => {
                        if broadcast.state == BroadcastState::Draft && broadcast.listed {
                            // How many they are is known without freezing, so nobody waits for a refusal.
                            broadcast.recipients = listed;
                        }
                        let missing = broadcast.missing(&guard);
                        if !missing.is_empty() {
                            return Err(BroadcastError::Missing { recipients: broadcast.recipients, missing });
                        }
                        broadcast.starts_at = *at;
                        if broadcast.state == BroadcastState::Draft {
                            broadcast.turn(BroadcastState::Freezing, now, by, why())?;
                            broadcast.start_asked_by = Some(by.to_owned());
                        } else if broadcast.state == BroadcastState::Checking {
                            broadcast.begin(&guard, now, by)?;
                        } else {
                            return Err(ActRefused { from: broadcast.state, to: BroadcastState::Running }.into());
                        }
                    }
                    BroadcastAsk::Pause => broadcast.turn(BroadcastState::Paused, now, by, why())?,
                    BroadcastAsk::Resume => {
                        let to = broadcast.paused_in.unwrap_or(BroadcastState::Running);
                        broadcast.turn(to, now, by, why())?;
                    }
                    BroadcastAsk::Stop => broadcast.turn(BroadcastState::Stopping, now, by, why())?,
                }
                Ok(())
            })
            .await?;
        let detail = json!({ "to": changed.state, "reason": reason });
        self.audit(ws, by, "broadcast.state_changed", &id.to_string(), detail).await?;
        // From here on no step decides and no message leaves by the old state.
        self.reload(ws).await?;
        self.broadcasts.notify_one();
        Ok(changed)
    }

    /// Changes the document, again if somebody else changed it meanwhile.
    pub(super) async fn change_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        mut work: impl FnMut(&mut Broadcast) -> Result<(), BroadcastError> + Send,
    ) -> Result<Broadcast, BroadcastError> {
        for _ in 0..CHANGE_TRIES {
            let stored = self.broadcast(ws, id).await?;
            let mut doc = BroadcastDoc(stored.value);
            work(&mut doc.0)?;
            match self.store().put(ws, &doc, stored.version, self.now()).await {
                Err(error) if error.kind == StorageErrorKind::Conflict => {}
                put => {
                    put?;
                    self.bells.tell(News::Broadcast(ws, id));
                    return Ok(doc.0);
                }
            }
        }
        Err(BroadcastError::Raced(id))
    }
}
