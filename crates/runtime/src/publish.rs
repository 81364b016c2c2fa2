//! Publishing: documents become the catalogue that steps see.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Catalogue, JourneyState, Published, Subscription};
use journey::{CompileContext, Diagnostic, Journey};
use model::audit::AuditEntry;
use model::sender::{Sender, SenderStatus};
use model::signal::{SignalBody, Target};
use model::template::{ApprovalState, Template};
use model::{MessageId, SenderId, WorkspaceId};
use policy::GateKey;
use serde_json::json;
use storage::{Document, DocumentExt, Page, RunFilter, StorageError, StorageErrorKind};

use crate::documents::{
    AccountDoc, ComplianceDoc, EndpointDoc, JourneyDoc, JourneyVersionDoc, KeysDoc, QueueDoc, RELOADED, RulebookDoc, TemplateDoc,
    VersionLine, WorkspaceDoc, only,
};
use crate::{Engine, NewSignal};

/// How often a change is tried again when others change the same document.
const CHANGE_TRIES: u32 = 16;

/// What publishing a source came to.
#[derive(Debug)]
pub enum Publication {
    Done(Arc<Journey>),
    /// Nothing changed; the diagnostics say why.
    Refused(Vec<Diagnostic>),
}

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("journey `{0}` not found")]
    NoJourney(String),
    #[error("somebody else published `{0}` at the same moment; look at theirs and publish again")]
    Raced(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Reads everything that a workspace has published, and installs it for the steps that follow.
    pub async fn reload(&self, ws: WorkspaceId) -> Result<(), StorageError> {
        let _one_after_another = self.node().installing.lock().await;
        let store = self.store();
        // Read before the documents: what changes meanwhile is found changed afterwards.
        let (marks, revision) = match self.node().options().shared {
            true => (store.document_marks(ws, RELOADED).await?, Some(store.revision(ws).await?)),
            false => (Vec::new(), None),
        };
        let keys = store.get::<KeysDoc>(ws, only()).await?.ok_or_else(|| {
            StorageError::new(StorageErrorKind::Corrupt, format!("workspace {ws} has no keys; it was never set up, or the file is damaged"))
        })?;
        let gate_key = gate_key(&keys.value)?;
        let mut catalogue = Catalogue::empty(gate_key);
        catalogue.version = self.core().catalogue(ws).map_or(1, |old| old.version + 1);
        if let Some(workspace) = store.get::<WorkspaceDoc>(ws, only()).await? {
            catalogue.default_queue = workspace.value.default_queue;
        }
        if let Some(rulebook) = store.get::<RulebookDoc>(ws, only()).await? {
            catalogue.rulebook = Arc::new(rulebook.value.rulebook);
        }
        if let Some(texts) = store.get::<ComplianceDoc>(ws, only()).await? {
            catalogue.compliance = texts.value.0;
        }
        catalogue.senders = self.senders(ws).await?;
        catalogue.templates = store.all::<TemplateDoc>(ws).await?.into_iter().map(|stored| stored.value.0).collect();
        catalogue.queues = store.all::<QueueDoc>(ws).await?.into_iter().map(|stored| (stored.value.0.id.clone(), stored.value.0)).collect();
        catalogue.subscriptions = store
            .all::<EndpointDoc>(ws)
            .await?
            .into_iter()
            .map(|stored| stored.value.0)
            .filter(|endpoint| endpoint.enabled)
            .map(|endpoint| Subscription { endpoint: endpoint.id, events: endpoint.events })
            .collect();
        catalogue.journeys = self.published(ws).await?;
        catalogue.broadcasts = self.running_broadcasts(ws).await?;
        self.core().install(ws, catalogue);
        if let Some(revision) = revision {
            self.core().install_revision(ws, revision);
        }
        self.node().remember_installed(ws, marks);
        self.nudge();
        Ok(())
    }

    async fn senders(&self, ws: WorkspaceId) -> Result<Vec<Sender>, StorageError> {
        let accounts: Vec<_> = self.store().all::<AccountDoc>(ws).await?.into_iter().map(|stored| stored.value.0).collect();
        let senders = accounts.iter().map(|account| account.sender.clone()).collect();
        let people = self.read_portfolios(ws, &accounts).await?;
        self.install_accounts(ws, accounts, people);
        Ok(senders)
    }

    async fn published(&self, ws: WorkspaceId) -> Result<BTreeMap<String, Published>, StorageError> {
        let mut sources: BTreeMap<String, Vec<JourneyVersionDoc>> = BTreeMap::new();
        for stored in self.store().all::<JourneyVersionDoc>(ws).await? {
            sources.entry(stored.value.name.clone()).or_default().push(stored.value);
        }
        let old = self.core().catalogue(ws);
        let mut all = BTreeMap::new();
        for stored in self.store().all::<JourneyDoc>(ws).await? {
            let doc = stored.value;
            let mut versions = BTreeMap::new();
            for source in sources.remove(&doc.name).unwrap_or_default() {
                // Compiled once. A cosmetic change keeps the version and replaces the text (R-VER-4), here or on another node.
                let known = old.as_ref().and_then(|old| old.journey(&source.name, &source.version));
                let known = known.filter(|journey| journey.source == source.source).cloned();
                match known.map_or_else(|| compile_published(&source), Ok) {
                    Ok(journey) => {
                        versions.insert(source.version, journey);
                    }
                    Err(diagnostics) => {
                        tracing::error!(
                            journey = source.name,
                            version = source.version,
                            "A published version does not compile any more: {diagnostics}"
                        );
                    }
                }
            }
            if let Some(current) = versions.get(&doc.current).cloned() {
                all.insert(doc.name.clone(), Published { state: doc.state, current, versions });
            } else {
                tracing::error!(journey = doc.name, "The current version of a journey is missing; it takes nobody in");
            }
        }
        Ok(all)
    }

    /// Compiles against what the workspace has.
    #[must_use]
    pub fn check_journey(&self, ws: WorkspaceId, file: &str, source: &str) -> journey::Compiled {
        let catalogue = self.core().catalogue(ws);
        let queues: Vec<String> = catalogue.as_ref().map(|c| c.queues.keys().cloned().collect()).unwrap_or_default();
        let templates: &[Template] = catalogue.as_ref().map_or(&[], |c| c.templates.as_slice());
        journey::compile(file, source, &CompileContext { schema: None, templates, queues: &queues })
    }

    /// Compiles a source and, without errors, makes it the version that takes people in. Runs go on in theirs (R-VER-1).
    pub async fn publish_journey(&self, ws: WorkspaceId, file: &str, source: &str, by: &str) -> Result<Publication, PublishError> {
        let compiled = self.check_journey(ws, file, source);
        let Some(journey) = compiled.journey else { return Ok(Publication::Refused(compiled.diagnostics)) };
        let now = self.now();
        let store = self.store();
        let version = JourneyVersionDoc { name: journey.name.clone(), version: journey.version.clone(), source: source.to_owned() };
        let key = JourneyVersionDoc::key(&journey.name, &journey.version);
        let known = store.get::<JourneyVersionDoc>(ws, &key).await?.map_or(0, |stored| stored.version);
        let raced = |error: StorageError| {
            if error.kind == StorageErrorKind::Conflict { PublishError::Raced(journey.name.clone()) } else { PublishError::Storage(error) }
        };
        // The same version may come with another title: cosmetic changes keep the version and replace the text (R-VER-4).
        store.put(ws, &version, known, now).await.map_err(raced)?;
        let before = store.get::<JourneyDoc>(ws, &journey.name).await?;
        let expected = before.as_ref().map_or(0, |stored| stored.version);
        let mut doc = before.map_or_else(
            || JourneyDoc {
                name: journey.name.clone(),
                state: JourneyState::Open,
                current: String::new(),
                versions: Vec::new(),
                waking: false,
            },
            |stored| stored.value,
        );
        doc.current.clone_from(&journey.version);
        doc.versions.retain(|line| line.version != journey.version);
        doc.versions.push(VersionLine { version: journey.version.clone(), published_at: now, published_by: by.to_owned() });
        store.put(ws, &doc, expected, now).await.map_err(raced)?;
        self.audit(ws, by, "journey.published", &journey.name, json!({ "version": journey.version })).await?;
        self.reload(ws).await?;
        Ok(Publication::Done(Arc::new(journey)))
    }

    /// Opens, closes or holds a journey (R-VER-3). Opening wakes the runs that stood still.
    pub async fn set_journey_state(&self, ws: WorkspaceId, name: &str, state: JourneyState, by: &str) -> Result<(), PublishError> {
        let stored = self.store().get::<JourneyDoc>(ws, name).await?.ok_or_else(|| PublishError::NoJourney(name.to_owned()))?;
        let before = stored.value.state;
        let waking = state != JourneyState::Held && (before == JourneyState::Held || stored.value.waking);
        let doc = JourneyDoc { state, waking, ..stored.value };
        self.store().put(ws, &doc, stored.version, self.now()).await.map_err(|error| {
            if error.kind == StorageErrorKind::Conflict { PublishError::Raced(name.to_owned()) } else { PublishError::Storage(error) }
        })?;
        self.audit(ws, by, "journey.state_changed", name, json!({ "from": before, "to": state })).await?;
        self.reload(ws).await?;
        if waking {
            self.finish_waking(ws, name).await?;
        }
        Ok(())
    }

    async fn finish_waking(&self, ws: WorkspaceId, journey: &str) -> Result<(), StorageError> {
        self.wake_runs_of(ws, journey).await?;
        self.change::<JourneyDoc>(ws, journey, |doc| doc.state != JourneyState::Held && std::mem::take(&mut doc.waking)).await.map(drop)
    }

    async fn wake_runs_of(&self, ws: WorkspaceId, journey: &str) -> Result<(), StorageError> {
        let filter =
            RunFilter { journey: Some(journey.to_owned()), status: Some(model::change::RunStatus::Active), ..RunFilter::default() };
        let mut page = Page::first(500);
        loop {
            let runs = self.store().runs(ws, filter.clone(), page).await?;
            let wakes: Vec<NewSignal> =
                runs.items.iter().map(|run| NewSignal::new(ws, Target::Contact(run.contact), "journey_opened", SignalBody::Wake)).collect();
            self.submit(wakes).await?;
            match runs.next {
                Some(after) => page = Page { limit: 500, after: Some(after) },
                None => return Ok(()),
            }
        }
    }

    /// Changes one document, again if somebody else changed it meanwhile. `work` answers whether it changed anything.
    pub async fn change<T: Document>(
        &self,
        ws: WorkspaceId,
        id: &str,
        mut work: impl FnMut(&mut T) -> bool + Send,
    ) -> Result<bool, StorageError> {
        let mut tries = 0;
        loop {
            let Some(stored) = self.store().get::<T>(ws, id).await? else { return Ok(false) };
            let mut value = stored.value;
            if !work(&mut value) {
                return Ok(false);
            }
            match self.store().put(ws, &value, stored.version, self.now()).await {
                Err(error) if error.kind == StorageErrorKind::Conflict && tries < CHANGE_TRIES => tries += 1,
                put => return put.map(|_| true),
            }
        }
    }

    /// Stops a sender until a person repairs it.
    pub async fn pause_sender(&self, ws: WorkspaceId, sender: SenderId, reason: &str) -> Result<(), StorageError> {
        let paused = SenderStatus::Paused { reason: reason.to_owned() };
        let changed = self
            .change::<AccountDoc>(ws, &sender.to_string(), |account| {
                let active = account.0.sender.status == SenderStatus::Active;
                if active {
                    account.0.sender.status = paused.clone();
                }
                active
            })
            .await?;
        if changed {
            self.audit(ws, "system", "sender.paused", &sender.to_string(), json!({ "reason": reason })).await?;
            self.reload(ws).await?;
        }
        Ok(())
    }

    /// Stops the template that a message was refused for, until the provider takes it back.
    pub async fn pause_template_of(&self, ws: WorkspaceId, message: MessageId, reason: &str) -> Result<(), StorageError> {
        let Some(message) = self.store().message(ws, message).await? else { return Ok(()) };
        let Some(model::content::Content::Template(call)) = message.content else { return Ok(()) };
        let wanted = call.language.replace('_', "-");
        let now = self.now();
        let changed = self
            .change::<TemplateDoc>(ws, &call.template.to_string(), |template| {
                let of_language = template.0.languages.iter_mut().filter(|(language, _)| language.replace('_', "-") == wanted);
                let mut changed = false;
                for (_, text) in of_language.filter(|(_, text)| text.approval.state == ApprovalState::Approved) {
                    text.approval.state = ApprovalState::Paused;
                    text.approval.reason = Some(reason.to_owned());
                    text.approval.at = Some(now);
                    changed = true;
                }
                changed
            })
            .await?;
        if changed {
            self.audit(ws, "system", "template.paused", &call.name, json!({ "reason": reason })).await?;
            self.reload(ws).await?;
            if let Some(stored) = self.store().get::<TemplateDoc>(ws, &call.template.to_string()).await? {
                let stopped = Some((ApprovalState::Paused, Some(reason.to_owned())));
                self.tell_template(ws, &stored.value.0, &call.language, stopped).await?;
            }
        }
        Ok(())
    }

    /// Writes down who did what.
    pub async fn audit(
        &self,
        ws: WorkspaceId,
        actor: &str,
        action: &str,
        target: &str,
        detail: serde_json::Value,
    ) -> Result<(), StorageError> {
        let entry = AuditEntry {
            workspace: ws,
            at: self.now(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            target: target.to_owned(),
            detail,
            ip: None,
        };
        self.store().append_audit(&entry).await
    }

    /// Sets up a workspace once: its keys, its first queue, its rulebook. Does nothing when it is there.
    pub async fn set_up(&self, workspace: &WorkspaceDoc, queues: &[decide::Queue]) -> Result<(), StorageError> {
        let (ws, now) = (workspace.id, self.now());
        let store = self.store();
        if store.get::<KeysDoc>(ws, only()).await?.is_none() {
            store.put(ws, &crate::ledger::new_keys()?, 0, now).await?;
        }
        if store.get::<WorkspaceDoc>(ws, only()).await?.is_none() {
            store.put(ws, workspace, 0, now).await?;
        }
        for queue in queues {
            if store.get::<QueueDoc>(ws, &queue.id).await?.is_none() {
                store.put(ws, &QueueDoc(queue.clone()), 0, now).await?;
            }
        }
        self.reload(ws).await
    }

    /// Loads every workspace of the store: the first thing after opening it. Ends what a process that died has begun.
    pub async fn load_all(&self) -> Result<Vec<WorkspaceId>, StorageError> {
        let all = self.store().workspaces().await?;
        for ws in &all {
            self.reload(*ws).await?;
            let opened = self.store().all::<JourneyDoc>(*ws).await?.into_iter().map(|stored| stored.value);
            for doc in opened.filter(|doc| doc.waking && doc.state != JourneyState::Held) {
                self.finish_waking(*ws, &doc.name).await?;
            }
        }
        Ok(all)
    }

    /// When something was last published, for those who poll.
    #[must_use]
    pub fn catalogue_version(&self, ws: WorkspaceId) -> u64 {
        self.core().catalogue(ws).map_or(0, |catalogue| catalogue.version)
    }
}

fn compile_published(source: &JourneyVersionDoc) -> Result<Arc<Journey>, String> {
    let compiled = journey::reload(&source.name, &source.source);
    // A later release may hash the same file differently; runs are pinned to the hash of then.
    let pinned = compiled.map(|journey| Arc::new(Journey { version: source.version.clone(), ..journey }));
    pinned.map_err(|found| found.iter().map(|one| format!("line {}: {}", one.line, one.what)).collect::<Vec<_>>().join("; "))
}

fn gate_key(keys: &KeysDoc) -> Result<GateKey, StorageError> {
    let bytes = crate::ledger::from_hex(&keys.gate).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(GateKey::new).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "the gate's key is damaged"))
}
