//! Everything that a step changes beside the state, row by row.

use std::sync::Arc;

use model::case::Conversation;
use model::change::{Changes, ContactRow, RunRow, RunStatus};
use model::decision::DecisionRecord;
use model::draws::stable_hash;
use model::{AddressKey, ContactId, Message, Timestamp, WorkspaceId};
use rusqlite::params;
use storage::{StorageError, StorageErrorKind};

use super::Group;
use super::held::{Columns, Held, HeldMessage};
use super::memory::Table;
use super::row::Row;
use crate::sql::{decision, message, run};
use crate::{doc, rows};

/// Names a change that belongs to another workspace or contact. Nothing may cross, whatever a decider says.
pub(super) fn stray(ws: WorkspaceId, owner: ContactId, changes: &Changes) -> Option<String> {
    let of = |what: &str, there: bool| there.then(|| format!("the step changes {what} of another contact or workspace"));
    of("a profile", changes.contact.iter().any(|c| c.id != owner))
        .or_else(|| of("a message", changes.messages.iter().any(|m| m.workspace != ws || m.contact != owner)))
        .or_else(|| of("a decision", changes.decisions.iter().any(|d| d.workspace != ws || d.contact != owner)))
        .or_else(|| of("a consent entry", changes.ledger.iter().any(|l| l.workspace != ws || l.contact != owner)))
        .or_else(|| of("a timeline entry", changes.timeline.iter().any(|t| t.workspace != ws || t.contact != owner)))
        .or_else(|| of("a conversation", changes.conversation.iter().any(|c| c.workspace != ws || c.contact != owner)))
        .or_else(|| of("a run", changes.runs.iter().any(|r| r.contact != owner)))
        .or_else(|| of("a delivery", changes.deliveries.iter().any(|d| d.workspace != ws || d.contact != owner)))
}

/// Hash of what the profile row holds. The time of the last message is in the contact's own row, which moves with it anyway.
fn profile_hash(row: &ContactRow) -> i64 {
    let optional = |text: &Option<String>| text.as_ref().map_or(String::new(), |text| format!("={text}"));
    let (name, locale) = (optional(&row.name), optional(&row.locale));
    let parts = [name.as_bytes(), locale.as_bytes(), &row.created_at.as_millis().to_be_bytes(), row.search.as_bytes()];
    stable_hash(&parts).cast_signed()
}

impl Group<'_, '_> {
    /// A contact that was loaded before.
    pub(super) fn held_mut(&mut self, n: i64) -> Result<&mut Held, StorageError> {
        self.memory.contacts.get(n).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a contact vanished"))
    }

    /// `n` is the contact's row number. Timeline lines are the step's.
    pub(super) fn write_changes(&mut self, ws: i64, n: i64, changes: &mut Changes) -> Result<(), StorageError> {
        if let Some(row) = changes.contact.take() {
            self.write_profile(ws, n, row)?;
        }
        std::mem::take(&mut changes.unlink).into_iter().try_for_each(|key| self.unlink(ws, n, key))?;
        std::mem::take(&mut changes.link).into_iter().try_for_each(|key| self.link(ws, n, key))?;
        std::mem::take(&mut changes.messages).into_iter().try_for_each(|row| self.hold_message(ws, n, row))?;
        std::mem::take(&mut changes.decisions).into_iter().try_for_each(|row| self.write_decision(ws, n, row))?;
        for entry in std::mem::take(&mut changes.ledger) {
            self.put(Row::ledger(ws, n, entry)?)?;
        }
        if let Some(row) = changes.conversation.take() {
            self.hold_conversation(n, row)?;
        }
        if !changes.runs.is_empty() {
            self.write_runs(ws, n, std::mem::take(&mut changes.runs))?;
        }
        for delivery in std::mem::take(&mut changes.deliveries) {
            self.put(Row::delivery(ws, delivery)?)?;
        }
        Ok(())
    }

    /// An address that belongs to somebody stays there.
    fn link(&mut self, ws: i64, n: i64, key: AddressKey) -> Result<(), StorageError> {
        if self.is_ahead() {
            if self.address_owner(ws, &key)?.is_some() {
                return Ok(());
            }
            self.memory.add_address(ws, key.clone(), Some(n));
        }
        self.put(Row::Link { ws, key, contact: n })
    }

    fn unlink(&mut self, ws: i64, n: i64, key: AddressKey) -> Result<(), StorageError> {
        if self.is_ahead() {
            if self.address_owner(ws, &key)? != Some(n) {
                return Ok(());
            }
            self.memory.add_address(ws, key.clone(), None);
        }
        self.put(Row::Unlink { ws, key, contact: n })
    }

    fn write_profile(&mut self, ws: i64, n: i64, row: ContactRow) -> Result<(), StorageError> {
        let hash = profile_hash(&row);
        let held = self.held_mut(n)?;
        held.last_seen_at = row.last_seen_at.map(Timestamp::as_millis);
        if held.profile == Some(hash) {
            return Ok(());
        }
        held.profile = Some(hash);
        self.put(Row::Profile { n, ws, row: Box::new(row) })
    }

    /// Written at the end of the group, once for all changes.
    fn hold_message(&mut self, ws: i64, contact: i64, row: Message) -> Result<(), StorageError> {
        let (id, provider) = (row.id, Columns::provider(ws, &row));
        let message = Arc::new(row);
        let there = if self.memory.new_messages.takes(id.as_u128()) { None } else { self.message_number(ws, id)? };
        let n = if let Some(n) = there {
            let held = self.memory.messages.get(n).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a message vanished"))?;
            held.message = message;
            n
        } else {
            let n = self.memory.number(self.statements, Table::Message, ws)?;
            let prev = std::mem::replace(&mut self.held_mut(contact)?.heads.message, n);
            self.memory.message_numbers.insert((ws, id), n);
            self.memory.messages.insert(n, HeldMessage { contact, prev, message, written: None, size: 0 });
            n
        };
        if let Some(provider) = provider {
            self.memory.providers.insert(provider, n);
        }
        self.dirty_messages.insert(n);
        Ok(())
    }

    fn write_decision(&mut self, ws: i64, contact: i64, record: DecisionRecord) -> Result<(), StorageError> {
        let (key, (first, end)) = ((ws, record.id), rows::range(ws));
        let there = match self.memory.decision_numbers.get(key) {
            Some(n) => Some(*n),
            None if self.memory.new_decisions.takes(record.id.as_u128()) => None,
            None => self.find(decision::DECISION_BY_ID, params![record.id.to_bytes(), first, end], |r| r.get(0))?,
        };
        if let Some(n) = there {
            return self.put(Row::decision_again(n, &record)?);
        }
        let n = self.memory.number(self.statements, Table::Decision, ws)?;
        self.memory.decision_numbers.insert(key, n);
        let prev = std::mem::replace(&mut self.held_mut(contact)?.heads.decision, n);
        self.put(Row::decision((n, contact, prev), &record)?)
    }

    fn hold_conversation(&mut self, n: i64, row: Conversation) -> Result<(), StorageError> {
        let held = self.held_mut(n)?;
        let listed = held.listed.then(held.id, &row);
        held.listed_moved |= held.listed != listed;
        held.listed = listed;
        held.new_conversation = Some(row);
        Ok(())
    }

    /// Runs that are under way stand in the contact's row; their own rows are written when they begin and when they end.
    fn write_runs(&mut self, ws: i64, contact: i64, changed: Vec<RunRow>) -> Result<(), StorageError> {
        let held = self.held_mut(contact)?;
        let mut runs = match (held.runs.take(), held.packed_runs.take()) {
            (Some(runs), _) => runs,
            (None, Some(packed)) => doc::read("list of runs", &packed)?,
            (None, None) => Vec::new(),
        };
        for row in changed {
            let active = row.status == RunStatus::Active;
            let place = runs.iter().position(|other: &RunRow| other.id == row.id);
            if let (true, Some(place)) = (active, place) {
                runs[place] = row;
                continue;
            }
            match (active, place) {
                (true, _) => runs.push(row.clone()),
                (false, Some(place)) => drop(runs.remove(place)),
                (false, None) => {}
            }
            self.write_run(ws, contact, row)?;
        }
        let held = self.held_mut(contact)?;
        (held.runs, held.runs_moved) = (Some(runs), true);
        Ok(())
    }

    fn write_run(&mut self, ws: i64, contact: i64, row: RunRow) -> Result<(), StorageError> {
        let (key, (first, end)) = ((ws, row.id), rows::range(ws));
        let there = match self.memory.run_numbers.get(key) {
            Some(n) => Some(*n),
            None => self.find(run::RUN_NUMBER, params![row.id.to_bytes(), first, end], |r| r.get(0))?,
        };
        if let Some(n) = there {
            return self.put(Row::run_again(n, &row)?);
        }
        let n = self.memory.number(self.statements, Table::Run, ws)?;
        self.memory.run_numbers.insert(key, n);
        let prev = std::mem::replace(&mut self.held_mut(contact)?.heads.run, n);
        self.put(Row::run((n, contact, prev), &row)?)
    }

    /// The number of a message's row, which is held from here on.
    pub(super) fn message_number(&mut self, ws: i64, id: model::MessageId) -> Result<Option<i64>, StorageError> {
        if let Some(n) = self.memory.message_numbers.get((ws, id)).copied()
            && self.memory.messages.get(n).is_some()
        {
            return Ok(Some(n));
        }
        let (first, end) = rows::range(ws);
        let found = self.find(message::MESSAGE_BY_ID, params![id.to_bytes(), first, end], super::resolve::raw_message)?;
        found.map(|raw| self.remember_message(ws, raw)).transpose()
    }
}
