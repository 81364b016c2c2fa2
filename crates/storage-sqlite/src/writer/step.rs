//! The step: dedupe, resolve, load, decide, write.

use std::panic::{AssertUnwindSafe, catch_unwind};

use model::signal::Signal;
use model::{AddressKey, ContactId};
use storage::{Applied, StepError, StepInput, StepOutcome, StepOutput, StorageError, StorageErrorKind};

use super::Group;
use super::changes::stray;
use super::group::not_ahead;
use super::held::Held;
use super::memory::Table;
use super::resolve::Whom;
use super::row::Row;
use crate::error::{described, is_own_fault};
use crate::logged::Logged;
use crate::sql::{hash as held, signal as log};
use crate::{doc, rows};

/// Where a signal comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    Caller,
    /// It waited for a message id. Its dedupe key is its own.
    Waiting,
    /// A person tries it again. Its dedupe key is its own.
    Parked,
}

impl Group<'_, '_> {
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
        let hash = rows::dedupe(ws, key);
        if self.is_ahead() && self.memory.is_adding(hash) {
            return Err(not_ahead());
        }
        // A signal that waited or was parked and then was applied has both.
        let Some(step) = self.hash(hash)?.into_iter().max() else { return Ok(None) };
        // Without a fingerprint on both sides nothing speaks against its being the same.
        let same = |first: Option<u64>| first.is_none() || signal.fingerprint.is_none() || first == signal.fingerprint;
        if step == rows::HELD {
            let fingerprint = self.find(held::HELD_KEY, [hash.to_be_bytes()], |row| row.get::<_, Option<i64>>(0))?.flatten();
            let same = same(fingerprint.map(i64::cast_unsigned));
            return Ok(Some(StepOutcome::Duplicate { contact: None, reply: serde_json::Value::Null, same }));
        }
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
        let (n, packed) = self
            .find(log::STEP_DOC, [step], row)?
            .ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a dedupe key names a step that is not there"))?;
        let first: Logged = doc::read("step", &packed)?;
        if first.signal.dedupe_key.as_deref() != Some(key) {
            return self.park(signal, "another key has the same hash as this signal's; give it another key").map(Some);
        }
        let contact = self.hold(n)?.id;
        Ok(Some(StepOutcome::Duplicate { contact: Some(contact), reply: first.reply, same: same(first.signal.fingerprint) }))
    }

    fn apply(&mut self, signal: &Signal, from: Source) -> Result<StepOutcome, StorageError> {
        let ws = self.find_workspace(signal.workspace)?;
        let Some(whom) = self.resolve(ws, signal)? else { return self.unresolved(signal, from) };
        let message = match (whom, ws) {
            (Whom::Known(n), Some(ws)) => self.named(ws, n, signal)?,
            _ => None,
        };
        let decider = self.decider;
        if let Whom::Known(n) = whom {
            self.hold(n)?;
        }
        let message = message.and_then(|n| self.memory.messages.peek(n)).map(|held| &*held.message);
        let (contact, state) = match whom {
            Whom::Known(n) => {
                let held =
                    self.memory.contacts.peek(n).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a contact vanished"))?;
                (held.id, Some(&*held.state))
            }
            Whom::New(id) => (id, None),
        };
        let decide = |taken: &[AddressKey]| {
            let input = StepInput { contact, state, signal, message, taken };
            catch_unwind(AssertUnwindSafe(|| decider.decide(input)))
        };
        let mut decided = decide(&[]);
        if let (Ok(Ok(output)), Some(ws)) = (&decided, ws) {
            let taken = self.taken(ws, whom, &output.changes.link)?;
            if !taken.is_empty() {
                decided = decide(&taken);
            }
        }
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
        let StepOutput { state, mut changes, reply } = output;
        let applied = Applied::of(id, reply, &changes);
        let ws = self.make_workspace(signal.workspace)?;
        let n = match whom {
            Whom::New(_) => {
                let n = self.memory.number(self.statements, Table::Contact, 0)?;
                self.memory.numbers.insert((ws, id), n);
                self.memory.contacts.insert(n, Held::new(ws, id));
                n
            }
            Whom::Known(n) => n,
        };
        let step = self.memory.number(self.statements, Table::Step, ws)?;
        let held = self.held_mut(n)?;
        held.state = std::sync::Arc::from(state);
        held.next_wake = changes.next_wake;
        let prev = std::mem::replace(&mut held.heads.step, step);
        self.dirty_contacts.insert(n);
        self.put(Row::step((step, n, prev), signal, &changes.timeline, &applied.reply)?)?;
        if let Some(key) = &signal.dedupe_key {
            let key = rows::dedupe(ws, key);
            if self.is_ahead() {
                self.memory.add_key(key);
            }
            self.put(Row::Key { key, step })?;
        }
        self.note_ids(ws, &changes.messages);
        self.write_changes(ws, n, &mut changes)?;
        self.count(ws, changes.counters)?;
        for change in changes.recipients {
            self.put(Row::Recipient { ws, contact: id, change: Box::new(change) })?;
        }
        self.steps += 1;
        Ok(applied)
    }
}
