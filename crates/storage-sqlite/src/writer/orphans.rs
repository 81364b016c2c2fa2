//! Signals that name a provider's message id which no message has yet: a status may overtake the answer to the send that it is about.

use model::Message;
use model::signal::{Signal, Target};
use rusqlite::params;
use storage::{Applied, StepOutcome, StorageError};

use super::Group;
use super::step::From;
use crate::error::sql;
use crate::json;
use crate::sql::{contact, signal as log};

impl Group<'_> {
    /// Nobody has it. Kept only when a later step can bring the answer.
    pub(super) fn unresolved(&mut self, signal: &Signal, from: From) -> Result<StepOutcome, StorageError> {
        let (Target::ProviderMessage { channel, provider_id }, From::Caller) = (&signal.target, from) else {
            return Ok(StepOutcome::Unresolved { kept: false });
        };
        let ws = self.make_workspace(signal.workspace)?;
        self.execute(log::ORPHAN_INSERT, params![ws, channel.as_str(), provider_id, json::write("a signal", signal)?])?;
        self.remember_key(ws, signal)?;
        self.memory.orphans += 1;
        Ok(StepOutcome::Unresolved { kept: true })
    }

    /// A redelivery of what waits or is parked is a duplicate too; its answer is not known yet.
    pub(super) fn remember_key(&self, ws: i64, signal: &Signal) -> Result<(), StorageError> {
        if let Some(key) = &signal.dedupe_key {
            let nothing: Option<String> = None;
            self.execute(contact::DEDUPE_PUT, params![ws, key, None::<i64>, signal.fingerprint.map(u64::cast_signed), nothing])?;
        }
        Ok(())
    }

    /// Applies what waited for the ids that these messages now have, in the same transaction and before any later signal.
    pub(super) fn follow(&mut self, ws: i64, messages: &[Message], applied: &mut Applied) -> Result<(), StorageError> {
        for message in messages {
            let Some(provider_id) = message.provider_id.as_deref().filter(|_| self.memory.orphans > 0) else { continue };
            for (n, doc) in self.waiting(ws, message.channel.as_str(), provider_id)? {
                self.execute(log::ORPHAN_DELETE, [n])?;
                self.memory.orphans = self.memory.orphans.saturating_sub(1);
                let signal: Signal = json::read("signal", &doc)?;
                // It is this contact's signal, so the caller of the step that brought the id wakes whom it would have woken.
                if let StepOutcome::Applied(late) = self.alone(&signal, From::Waiting)? {
                    applied.next_wake = late.next_wake;
                    applied.queued |= late.queued;
                    applied.conversation |= late.conversation;
                }
            }
        }
        Ok(())
    }

    fn waiting(&self, ws: i64, channel: &str, provider_id: &str) -> Result<Vec<(i64, String)>, StorageError> {
        let failed = sql("waiting signals cannot be read");
        let mut find = self.conn.prepare_cached(log::ORPHANS_OF).map_err(&failed)?;
        let rows = find.query_map(params![ws, channel, provider_id], |row| Ok((row.get(0)?, row.get(1)?))).map_err(&failed)?;
        rows.collect::<Result<_, _>>().map_err(&failed)
    }
}
