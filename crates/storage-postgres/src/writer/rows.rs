//! Rows on their way into the tables, one statement for each table.
//!
//! Where steps come by the thousand, arrays are taken apart in the select list, in step with one another: there rows flow on one by one, while a
//! function in `FROM` lays each column down whole before the first row is seen (0.2 against 0.6 us a row of nine columns).

use std::collections::BTreeMap;

use crate::query::{Standing, columns};
use crate::value::Uid;

pub(super) type Owned = (i32, Uid);

columns! {
    NewContacts of NewContact {
        n: i64 = INT8_ARRAY, ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, next_wake: Option<i64> = INT8_ARRAY, thread: Option<Uid> = UUID_ARRAY,
        runs: Vec<u8> = BYTEA_ARRAY, state: Vec<u8> = BYTEA_ARRAY,
    }
        "INSERT INTO contact (n, ws, id, due_at, next_wake, thread, runs, state) SELECT n, ws, id, next_wake, next_wake, thread, runs, state
         FROM unnest($1, $2, $3, $4, $5, $6, $7) AS u (n, ws, id, next_wake, thread, runs, state)";
    /// In the order of their numbers, as every node does it.
    States of State {
        n: i64 = INT8_ARRAY, due_at: Option<i64> = INT8_ARRAY, next_wake: Option<i64> = INT8_ARRAY, thread: Option<Uid> = UUID_ARRAY,
        runs: Vec<u8> = BYTEA_ARRAY, state: Vec<u8> = BYTEA_ARRAY,
    }
        "UPDATE contact SET due_at = u.due_at, next_wake = u.next_wake, thread = u.thread, runs = u.runs, state = u.state
         FROM (SELECT unnest($1) AS n, unnest($2) AS due_at, unnest($3) AS next_wake, unnest($4) AS thread, unnest($5) AS runs,
           unnest($6) AS state) AS u WHERE contact.n = u.n";
    Profiles of Profile {
        contact: i64 = INT8_ARRAY, ws: i32 = INT4_ARRAY, name: Option<String> = TEXT_ARRAY, locale: Option<String> = TEXT_ARRAY,
        created_at: i64 = INT8_ARRAY, last_seen_at: Option<i64> = INT8_ARRAY, search: String = TEXT_ARRAY,
    }
        "INSERT INTO profile (contact, ws, name, locale, created_at, last_seen_at, search) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (contact) DO UPDATE SET name = excluded.name, locale = excluded.locale, created_at = excluded.created_at,
         last_seen_at = excluded.last_seen_at, search = excluded.search";

    Unlinks of Unlink { ws: i32 = INT4_ARRAY, kind: &'static str = TEXT_ARRAY, value: String = TEXT_ARRAY, contact: i64 = INT8_ARRAY }
        "DELETE FROM address a USING unnest($1, $2, $3, $4) AS u (ws, kind, value, contact)
         WHERE a.ws = u.ws AND a.kind = u.kind AND a.value = u.value AND a.contact = u.contact";
    /// Addresses that were free when the batch looked. If one is not any more, the whole batch must look again.
    Links of Link { ws: i32 = INT4_ARRAY, kind: &'static str = TEXT_ARRAY, value: String = TEXT_ARRAY, contact: i64 = INT8_ARRAY }
        "INSERT INTO address (ws, kind, value, contact) SELECT * FROM unnest($1, $2, $3, $4)";
    /// Addresses that nobody looked for: one that belongs to somebody stays there.
    LooseLinks of LooseLink { ws: i32 = INT4_ARRAY, kind: &'static str = TEXT_ARRAY, value: String = TEXT_ARRAY, contact: i64 = INT8_ARRAY }
        "INSERT INTO address (ws, kind, value, contact) SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT DO NOTHING";

    /// Keys that nobody had when the batch looked.
    NewKeys of NewKey {
        ws: i32 = INT4_ARRAY, key: String = TEXT_ARRAY, contact: Option<i64> = INT8_ARRAY, fingerprint: Option<i64> = INT8_ARRAY,
        reply: Option<String> = TEXT_ARRAY,
    }
        "INSERT INTO dedupe (ws, key, contact, fingerprint, reply) SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)";
    /// Keys of signals that waited or were parked: they get their answer now.
    OldKeys of OldKey {
        ws: i32 = INT4_ARRAY, key: String = TEXT_ARRAY, contact: Option<i64> = INT8_ARRAY, fingerprint: Option<i64> = INT8_ARRAY,
        reply: Option<String> = TEXT_ARRAY,
    }
        "INSERT INTO dedupe (ws, key, contact, fingerprint, reply) SELECT * FROM unnest($1, $2, $3, $4, $5)
         ON CONFLICT (ws, key) DO UPDATE SET contact = excluded.contact, reply = excluded.reply";

    Steps of LoggedStep { n: i64 = INT8_ARRAY, ws: i32 = INT4_ARRAY, contact: i64 = INT8_ARRAY, at: i64 = INT8_ARRAY, doc: Vec<u8> = BYTEA_ARRAY }
        "INSERT INTO step (n, ws, contact, at, doc) SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)";
    Orphans of Orphan { n: i64 = INT8_ARRAY, ws: i32 = INT4_ARRAY, channel: &'static str = TEXT_ARRAY, provider_id: String = TEXT_ARRAY, doc: String = TEXT_ARRAY }
        "INSERT INTO orphan (n, ws, channel, provider_id, doc) SELECT * FROM unnest($1, $2, $3, $4, $5)";
    /// A signal that fails again keeps its place and counts the try.
    ParkedRows of ParkedRow { ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, n: i64 = INT8_ARRAY, doc: String = TEXT_ARRAY, error: String = TEXT_ARRAY, parked_at: i64 = INT8_ARRAY }
        "INSERT INTO parked (ws, id, n, doc, error, parked_at, tries) SELECT u.*, 1 FROM unnest($1, $2, $3, $4, $5, $6) AS u
         ON CONFLICT (ws, id) DO UPDATE SET error = excluded.error, tries = parked.tries + 1";

    Messages of MessageRow {
        ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, n: i64 = INT8_ARRAY, contact: i64 = INT8_ARRAY, conversation: Uid = UUID_ARRAY,
        direction: &'static str = TEXT_ARRAY, status: &'static str = TEXT_ARRAY, journey: Option<String> = TEXT_ARRAY, doc: Vec<u8> = BYTEA_ARRAY,
    }
        "INSERT INTO message (ws, id, n, contact, conversation, direction, status, journey, doc)
         SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9)",
        known "UPDATE message m SET status = u.status, doc = u.doc FROM (SELECT unnest($1) AS ws, unnest($2) AS id, unnest($7) AS status,
           unnest($9) AS doc) AS u
         WHERE m.ws = u.ws AND m.id = u.id",
        unsure "INSERT INTO message (ws, id, n, contact, conversation, direction, status, journey, doc)
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (ws, id) DO UPDATE SET status = excluded.status, doc = excluded.doc";
    /// Looked up and then inserted: a row that the server must be ready to take back costs it a second record and a lock. A name that another node
    /// writes at the same moment is refused, and found at the next try.
    Providers of Provider { ws: i32 = INT4_ARRAY, channel: &'static str = TEXT_ARRAY, provider_id: String = TEXT_ARRAY, contact: i64 = INT8_ARRAY, message: Uid = UUID_ARRAY }
        "INSERT INTO provider (ws, channel, provider_id, contact, message)
         SELECT * FROM unnest($1, $2, $3, $4, $5) AS u (ws, channel, provider_id, contact, message)
         WHERE NOT EXISTS (SELECT FROM provider p WHERE p.ws = u.ws AND p.channel = u.channel AND p.provider_id = u.provider_id)",
        unsure "INSERT INTO provider (ws, channel, provider_id, contact, message) SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    Outgoing of OutgoingRow {
        ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, contact: Uid = UUID_ARRAY, sender: Uid = UUID_ARRAY, class: i32 = INT4_ARRAY,
        not_before: i64 = INT8_ARRAY, kind: &'static str = TEXT_ARRAY, value: String = TEXT_ARRAY, open_since: Option<i64> = INT8_ARRAY,
    }
        "INSERT INTO outbox (ws, id, contact, sender, class, not_before, kind, value, open_since)
         SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9)",
        known "UPDATE outbox o SET sender = u.sender, class = u.class, not_before = u.not_before, kind = u.kind, value = u.value,
         open_since = u.open_since FROM (SELECT unnest($1) AS ws, unnest($2) AS id, unnest($4) AS sender, unnest($5) AS class,
           unnest($6) AS not_before, unnest($7) AS kind, unnest($8) AS value, unnest($9) AS open_since) AS u
         WHERE o.ws = u.ws AND o.id = u.id",
        unsure "INSERT INTO outbox (ws, id, contact, sender, class, not_before, kind, value, open_since)
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (ws, id) DO UPDATE SET sender = excluded.sender, class = excluded.class, not_before = excluded.not_before,
         kind = excluded.kind, value = excluded.value, open_since = excluded.open_since";
    Gone of GoneRow { ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY }
        "DELETE FROM outbox o USING unnest($1, $2) AS u (ws, id) WHERE o.ws = u.ws AND o.id = u.id";

    Decisions of DecisionRow {
        ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, n: i64 = INT8_ARRAY, contact: i64 = INT8_ARRAY, message: Option<Uid> = UUID_ARRAY,
        journey: Option<String> = TEXT_ARRAY, silent: bool = BOOL_ARRAY, doc: Vec<u8> = BYTEA_ARRAY,
    }
        "INSERT INTO decision (ws, id, n, contact, message, journey, silent, doc) SELECT unnest($1), unnest($2), unnest($3), unnest($4),
           unnest($5), unnest($6), unnest($7), unnest($8)",
        unsure "INSERT INTO decision (ws, id, n, contact, message, journey, silent, doc) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (ws, id) DO UPDATE SET message = excluded.message, silent = excluded.silent, doc = excluded.doc";
    Ledger of LedgerRow {
        contact: i64 = INT8_ARRAY, seq: i64 = INT8_ARRAY, n: i64 = INT8_ARRAY, ws: i32 = INT4_ARRAY, kind: &'static str = TEXT_ARRAY,
        value: String = TEXT_ARRAY, doc: String = TEXT_ARRAY,
    }
        "INSERT INTO ledger (contact, seq, n, ws, kind, value, doc) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)";
    Conversations of ConversationRow {
        ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, n: i64 = INT8_ARRAY, contact: i64 = INT8_ARRAY, status: &'static str = TEXT_ARRAY,
        queue: Option<String> = TEXT_ARRAY, assignee: Option<Uid> = UUID_ARRAY, stretch: i64 = INT8_ARRAY, last_message_at: i64 = INT8_ARRAY,
        inbox_at: Option<i64> = INT8_ARRAY, search: String = TEXT_ARRAY, doc: Vec<u8> = BYTEA_ARRAY,
    }
        "INSERT INTO conversation (ws, id, n, contact, status, queue, assignee, stretch, last_message_at, inbox_at, search, doc)
         SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10),
           unnest($11), unnest($12)",
        known "UPDATE conversation c SET status = u.status, queue = u.queue, assignee = u.assignee, stretch = u.stretch,
         last_message_at = u.last_message_at, inbox_at = u.inbox_at, search = u.search, doc = u.doc
         FROM (SELECT unnest($1) AS ws, unnest($2) AS id, unnest($5) AS status, unnest($6) AS queue, unnest($7) AS assignee,
           unnest($8) AS stretch, unnest($9) AS last_message_at, unnest($10) AS inbox_at, unnest($11) AS search, unnest($12) AS doc) AS u
         WHERE c.ws = u.ws AND c.id = u.id",
        unsure "INSERT INTO conversation (ws, id, n, contact, status, queue, assignee, stretch, last_message_at, inbox_at, search, doc)
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (ws, id) DO UPDATE SET contact = excluded.contact, status = excluded.status, queue = excluded.queue,
         assignee = excluded.assignee, stretch = excluded.stretch, last_message_at = excluded.last_message_at, inbox_at = excluded.inbox_at,
         search = excluded.search, doc = excluded.doc";
    Runs of RunRow {
        ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, n: i64 = INT8_ARRAY, contact: i64 = INT8_ARRAY, journey: String = TEXT_ARRAY,
        version: String = TEXT_ARRAY, status: &'static str = TEXT_ARRAY, step: String = TEXT_ARRAY, doc: Vec<u8> = BYTEA_ARRAY,
    }
        "INSERT INTO run (ws, id, n, contact, journey, version, status, step, doc) SELECT unnest($1), unnest($2), unnest($3), unnest($4),
           unnest($5), unnest($6), unnest($7), unnest($8), unnest($9)",
        known "UPDATE run r SET status = u.status, step = u.step, doc = u.doc FROM (SELECT unnest($1) AS ws, unnest($2) AS id,
           unnest($7) AS status, unnest($8) AS step, unnest($9) AS doc) AS u
         WHERE r.ws = u.ws AND r.id = u.id",
        unsure "INSERT INTO run (ws, id, n, contact, journey, version, status, step, doc) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (ws, id) DO UPDATE SET status = excluded.status, step = excluded.step, doc = excluded.doc";
    Deliveries of DeliveryRow {
        ws: i32 = INT4_ARRAY, id: Uid = UUID_ARRAY, n: i64 = INT8_ARRAY, endpoint: String = TEXT_ARRAY, status: String = TEXT_ARRAY,
        next_at: i64 = INT8_ARRAY, doc: String = TEXT_ARRAY,
    }
        "INSERT INTO delivery (ws, id, n, endpoint, status, next_at, doc) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (ws, id) DO UPDATE SET status = excluded.status, next_at = excluded.next_at, doc = excluded.doc";
    Counts of Count { n: i64 = INT8_ARRAY, ws: i32 = INT4_ARRAY, scope: String = TEXT_ARRAY, key: String = TEXT_ARRAY, name: String = TEXT_ARRAY, by: i64 = INT8_ARRAY }
        "INSERT INTO counter_delta (n, ws, scope, key, name, by) SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6)";

    /// Moves of recipients, with what the counters make of them, whose number stands in the last column.
    Moves of Move {
        ws: i32 = INT4_ARRAY, broadcast: Uid = UUID_ARRAY, contact: Uid = UUID_ARRAY, scope: String = TEXT_ARRAY, state: Option<&'static str> = TEXT_ARRAY,
        not_before: i64 = INT8_ARRAY, at: i64 = INT8_ARRAY, code: Option<String> = TEXT_ARRAY, reason: Option<String> = TEXT_ARRAY,
        decision: Option<Uid> = UUID_ARRAY, message: Option<Uid> = UUID_ARRAY, channel: Option<&'static str> = TEXT_ARRAY,
        replied_at: Option<i64> = INT8_ARRAY, opted_out_at: Option<i64> = INT8_ARRAY, complaint: bool = BOOL_ARRAY, n: i64 = INT8_ARRAY,
    }
        "WITH u AS (SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
           AS u (ws, broadcast, contact, scope, state, not_before, at, code, reason, decision, message, channel, replied_at, opted_out_at, complaint, n)),
         old AS (SELECT r.ws, r.broadcast, r.contact, r.state, r.code, r.replied_at, r.opted_out_at
           FROM recipient r JOIN u ON r.ws = u.ws AND r.broadcast = u.broadcast AND r.contact = u.contact
           ORDER BY r.ws, r.broadcast, r.contact FOR UPDATE OF r),
         moved AS (UPDATE recipient r SET
             state = coalesce(u.state, r.state), not_before = CASE WHEN u.state IS NULL THEN r.not_before ELSE u.not_before END,
             at = CASE WHEN u.state IS NULL THEN r.at ELSE u.at END, code = CASE WHEN u.state IS NULL THEN r.code ELSE u.code END,
             reason = CASE WHEN u.state IS NULL THEN r.reason ELSE u.reason END, decision = coalesce(u.decision, r.decision),
             message = coalesce(u.message, r.message), channel = coalesce(u.channel, r.channel),
             replied_at = coalesce(r.replied_at, u.replied_at), opted_out_at = coalesce(r.opted_out_at, u.opted_out_at)
           FROM u JOIN old ON old.ws = u.ws AND old.broadcast = u.broadcast AND old.contact = u.contact
           WHERE r.ws = u.ws AND r.broadcast = u.broadcast AND r.contact = u.contact)
         INSERT INTO counter_delta (n, ws, scope, key, name, by)
           SELECT u.n, u.ws, u.scope, d.key, d.name, d.by FROM u
             JOIN old ON old.ws = u.ws AND old.broadcast = u.broadcast AND old.contact = u.contact
             CROSS JOIN LATERAL (VALUES
               (coalesce(old.code, ''), old.state, -1, u.state IS NOT NULL), (coalesce(u.code, ''), u.state, 1, u.state IS NOT NULL),
               ('', 'replied', 1, u.replied_at IS NOT NULL AND old.replied_at IS NULL),
               ('', 'opted_out', 1, u.opted_out_at IS NOT NULL AND old.opted_out_at IS NULL),
               ('', 'complained', 1, u.complaint AND u.opted_out_at IS NOT NULL AND old.opted_out_at IS NULL)) AS d (key, name, by, really)
           WHERE d.really";
}

/// A message's place in the outbox, before the chunk and after it.
pub(super) struct Place {
    /// Whether the table has it; nothing if nobody looked.
    pub(super) was: Option<bool>,
    pub(super) is: Option<OutgoingRow>,
}

/// Everything that a chunk writes beside states. What is keyed is written once, as the last signal left it.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) profiles: BTreeMap<i64, Profile>,
    pub(super) loose: BTreeMap<(i32, &'static str, String), (bool, i64)>,
    pub(super) new_keys: NewKeys,
    pub(super) old_keys: BTreeMap<(i32, String), OldKey>,
    pub(super) steps: Steps,
    pub(super) orphans: Orphans,
    pub(super) parked: BTreeMap<Owned, ParkedRow>,
    pub(super) messages: BTreeMap<Owned, (Standing, MessageRow)>,
    pub(super) providers: BTreeMap<(i32, &'static str, String), Provider>,
    pub(super) outbox: BTreeMap<Owned, Place>,
    pub(super) decisions: BTreeMap<Owned, DecisionRow>,
    pub(super) ledger: Ledger,
    pub(super) conversations: BTreeMap<Owned, (Standing, ConversationRow)>,
    pub(super) runs: BTreeMap<Owned, (Standing, RunRow)>,
    pub(super) deliveries: BTreeMap<Owned, DeliveryRow>,
    pub(super) counts: BTreeMap<(i32, String, String, String), i64>,
    pub(super) moves: BTreeMap<(i32, Uid, Uid), Move>,
}
