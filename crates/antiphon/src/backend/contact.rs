//! A contact as only the engine can tell: decoded state, windows, caps, runs with their timers.

use api::engine::{ActiveRun, Cap, ConsentLine, ContactView, EngineError, TimerView, WindowView};
use decide::{Catalogue, ContactState};
use journey::{RunState, Waiting};
use model::{ContactId, Timestamp, WorkspaceId};
use storage::{StorageError, StorageErrorKind};

use super::Backend;

impl Backend {
    pub(super) fn catalogue(&self, ws: WorkspaceId) -> Result<std::sync::Arc<Catalogue>, EngineError> {
        self.engine.core().catalogue(ws).ok_or_else(|| EngineError::NotFound(format!("workspace {ws}")))
    }

    pub(super) async fn state(&self, ws: WorkspaceId, id: ContactId) -> Result<Option<ContactState>, EngineError> {
        let Some(bytes) = self.engine.store().contact_state(ws, id).await? else { return Ok(None) };
        ContactState::decode(&bytes).map(Some).map_err(|error| {
            StorageError::because(StorageErrorKind::Corrupt, format!("the state of contact {id} cannot be read"), error).into()
        })
    }

    pub(super) async fn contact_view(&self, ws: WorkspaceId, id: ContactId) -> Result<Option<ContactView>, EngineError> {
        let Some(state) = self.state(ws, id).await? else { return Ok(None) };
        let catalogue = self.catalogue(ws)?;
        let now = self.engine.now();
        let runs = state.runs.iter().map(|run| active_run(run, &catalogue, id)).collect();
        let windows = catalogue
            .senders
            .iter()
            .filter(|sender| sender.channel == model::Channel::Whatsapp)
            .map(|sender| (sender, state.windows.state(sender.id, now, catalogue.rulebook.window_margin)))
            .filter(|(_, window)| window.opened_at.is_some())
            .map(|(sender, window)| WindowView {
                channel: sender.channel,
                sender: sender.id,
                open: window.open,
                closes_at: window.closes_at,
                entry_point_until: window.entry_point_until,
            })
            .collect();
        let caps = catalogue.rulebook.caps.iter().map(|cap| cap_view(cap, &state, now)).collect();
        let consent = state
            .consent
            .standing()
            .iter()
            .map(|standing| ConsentLine {
                address: standing.scope.address.clone(),
                channel: standing.scope.channel,
                purpose: standing.scope.purpose,
                topic: standing.scope.topic.clone(),
                state: standing.state,
                since: standing.at,
                entry: standing.entry.to_string(),
            })
            .collect();
        Ok(Some(ContactView { contact: state.contact, conversation_id: Some(state.thread.id), runs, windows, caps, consent }))
    }
}

fn cap_view(cap: &policy::Cap, state: &ContactState, now: Timestamp) -> Cap {
    let counted = |mark: &&policy::history::Mark| {
        (cap.purposes.is_empty() || cap.purposes.contains(&mark.purpose))
            && (cap.channels.is_empty() || cap.channels.contains(&mark.channel))
            && now - mark.at < cap.window
    };
    let used = state.history.marks().iter().filter(counted).count();
    Cap { name: cap.name.clone(), used: u32::try_from(used).unwrap_or(u32::MAX), limit: cap.limit, window_ms: cap.window.0 }
}

pub(super) fn active_run(run: &RunState, catalogue: &Catalogue, contact: ContactId) -> ActiveRun {
    let def = catalogue.journey(&run.journey, &run.version);
    let step = run.position.step.clone();
    let mut timers = Vec::new();
    let mut add = |kind: &str, step: &str, at: Timestamp, label: String| {
        timers.push(TimerView { kind: kind.to_owned(), step: step.to_owned(), at, label });
    };
    match &run.position.waiting {
        Waiting::Time { due } => add("delay", &step, *due, "goes on".to_owned()),
        Waiting::Settling { due } => add("watch", &step, *due, "is settled".to_owned()),
        Waiting::Answer { due, .. } => add("timeout", &step, *due, "no answer".to_owned()),
        Waiting::Acceptance | Waiting::Nothing => {}
    }
    for attempt in &run.attempts {
        if attempt.fell.is_some() || attempt.answered {
            continue;
        }
        if let (Some(at), None) = (attempt.deliver_by, attempt.delivered_at) {
            add("watch", &attempt.step, at, "not delivered".to_owned());
        }
        if let (Some(at), None) = (attempt.read_by, attempt.read_at) {
            add("watch", &attempt.step, at, "not read, or not known to be".to_owned());
        }
    }
    timers.sort_by_key(|timer| timer.at);
    ActiveRun {
        row: model::change::RunRow {
            id: run.id,
            contact,
            journey: run.journey.clone(),
            version: run.version.clone(),
            instance_key: run.instance_key.clone(),
            status: run.row_status(),
            step,
            entered_at: run.entered_at,
            ended_at: run.ended_at,
            due_at: run.due(),
            result: run.result(),
            goal_at: run.goal_at,
        },
        title: def.map_or_else(|| run.journey.clone(), |def| def.title.clone()),
        timers,
        variables: run.context.clone(),
    }
}
