//! Journey runs as people list them, and counters.

/// ?1 journey. A run that is under way has its document in its contact's row.
macro_rules! list {
    ($from:literal) => {
        concat!(
            "SELECT run.n, run.id, run.doc, contact.runs FROM run ",
            $from,
            " CROSS JOIN contact ON contact.n = run.contact WHERE run.n >= ?2 AND run.n < ?3 AND (?1 IS NULL OR journey = ?1)"
        )
    };
}

statements! {
    /// `Store::inventory`.
    COUNTER_SCOPES by "PRIMARY" = "SELECT DISTINCT scope FROM counter WHERE ws = ?1 ORDER BY scope";
    RUN_INSERT by "" = "INSERT INTO run (n, contact, prev, id, journey, active, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    /// Writer: when it ends.
    RUN_UPDATE by "PRIMARY" = "UPDATE run SET active = ?2, doc = ?3 WHERE n = ?1";
    RUN_NUMBER by "run_id" = "SELECT n FROM run WHERE id = ?1 AND n >= ?2 AND n < ?3 LIMIT 1";
    /// `Store::run`.
    RUN by "run_id" = "SELECT run.n, run.id, run.doc, contact.runs FROM run CROSS JOIN contact ON contact.n = run.contact
         WHERE run.id = ?1 AND run.n >= ?2 AND run.n < ?3 LIMIT 1";
    /// `Store::runs` of a contact: one step of the chain.
    RUN_AT by "PRIMARY" = "SELECT prev, run.id, run.doc, contact.runs FROM run CROSS JOIN contact ON contact.n = run.contact WHERE run.n = ?1";
    /// `Store::runs` of a journey that are under way.
    RUNS_ACTIVE by "run_active" = concat!(list!("INDEXED BY run_active"), " AND active = 1 AND journey = ?1 ORDER BY run.n DESC");
    /// `Store::runs` of a journey.
    RUNS_OF_JOURNEY by "run_journey" = concat!(list!("INDEXED BY run_journey"), " AND journey = ?1 ORDER BY run.n DESC");
    /// `Store::runs` of everybody.
    RUNS by "PRIMARY" = concat!(list!(""), " ORDER BY run.n DESC");
    /// The number that was given last.
    LAST_RUN by "PRIMARY" = "SELECT n FROM run WHERE n >= ?1 AND n < ?2 ORDER BY n DESC LIMIT 1";

    /// Writer: one for each counter that a group moved.
    COUNTER_ADD by "" = "INSERT INTO counter (ws, scope, key, name, value) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ws, scope, key, name) DO UPDATE SET value = value + excluded.value";
    /// `Store::counters`.
    COUNTERS by "PRIMARY" = "SELECT scope, key, name, value FROM counter WHERE ws = ?1 AND scope = ?2 ORDER BY key, name";
}
