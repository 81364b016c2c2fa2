//! The log, and the two places where signals wait: for a message id, or for a person.

statements! {
    STEP_INSERT by "" = "INSERT INTO step (n, contact, prev, doc) VALUES (?1, ?2, ?3, ?4)";
    /// Writer: the first answer to a signal that comes again.
    STEP by "PRIMARY" = "SELECT contact.id, doc FROM step CROSS JOIN contact ON contact.n = step.contact WHERE step.n = ?1";
    /// The same while the contact may not be in the file yet.
    STEP_DOC by "PRIMARY" = "SELECT contact, doc FROM step WHERE n = ?1";
    /// `Store::timeline`: one step of the chain. In the order in which things became known, because providers' clocks show whole seconds only.
    STEP_AT by "PRIMARY" = "SELECT prev, doc FROM step WHERE n = ?1";
    /// `Store::signals`.
    SIGNALS by "PRIMARY" = "SELECT step.n, contact.id, doc FROM step CROSS JOIN contact ON contact.n = step.contact
         WHERE step.n > ?1 AND step.n < ?2 ORDER BY step.n LIMIT ?3";
    /// The number that was given last. Rows of the log are never removed, so it is also their count (`Store::stats`).
    LAST_STEP by "PRIMARY" = "SELECT n FROM step WHERE n >= ?1 AND n < ?2 ORDER BY n DESC LIMIT 1";
    /// As above for contacts.
    LAST_CONTACT by "PRIMARY" = "SELECT n FROM contact WHERE n >= ?1 AND n < ?2 ORDER BY n DESC LIMIT 1";

    ORPHAN_INSERT by "" = "INSERT INTO orphan (ws, channel, provider_id, doc) VALUES (?1, ?2, ?3, ?4)";
    /// Writer, when a step recorded a provider's id.
    ORPHAN_NEXT by "orphan_provider" =
        "SELECT n, doc FROM orphan WHERE ws = ?1 AND channel = ?2 AND provider_id = ?3 ORDER BY n LIMIT 1";
    /// `Store::inventory`.
    ORPHANS by "orphan_provider" = "SELECT n, doc FROM orphan INDEXED BY orphan_provider WHERE ws = ?1";
    /// `Store::expire_waiting`: they lie in the order of their arrival.
    ORPHAN_OLDEST by "PRIMARY" = "SELECT n, doc FROM orphan WHERE n > 0 ORDER BY n LIMIT 1";
    ORPHAN_DELETE by "PRIMARY" = "DELETE FROM orphan WHERE n = ?1";
    /// `Store::stats`, and the writer at its start.
    ORPHAN_COUNT by "orphan_provider" = "SELECT count(*) FROM orphan INDEXED BY orphan_provider WHERE ws > 0";

    /// A signal that fails again keeps its place and counts the try.
    PARKED_PUT by "" = "INSERT INTO parked (ws, id, doc, raw, error, parked_at, tries) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
         ON CONFLICT (ws, id) DO UPDATE SET error = excluded.error, tries = tries + 1";
    /// `Store::retry_parked`.
    PARKED_ONE by "parked_id" = "SELECT doc FROM parked WHERE ws = ?1 AND id = ?2";
    /// `Store::inventory`.
    PARKED_RAW by "parked_id" = "SELECT id, raw FROM parked INDEXED BY parked_id WHERE ws = ?1 AND raw IS NOT NULL ORDER BY id";
    PARKED_FAILED by "parked_id" = "UPDATE parked SET tries = tries + 1, error = ?3 WHERE ws = ?1 AND id = ?2";
    PARKED_DELETE by "parked_id" = "DELETE FROM parked WHERE ws = ?1 AND id = ?2";
    /// `Store::parked`.
    PARKED_LIST by "parked_workspace" = "SELECT n, doc, error, parked_at, tries FROM parked INDEXED BY parked_workspace
         WHERE ws = ?1 AND n < ?2 ORDER BY n DESC LIMIT ?3";
    /// `Store::stats`.
    PARKED_COUNT by "parked_workspace" = "SELECT count(*) FROM parked INDEXED BY parked_workspace WHERE ws > 0";
}
