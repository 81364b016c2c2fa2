//! Everything that a step changes beside the state, row by row.

use model::case::{Conversation, ConversationStatus};
use model::change::{Changes, ContactRow, RunRow, RunStatus};
use model::decision::{DecisionRecord, Verdict};
use model::message::Origin;
use model::{ContactId, Direction, Message, MessageStatus, Timestamp, WorkspaceId};
use rusqlite::params;
use storage::StorageError;

use super::Group;
use crate::json;
use crate::sql::{contact, conversation, decision, delivery, ledger, message, run};

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

fn journey(origin: &Origin) -> Option<&str> {
    if let Origin::Journey { journey, .. } = origin { Some(journey) } else { None }
}

impl Group<'_> {
    /// `n` is the contact's row number.
    pub(super) fn write_changes(&self, ws: i64, n: i64, changes: &Changes) -> Result<(), StorageError> {
        if let Some(row) = &changes.contact {
            self.write_profile(ws, n, row)?;
        }
        for key in &changes.unlink {
            self.execute(contact::ADDRESS_UNLINK, params![ws, key.kind.as_str(), key.value, n])?;
        }
        for key in &changes.link {
            self.execute(contact::ADDRESS_LINK, params![ws, key.kind.as_str(), key.value, n])?;
        }
        changes.messages.iter().try_for_each(|row| self.write_message(ws, n, row))?;
        changes.decisions.iter().try_for_each(|row| self.write_decision(ws, n, row))?;
        for row in &changes.ledger {
            let address = &row.change.address;
            let doc = json::write("a consent entry", row)?;
            self.execute(ledger::LEDGER_INSERT, params![ws, n, row.seq.cast_signed(), address.kind.as_str(), address.value, doc])?;
        }
        for row in &changes.timeline {
            self.execute(decision::TIMELINE_INSERT, params![n, row.kind.name(), json::write("a timeline entry", row)?])?;
        }
        if let Some(row) = &changes.conversation {
            self.write_conversation(ws, n, row)?;
        }
        changes.runs.iter().try_for_each(|row| self.write_run(ws, n, row))?;
        for row in &changes.deliveries {
            let (status, doc) = (json::name(&row.status)?, json::write("a delivery", row)?);
            let at = row.next_at.as_millis();
            self.execute(delivery::DELIVERY_INSERT, params![ws, row.id.to_bytes(), row.endpoint, status, at, doc])?;
        }
        Ok(())
    }

    fn write_profile(&self, ws: i64, n: i64, row: &ContactRow) -> Result<(), StorageError> {
        let seen = row.last_seen_at.map(Timestamp::as_millis);
        let values = params![n, ws, row.name, row.locale, row.created_at.as_millis(), seen, row.search.to_lowercase()];
        self.execute(contact::PROFILE_PUT, values).map(drop)
    }

    fn write_message(&self, ws: i64, n: i64, row: &Message) -> Result<(), StorageError> {
        let (id, status, channel, sender) = (row.id.to_bytes(), row.status.as_str(), row.channel.as_str(), row.sender.to_bytes());
        let not_before = row.not_before.unwrap_or(row.created_at).as_millis();
        let open = matches!(row.status, MessageStatus::Sending | MessageStatus::InDoubt);
        let open_since = open.then(|| row.times.get(&row.status).unwrap_or(&row.created_at).as_millis());
        let doc = json::write("a message", row)?;
        let class = row.class.rank();
        let updated = self.execute(message::MESSAGE_UPDATE, params![ws, id, status, sender, class, not_before, open_since, doc])?;
        if updated > 0 {
            self.execute(message::MESSAGE_UPDATE_PROVIDER, params![ws, id, channel, row.provider_id])?;
            return Ok(());
        }
        let direction = match row.direction {
            Direction::In => "in",
            Direction::Out => "out",
        };
        let values = params![
            ws,
            id,
            n,
            row.conversation.to_bytes(),
            direction,
            channel,
            status,
            sender,
            class,
            not_before,
            open_since,
            row.provider_id,
            journey(&row.origin),
            doc
        ];
        self.execute(message::MESSAGE_INSERT, values).map(drop)
    }

    fn write_decision(&self, ws: i64, n: i64, row: &DecisionRecord) -> Result<(), StorageError> {
        let silent = matches!(row.verdict, Verdict::Silent { .. });
        let message = row.message.map(model::MessageId::to_bytes);
        let doc = json::write("a decision", row)?;
        self.execute(decision::DECISION_PUT, params![ws, row.id.to_bytes(), n, message, journey(&row.wanted.origin), silent, doc]).map(drop)
    }

    fn write_conversation(&self, ws: i64, n: i64, row: &Conversation) -> Result<(), StorageError> {
        let status = match row.status {
            ConversationStatus::Bot => "bot",
            ConversationStatus::Waiting => "waiting",
            ConversationStatus::Open => "open",
            ConversationStatus::Resolved => "resolved",
        };
        let queue = row.case.as_ref().map(|case| case.queue.as_str());
        let assignee = row.case.as_ref().and_then(|case| case.assignee).map(model::UserId::to_bytes);
        let search = format!("{} {}", row.contact_name.as_deref().unwrap_or_default(), row.last_message).to_lowercase();
        let (at, doc) = (row.last_message_at.as_millis(), json::write("a conversation", row)?);
        self.execute(conversation::CONVERSATION_PUT, params![ws, row.id.to_bytes(), n, status, queue, assignee, at, search, doc]).map(drop)
    }

    fn write_run(&self, ws: i64, n: i64, row: &RunRow) -> Result<(), StorageError> {
        let status = run_status(row.status);
        let (id, doc) = (row.id.to_bytes(), json::write("a run", row)?);
        if self.execute(run::RUN_UPDATE, params![ws, id, row.step, doc, status])? > 0 {
            return Ok(());
        }
        self.execute(run::RUN_PUT, params![ws, id, n, row.journey, row.version, status, row.step, doc]).map(drop)
    }
}

fn run_status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Active => "active",
        RunStatus::Completed => "completed",
        RunStatus::Exited => "exited",
        RunStatus::Failed => "failed",
    }
}
