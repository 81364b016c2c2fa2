-- The ledger of broadcasts: a row for each recipient.
-- `not_before` is 0 unless a pending recipient is put off, so that the index serves the loop (pending, whose time has come) and people (all
-- of one state) alike.

CREATE TABLE recipient (
  ws           INTEGER NOT NULL,
  broadcast    BLOB NOT NULL,
  contact      BLOB NOT NULL,
  canary       INTEGER NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('pending', 'queued', 'in_doubt', 'sent', 'delivered', 'read', 'failed', 'expired', 'cancelled', 'silent', 'held_out')),
  not_before   INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  code         TEXT,
  reason       TEXT,
  decision     BLOB,
  message      BLOB,
  channel      TEXT,
  replied_at   INTEGER,
  opted_out_at INTEGER,
  PRIMARY KEY (ws, broadcast, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipient_state ON recipient (ws, broadcast, state, canary, not_before, contact);
