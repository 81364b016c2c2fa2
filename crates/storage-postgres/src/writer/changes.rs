//! Everything that a step changes beside the state, as rows.

use std::collections::HashMap;

use model::case::{Conversation, ConversationStatus};
use model::change::{Changes, ContactRow, RunRow, RunStatus};
use model::decision::{DecisionRecord, Verdict};
use model::message::Origin;
use model::{AddressKey, ContactId, Direction, Message, MessageStatus, Timestamp, WorkspaceId};
use storage::StorageError;

use super::chunk::Chunk;
use super::load::{Owner, ProviderKey};
use super::rows::{
    ConversationRow, DecisionRow, DeliveryRow, LedgerRow, Link, MessageRow, OutgoingRow, Place, Profile, Provider, RunRow as RunColumns,
    Unlink,
};
use super::tables::Tables;
use crate::query::Standing;
use crate::value::{Uid, clean};
use crate::{doc, json};

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

fn journey(origin: &Origin) -> Option<String> {
    if let Origin::Journey { journey, .. } = origin { Some(clean(journey)) } else { None }
}

/// Addresses that were looked up, as they changed hands.
pub(super) fn wire(owners: &HashMap<(i32, AddressKey), Owner>, tables: &mut Tables) {
    let mut moved: Vec<_> = owners.iter().filter(|(_, owner)| owner.before != owner.now).collect();
    // Every node takes them in the same order.
    moved.sort_unstable_by_key(|(key, _)| *key);
    for ((ws, key), owner) in moved {
        let (kind, value) = (key.kind.as_str(), clean(&key.value));
        if let Some(contact) = owner.before {
            tables.unlinks.push(Unlink { ws: *ws, kind, value: value.clone(), contact });
        }
        if let Some(contact) = owner.now {
            tables.links.push(Link { ws: *ws, kind, value, contact });
        }
    }
}

impl Chunk<'_> {
    /// Answers the providers' ids that messages now have. The timeline stands in the log.
    pub(super) fn write(
        &mut self,
        ws: i32,
        n: i64,
        id: ContactId,
        now: Timestamp,
        changes: Changes,
    ) -> Result<Vec<ProviderKey>, StorageError> {
        for key in &changes.unlink {
            self.unlink(ws, n, key);
        }
        for key in &changes.link {
            self.link(ws, n, key);
        }
        if let Some(row) = changes.contact {
            self.profile(ws, n, row);
        }
        let mut recorded = Vec::new();
        for row in changes.messages {
            recorded.extend(row.provider_id.clone().map(|provider_id| (ws, row.channel, provider_id)));
            self.message(ws, n, now, row);
        }
        for row in &changes.decisions {
            self.decision(ws, n, row)?;
        }
        for row in &changes.ledger {
            let (address, number) = (&row.change.address, self.number());
            self.rows.ledger.push(LedgerRow {
                contact: n,
                seq: row.seq.cast_signed(),
                n: number,
                ws,
                kind: address.kind.as_str(),
                value: clean(&address.value),
                doc: json::write("a consent entry", row)?,
            });
        }
        if let Some(row) = &changes.conversation {
            self.conversation(ws, n, row)?;
        }
        for row in &changes.runs {
            self.run(ws, n, row)?;
        }
        for row in &changes.deliveries {
            let (number, key) = (self.number(), (ws, Uid(row.id.to_bytes())));
            let (status, doc) = (json::name(&row.status)?, json::write("a delivery", row)?);
            let new =
                DeliveryRow { ws, id: key.1, n: number, endpoint: clean(&row.endpoint), status, next_at: row.next_at.as_millis(), doc };
            let n = self.rows.deliveries.get(&key).map_or(number, |row| row.n);
            self.rows.deliveries.insert(key, DeliveryRow { n, ..new });
        }
        for delta in changes.counters {
            let sum = self.rows.counts.entry((ws, clean(&delta.scope), clean(&delta.key), clean(&delta.name))).or_default();
            *sum = sum.saturating_add(delta.by);
        }
        for change in changes.recipients {
            self.move_recipient(ws, id, change);
        }
        Ok(recorded)
    }

    fn unlink(&mut self, ws: i32, n: i64, key: &AddressKey) {
        if let Some(owner) = self.loaded.owners.get_mut(&(ws, key.clone())) {
            owner.now = owner.now.filter(|owner| *owner != n);
        } else {
            self.rows.loose.insert((ws, key.kind.as_str(), clean(&key.value)), (false, n));
        }
    }

    fn link(&mut self, ws: i32, n: i64, key: &AddressKey) {
        if let Some(owner) = self.loaded.owners.get_mut(&(ws, key.clone())) {
            owner.now = owner.now.or(Some(n));
        } else {
            // Given away and taken back by the same step is kept.
            self.rows.loose.insert((ws, key.kind.as_str(), clean(&key.value)), (true, n));
        }
    }

    fn profile(&mut self, ws: i32, n: i64, row: ContactRow) {
        let text = |text: Option<String>| text.as_deref().map(clean);
        let new = Profile {
            contact: n,
            ws,
            name: text(row.name),
            locale: text(row.locale),
            created_at: row.created_at.as_millis(),
            last_seen_at: row.last_seen_at.map(Timestamp::as_millis),
            search: clean(&row.search).to_lowercase(),
        };
        self.rows.profiles.insert(n, new);
    }

    fn message(&mut self, ws: i32, n: i64, now: Timestamp, row: Message) {
        let id = Uid(row.id.to_bytes());
        let waits = |status| matches!(status, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::InDoubt);
        let (standing, was, named) = match self.loaded.messages.get(&(ws, row.id)) {
            Some(Some((_, before))) => {
                let was = before.direction == Direction::Out && waits(before.status);
                (Standing::Known, Some(was), before.provider_id == row.provider_id)
            }
            // Made by this very signal.
            _ if row.created_at == now => (Standing::New, Some(false), false),
            _ => (Standing::Unsure, None, false),
        };
        let (doc, status, number) = (doc::write_message(&row), row.status.as_str(), self.number());
        // Where it belongs does not change, what becomes of it does.
        let new = || MessageRow {
            ws,
            id,
            n: number,
            contact: n,
            conversation: Uid(row.conversation.to_bytes()),
            direction: if row.direction == Direction::In { "in" } else { "out" },
            status,
            journey: journey(&row.origin),
            doc: Vec::new(),
        };
        let (_, known) = self.rows.messages.entry((ws, id)).or_insert_with(|| (standing, new()));
        (known.status, known.doc) = (status, doc);
        if let Some(provider_id) = &row.provider_id {
            let (channel, name) = (row.channel.as_str(), clean(provider_id));
            // A status that comes later finds the name written down.
            if !named {
                let new = || Provider { ws, channel, provider_id: name.clone(), contact: n, message: id };
                self.rows.providers.entry((ws, channel, name.clone())).or_insert_with(new);
            }
            if let Some(wanted) = self.loaded.providers.get_mut(&(ws, row.channel, provider_id.clone())) {
                wanted.get_or_insert((n, row.id));
                self.loaded.messages.entry((ws, row.id)).or_default();
            }
        }
        if row.direction == Direction::Out {
            let open = matches!(row.status, MessageStatus::Sending | MessageStatus::InDoubt);
            let is = waits(row.status).then(|| OutgoingRow {
                ws,
                id,
                contact: Uid(row.contact.to_bytes()),
                sender: Uid(row.sender.to_bytes()),
                class: i32::from(row.class.rank()),
                not_before: row.not_before.unwrap_or(row.created_at).as_millis(),
                kind: row.address.kind.as_str(),
                value: clean(&row.address.value),
                open_since: open.then(|| row.times.get(&row.status).unwrap_or(&row.created_at).as_millis()),
            });
            self.rows.outbox.entry((ws, id)).or_insert(Place { was, is: None }).is = is;
        }
        if let Some(wanted) = self.loaded.messages.get_mut(&(ws, row.id)) {
            *wanted = Some((n, row));
        }
    }

    fn decision(&mut self, ws: i32, n: i64, row: &DecisionRecord) -> Result<(), StorageError> {
        let (number, id) = (self.number(), Uid(row.id.to_bytes()));
        let new = DecisionRow {
            ws,
            id,
            n: number,
            contact: n,
            message: row.message.map(|id| Uid(id.to_bytes())),
            journey: journey(&row.wanted.origin),
            silent: matches!(row.verdict, Verdict::Silent { .. }),
            doc: doc::write("a decision", row)?,
        };
        let n = self.rows.decisions.get(&(ws, id)).map_or(number, |row| row.n);
        self.rows.decisions.insert((ws, id), DecisionRow { n, ..new });
        Ok(())
    }

    fn conversation(&mut self, ws: i32, n: i64, row: &Conversation) -> Result<(), StorageError> {
        let (number, id) = (self.number(), Uid(row.id.to_bytes()));
        let status = match row.status {
            ConversationStatus::Bot => "bot",
            ConversationStatus::Waiting => "waiting",
            ConversationStatus::Open => "open",
            ConversationStatus::Resolved => "resolved",
        };
        let search = format!("{} {}", row.contact_name.as_deref().unwrap_or_default(), row.last_message);
        let at = row.last_message_at.as_millis();
        let new = ConversationRow {
            ws,
            id,
            n: number,
            contact: n,
            status,
            queue: row.case.as_ref().map(|case| clean(&case.queue)),
            assignee: row.case.as_ref().and_then(|case| case.assignee).map(|user| Uid(user.to_bytes())),
            stretch: if row.has_begun() { stretch(at) } else { UNLISTED },
            last_message_at: at,
            inbox_at: matches!(row.status, ConversationStatus::Waiting | ConversationStatus::Open).then_some(at),
            search: clean(&search).to_lowercase(),
            doc: doc::write("a conversation", row)?,
        };
        let before = self.loaded.held.get_mut(&n).and_then(|held| held.thread.replace(id));
        let standing = match before {
            Some(known) if known == id => Standing::Known,
            Some(_) => Standing::Unsure,
            None => Standing::New,
        };
        // Its place in the lists is that of its first row.
        let (standing, n) = self.rows.conversations.get(&(ws, id)).map_or((standing, number), |(standing, row)| (*standing, row.n));
        self.rows.conversations.insert((ws, id), (standing, ConversationRow { n, ..new }));
        Ok(())
    }

    fn run(&mut self, ws: i32, n: i64, row: &RunRow) -> Result<(), StorageError> {
        let (number, id) = (self.number(), Uid(row.id.to_bytes()));
        let status = match row.status {
            RunStatus::Active => "active",
            RunStatus::Completed => "completed",
            RunStatus::Exited => "exited",
            RunStatus::Failed => "failed",
        };
        let standing = match self.loaded.held.get_mut(&n) {
            Some(held) => held.lists_run(id, row.status == RunStatus::Active),
            None => Standing::Unsure,
        };
        let new = || RunColumns {
            ws,
            id,
            n: number,
            contact: n,
            journey: clean(&row.journey),
            version: clean(&row.version),
            status,
            step: String::new(),
            doc: Vec::new(),
        };
        let (_, known) = self.rows.runs.entry((ws, id)).or_insert_with(|| (standing, new()));
        (known.status, known.step, known.doc) = (status, clean(&row.step), doc::write("a run", row)?);
        Ok(())
    }
}

/// The stretch of those in which nothing was said.
const UNLISTED: i64 = -1;

/// Stretches in which conversations are listed: 2^20 ms, 17.5 minutes.
pub(crate) const fn stretch(at: i64) -> i64 {
    at >> 20
}
