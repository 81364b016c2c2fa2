-- What was said and why. Columns beside `doc` exist only because something finds or orders rows by them.

CREATE TABLE message (
  n            INTEGER PRIMARY KEY,
  ws           INTEGER NOT NULL,
  id           BLOB NOT NULL,
  contact      INTEGER NOT NULL,
  conversation BLOB NOT NULL,
  direction    TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  channel      TEXT NOT NULL,
  status       TEXT NOT NULL CHECK (status IN
    ('queued', 'sending', 'in_doubt', 'accepted', 'delivered', 'read', 'failed', 'cancelled', 'expired', 'received')),
  sender       BLOB NOT NULL,
  class        INTEGER NOT NULL,
  -- Milliseconds; when it may leave. The time of creation where the message says nothing.
  not_before   INTEGER NOT NULL,
  -- Milliseconds; since when its fate is open. Set only while it is `sending` or `in_doubt`.
  open_since   INTEGER,
  provider_id  TEXT,
  journey      TEXT,
  doc          TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_id ON message (ws, id);
CREATE INDEX message_contact ON message (contact);
CREATE INDEX message_workspace ON message (ws);
CREATE INDEX message_journey ON message (ws, journey) WHERE journey IS NOT NULL;
CREATE INDEX message_provider ON message (ws, channel, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX message_outbox ON message (sender, class, not_before, id) WHERE status = 'queued';
CREATE INDEX message_in_flight ON message (open_since) WHERE open_since IS NOT NULL;

CREATE TABLE decision (
  n       INTEGER PRIMARY KEY,
  ws      INTEGER NOT NULL,
  id      BLOB NOT NULL,
  contact INTEGER NOT NULL,
  message BLOB,
  journey TEXT,
  silent  INTEGER NOT NULL,
  doc     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX decision_id ON decision (ws, id);
CREATE INDEX decision_contact ON decision (contact);
CREATE INDEX decision_workspace ON decision (ws);
CREATE INDEX decision_message ON decision (ws, message) WHERE message IS NOT NULL;
CREATE INDEX decision_journey ON decision (ws, journey) WHERE journey IS NOT NULL;

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

CREATE TABLE timeline (
  n       INTEGER PRIMARY KEY,
  contact INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  doc     TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_contact ON timeline (contact);
