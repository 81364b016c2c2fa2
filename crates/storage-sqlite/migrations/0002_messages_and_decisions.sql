-- What was said and why. Columns beside `doc` exist only because something finds, filters or orders rows by them.
-- Indexes by id have no workspace: the row's number has it, and a range of numbers goes with every look.

CREATE TABLE message (
  n           INTEGER PRIMARY KEY,
  contact     INTEGER NOT NULL,
  prev        INTEGER NOT NULL,
  id          BLOB NOT NULL,
  direction   INTEGER NOT NULL CHECK (direction IN (0, 1)),
  -- The place of the status in the life of a message (src/writer/held.rs).
  status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 9),
  -- Only while it is queued: by whom, in which class, and when it may leave (milliseconds).
  sender      BLOB,
  class       INTEGER,
  not_before  INTEGER,
  -- Milliseconds; since when its fate is open. Only while it is `sending` or `in_doubt`.
  open_since  INTEGER,
  -- 64 bits of the workspace, the channel and the provider's id; the whole id is in the document.
  provider    INTEGER,
  journey     TEXT,
  doc         BLOB NOT NULL
) STRICT;
CREATE INDEX message_id ON message (id);
CREATE INDEX message_journey ON message (journey) WHERE journey IS NOT NULL;
CREATE INDEX message_provider ON message (provider) WHERE provider IS NOT NULL;
CREATE INDEX message_outbox ON message (sender, class, not_before, id) WHERE sender IS NOT NULL;
CREATE INDEX message_in_flight ON message (open_since) WHERE open_since IS NOT NULL;

CREATE TABLE decision (
  n       INTEGER PRIMARY KEY,
  contact INTEGER NOT NULL,
  prev    INTEGER NOT NULL,
  id      BLOB NOT NULL,
  silent  INTEGER NOT NULL,
  journey TEXT,
  doc     BLOB NOT NULL
) STRICT;
CREATE INDEX decision_id ON decision (id);
CREATE INDEX decision_journey ON decision (journey) WHERE journey IS NOT NULL;

-- The consent chains. The unique position keeps a chain from ever being forked.
CREATE TABLE ledger (
  n       INTEGER PRIMARY KEY,
  ws      INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  value   TEXT NOT NULL,
  doc     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX ledger_contact ON ledger (contact, seq);
CREATE INDEX ledger_address ON ledger (ws, kind, value);
CREATE INDEX ledger_workspace ON ledger (ws);
