-- Contacts with everything that changes at each of their steps, the addresses that lead to them, the log, and its dedupe keys.
--
-- What a step costs is the pages that it touches (4 KiB each into the log and later into the file). A contact is anywhere in the file, so
-- all that moves with it stands in its one row, and nothing that is only ever appended has an index by contact: each row names the row
-- before it (`prev`), and the contact's row the last one. Such rows lie at the end of their table, on pages that many steps share.
--
-- Numbers of appended rows carry the workspace above their lowest 40 bits, so that a list of one workspace is a range of the table itself.
-- Columns called `doc`, `conversation` and `runs` hold packed JSON (src/packed).

CREATE TABLE workspace (
  n  INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE contact (
  n             INTEGER PRIMARY KEY,
  ws            INTEGER NOT NULL,
  id            BLOB NOT NULL,
  next_wake     INTEGER,
  -- Heads of the chains; 0 for none.
  last_step     INTEGER NOT NULL,
  last_message  INTEGER NOT NULL,
  last_decision INTEGER NOT NULL,
  last_run      INTEGER NOT NULL,
  -- Hash of the profile row, so that a step that leaves it as it is does not touch it.
  profile       INTEGER,
  last_seen_at  INTEGER,
  -- The conversation's id, its last message in units of 2^20 ms, and the very time while somebody must look at it.
  thread        BLOB,
  recent        INTEGER,
  inbox_at      INTEGER,
  conversation  BLOB,
  -- The runs that are under way.
  runs          BLOB,
  state         BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX contact_id ON contact (ws, id);
CREATE INDEX contact_thread ON contact (ws, thread) WHERE thread IS NOT NULL;
-- Moves once in 17 minutes of a conversation, not with each message.
CREATE INDEX contact_recent ON contact (ws, recent) WHERE recent IS NOT NULL;
-- Few of many conversations have a case that somebody must look at.
CREATE INDEX contact_inbox ON contact (ws, inbox_at) WHERE inbox_at IS NOT NULL;

-- When contacts next need a wake, as of the step in `wake_mark`: saved now and then, so that a start need not read every contact.
-- The truth is `contact.next_wake`; contacts with later steps are read again.
CREATE TABLE wake (
  contact INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL
) STRICT;
CREATE TABLE wake_mark (
  ws   INTEGER PRIMARY KEY,
  step INTEGER NOT NULL
) STRICT;

-- What searches read; apart from the contact, so that a search reads few pages.
CREATE TABLE profile (
  contact    INTEGER PRIMARY KEY,
  ws         INTEGER NOT NULL,
  name       TEXT,
  locale     TEXT,
  created_at INTEGER NOT NULL,
  search     TEXT NOT NULL
) STRICT;
CREATE INDEX profile_workspace ON profile (ws);

CREATE TABLE address (
  ws      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  value   TEXT NOT NULL,
  contact INTEGER NOT NULL,
  PRIMARY KEY (ws, kind, value)
) STRICT, WITHOUT ROWID;

-- The log, in the order in which signals were applied, with what each wrote into the contact's timeline and the answer that it got.
CREATE TABLE step (
  n       INTEGER PRIMARY KEY,
  contact INTEGER NOT NULL,
  prev    INTEGER NOT NULL,
  doc     BLOB NOT NULL
) STRICT;

-- Refuses the second signal with a key (R-DEDUP-1). 128 bits of the workspace and the key; the whole key is in the step.
CREATE TABLE dedupe (
  key         BLOB PRIMARY KEY,
  -- Nothing while the signal waits or is parked; then its fingerprint is here.
  step        INTEGER,
  fingerprint INTEGER
) STRICT, WITHOUT ROWID;

-- Signals that wait for a provider's message id.
CREATE TABLE orphan (
  n           INTEGER PRIMARY KEY,
  ws          INTEGER NOT NULL,
  channel     TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  doc         TEXT NOT NULL
) STRICT;
CREATE INDEX orphan_provider ON orphan (ws, channel, provider_id);

-- Signals that could not be processed. `raw` holds the bytes of those that could not even be read.
CREATE TABLE parked (
  n         INTEGER PRIMARY KEY,
  ws        INTEGER NOT NULL,
  id        BLOB NOT NULL,
  doc       TEXT NOT NULL,
  raw       BLOB,
  error     TEXT NOT NULL,
  parked_at INTEGER NOT NULL,
  tries     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX parked_id ON parked (ws, id);
CREATE INDEX parked_workspace ON parked (ws);
