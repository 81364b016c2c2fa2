-- The inbox's rows, journey runs as people list them, and the sums that funnels show.

CREATE TABLE conversation (
  n               INTEGER PRIMARY KEY,
  ws              INTEGER NOT NULL,
  id              BLOB NOT NULL,
  contact         INTEGER NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('bot', 'waiting', 'open', 'resolved')),
  queue           TEXT,
  assignee        BLOB,
  last_message_at INTEGER NOT NULL,
  search          TEXT NOT NULL,
  doc             TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversation_id ON conversation (ws, id);
CREATE INDEX conversation_contact ON conversation (contact);
CREATE INDEX conversation_recent ON conversation (ws, last_message_at);
-- The inbox: few of many conversations have a case that somebody must look at.
CREATE INDEX conversation_inbox ON conversation (ws, last_message_at) WHERE status IN ('waiting', 'open');

CREATE TABLE run (
  n       INTEGER PRIMARY KEY,
  ws      INTEGER NOT NULL,
  id      BLOB NOT NULL,
  contact INTEGER NOT NULL,
  journey TEXT NOT NULL,
  version TEXT NOT NULL,
  status  TEXT NOT NULL CHECK (status IN ('active', 'completed', 'exited', 'failed')),
  step    TEXT NOT NULL,
  doc     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_id ON run (ws, id);
CREATE INDEX run_contact ON run (contact);
CREATE INDEX run_workspace ON run (ws);
CREATE INDEX run_journey ON run (ws, journey);
CREATE INDEX run_active ON run (ws, journey) WHERE status = 'active';

CREATE TABLE counter (
  ws    INTEGER NOT NULL,
  scope TEXT NOT NULL,
  key   TEXT NOT NULL,
  name  TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (ws, scope, key, name)
) STRICT, WITHOUT ROWID;
