-- Journey runs as people list them, and the sums that funnels show.

-- Written when a run begins and when it ends. While it is under way its document stands in the contact's row and here is none.
CREATE TABLE run (
  n       INTEGER PRIMARY KEY,
  contact INTEGER NOT NULL,
  prev    INTEGER NOT NULL,
  id      BLOB NOT NULL,
  journey TEXT NOT NULL,
  active  INTEGER NOT NULL,
  doc     BLOB
) STRICT;
CREATE INDEX run_id ON run (id);
CREATE INDEX run_journey ON run (journey);
CREATE INDEX run_active ON run (journey) WHERE active = 1;

CREATE TABLE counter (
  ws    INTEGER NOT NULL,
  scope TEXT NOT NULL,
  key   TEXT NOT NULL,
  name  TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (ws, scope, key, name)
) STRICT, WITHOUT ROWID;
