//! Signals that name a provider's message id which no message has yet: a status may overtake the answer to the send that it is about.

use model::signal::{Signal, Target};
use model::{Message, Timestamp};
use rusqlite::params;
use storage::{Applied, StepOutcome, StorageError};

use super::Group;
use super::step::Source;
use crate::sql::{hash, signal as log};
use crate::{json, rows};

impl Group<'_, '_> {
    /// Nobody has it. Kept only when a later step can bring the answer.
    pub(super) fn unresolved(&mut self, signal: &Signal, from: Source) -> Result<StepOutcome, StorageError> {
        let (Target::ProviderMessage { channel, provider_id }, Source::Caller) = (&signal.target, from) else {
            return Ok(StepOutcome::Unresolved { kept: false });
        };
        let ws = self.make_workspace(signal.workspace)?;
        self.execute(log::ORPHAN_INSERT, params![ws, channel.as_str(), provider_id, json::write("a signal", signal)?])?;
        self.remember_key(ws, signal)?;
        self.memory.orphans += 1;
        Ok(StepOutcome::Unresolved { kept: true })
    }

    /// Parks what waited too long.
    pub(crate) fn expire_waiting(&mut self, before: Timestamp, error: &str, limit: u32) -> Result<u64, StorageError> {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
        let mut expired = 0;
        while expired < u64::from(limit) {
            let Some((n, doc)) = self.find(log::ORPHAN_OLDEST, [], row)? else { break };
            let signal: Signal = json::read("signal", &doc)?;
            if signal.arrival_time >= before {
                break;
            }
            self.execute(log::ORPHAN_DELETE, [n])?;
            self.memory.orphans = self.memory.orphans.saturating_sub(1);
            self.park(&signal, error)?;
            expired += 1;
        }
        Ok(expired)
    }

    /// A redelivery of what waits or is parked is a duplicate too; its answer is not known yet.
    pub(super) fn remember_key(&mut self, ws: i64, signal: &Signal) -> Result<(), StorageError> {
        if let Some(key) = &signal.dedupe_key {
            let key = rows::dedupe(ws, key);
            // Whoever was first keeps it.
            if self.hash(key)?.is_empty() {
                self.execute(hash::HELD_KEY_PUT, params![key.to_be_bytes(), signal.fingerprint.map(u64::cast_signed)])?;
                self.pen()?.add_hash(key, rows::HELD);
            }
        }
        Ok(())
    }

    /// Notes the providers' ids that a step wrote, if anybody may wait for them.
    pub(super) fn note_ids(&mut self, ws: i64, messages: &[Message]) {
        if self.memory.orphans > 0 {
            let ids = messages.iter().filter_map(|message| Some((ws, message.channel, message.provider_id.clone()?)));
            self.recorded.extend(ids);
        }
    }

    /// Applies what waited for the noted ids, in the same transaction and before any later signal. Late steps may note ids in their turn.
    pub(super) fn follow(&mut self, applied: &mut Applied) -> Result<(), StorageError> {
        while let Some((ws, channel, provider_id)) = self.recorded.pop_front() {
            let key = params![ws, channel.as_str(), provider_id];
            let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
            while let Some((n, doc)) = self.find(log::ORPHAN_NEXT, key, row)? {
                self.execute(log::ORPHAN_DELETE, [n])?;
                self.memory.orphans = self.memory.orphans.saturating_sub(1);
                let signal: Signal = json::read("signal", &doc)?;
                // It is this contact's signal, so the caller of the step that brought the id wakes whom it would have woken.
                if let StepOutcome::Applied(late) = self.alone(&signal, Source::Waiting)? {
                    applied.follow(late);
                }
            }
        }
        Ok(())
    }
}
