//! Signals that cannot be processed: stored with their error, visible, and tried again when somebody asks.

use std::collections::BTreeMap;

use model::draws::stable_hash;
use model::signal::{Signal, SignalBody, Target};
use model::{SignalId, Timestamp, Value, WorkspaceId};
use rusqlite::params;
use storage::{StepOutcome, StorageError};

use super::Group;
use super::step::Source;
use crate::json;
use crate::sql::signal as log;

/// Bytes of an unreadable signal that an operator sees; all of them are kept.
const SHOWN_BYTES: usize = 4_096;

impl Group<'_, '_> {
    pub(super) fn park(&mut self, signal: &Signal, error: &str) -> Result<StepOutcome, StorageError> {
        let ws = self.make_workspace(signal.workspace)?;
        let doc = json::write("a signal", signal)?;
        let raw: Option<Vec<u8>> = None;
        // The store has no clock; a signal that is tried later keeps the first time.
        let at = signal.arrival_time.as_millis();
        self.execute(log::PARKED_PUT, params![ws, signal.id.to_bytes(), doc, raw, error, at])?;
        self.remember_key(ws, signal)?;
        Ok(StepOutcome::Parked { error: error.to_owned() })
    }

    /// Leaves the parking place only if it is applied; any other answer counts as a try.
    pub(crate) fn retry_parked(&mut self, ws: WorkspaceId, id: SignalId) -> Result<Option<StepOutcome>, StorageError> {
        let Some(row) = self.find_workspace(ws)? else { return Ok(None) };
        let key = id.to_bytes();
        let Some(doc) = self.find(log::PARKED_ONE, params![row, key], |r| r.get::<_, String>(0))? else { return Ok(None) };
        let mut signal: Signal = json::read("signal", &doc)?;
        // Nobody keeps a call free for it any more.
        signal.permit.clear();
        let outcome = self.carefully(|group| group.alone(&signal, Source::Parked))?;
        let failed = match &outcome {
            StepOutcome::Applied(_) => {
                self.execute(log::PARKED_DELETE, params![row, key])?;
                return Ok(Some(outcome));
            }
            // Counted where it was parked again.
            StepOutcome::Parked { .. } => return Ok(Some(outcome)),
            StepOutcome::Rejected(rejection) => format!("rejected: {}", rejection.detail),
            StepOutcome::Unresolved { .. } => "nobody has this address or message".to_owned(),
            StepOutcome::Duplicate { .. } => "its key is another signal's".to_owned(),
        };
        self.execute(log::PARKED_FAILED, params![row, key, failed])?;
        Ok(Some(outcome))
    }

    /// Shown as a signal to nobody, so that operators see it where they see all others. The same bytes take one place only.
    pub(crate) fn park_raw(&mut self, ws: WorkspaceId, source: &str, raw: &[u8], error: &str, at: Timestamp) -> Result<(), StorageError> {
        let row = self.make_workspace(ws)?;
        let halves = [b"1".as_slice(), b"2"].map(|half| u128::from(stable_hash(&[half, source.as_bytes(), raw])));
        let id = SignalId::from_u128((halves[0] << 64) | halves[1]);
        let shown = String::from_utf8_lossy(&raw[..raw.len().min(SHOWN_BYTES)]).into_owned();
        let signal = Signal {
            id,
            workspace: ws,
            target: Target::Addresses { keys: Vec::new(), create: false },
            event_time: at,
            arrival_time: at,
            source: source.to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit: Vec::new(),
            body: SignalBody::Event {
                name: "unreadable".to_owned(),
                properties: BTreeMap::from([("raw".to_owned(), Value::Text(shown))]),
                contact: Default::default(),
            },
        };
        let doc = json::write("a signal", &signal)?;
        self.execute(log::PARKED_PUT, params![row, id.to_bytes(), doc, raw, error, at.as_millis()])?;
        Ok(())
    }
}
