//! What a backup holds, in the order in which it stands there.

pub(super) struct Table {
    pub(super) name: &'static str,
    /// Named, so that a copy does not depend on how a server ordered them.
    pub(super) columns: &'static str,
}

/// Numbers go on where they were.
pub(super) const SEQUENCES: [&str; 2] = ["position", "node"];

macro_rules! tables {
    ($($name:literal: $columns:literal),* $(,)?) => { &[$(Table { name: $name, columns: $columns }),*] };
}

pub(super) const TABLES: &[Table] = tables![
    "workspace": "n, id",
    "contact": "n, ws, id, due_at, next_wake, thread, runs, state",
    "profile": "contact, ws, name, locale, created_at, last_seen_at, search",
    "address": "ws, kind, value, contact",
    "dedupe": "ws, key, contact, fingerprint, reply",
    "step": "n, ws, contact, at, doc",
    "orphan": "n, ws, channel, provider_id, doc",
    "parked": "ws, id, n, doc, raw, error, parked_at, tries",
    "message": "ws, id, n, contact, conversation, direction, status, journey, doc",
    "provider": "ws, channel, provider_id, contact, message",
    "outbox": "ws, id, contact, sender, class, not_before, kind, value, open_since",
    "decision": "ws, id, n, contact, message, journey, silent, doc",
    "ledger": "contact, seq, n, ws, kind, value, doc",
    "conversation": "ws, id, n, contact, status, queue, assignee, stretch, last_message_at, inbox_at, search, doc",
    "run": "ws, id, n, contact, journey, version, status, step, doc",
    "counter": "ws, scope, key, name, value",
    "commit_mark": "id, fenced, at",
    "counter_delta": "n, ws, scope, key, name, by",
    "recipient": "ws, broadcast, contact, canary, state, not_before, at, code, reason, decision, message, channel, replied_at, opted_out_at",
    "document": "ws, kind, id, version, updated_at, doc",
    "catalogue_revision": "ws, revision",
    "delivery": "ws, id, n, endpoint, status, next_at, doc",
    "audit": "n, ws, at, doc",
    "lease": "name, holder, fence, beat",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_schema_is_in_a_backup_with_all_its_columns() {
        let schema = include_str!("../../migrations/0001_schema.sql");
        let mut count = 0;
        for part in schema.split("CREATE TABLE ").skip(1).filter(|part| !part.contains("PARTITION OF") || part.contains('(')) {
            let (name, rest) = part.split_once(" (").unwrap_or(("", ""));
            if name.is_empty() || name.contains("PARTITION") {
                continue;
            }
            let body = rest.split("\n)").next().unwrap();
            let columns: Vec<&str> = body
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with("--") && !line.starts_with("PRIMARY") && !line.starts_with("UNIQUE"))
                .map(|line| line.split_whitespace().next().unwrap())
                .collect();
            let table = TABLES.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("{name} is in no backup"));
            assert_eq!(table.columns.split(", ").collect::<Vec<_>>(), columns, "{name}");
            count += 1;
        }
        assert_eq!(count, TABLES.len());
    }
}
