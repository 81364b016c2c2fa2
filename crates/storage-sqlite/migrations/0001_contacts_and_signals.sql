-- Contacts with their opaque state, the addresses that lead to them, the signal log and its dedupe keys.
-- Workspaces and contacts get small row numbers, because every other table and index repeats them.

CREATE TABLE workspace (
  n  INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE contact (
  n         INTEGER PRIMARY KEY,
  ws        INTEGER NOT NULL,
  id        BLOB NOT NULL,
  next_wake INTEGER,
  state     BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX contact_id ON contact (ws, id);
CREATE INDEX contact_due ON contact (next_wake) WHERE next_wake IS NOT NULL;

-- What lists and searches show; apart from the state, so that a search reads few pages.
CREATE TABLE profile (
  contact      INTEGER PRIMARY KEY,
  ws           INTEGER NOT NULL,
  name         TEXT,
  locale       TEXT,
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER,
  search       TEXT NOT NULL
) STRICT;
CREATE INDEX profile_workspace ON profile (ws);

CREATE TABLE address (
  ws      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  value   TEXT NOT NULL,
  contact INTEGER NOT NULL,
  PRIMARY KEY (ws, kind, value)
) STRICT, WITHOUT ROWID;

-- The key itself refuses the second signal (R-DEDUP-1).
CREATE TABLE dedupe (
  ws          INTEGER NOT NULL,
  key         TEXT NOT NULL,
  contact     INTEGER,
  fingerprint INTEGER,
  reply       TEXT,
  PRIMARY KEY (ws, key)
) STRICT, WITHOUT ROWID;

-- The log, in the order in which signals were applied. Its row number is the position.
CREATE TABLE signal (
  n       INTEGER PRIMARY KEY,
  ws      INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  doc     TEXT NOT NULL
) STRICT;
CREATE INDEX signal_workspace ON signal (ws);

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
