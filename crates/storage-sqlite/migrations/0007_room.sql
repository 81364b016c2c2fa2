-- Room that rows keep for what they grow by (src/writer/room.rs): the bytes of the whole record, and what fills it up to there.
-- A row from before has none until it is next written.

ALTER TABLE contact ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN room BLOB;

ALTER TABLE message ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN room BLOB;
