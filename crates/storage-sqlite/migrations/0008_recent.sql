-- A step that says something to somebody for the first time, or again after a while, wrote two index pages that no other step of its commit had:
-- the conversation's id, which is the contact's in all but imported stores, and its place among the latest.

-- `thread` stands only where it is not the contact's own id. `recent` is the time at which the conversation came into its stretch of 2^20 ms, in
-- milliseconds, so that new places are at the end of the index; it was the stretch's number.
UPDATE contact SET recent = recent << 20, thread = nullif(thread, id) WHERE thread IS NOT NULL OR recent IS NOT NULL;
