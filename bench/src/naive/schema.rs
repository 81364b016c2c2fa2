//! Tables, indexes and statements: one text for both databases, as far as their dialects agree. PostgreSQL writes `$1` for `?1`.

/// `BYTEA` is `BLOB` where there is no such type.
pub const TABLES: &str = "
    CREATE TABLE event (id BYTEA PRIMARY KEY, key TEXT NOT NULL UNIQUE, contact BYTEA, status TEXT NOT NULL, at BIGINT NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX event_contact ON event (contact);
    CREATE INDEX event_open ON event (at) WHERE status = 'new';
    CREATE TABLE contact (id BYTEA PRIMARY KEY, name TEXT, locale TEXT, created_at BIGINT NOT NULL, last_seen_at BIGINT, search TEXT, state BYTEA NOT NULL);
    CREATE TABLE address (kind TEXT NOT NULL, value TEXT NOT NULL, contact BYTEA NOT NULL, PRIMARY KEY (kind, value));
    CREATE INDEX address_contact ON address (contact);
    CREATE TABLE consent (id BYTEA PRIMARY KEY, contact BYTEA NOT NULL, seq BIGINT NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX consent_contact ON consent (contact, seq);
    CREATE TABLE run (id BYTEA PRIMARY KEY, contact BYTEA NOT NULL, journey TEXT NOT NULL, status TEXT NOT NULL, step TEXT NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX run_contact ON run (contact);
    CREATE INDEX run_journey ON run (journey, status);
    CREATE TABLE timer (contact BYTEA PRIMARY KEY, due BIGINT NOT NULL);
    CREATE INDEX timer_due ON timer (due);
    CREATE TABLE message (id BYTEA PRIMARY KEY, contact BYTEA NOT NULL, created_at BIGINT NOT NULL, sender BYTEA NOT NULL, class BIGINT NOT NULL,
      status TEXT NOT NULL, provider_id TEXT UNIQUE, doc TEXT NOT NULL);
    CREATE INDEX message_contact ON message (contact, created_at);
    CREATE INDEX message_status ON message (sender, status, class, created_at);
    CREATE TABLE decision (id BYTEA PRIMARY KEY, contact BYTEA NOT NULL, message BYTEA, at BIGINT NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX decision_contact ON decision (contact, at);
    CREATE INDEX decision_message ON decision (message);
    CREATE TABLE timeline (id BYTEA PRIMARY KEY, contact BYTEA NOT NULL, at BIGINT NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX timeline_contact ON timeline (contact, at);
    CREATE TABLE conversation (contact BYTEA PRIMARY KEY, status TEXT NOT NULL, last_message_at BIGINT NOT NULL, doc TEXT NOT NULL);
    CREATE INDEX conversation_recent ON conversation (status, last_message_at);
    CREATE TABLE counter (scope TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, value BIGINT NOT NULL);";

/// SQLite has one writer: a counter is a row that is added to. With many connections that row would be what everybody waits for, and costs a third
/// of the rate; a competent engineer appends there.
pub const COUNTER_KEY: &str = "CREATE UNIQUE INDEX counter_key ON counter (scope, key, name);";
pub const COUNTER_ADD: &str = "INSERT INTO counter (scope, key, name, value) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (scope, key, name) DO UPDATE SET value = value + excluded.value";

pub const ACCEPT: &str = "INSERT INTO event (id, key, status, at, doc) VALUES (?1, ?2, 'new', ?3, ?4) ON CONFLICT (key) DO NOTHING";
pub const DONE: &str = "UPDATE event SET status = 'done', contact = ?2 WHERE id = ?1";
pub const BY_ADDRESS: &str = "SELECT contact FROM address WHERE kind = ?1 AND value = ?2";
pub const STATE: &str = "SELECT state FROM contact WHERE id = ?1";
pub const MESSAGE: &str = "SELECT doc FROM message WHERE id = ?1";
pub const SENT: &str = "SELECT count(*) FROM message WHERE status = 'accepted'";

/// What a row is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Write {
    NewContact,
    State,
    Profile,
    Link,
    Unlink,
    Consent,
    Conversation,
    Message,
    Decision,
    Timeline,
    Run,
    Timer,
    NoTimer,
    Counter,
}

impl Write {
    pub const ALL: [Self; 14] = [
        Self::NewContact,
        Self::State,
        Self::Profile,
        Self::Link,
        Self::Unlink,
        Self::Consent,
        Self::Conversation,
        Self::Message,
        Self::Decision,
        Self::Timeline,
        Self::Run,
        Self::Timer,
        Self::NoTimer,
        Self::Counter,
    ];

    pub const fn sql(self) -> &'static str {
        match self {
            Self::NewContact => {
                "INSERT INTO contact (id, name, locale, created_at, last_seen_at, search, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            }
            Self::State => "UPDATE contact SET state = ?2 WHERE id = ?1",
            Self::Profile => "UPDATE contact SET name = ?2, locale = ?3, last_seen_at = ?4, search = ?5 WHERE id = ?1",
            Self::Link => "INSERT INTO address (kind, value, contact) VALUES (?1, ?2, ?3) ON CONFLICT (kind, value) DO NOTHING",
            Self::Unlink => "DELETE FROM address WHERE kind = ?1 AND value = ?2 AND contact = ?3",
            Self::Consent => "INSERT INTO consent (id, contact, seq, doc) VALUES (?1, ?2, ?3, ?4)",
            Self::Conversation => {
                "INSERT INTO conversation (contact, status, last_message_at, doc) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (contact) DO UPDATE SET status = excluded.status, last_message_at = excluded.last_message_at, doc = excluded.doc"
            }
            Self::Message => {
                "INSERT INTO message (id, contact, created_at, sender, class, status, provider_id, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (id) DO UPDATE SET status = excluded.status, provider_id = excluded.provider_id, doc = excluded.doc"
            }
            Self::Decision => "INSERT INTO decision (id, contact, message, at, doc) VALUES (?1, ?2, ?3, ?4, ?5)",
            Self::Timeline => "INSERT INTO timeline (id, contact, at, doc) VALUES (?1, ?2, ?3, ?4)",
            Self::Run => {
                "INSERT INTO run (id, contact, journey, status, step, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET status = excluded.status, step = excluded.step, doc = excluded.doc"
            }
            Self::Timer => "INSERT INTO timer (contact, due) VALUES (?1, ?2) ON CONFLICT (contact) DO UPDATE SET due = excluded.due",
            Self::NoTimer => "DELETE FROM timer WHERE contact = ?1",
            Self::Counter => "INSERT INTO counter (scope, key, name, value) VALUES (?1, ?2, ?3, ?4)",
        }
    }
}
