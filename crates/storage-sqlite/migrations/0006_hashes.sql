-- Hashes that lead to row numbers, in the place of trees in which each new one touched a page of its own (src/hashes).
-- An entry is 24 bytes: the hash (128 bits) and the number, each with its highest byte first.

-- What came since the last run was made: a row for each commit.
CREATE TABLE hash_log (
  n       INTEGER PRIMARY KEY,
  entries BLOB NOT NULL
) STRICT;

-- Sorted. `state`: 0 being built, 1 in use, 2 no longer needed. `firsts` are the high halves of the first hash of each block.
CREATE TABLE hash_run (
  n       INTEGER PRIMARY KEY,
  level   INTEGER NOT NULL,
  state   INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  entries INTEGER NOT NULL,
  filter  BLOB NOT NULL,
  firsts  BLOB NOT NULL
) STRICT;

-- A page each; above the lowest 24 bits stands the run.
CREATE TABLE hash_block (
  n       INTEGER PRIMARY KEY,
  entries BLOB NOT NULL
) STRICT;

-- Fingerprints of signals that wait or are parked: their keys lead to 0.
CREATE TABLE held_key (
  key         BLOB PRIMARY KEY,
  fingerprint INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO hash_log (entries) SELECT unhex(hex(key) || printf('%016x', coalesce(step, 0))) FROM dedupe;
INSERT INTO held_key (key, fingerprint) SELECT key, fingerprint FROM dedupe WHERE step IS NULL;
DROP TABLE dedupe;

INSERT INTO hash_log (entries) SELECT unhex(printf('%016x', provider) || '70726F7669646572' || printf('%016x', n))
  FROM message WHERE provider IS NOT NULL;
DROP INDEX message_provider;
ALTER TABLE message DROP COLUMN provider;
