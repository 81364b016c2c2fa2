//! Everything that a step changes beside the state, row by row.

use model::case::Conversation;
use model::change::{Changes, ContactRow, RunRow, RunStatus};
use model::decision::{DecisionRecord, Verdict};
use model::draws::stable_hash;
use model::{ContactId, Message, Timestamp, WorkspaceId};
use rusqlite::params;
use storage::{StorageError, StorageErrorKind};

use super::Group;
use super::held::{Columns, Held, HeldMessage, Listed, journey};
use super::memory::Table;
use crate::sql::{contact, decision, delivery, ledger, message, run};
use crate::{doc, json, rows};

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

impl Group<'_> {
    /// A contact that was loaded before.
    pub(super) fn held_mut(&mut self, n: i64) -> Result<&mut Held, StorageError> {
        self.memory.contacts.get(n).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a contact vanished"))
    }

    /// `n` is the contact's row number. Timeline lines are the step's.
    pub(super) fn write_changes(&mut self, ws: i64, n: i64, changes: &mut Changes) -> Result<(), StorageError> {
        if let Some(row) = &changes.contact {
            self.write_profile(ws, n, row)?;
        }
        for key in &changes.unlink {
            self.execute(contact::ADDRESS_UNLINK, params![ws, key.kind.as_str(), key.value, n])?;
        }
        for key in &changes.link {
            self.execute(contact::ADDRESS_LINK, params![ws, key.kind.as_str(), key.value, n])?;
        }
        std::mem::take(&mut changes.messages).into_iter().try_for_each(|row| self.hold_message(ws, n, row))?;
        changes.decisions.iter().try_for_each(|row| self.write_decision(ws, n, row))?;
        for row in &changes.ledger {
            let address = &row.change.address;
            let doc = json::write("a consent entry", row)?;
            self.execute(ledger::LEDGER_INSERT, params![ws, n, row.seq.cast_signed(), address.kind.as_str(), address.value, doc])?;
        }
        if let Some(row) = changes.conversation.take() {
            self.hold_conversation(n, row)?;
        }
        if !changes.runs.is_empty() {
            self.write_runs(ws, n, std::mem::take(&mut changes.runs))?;
        }
        for row in &changes.deliveries {
            let (status, doc) = (json::name(&row.status)?, json::write("a delivery", row)?);
            let at = row.next_at.as_millis();
            self.execute(delivery::DELIVERY_INSERT, params![ws, row.id.to_bytes(), row.endpoint, status, at, doc])?;
        }
        Ok(())
    }

    fn write_profile(&mut self, ws: i64, n: i64, row: &ContactRow) -> Result<(), StorageError> {
        let hash = profile_hash(row);
        let held = self.held_mut(n)?;
        held.last_seen_at = row.last_seen_at.map(Timestamp::as_millis);
        if held.profile == Some(hash) {
            return Ok(());
        }
        held.profile = Some(hash);
        let values = params![n, ws, row.name, row.locale, row.created_at.as_millis(), row.search.to_lowercase()];
        self.execute(contact::PROFILE_PUT, values).map(drop)
    }

    /// Written at the end of the group, once for all changes.
    fn hold_message(&mut self, ws: i64, contact: i64, row: Message) -> Result<(), StorageError> {
        let n = match self.message_number(ws, row.id)? {
            Some(n) => n,
            None => {
                let n = self.memory.number(self.conn, Table::Message, ws)?;
                let heads = &mut self.held_mut(contact)?.heads;
                let prev = std::mem::replace(&mut heads.message, n);
                self.memory.message_numbers.insert((ws, row.id), n);
                let held = HeldMessage { contact, prev, message: row.clone(), written: None };
                self.memory.messages.insert(n, held);
                n
            }
        };
        if let Some(provider) = Columns::of(ws, &row).provider {
            self.memory.providers.insert(provider, n);
        }
        let held = self.memory.messages.get(n).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a message vanished"))?;
        held.message = row;
        self.dirty_messages.insert(n);
        Ok(())
    }

    fn write_decision(&mut self, ws: i64, n: i64, row: &DecisionRecord) -> Result<(), StorageError> {
        let silent = matches!(row.verdict, Verdict::Silent { .. });
        let (doc, id, (first, end)) = (doc::write("a decision", row)?, row.id.to_bytes(), rows::range(ws));
        if let Some(there) = self.find(decision::DECISION_BY_ID, params![id, first, end], |r| r.get::<_, i64>(0))? {
            return self.execute(decision::DECISION_UPDATE, params![there, silent, doc]).map(drop);
        }
        let number = self.memory.number(self.conn, Table::Decision, ws)?;
        let prev = std::mem::replace(&mut self.held_mut(n)?.heads.decision, number);
        let values = params![number, n, prev, id, silent, journey(&row.wanted.origin), doc];
        self.execute(decision::DECISION_INSERT, values).map(drop)
    }

    fn hold_conversation(&mut self, n: i64, row: Conversation) -> Result<(), StorageError> {
        let listed = Listed::of(&row);
        let held = self.held_mut(n)?;
        held.listed_moved |= held.listed != listed;
        held.listed = listed;
        held.new_conversation = Some(row);
        Ok(())
    }

    /// Runs that are under way stand in the contact's row; their own rows are written when they begin and when they end.
    fn write_runs(&mut self, ws: i64, n: i64, changed: Vec<RunRow>) -> Result<(), StorageError> {
        let held = self.held_mut(n)?;
        let mut runs = match (held.new_runs.take(), &held.runs) {
            (Some(runs), _) => runs,
            (None, Some(packed)) => doc::read("list of runs", packed)?,
            (None, None) => Vec::new(),
        };
        let (first, end) = rows::range(ws);
        for row in changed {
            let id = row.id.to_bytes();
            let active = row.status == RunStatus::Active;
            let place = runs.iter().position(|other: &RunRow| other.id == row.id);
            if let (true, Some(place)) = (active, place) {
                runs[place] = row;
                continue;
            }
            let there = self.find(run::RUN_NUMBER, params![id, first, end], |r| r.get::<_, i64>(0))?;
            let doc = if active { None } else { Some(doc::write("a run", &row)?) };
            if let Some(number) = there {
                self.execute(run::RUN_UPDATE, params![number, active, doc])?;
            } else {
                let number = self.memory.number(self.conn, Table::Run, ws)?;
                let prev = std::mem::replace(&mut self.held_mut(n)?.heads.run, number);
                self.execute(run::RUN_INSERT, params![number, n, prev, id, row.journey, active, doc])?;
            }
            match (active, place) {
                (true, _) => runs.push(row),
                (false, Some(place)) => drop(runs.remove(place)),
                (false, None) => {}
            }
        }
        self.held_mut(n)?.new_runs = Some(runs);
        Ok(())
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
