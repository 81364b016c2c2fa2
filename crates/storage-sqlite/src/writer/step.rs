//! The step: dedupe, resolve, load, decide, write.

use std::panic::{AssertUnwindSafe, catch_unwind};

use model::signal::Signal;
use model::{ContactId, Timestamp};
use rusqlite::params;
use storage::{Applied, StepError, StepInput, StepOutcome, StepOutput, StorageError};

use super::Group;
use super::changes::stray;
use super::group::Held;
use super::resolve::Whom;
use crate::error::{described, is_own_fault};
use crate::json;
use crate::sql::{contact, signal as log};

/// Where a signal comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    Caller,
    /// It waited for a message id. Its dedupe key is its own.
    Waiting,
    /// A person tries it again. Its dedupe key is its own.
    Parked,
}

impl Group<'_> {
    pub(crate) fn step(&mut self, signal: &Signal) -> Result<StepOutcome, StorageError> {
        if let Some(known) = self.known(signal)? {
            return Ok(known);
        }
        self.alone(signal, Source::Caller)
    }

    /// Whatever happens to this signal happens to no other.
    pub(super) fn alone(&mut self, signal: &Signal, from: Source) -> Result<StepOutcome, StorageError> {
        if !self.careful {
            return self.apply(signal, from);
        }
        match self.guarded(|group| group.apply(signal, from)) {
            Err(error) if is_own_fault(&error) => self.park(signal, &described(&error)),
            outcome => outcome,
        }
    }

    /// The first answer, if the key is known (R-DEDUP-1).
    fn known(&mut self, signal: &Signal) -> Result<Option<StepOutcome>, StorageError> {
        let Some(key) = &signal.dedupe_key else { return Ok(None) };
        let Some(ws) = self.find_workspace(signal.workspace)? else { return Ok(None) };
        let found = self.find(contact::DEDUPE, params![ws, key], |row| {
            Ok((row.get::<_, Option<i64>>(1)?, row.get::<_, Option<String>>(2)?, row.get::<_, Option<[u8; 16]>>(3)?))
        })?;
        let Some((fingerprint, reply, contact)) = found else { return Ok(None) };
        let reply = reply.as_deref().map(|text| json::read("reply", text)).transpose()?.unwrap_or_default();
        // Without a fingerprint on both sides nothing speaks against its being the same.
        let same = match (fingerprint, signal.fingerprint) {
            (Some(stored), Some(given)) => stored == given.cast_signed(),
            _ => true,
        };
        Ok(Some(StepOutcome::Duplicate { contact: contact.map(ContactId::from_bytes), reply, same }))
    }

    fn apply(&mut self, signal: &Signal, from: Source) -> Result<StepOutcome, StorageError> {
        let ws = self.find_workspace(signal.workspace)?;
        let Some(whom) = self.resolve(ws, signal)? else { return self.unresolved(signal, from) };
        let message = match (whom, ws) {
            (Whom::Known(n), Some(ws)) => self.named(ws, n, signal)?,
            _ => None,
        };
        let decider = self.decider;
        let (contact, state) = match whom {
            Whom::Known(n) => {
                let held = self.hold(n)?;
                (held.id, Some(held.state.as_slice()))
            }
            Whom::New(id) => (id, None),
        };
        let input = StepInput { contact, state, signal, message: message.as_ref() };
        let decided = catch_unwind(AssertUnwindSafe(|| decider.decide(input)));
        match decided {
            Ok(Ok(output)) => {
                if let Some(fault) = stray(signal.workspace, contact, &output.changes) {
                    return self.park(signal, &fault);
                }
                let mut applied = self.write(signal, contact, whom, output)?;
                if from != Source::Waiting {
                    self.follow(&mut applied)?;
                }
                Ok(StepOutcome::Applied(applied))
            }
            Ok(Err(StepError::Rejected(rejection))) => Ok(StepOutcome::Rejected(rejection)),
            Ok(Err(StepError::Poison(error))) => self.park(signal, &error),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
                self.park(signal, &format!("the decision panicked: {}", text.unwrap_or("no text")))
            }
        }
    }

    fn write(&mut self, signal: &Signal, id: ContactId, whom: Whom, output: StepOutput) -> Result<Applied, StorageError> {
        let StepOutput { state, changes, reply } = output;
        let applied = Applied::of(id, signal, reply, &changes);
        let ws = self.make_workspace(signal.workspace)?;
        let next_wake = changes.next_wake;
        let wake = next_wake.map(Timestamp::as_millis);
        let (n, held) = match whom {
            Whom::New(_) => {
                let n = self.find(contact::CONTACT_INSERT, params![ws, id.to_bytes(), wake, state], |row| row.get(0))?.unwrap_or_default();
                (n, Held { id, state, next_wake, state_moved: false, wake_moved: false })
            }
            Whom::Known(n) => {
                let before = self.hold(n)?;
                let state_moved = before.state_moved || before.state != state;
                let wake_moved = before.wake_moved || before.next_wake != next_wake;
                (n, Held { id, state, next_wake, state_moved, wake_moved })
            }
        };
        if let Some(key) = &signal.dedupe_key {
            let reply = if applied.reply.is_null() { None } else { Some(json::write("a reply", &applied.reply)?) };
            self.execute(contact::DEDUPE_PUT, params![ws, key, n, signal.fingerprint.map(u64::cast_signed), reply])?;
        }
        self.execute(log::SIGNAL_INSERT, params![ws, n, json::write("a signal", signal)?])?;
        self.write_changes(ws, n, &changes)?;
        if self.careful {
            self.flush_contact(n, &held)?;
            self.states.insert(n, Held { state_moved: false, wake_moved: false, ..held });
        } else {
            self.states.insert(n, held);
        }
        self.count(ws, changes.counters)?;
        changes.recipients.into_iter().try_for_each(|change| self.move_recipient(ws, id, change))?;
        self.steps += 1;
        self.note_ids(ws, &changes.messages);
        Ok(applied)
    }
}
