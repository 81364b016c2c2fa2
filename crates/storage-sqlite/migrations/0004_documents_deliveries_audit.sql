-- Everything that people configure, events for other systems, and who did what.

CREATE TABLE document (
  n          INTEGER PRIMARY KEY,
  ws         INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL,
  version    INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  doc        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_id ON document (ws, kind, id);

CREATE TABLE delivery (
  n        INTEGER PRIMARY KEY,
  ws       INTEGER NOT NULL,
  id       BLOB NOT NULL,
  endpoint TEXT NOT NULL,
  status   TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  next_at  INTEGER NOT NULL,
  doc      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX delivery_id ON delivery (ws, id);
CREATE INDEX delivery_workspace ON delivery (ws);
CREATE INDEX delivery_endpoint ON delivery (ws, endpoint);
CREATE INDEX delivery_due ON delivery (next_at) WHERE status = 'pending';

CREATE TABLE audit (
  n   INTEGER PRIMARY KEY,
  ws  INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX audit_workspace ON audit (ws);
